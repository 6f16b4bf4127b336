"""Calls from a kiosk: somebody asks for a person to come, staff answer « J’arrive », the kiosk shows it."""

import secrets
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, select, update

from tierslieu.access.kiosk.tables import KioskCall
from tierslieu.access.tables import Kiosk
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.basics.spans import DAY, MINUTE
from tierslieu.infra.statements import Query, columns, insert_or_nothing, one_of, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.messages.actions import withdraw

TOPIC: Final = "calls"
"""The live topic that moves when somebody calls or is answered."""
STAYS: Final = 15 * MINUTE
"""For how long a call waits: whoever stands there so long has gone or was seen."""
ONE_CALL: Final = 5 * MINUTE
"""Whoever presses again while a call waits makes no other one; after so long it may be somebody else."""
AGAIN_AFTER: Final = 2 * MINUTE
"""After so long without an answer, all staff are told."""
TELL: Final = "access.kiosk.tell_call"
"""The job that tells staff of a call."""
MOST_SHOWN: Final = 50
KEPT: Final = 30 * DAY
"""How long it is kept who answered which call."""
c, k = columns(KioskCall), columns(Kiosk)


class Call(msgspec.Struct, frozen=True):
    """A call as it is stored, with the name of its kiosk."""

    id: int
    kiosk: str
    call_id: str
    state: str
    asked_at: int
    answered_at: int
    name: str | None


CALL = (c.id, c.kiosk, c.call_id, c.state, c.asked_at, c.answered_at, k.name)
JOINED = select(*CALL).join_from(KioskCall, Kiosk, k.key == c.kiosk, isouter=True)
LATE = c.asked_at > bindparam("after", type_=BigInteger())
OPEN = Query(
    JOINED.where(one_of(c.state, ("waiting", "coming")), LATE).order_by(c.asked_at, c.id).limit(MOST_SHOWN), into=Call
)
OF_KIOSK = Query(
    JOINED.where(c.kiosk == bindparam("kiosk"), LATE).order_by(c.asked_at.desc(), c.id.desc()).limit(10), into=Call
)
BY_ID = Query(JOINED.where(c.id == bindparam("id")), into=Call)
BY_CALL_ID = Query(JOINED.where(c.call_id == bindparam("call_id")), into=Call)
ADD = insert_or_nothing(KioskCall)
ANSWER: Query[Any] = Query(
    update(table_of(KioskCall))
    .where(c.id == bindparam("which"), c.state == bindparam("former"))
    .values(state=bindparam("now_state"), answered_at=bindparam("now"), answered_by=bindparam("who"))
)

OLD: Query[tuple[int]] = Query(
    select(c.id)
    .where(c.asked_at < bindparam("before", type_=BigInteger()))
    .order_by(c.asked_at)
    .limit(bindparam("most", type_=BigInteger()))
)
FORGET: Query[Any] = Query(delete(table_of(KioskCall)).where(c.id == bindparam("which")))


def call(tx: Tx, call_id: str) -> Call:
    """Somebody calls from the kiosk that is the actor. Staff are told of it, unless a call waits there: it is the same.

    Raises Conflict("call_id_reused").
    """
    key = tx.by.device or ""
    waiting = (one for one in of_kiosk(tx, key) if one.state == "waiting" and tx.now - one.asked_at < ONE_CALL)
    if found := next(waiting, None):
        return found
    former = tx.row(BY_CALL_ID, call_id=call_id)
    is_unanswered = former is not None and former.kiosk == key and former.state == "waiting"
    # A kiosk keeps the id of a call that nobody ever answered; whoever presses now is told to staff all the same.
    return _call_once(tx, key, secrets.token_hex(16) if is_unanswered else call_id)


def _call_once(tx: Tx, key: str, call_id: str) -> Call:
    if number := note(tx, key, call_id):
        tx.later(TELL, {"id": number, "is_again": False})
        tx.later(TELL, {"id": number, "is_again": True}, at=tx.now + AGAIN_AFTER)
    found = tx.row(BY_CALL_ID, call_id=call_id)
    if found is None or found.kiosk != key:
        raise Conflict("call_id_reused")
    return found


def note(tx: Tx, kiosk: str, call_id: str) -> int:
    """Store a call; nobody is written to. Returns its id, 0 when there is one of this `call_id`."""
    number = tx.new_id()
    facts = {"kiosk": kiosk, "call_id": call_id, "state": "waiting", "asked_at": tx.now}
    is_new = tx.run(ADD, id=number, answered_at=0, answered_by=None, **facts)
    tx.touch(TOPIC)
    return number if is_new else 0


def answer(tx: Tx, call_id: int) -> None:
    """A member of staff says that they come. Raises NotFound; Conflict when somebody else did."""
    _turn(tx, call_id, "waiting", "coming")


def close(tx: Tx, call_id: int) -> None:
    """The call is over. Raises NotFound."""
    one = _found(tx, call_id)
    if one.state != "over":
        _turn(tx, call_id, one.state, "over")


def _turn(tx: Tx, call_id: int, former: str, state: str) -> None:
    one = _found(tx, call_id)
    if not tx.run(ANSWER, which=call_id, former=former, now_state=state, now=tx.now, who=tx.by.person_id):
        raise Conflict("call_answered")
    withdraw(tx, *(key_of(call_id, is_again=is_again) for is_again in (False, True)))
    record(tx, "access.answer_call", None, one.kiosk, state=state)
    tx.touch(TOPIC)


def key_of(call_id: int, *, is_again: bool) -> str:
    """What makes the letters about a call one, for each who gets them."""
    return f"call:{call_id:x}:{int(is_again)}"


def find(reader: Reader, call_id: int) -> Call | None:
    """A call, if it is still kept."""
    return reader.row(BY_ID, id=call_id)


def _found(tx: Tx, call_id: int) -> Call:
    found = find(tx, call_id)
    if found is None:
        raise NotFound("no_such_call")
    return found


def open_calls(reader: Reader) -> list[Call]:
    """The calls that wait or are answered, the oldest first."""
    return reader.rows(OPEN, after=reader.now - STAYS)


def waiting_count(reader: Reader) -> int:
    """How many calls nobody answered yet."""
    return sum(one.state == "waiting" for one in open_calls(reader))


def of_kiosk(reader: Reader, key: str) -> list[Call]:
    """The last calls of a kiosk, the latest first."""
    return reader.rows(OF_KIOSK, kiosk=key, after=reader.now - STAYS)


def forget(tx: Tx, before: int, count: int) -> int:
    """Delete calls, oldest first. Returns how many."""
    old = tx.rows(OLD, before=before, most=count)
    for (call_id,) in old:
        tx.run(FORGET, which=call_id)
    return len(old)
