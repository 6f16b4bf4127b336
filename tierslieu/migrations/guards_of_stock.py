"""What the database itself refuses about materials: a movement is never changed and never goes."""

MOVES = ("id", "item_id", "amount", "reason", "about", "source", "at")
"""The columns of a movement that never change; the other one holds a person's id."""


def for_stock(dialect: str) -> tuple[str, ...]:
    """The guards of movements; on PostgreSQL after the function that append-only tables share."""
    if dialect == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'append_only'); END"
        return (
            f"CREATE TRIGGER stock_move_update BEFORE UPDATE OF {', '.join(MOVES)} ON stock_move {refuse}",
            f"CREATE TRIGGER stock_move_delete BEFORE DELETE ON stock_move {refuse}",
        )
    old, new = (", ".join(f"{row}.{name}" for name in MOVES) for row in ("OLD", "NEW"))
    refuse = "EXECUTE FUNCTION refuse_append_only()"
    return (
        "CREATE TRIGGER stock_move_update BEFORE UPDATE ON stock_move FOR EACH ROW"
        f" WHEN (({old}) IS DISTINCT FROM ({new})) {refuse}",
        f"CREATE TRIGGER stock_move_delete BEFORE DELETE ON stock_move FOR EACH ROW {refuse}",
    )
