"""All changes to sets of rules: start a draft, write its lines, put it in force, forget it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, update

from tierslieu.basics.errors import Invalid, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations.terms import queries
from tierslieu.reservations.terms.rules import Line, rule_of
from tierslieu.reservations.terms.tables import RuleLine, RuleSet
from tierslieu.venue.actions import changed

EDIT = "reservations.rules"
s, n = columns(RuleSet), columns(RuleLine)
ADD_SET: Query[Any] = Query(insert_into(RuleSet))
PUT_LINE = upsert(RuleLine, ("set_id", "target", "audience", "name"))
REMOVE_LINE: Query[Any] = Query(
    delete(table_of(RuleLine)).where(n.id == bindparam("id"), n.set_id == bindparam("set_id"))
)
REMOVE_SET: Query[Any] = Query(delete(table_of(RuleSet)).where(s.id == bindparam("id"), s.state == bindparam("state")))
RETIRE: Query[Any] = Query(update(table_of(RuleSet)).where(s.state == bindparam("former")).values(state="past"))
PUT_IN_FORCE: Query[Any] = Query(
    update(table_of(RuleSet))
    .where(s.id == bindparam("which"), s.state == bindparam("former"))
    .values(state="in_force", in_force_at=bindparam("now"), put_in_force_by=bindparam("who"))
)


def start_draft(tx: Tx, name: str, note: str = "") -> int:
    """A draft with the lines in force today; returns its id."""
    set_id = tx.new_id()
    tx.run(
        ADD_SET,
        id=set_id,
        name=name,
        state="draft",
        note=note,
        created_at=tx.now,
        created_by=tx.by.person_id,
        in_force_at=0,
        put_in_force_by=None,
    )
    for line in queries.terms(tx).lines:
        _put(tx, set_id, line)
    return set_id


def put_line(tx: Tx, set_id: int, line: Line) -> None:
    """Write a line of a draft; one on the same thing, person and rule is replaced. Raises Invalid, Refused."""
    _require_draft(tx, set_id)
    require_sound(line)
    _put(tx, set_id, line)


def draft_with(tx: Tx, name: str, lines: Iterable[Line]) -> int:
    """A draft with the lines in force today and others; returns its id. Raises Invalid: then nothing is made."""
    set_id = start_draft(tx, name)
    for line in lines:
        require_sound(line)
        _put(tx, set_id, line)
    return set_id


def require_sound(line: Line) -> None:
    """Raise Invalid when a line names no rule, or gives it a value it cannot have."""
    rule = rule_of(line.name)
    if rule is None:
        raise Invalid("form", {"name": "literal_error"})
    if not rule.least <= line.value <= rule.most:
        code = "greater_than_equal" if line.value < rule.least else "less_than_equal"
        raise Invalid("form", {"value": code})


def remove_line(tx: Tx, set_id: int, line_id: int) -> None:
    """Take a line out of a draft; nothing when it is gone already."""
    _require_draft(tx, set_id)
    tx.run(REMOVE_LINE, id=line_id, set_id=set_id)


def forget_draft(tx: Tx, set_id: int) -> None:
    """Throw a draft away."""
    _require_draft(tx, set_id)
    tx.run(REMOVE_SET, id=set_id, state="draft")


def put_in_force(tx: Tx, set_id: int) -> None:
    """From now on a draft is what holds; what held before is kept as past. Reservations made keep their own terms."""
    _require_draft(tx, set_id)
    tx.run(RETIRE, former="in_force")
    tx.run(PUT_IN_FORCE, which=set_id, former="draft", now=tx.now, who=tx.by.person_id)
    changed(tx)
    record(tx, "reservations.rules", None, show(set_id))


def _put(tx: Tx, set_id: int, line: Line) -> None:
    tx.run(
        PUT_LINE,
        id=tx.new_id(),
        set_id=set_id,
        target=line.target,
        audience=line.audience,
        name=line.name,
        value=line.value,
    )


def _require_draft(tx: Tx, set_id: int) -> None:
    if queries.stored_set(tx, set_id).state != "draft":
        raise Refused((Reason("rules_not_draft"),))
