"""How the rows of requests change: the statements behind the actions, and the steps of a job's life."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, literal, select, update

from tierslieu.fablab.requests.tables import (
    JobDue,
    JobPhoto,
    JobRequest,
    JobStep,
    PreparedFile,
    RequestLimit,
    RequestMessage,
    RequestPolicy,
    Shelf,
    ShelfItem,
)
from tierslieu.fablab.storing import JOBS
from tierslieu.fablab.tables import FabricationJob
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of, upsert
from tierslieu.infra.transaction import Tx

TOPIC = JOBS
"""Live topic: what waits for an answer or on the shelf moves with the jobs."""
j, r, si, du, sh, m = (columns(one) for one in (FabricationJob, JobRequest, ShelfItem, JobDue, Shelf, RequestMessage))

ADD_REQUEST: Query[Any] = Query(insert_into(JobRequest))
ADD_MESSAGE: Query[Any] = Query(insert_into(RequestMessage))
ADD_PREPARED: Query[Any] = Query(insert_into(PreparedFile))
ADD_STEP: Query[Any] = Query(insert_into(JobStep))
ADD_DUE = insert_or_nothing(JobDue)
ADD_SHELF = insert_or_nothing(Shelf)
ADD_ITEM = insert_or_nothing(ShelfItem)
PUT_POLICY = upsert(RequestPolicy, ("kind",))
PUT_LIMIT = upsert(RequestLimit, ("who",))
PUT_PHOTO = upsert(JobPhoto, ("job_id",))


def _set_request(*names: str) -> Query[Any]:
    """UPDATE of some columns of a request, if it is still the same side's turn."""
    changed = {name: bindparam(name, type_=r[name].type) for name in (*names, "changed_at")}
    same = (r.job_id == bindparam("which", type_=BigInteger()), r.turn == bindparam("former"))
    return Query(update(table_of(JobRequest)).where(*same).values(changed))


SET_TURN = _set_request("turn")
SET_WHY = _set_request("turn", "why", "proposed")
SET_PROPOSED = _set_request("turn", "proposed", "note", "answered_at", "answered_by")
SET_ANSWER = _set_request("turn", "proposed", "answer", "note", "answered_at", "answered_by")


def _set_job(*names: str) -> Query[Any]:
    changed = {name: bindparam(name, type_=j[name].type) for name in names}
    return Query(update(table_of(FabricationJob)).where(j.id == bindparam("which", type_=BigInteger())).values(changed))


SET_CHOICES = _set_job(
    *("kind", "wanted_machine_id", "material", "colour", "quantity", "deadline", "service", "note"), "estimate_cents"
)
SET_FILE = _set_job("file_id", "material")
SET_COST = _set_job("cost_cents")
SET_ESTIMATE = _set_job("estimate_cents")
SET_PHOTO = _set_job("photo_sha")


def _set_item(*names: str) -> Query[Any]:
    """UPDATE of something that waits on the shelf; nothing when it was handed over or thrown away meanwhile."""
    changed = {name: bindparam(name, type_=si[name].type) for name in names}
    same = (si.job_id == bindparam("which", type_=BigInteger()), si.state == "waiting")
    return Query(update(table_of(ShelfItem)).where(*same).values(changed))


SET_SHELF = _set_item("shelf_id", "shelved_by")
SET_TOLD = _set_item("told_at")
SET_REMINDED = _set_item("reminded_at")
SET_WARNED = _set_item("warned_at")
END_ITEM: Query[Any] = Query(
    update(table_of(ShelfItem))
    .where(si.job_id == bindparam("which", type_=BigInteger()), si.state == "waiting")
    .values(
        state=bindparam("new_state"),
        ended_at=bindparam("at", type_=BigInteger()),
        ended_by=bindparam("by", type_=BigInteger()),
        handed_to=bindparam("receiver"),
        receiver_note=bindparam("words"),
    )
)
END_DUE: Query[Any] = Query(
    update(table_of(JobDue))
    .where(du.id == bindparam("which", type_=BigInteger()), du.state == "due")
    .values(
        state=bindparam("new_state"),
        ended_at=bindparam("at", type_=BigInteger()),
        ended_by=bindparam("by", type_=BigInteger()),
        reason=bindparam("words"),
    )
)
ADD_ENERGY: Query[Any] = Query(
    update(table_of(JobDue))
    .where(du.id == bindparam("which", type_=BigInteger()), du.state == "due", du.energy_cents.is_(None))
    .values(
        energy_cents=bindparam("energy", type_=du.energy_cents.type),
        cents=du.cents + bindparam("more", type_=du.cents.type),
    )
)
EMPTY_TALK: Query[Any] = Query(
    update(table_of(RequestMessage))
    .where(m.job_id.in_(select(j.id).where(j.person_id == bindparam("person", type_=BigInteger()))))
    .values(text=literal(""))
)
SET_SHELF_USED: Query[Any] = Query(
    update(table_of(Shelf)).where(sh.id == bindparam("which", type_=BigInteger())).values(is_used=bindparam("used"))
)


def note_step(tx: Tx, job_id: int, kind: str, detail: str = "", at: int | None = None) -> None:
    """A dated line in a job's life, of now or of the instant at which it happened."""
    tx.run(
        ADD_STEP,
        id=tx.new_id(),
        job_id=job_id,
        at=tx.now if at is None else at,
        kind=kind,
        detail=detail[:80],
        noted_by=tx.by.person_id,
    )
    tx.touch(TOPIC)


def say(tx: Tx, job_id: int, text: str, *, is_staff: bool) -> None:
    """A word about a job."""
    tx.run(
        ADD_MESSAGE,
        id=tx.new_id(),
        job_id=job_id,
        is_staff=int(is_staff),
        written_by=tx.by.person_id,
        at=tx.now,
        text=text,
    )
    tx.touch(TOPIC)
