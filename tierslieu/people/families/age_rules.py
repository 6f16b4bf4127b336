"""Changing what the house asks of minors: age rules by target, school breaks."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.families.rules import Ages
from tierslieu.people.families.tables import AgeRule, SchoolBreak

PUT = upsert(AgeRule, ("target",), *(name for name in columns(AgeRule).keys()))  # noqa: SIM118
DROP: Query[Any] = Query(delete(table_of(AgeRule)).where(columns(AgeRule).target == bindparam("which")))
ADD_BREAK = insert_or_nothing(SchoolBreak)
DROP_BREAK: Query[Any] = Query(delete(table_of(SchoolBreak)).where(columns(SchoolBreak).id == bindparam("which")))


def set_rule(tx: Tx, rule: Ages) -> None:
    """What is asked for one target from now on; a rule that asks nothing is removed."""
    if rule == Ages(rule.target):
        tx.run(DROP, which=rule.target)
    else:
        facts = msgspec.structs.asdict(rule)
        tx.run(PUT, id=tx.new_id(), **facts, changed_at=tx.now, changed_by=tx.by.person_id)
    record(tx, "families.set_rule", None, rule.target)


def add_break(tx: Tx, name: str, first_day: str, last_day: str) -> int:
    """Days without school. Returns the id. Raises Refused when a break begins on that day already."""
    break_id = tx.new_id()
    if not tx.run(ADD_BREAK, id=break_id, name=name, first_day=first_day, last_day=last_day):
        raise Refused((Reason("break_exists"),))
    record(tx, "families.add_break", None, show(break_id))
    return break_id


def remove_break(tx: Tx, break_id: int) -> None:
    """These days have school after all. Raises NotFound."""
    if not tx.run(DROP_BREAK, which=break_id):
        raise NotFound("no_such_break")
    record(tx, "families.remove_break", None, show(break_id))
