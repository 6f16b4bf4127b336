"""What the database itself refuses about plans, memberships, categories and credits.

SQLite has one writer, so its triggers only look. On PostgreSQL two transactions could look at the same moment:
there the triggers first lock the row that both of them concern (the person, the lot).
"""

from typing import NamedTuple


class _Once(NamedTuple):
    """Of the same `what`, a person has one at a time, between the columns `start` and `end`.

    A row counts while `ended` is empty ("": always); a change of `watched` is looked at too.
    """

    table: str
    what: str
    start: str
    end: str
    ended: str
    watched: str


ONCE = (
    _Once("membership", "plan_id", "starts_at", "ends_at", "cancelled_at", "cancelled_at"),
    _Once("person_category", "family", "starts_at", "until_at", "", "category"),
)
"""A merge changes `person_id` alone and is not watched: what both files had stays."""


def _counts(one: _Once, row: str) -> str:
    return f"{row}.{one.ended} IS NULL" if one.ended else "TRUE"


def _others(one: _Once) -> str:
    return (
        f"SELECT 1 FROM {one.table} o WHERE o.person_id = NEW.person_id AND o.{one.what} = NEW.{one.what}"  # noqa: S608
        f" AND o.id <> NEW.id AND {_counts(one, 'o')}"
        f" AND o.{one.start} < NEW.{one.end} AND o.{one.end} > NEW.{one.start}"
    )


def _once_sqlite(one: _Once) -> tuple[str, ...]:
    refuse = f"SELECT RAISE(ABORT, '{one.table}_twice') WHERE EXISTS ({_others(one)});"
    body = f"WHEN {_counts(one, 'NEW')} BEGIN {refuse} END"
    columns = f"{one.what}, {one.start}, {one.end}, {one.watched}"
    return (
        f"CREATE TRIGGER {one.table}_once_insert BEFORE INSERT ON {one.table} {body}",
        f"CREATE TRIGGER {one.table}_once_update BEFORE UPDATE OF {columns} ON {one.table} {body}",
    )


def _once_postgresql(one: _Once) -> tuple[str, ...]:
    columns = f"{one.what}, {one.start}, {one.end}, {one.watched}"
    return (
        f"CREATE FUNCTION {one.table}_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {_counts(one, 'NEW')} THEN PERFORM 1 FROM person WHERE id = NEW.person_id FOR NO KEY UPDATE;"
        f" IF EXISTS ({_others(one)}) THEN"
        f" RAISE EXCEPTION '{one.table}_twice' USING ERRCODE = 'check_violation'; END IF;"
        " END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {one.table}_once BEFORE INSERT OR UPDATE OF {columns} ON {one.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {one.table}_once()",
    )


KEPT = {
    "plan_terms": "id, plan_id, name, includes, unit, anchor, credit_kind, credits, credit_months, is_renewable,"
    " is_prolonged, decision, valid_from, created_at",
    "plan_price": "terms_id, category, cents",
    "credit_lot": "id, kind, given, expires_at",
    "credit_move": "id, reason, about, at",
    "credit_entry": "move_id, lot_id, amount",
    "pass_sale": "lot_id, terms_id, category, list_cents, price_cents, free_reason",
}
"""Tables whose rows never go, and the columns that never change (the others hold a person's id)."""


def _kept_sqlite(table: str, columns: str) -> tuple[str, ...]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'append_only'); END"
    return (
        f"CREATE TRIGGER {table}_update BEFORE UPDATE OF {columns} ON {table} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
    )


def _kept_postgresql(table: str, columns: str) -> tuple[str, ...]:
    names = columns.split(", ")
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    refuse = "EXECUTE FUNCTION refuse_append_only()"
    return (
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (({old}) IS DISTINCT FROM ({new})) {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
    )


_LEFT = "(SELECT coalesce(sum(amount), 0) FROM credit_entry WHERE lot_id = NEW.lot_id) + NEW.amount < 0"
SQLITE_CREDITS = (
    "CREATE TRIGGER credit_entry_balance BEFORE INSERT ON credit_entry"
    f" BEGIN SELECT RAISE(ABORT, 'credit_too_low') WHERE {_LEFT}; END",
)
POSTGRESQL_CREDITS = (
    "CREATE FUNCTION credit_entry_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM 1 FROM credit_lot WHERE id = NEW.lot_id FOR NO KEY UPDATE;"
    f" IF {_LEFT} THEN RAISE EXCEPTION 'credit_too_low' USING ERRCODE = 'check_violation'; END IF;"
    " RETURN NEW; END $$",
    "CREATE TRIGGER credit_entry_balance BEFORE INSERT ON credit_entry"
    " FOR EACH ROW EXECUTE FUNCTION credit_entry_balance()",
)


def for_memberships(dialect: str) -> tuple[str, ...]:
    """Every guard of memberships' tables; on PostgreSQL after the function that append-only tables share."""
    is_sqlite = dialect == "sqlite"
    once, kept = (_once_sqlite, _kept_sqlite) if is_sqlite else (_once_postgresql, _kept_postgresql)
    found = [statement for one in ONCE for statement in once(one)]
    found += [statement for table, columns in KEPT.items() for statement in kept(table, columns)]
    return (*found, *(SQLITE_CREDITS if is_sqlite else POSTGRESQL_CREDITS))
