"""What sending changes: deliveries are noted, taken, and what came of them is written down. Short transactions.

Whoever takes a delivery moves its `due_at` to the end of the time it may be in hand. A process that dies meanwhile
leaves it to the next run, which sends it again under the same id: at least once, and receivers can tell.
"""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, literal, update

from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, one_of, table_of, to_json
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.schemas import moment
from tierslieu.reservations.webhooks import queries, rules
from tierslieu.reservations.webhooks.schemas import Parcel, Stored, StoredDelivery
from tierslieu.reservations.webhooks.tables import Webhook, WebhookDelivery

SEND = "reservations.webhooks.send"
TELL = "reservations.webhooks.tell"
w, d = columns(Webhook), columns(WebhookDelivery)
ADD: Query[Any] = Query(insert_into(WebhookDelivery))
TAKE: Query[Any] = Query(
    update(table_of(WebhookDelivery))
    .where(
        d.id == bindparam("which"),
        one_of(d.state, ("waiting", "sending")),
        d.due_at == bindparam("seen", type_=BigInteger()),
    )
    .values(
        state=literal("sending"),
        tries=d.tries + 1,
        due_at=bindparam("until", type_=BigInteger()),
    )
)
NOTE: Query[Any] = Query(
    update(table_of(WebhookDelivery))
    .where(d.id == bindparam("which"), d.state == literal("sending"), d.tries == bindparam("nth", type_=Integer()))
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("at", type_=BigInteger()),
        status=bindparam("answered", type_=Integer()),
        error=bindparam("why"),
        ended_at=bindparam("ended", type_=BigInteger()),
    )
)
TAKEN: Query[Any] = Query(
    update(table_of(Webhook)).where(w.id == bindparam("which")).values(taken_at=bindparam("now", type_=BigInteger()))
)


def note(tx: Tx, hook: Stored, kind: str, data: dict[str, object]) -> int:
    """Write down what a receiver is to be told; it leaves after the commit, or once it is not paused."""
    delivery_id = tx.new_id()
    body = {"type": kind, "timestamp": moment(tx.now), "data": data}
    tx.run(
        ADD,
        id=delivery_id,
        webhook_id=hook.id,
        kind=kind,
        payload=to_json(body),
        state="held" if hook.paused_because and kind != rules.PING else "waiting",
        tries=0,
        due_at=tx.now,
        status=0,
        error="",
        created_at=tx.now,
        ended_at=0,
    )
    wake(tx, hook.id)
    return delivery_id


def wake(tx: Tx, webhook_id: int) -> None:
    """See to it that a job looks at this receiver when its next delivery is due."""
    found = tx.row(queries.NEXT, webhook=webhook_id)
    if found is None or found[0] is None:
        return
    tx.later(SEND, {"webhook": show(webhook_id)}, at=max(found[0], tx.now))


def take(tx: Tx, webhook_id: int) -> list[Parcel]:
    """Take what is due, as many as may be under way at once; the end of each looks for the next."""
    hook = tx.row(queries.ONE, id=webhook_id)
    if hook is None:
        return []
    (under_way,) = tx.row(queries.IN_HAND, webhook=webhook_id, now=tx.now) or (0,)
    room = max(rules.AT_ONCE - under_way, 0)
    due = tx.rows(queries.DUE, webhook=webhook_id, now=tx.now, most=room) if room else []
    taken = []
    for one in due:
        if tx.run(TAKE, which=one.id, seen=one.due_at, until=tx.now + rules.IN_HAND):
            mine = msgspec.structs.replace(one, tries=one.tries + 1)
            taken.append(Parcel(mine, hook.url, queries.secrets_of(hook, tx.now)))
    if taken:
        tx.later(SEND, {"webhook": show(webhook_id)}, at=tx.now + rules.IN_HAND)
    return taken


def note_taken(tx: Tx, one: StoredDelivery, status: int) -> None:
    """The receiver has it."""
    if tx.run(NOTE, which=one.id, nth=one.tries, new_state="taken", at=tx.now, answered=status, why="", ended=tx.now):
        tx.run(TAKEN, which=one.webhook_id, now=tx.now)
    wake(tx, one.webhook_id)


def note_failure(tx: Tx, one: StoredDelivery, status: int, error: str) -> None:
    """The receiver does not have it: again later. When that is over, or it said that it is gone, it is paused."""
    hook = tx.row(queries.ONE, id=one.webhook_id)
    if hook is None:
        return
    is_trial, is_gone = one.kind == rules.PING, status == rules.GONE
    at = None if is_gone or is_trial else rules.next_try(one.tries, tx.now)
    state = "failed" if at is None else "held" if hook.paused_because else "waiting"
    ended = tx.now if at is None else 0
    noted = tx.run(
        NOTE, which=one.id, nth=one.tries, new_state=state, at=at or tx.now, answered=status, why=error, ended=ended
    )
    is_alone = hook.taken_at >= one.created_at  # others were taken since: this one is at fault, not the receiver
    if noted and at is None and not is_trial and (is_gone or not is_alone):
        tx.later(TELL, {"webhook": show(hook.id), "because": "gone" if is_gone else "failing"})
    wake(tx, hook.id)
