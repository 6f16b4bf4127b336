"""All changes to messages that people or features ask for; what sending changes is in outbox.py."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, literal, null, update

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, among, columns, insert_or_nothing, one_of, table_of, to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.messages import queries
from tierslieu.people.messages.rules import FAILED, MOST_CALLS, WAITING, Manners
from tierslieu.people.messages.schemas import Notice, Stored
from tierslieu.people.messages.tables import Message
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import receivers_of

SEND = "people.messages.send"
m = columns(Message)
ADD = insert_or_nothing(Message)
SET: Query[Any] = Query(
    update(table_of(Message))
    .where(m.id == bindparam("which"), m.state == bindparam("former"))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("why"),
        ended_at=bindparam("now", type_=BigInteger()),
        handled_by=bindparam("by", type_=BigInteger()),
    )
)
AGAIN: Query[Any] = Query(
    update(table_of(Message))
    .where(m.id == bindparam("which"), m.state == bindparam("former"))
    .values(
        state=literal(WAITING),
        channel=bindparam("by_channel"),
        reason=literal(""),
        last_error=literal(""),
        tries=literal(0),
        repeats=literal(0),
        round=m.round + 1,
        due_at=bindparam("now", type_=BigInteger()),
        ended_at=null(),
        handled_by=bindparam("by", type_=BigInteger()),
    )
)
LATER: Query[Any] = Query(
    update(table_of(Message))
    .where(m.id == bindparam("which"), one_of(m.state, (WAITING,)))
    .values(
        tries=bindparam("count", type_=Integer()),
        due_at=bindparam("at", type_=BigInteger()),
        handled_by=bindparam("by", type_=BigInteger()),
    )
)
WITHDRAW: Query[Any] = Query(
    update(table_of(Message))
    .where(among(m.key, "keys", is_text=True), one_of(m.state, (WAITING,)))
    .values(state=literal("cancelled"), reason=literal("overtaken"), ended_at=bindparam("now", type_=BigInteger()))
)
CAN_BE_SENT_AGAIN = ("sent", "delivered", FAILED, "given_up", "cancelled", "not_wanted", WAITING)


def post(tx: Tx, person_id: int, notice: Notice) -> None:
    """Tell a person something, by the channels they accept; it leaves after the commit.

    Those who receive messages in the person's place get it (one message each), except what the person asked for.
    The same `notice.key` is told once.
    """
    if known(tx, person_id) is None:
        return
    receivers = (person_id,) if notice.is_asked else receivers_of(tx, person_id, tx.now)
    for receiver_id in receivers:
        _add(tx, person_id, receiver_id, notice)


def post_to_many(tx: Tx, person_ids: Iterable[int], notice: Notice) -> int:
    """The same words to many people, a message each. Returns how many people there were."""
    ids = list(dict.fromkeys(person_ids))
    for person_id in ids:
        post(tx, person_id, notice)
    return len(ids)


def post_by_hand(tx: Tx, person_id: int, notice: Notice, channel: str) -> None:
    """Tell a person something by people's hands whatever they accept: straight into the list to call or to print."""
    _add(tx, person_id, person_id, notice, channel)


def _add(tx: Tx, person_id: int, receiver_id: int, notice: Notice, channel: str = "") -> None:
    message_id = tx.new_id()
    is_new = tx.run(
        ADD,
        id=message_id,
        key=notice.key or None,
        person_id=person_id,
        receiver_id=receiver_id,
        kind=notice.kind,
        weight=notice.weight,
        subject=notice.subject,
        text=notice.text,
        short=notice.short,
        files=to_json(notice.files) if notice.files else "",
        is_asked=int(notice.is_asked),
        is_secret=int(notice.is_secret),
        is_reply=int(notice.is_reply),
        until=notice.until,
        channel=channel,
        state=WAITING,
        reason="",
        tries=0,
        repeats=0,
        round=0,
        last_error="",
        provider_id=None,
        created_at=tx.now,
        created_by=tx.by.person_id,
        due_at=tx.now,
        left_at=None,
        ended_at=None,
        handled_by=None,
    )
    if is_new and not channel:
        tx.later(SEND, {"id": message_id})


def withdraw(tx: Tx, *keys: str) -> int:
    """Take back what was posted under these keys and did not leave yet: something newer says more."""
    return tx.run(WITHDRAW, keys=list(keys), now=tx.now)


def write_to(tx: Tx, person_id: int, subject: str, text: str) -> None:
    """A member of staff writes to somebody in their own words. Raises NotFound. The log keeps that, not what."""
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    post(tx, person_id, Notice("free_text", subject, text, short=text))
    record(tx, "messages.write", person_id)


def send_again(tx: Tx, message_id: int, by_channel: str = "") -> None:
    """Send a message once more, or hand it to people to print or to call. Raises Refused when it says nothing now."""
    one = queries.stored(tx, message_id)
    _require(one, CAN_BE_SENT_AGAIN)
    if not one.text:
        raise Refused((Reason("message_text_gone"),))
    if one.until is not None and one.until <= tx.now:
        raise Refused((Reason("message_too_late"),))
    by = tx.by.person_id
    _changed(tx.run(AGAIN, which=one.id, former=one.state, by_channel=by_channel, now=tx.now, by=by))
    if not by_channel:
        tx.later(SEND, {"id": one.id})
    record(tx, "messages.send_again", one.receiver_id, show(one.id), channel=by_channel)


def mark_told(tx: Tx, message_id: int, state: str = "called") -> None:
    """Somebody told it: by voice (`called`) or on paper (`printed`). Raises Refused when it is done already."""
    one = queries.stored(tx, message_id)
    _require(one, (WAITING, FAILED, "given_up", "not_wanted"))
    _end(tx, one, state, one.reason)
    record(tx, "messages.tell", one.receiver_id, show(one.id), how=state)


def mark_all_printed(tx: Tx, message_ids: Iterable[int]) -> int:
    """The slips of a printed page were handed over; those done meanwhile stay as they are. Returns how many."""
    done = 0
    for message_id in message_ids:
        one = queries.stored(tx, message_id)
        if (one.state, one.channel) == (WAITING, "print"):
            mark_told(tx, message_id, "printed")
            done += 1
    return done


def note_no_answer(tx: Tx, message_id: int, manners: Manners) -> None:
    """Nobody answered the phone: again tomorrow, three times at most."""
    one = queries.stored(tx, message_id)
    _require(one, (WAITING,))
    if one.channel != "call":
        raise Refused((Reason("message_done"),))
    if one.tries + 1 >= MOST_CALLS:
        _end(tx, one, "given_up", "no_answer")
    else:
        at, by = manners.tomorrow(tx.now), tx.by.person_id
        _changed(tx.run(LATER, which=one.id, count=one.tries + 1, at=at, by=by))
    record(tx, "messages.no_answer", one.receiver_id, show(one.id))


def cancel(tx: Tx, message_id: int) -> None:
    """It need not be told any more. Raises Refused when it left already."""
    one = queries.stored(tx, message_id)
    _require(one, (WAITING, FAILED))
    _end(tx, one, "cancelled", "by_staff")
    record(tx, "messages.cancel", one.receiver_id, show(one.id))


def _end(tx: Tx, one: Stored, state: str, why: str) -> None:
    by = tx.by.person_id
    _changed(tx.run(SET, which=one.id, former=one.state, new_state=state, why=why, now=tx.now, by=by))


def _changed(count: int) -> None:
    """Somebody else, or the sending itself, may have been first."""
    if not count:
        raise Refused((Reason("message_done"),))


def _require(one: Stored, states: tuple[str, ...]) -> None:
    if one.state not in states:
        raise Refused((Reason("message_done"),))
