"""How rows of upkeep change: the statements behind the actions."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, literal, null, select, update

from tierslieu.fablab.upkeep.tables import (
    Incident,
    IncidentNote,
    MachineWork,
    MaintenanceDone,
    MaintenancePlan,
    SafetySheet,
    SheetAcceptance,
)
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of

p, i = columns(MaintenancePlan), columns(Incident)
ADD_WORK = insert_or_nothing(MachineWork)
ADD_PLAN: Query[Any] = Query(insert_into(MaintenancePlan))
ADD_DONE: Query[Any] = Query(insert_into(MaintenanceDone))
ADD_INCIDENT: Query[Any] = Query(insert_into(Incident))
ADD_STEP: Query[Any] = Query(insert_into(IncidentNote))
ADD_SHEET = insert_or_nothing(SafetySheet)
ADD_ACCEPTANCE = insert_or_nothing(SheetAcceptance)


def _set_plan(*names: str) -> Query[Any]:
    changed = {name: bindparam(name, type_=p[name].type) for name in names}
    return Query(update(table_of(MaintenancePlan)).where(p.id == bindparam("which")).values(changed))


SET_PLAN = _set_plan("title", "measure", "every", "steps", "is_blocking", "is_active", "done_reading", "told_at")
SET_DONE = _set_plan("done_at", "done_reading", "told_at", "blocked_at")
TELL: Query[Any] = Query(
    update(table_of(MaintenancePlan))
    .where(p.id == bindparam("which"), p.told_at == 0)
    .values(told_at=bindparam("at", type_=BigInteger()))
)
BLOCK: Query[Any] = Query(
    update(table_of(MaintenancePlan))
    .where(p.id == bindparam("which"), p.blocked_at == 0)
    .values(blocked_at=bindparam("at", type_=BigInteger()))
)
SET_INCIDENT: Query[Any] = Query(
    update(table_of(Incident))
    .where(i.id == bindparam("which"), i.closed_at.is_(None))
    .values(
        state=bindparam("new_state"),
        changed_at=bindparam("at", type_=BigInteger()),
        closed_at=bindparam("over_at", type_=BigInteger()),
        closed_by=bindparam("over_by", type_=BigInteger()),
    )
)
OLD_PHOTOS: Query[tuple[int, str]] = Query(
    select(i.id, i.photo_sha)
    .where(i.photo_sha.is_not(None), i.closed_at < bindparam("before", type_=BigInteger()))
    .limit(100)
)
FORGET_PHOTO: Query[Any] = Query(
    update(table_of(Incident)).where(i.id == bindparam("which")).values(photo_sha=null(), changed_at=i.changed_at)
)
SAME_PHOTO: Query[tuple[int]] = Query(
    select(literal(1)).select_from(table_of(Incident)).where(i.photo_sha == bindparam("sha")).limit(1)
)
