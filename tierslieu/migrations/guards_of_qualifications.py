"""What the database itself refuses about qualifications: a rewritten grant, and a seat too many.

The number of a seat is bounded by the session's capacity and unique in the session, so that nobody has to count.
"""

KEPT = ("qualification_id", "level", "granted_at", "valid_until", "session_id", "note")
"""Columns of a grant that never change; its end is written once."""
_REWRITTEN = " OR ".join(f"NEW.{name} IS {{other}} OLD.{name}" for name in KEPT)
_REOPENED = (
    "(OLD.ended_at IS NOT NULL AND (NEW.ended_at IS {other} OLD.ended_at OR NEW.end_reason IS {other} OLD.end_reason))"
)
_SEAT = "NEW.seat < 1 OR NEW.seat > (SELECT capacity FROM training_session WHERE id = NEW.session_id)"

SQLITE = (
    "CREATE TRIGGER qualification_grant_kept BEFORE UPDATE ON qualification_grant"
    f" WHEN {_REWRITTEN.format(other='NOT')} OR {_REOPENED.format(other='NOT')}"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER qualification_grant_in_force BEFORE DELETE ON qualification_grant WHEN OLD.ended_at IS NULL"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    f"CREATE TRIGGER training_seat_insert BEFORE INSERT ON training_seat WHEN {_SEAT}"
    " BEGIN SELECT RAISE(ABORT, 'no_such_seat'); END",
    f"CREATE TRIGGER training_seat_update BEFORE UPDATE OF seat, session_id ON training_seat WHEN {_SEAT}"
    " BEGIN SELECT RAISE(ABORT, 'no_such_seat'); END",
    "CREATE TRIGGER training_session_capacity BEFORE UPDATE OF capacity ON training_session"
    " WHEN NEW.capacity < coalesce((SELECT max(seat) FROM training_seat WHERE session_id = NEW.id), 0)"
    " BEGIN SELECT RAISE(ABORT, 'no_such_seat'); END",
)
_DISTINCT = "DISTINCT FROM"
POSTGRESQL = (
    "CREATE TRIGGER qualification_grant_kept BEFORE UPDATE ON qualification_grant FOR EACH ROW"
    f" WHEN ({_REWRITTEN.format(other=_DISTINCT)} OR {_REOPENED.format(other=_DISTINCT)})"
    " EXECUTE FUNCTION refuse_append_only()",
    "CREATE TRIGGER qualification_grant_in_force BEFORE DELETE ON qualification_grant FOR EACH ROW"
    " WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION refuse_append_only()",
    "CREATE FUNCTION refuse_missing_seat() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM 1 FROM training_session WHERE id = NEW.session_id FOR SHARE;"
    f" IF {_SEAT} THEN RAISE EXCEPTION 'no_such_seat' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER training_seat_exists BEFORE INSERT OR UPDATE OF seat, session_id ON training_seat FOR EACH ROW"
    " EXECUTE FUNCTION refuse_missing_seat()",
    "CREATE FUNCTION refuse_smaller_session() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NEW.capacity < coalesce((SELECT max(seat) FROM training_seat WHERE session_id = NEW.id), 0)"
    " THEN RAISE EXCEPTION 'no_such_seat' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER training_session_capacity BEFORE UPDATE OF capacity ON training_session FOR EACH ROW"
    " EXECUTE FUNCTION refuse_smaller_session()",
)


def for_qualifications(dialect: str) -> tuple[str, ...]:
    """The statements that keep grants and seats. They come after those of the audit log."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL
