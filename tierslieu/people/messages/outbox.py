"""What sending changes: a message is taken, handed over, and what came of it is noted. Short transactions each.

A process that dies between handing over and noting leaves the message in `sending`. The next run sends it once
more under the same id, which servers recognise; a second time it is not repeated: staff are told to ask.
"""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, literal, null, or_, select, text, update

from tierslieu.infra.statements import Query, among, columns, one_of, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages import queries
from tierslieu.people.messages.actions import SEND
from tierslieu.people.messages.rules import (
    BY_WIRE,
    FAILED,
    SENDING,
    WAITING,
    Ask,
    Choice,
    Manners,
    choose,
    leave,
    next_try,
)
from tierslieu.people.messages.schemas import File, Receiver, Stored
from tierslieu.people.messages.tables import Message

IN_HAND = 60
"""Seconds that somebody may be handing a message over: longer than any server is waited for."""
m = columns(Message)
ONE_AT_A_TIME: Query[Any] = Query(
    postgresql=text("SELECT pg_advisory_xact_lock(:person)").bindparams(bindparam("person", type_=BigInteger()))
)
"""PostgreSQL: messages to one receiver are counted one after the other. SQLite has one writer anyway."""
TAKE: Query[Any] = Query(
    update(table_of(Message))
    .where(m.id == bindparam("which"), m.state == bindparam("former"))
    .values(
        state=literal(SENDING),
        channel=bindparam("by_channel"),
        reason=literal(""),
        repeats=bindparam("count", type_=Integer()),
        left_at=bindparam("now", type_=BigInteger()),
    )
)
PLACE: Query[Any] = Query(
    update(table_of(Message))
    .where(m.id == bindparam("which"), m.state == bindparam("former"))
    .values(
        state=bindparam("new_state"),
        channel=bindparam("by_channel"),
        reason=bindparam("why"),
        due_at=bindparam("at", type_=BigInteger()),
        ended_at=bindparam("ended", type_=BigInteger()),
    )
)
SENT: Query[Any] = Query(
    update(table_of(Message))
    .where(m.id == bindparam("which"), m.state == literal(SENDING))
    .values(
        state=literal("sent"),
        tries=m.tries + 1,
        last_error=literal(""),
        provider_id=bindparam("provider"),
        ended_at=bindparam("now", type_=BigInteger()),
    )
)
NOT_SENT: Query[Any] = Query(
    update(table_of(Message))
    .where(m.id == bindparam("which"), m.state == literal(SENDING))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("why"),
        tries=bindparam("count", type_=Integer()),
        last_error=bindparam("error"),
        due_at=bindparam("at", type_=BigInteger()),
        left_at=null(),
    )
)
FORGET_SECRET: Query[Any] = Query(
    update(table_of(Message))
    .where(m.id == bindparam("which"), m.is_secret == 1)
    .values(text=literal(""), short=literal(""), files=literal(""))
)
REPORTED: Query[Any] = Query(
    update(table_of(Message))
    .where(
        or_(m.provider_id == bindparam("provider"), m.id == bindparam("which", type_=BigInteger())),
        m.channel == literal("sms"),
        one_of(m.state, (SENDING, "sent")),
    )
    .values(state=bindparam("new_state"), reason=bindparam("why"), ended_at=bindparam("now", type_=BigInteger()))
)
LAPSED: Query[Any] = Query(
    update(table_of(Message))
    .where(one_of(m.state, (WAITING, FAILED)), m.until <= bindparam("now", type_=BigInteger()))
    .values(state=literal("given_up"), reason=literal("moment_passed"), ended_at=bindparam("now", type_=BigInteger()))
)
OLD: Query[tuple[int]] = Query(
    select(m.id)
    .where(m.created_at < bindparam("before", type_=BigInteger()), or_(m.text != literal(""), m.subject != literal("")))
    .order_by(m.created_at)
    .limit(bindparam("count", type_=Integer()))
)
FORGET: Query[Any] = Query(
    update(table_of(Message))
    .where(among(m.id, "ids"))
    .values(subject=literal(""), text=literal(""), short=literal(""), files=literal(""))
)


class Outgoing(msgspec.Struct, frozen=True):
    """A message that was taken and is to be handed over now."""

    message: Stored
    receiver: Receiver
    files: tuple[File, ...]


def prepare(tx: Tx, message_id: int, manners: Manners, ready: frozenset[str]) -> Outgoing | None:
    """Take a message for sending, or place it where it belongs: a list, a later hour, an end. None: nothing to send."""
    found = tx.row(queries.BY_ID, id=message_id)
    if found is None:
        return None
    tx.rows(ONE_AT_A_TIME, person=found.receiver_id)
    one = queries.stored(tx, message_id)
    receiver = queries.receivers(tx, [one.receiver_id])[one.receiver_id]
    if one.state == SENDING:
        return _take_again(tx, one, receiver)
    if one.state != WAITING or one.due_at > tx.now or one.channel in ("call", "print"):
        return None
    if not receiver.is_active:
        _end(tx, one, "cancelled", "", "account_closed")
        return None
    ask = Ask(
        one.weight,
        is_asked=bool(one.is_asked),
        is_secret=bool(one.is_secret),
        is_reply=bool(one.is_reply),
        until=one.until,
        ready=ready,
    )
    choice = choose(queries.contact(tx, receiver), ask)
    if choice.channel not in BY_WIRE:
        _place_by_hand(tx, one, choice)
        return None
    sent = queries.sent_since(tx, receiver.id, manners.today(tx.now))
    found_time = leave(ask, manners, tx.now, one.created_at, sent)
    if found_time.at is None:
        _end(tx, one, "given_up", choice.channel, found_time.reason)
        return None
    if found_time.at > tx.now:
        _place(tx, one, WAITING, choice.channel, found_time.reason, found_time.at)
        tx.later(SEND, {"id": one.id}, at=found_time.at)
        return None
    tx.run(TAKE, which=one.id, former=WAITING, by_channel=choice.channel, count=one.repeats, now=tx.now)
    return _outgoing(tx, one, receiver, choice.channel)


def _outgoing(tx: Tx, one: Stored, receiver: Receiver, channel: str) -> Outgoing:
    row = tx.row(queries.FILES, id=one.id)
    files = msgspec.json.decode(row[0], type=tuple[File, ...]) if row and row[0] else ()
    return Outgoing(msgspec.structs.replace(one, channel=channel, state=SENDING), receiver, files)


def _take_again(tx: Tx, one: Stored, receiver: Receiver) -> Outgoing | None:
    """The end of the last sending was not noted yet: look later. If it never is: once more, not twice."""
    until = (one.left_at or 0) + IN_HAND
    if until > tx.now:
        tx.later(SEND, {"id": one.id}, at=until)
        return None
    if one.repeats:
        tx.run(
            NOT_SENT,
            which=one.id,
            new_state=FAILED,
            why="unknown_outcome",
            count=one.tries,
            error="unknown_outcome",
            at=tx.now,
        )
        return None
    tx.run(TAKE, which=one.id, former=SENDING, by_channel=one.channel, count=one.repeats + 1, now=tx.now)
    return _outgoing(tx, one, receiver, one.channel)


def _place_by_hand(tx: Tx, one: Stored, choice: Choice) -> None:
    """Into the hands of people, or nowhere when the person wants no channel at all."""
    if choice.channel:
        _place(tx, one, WAITING, choice.channel, choice.reason, tx.now)
    else:
        _end(tx, one, "not_wanted" if choice.reason == "refused_by_person" else "given_up", "", choice.reason)


def _place(tx: Tx, one: Stored, state: str, channel: str, reason: str, at: int) -> None:
    ended = None if state == WAITING else tx.now
    tx.run(PLACE, which=one.id, former=one.state, new_state=state, by_channel=channel, why=reason, at=at, ended=ended)


def _end(tx: Tx, one: Stored, state: str, channel: str, reason: str) -> None:
    _place(tx, one, state, channel, reason, one.due_at)
    tx.run(FORGET_SECRET, which=one.id)


def note_sent(tx: Tx, message_id: int, provider_id: str | None) -> None:
    """It was taken over. A report that came first keeps the last word."""
    tx.run(SENT, which=message_id, provider=provider_id, now=tx.now)
    tx.run(FORGET_SECRET, which=message_id)


def note_failure(tx: Tx, one: Stored, error: str, *, is_final: bool) -> None:
    """It was not taken over: again later, or, when that is over, for staff to tell otherwise."""
    tries = one.tries + 1
    at = None if is_final else next_try(tries, tx.now)
    if at is not None:
        tx.run(NOT_SENT, which=one.id, new_state=WAITING, why="try_again", count=tries, error=error, at=at)
        tx.later(SEND, {"id": one.id}, at=at)
    else:
        tx.run(NOT_SENT, which=one.id, new_state=FAILED, why=error, count=tries, error=error, at=one.due_at)
        tx.run(FORGET_SECRET, which=one.id)


def note_report(tx: Tx, provider_id: str, message_id: int, *, is_delivered: bool) -> None:
    """What the operator says of a short message. One that nobody knows changes nothing."""
    state, why = ("delivered", "") if is_delivered else (FAILED, "not_delivered")
    tx.run(REPORTED, provider=provider_id or "-", which=message_id, new_state=state, why=why, now=tx.now)


def end_lapsed(tx: Tx, _payload: object) -> None:
    """End what waited beyond its moment."""
    tx.run(LAPSED, now=tx.now)


def forget(tx: Tx, before: int, count: int) -> int:
    """Empty the texts of at most `count` messages made before an instant; the rows stay. Returns how many."""
    ids = [id_ for (id_,) in tx.rows(OLD, before=before, count=count)]
    if ids:
        tx.run(FORGET, ids=ids)
    return len(ids)
