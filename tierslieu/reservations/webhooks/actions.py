"""All changes to webhooks that people ask for, and their pausing; what sending changes is in outbox.py."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, delete, literal, select, update

from tierslieu.basics.errors import Invalid, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, one_of, table_of, to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations.webhooks import outbox, queries, rules
from tierslieu.reservations.webhooks.schemas import (
    DeliveryView,
    NewWebhook,
    Replayed,
    WebhookChange,
    WebhookSecret,
    WebhookView,
)
from tierslieu.reservations.webhooks.tables import Webhook, WebhookDelivery
from tierslieu.venue.actions import changed

MANAGE = "webhooks.manage"
MOST = 50
SECRET_BYTES = 24
w, d = columns(Webhook), columns(WebhookDelivery)
ADD: Query[Any] = Query(insert_into(Webhook))
CHANGE: Query[Any] = Query(
    update(table_of(Webhook))
    .where(w.id == bindparam("which"))
    .values(
        title=bindparam("new_title"),
        url=bindparam("new_url"),
        kinds=bindparam("new_kinds"),
        changed_at=bindparam("now", type_=BigInteger()),
    )
)
PAUSE: Query[Any] = Query(
    update(table_of(Webhook))
    .where(w.id == bindparam("which"), w.paused_because != bindparam("because"))
    .values(paused_because=bindparam("because"), changed_at=bindparam("now", type_=BigInteger()))
)
ROTATE: Query[Any] = Query(
    update(table_of(Webhook))
    .where(w.id == bindparam("which"))
    .values(
        secret=bindparam("fresh"),
        former_secret=w.secret,
        former_until=bindparam("until", type_=BigInteger()),
        changed_at=bindparam("now", type_=BigInteger()),
    )
)
REMOVE: Query[Any] = Query(delete(table_of(Webhook)).where(w.id == bindparam("which")))
HOLD: Query[Any] = Query(
    update(table_of(WebhookDelivery))
    .where(d.webhook_id == bindparam("hook"), d.state == literal("waiting"))
    .values(state=literal("held"))
)
RELEASE: Query[Any] = Query(
    update(table_of(WebhookDelivery))
    .where(d.webhook_id == bindparam("hook"), d.state == literal("held"))
    .values(state=literal("waiting"), tries=literal(0), due_at=bindparam("now", type_=BigInteger()))
)
AGAIN: Query[Any] = Query(
    update(table_of(WebhookDelivery))
    .where(d.id == bindparam("which"), one_of(d.state, ("taken", "failed", "held", "waiting")))
    .values(state=literal("waiting"), tries=literal(0), due_at=bindparam("now", type_=BigInteger()))
)
AGAIN_SINCE: Query[Any] = Query(
    update(table_of(WebhookDelivery))
    .where(
        d.webhook_id == bindparam("hook"),
        d.created_at >= bindparam("since", type_=BigInteger()),
        one_of(d.state, ("taken", "failed", "held", "waiting")),
    )
    .values(state=literal("waiting"), tries=literal(0), due_at=bindparam("now", type_=BigInteger()))
)
FORGET: Query[Any] = Query(
    delete(table_of(WebhookDelivery)).where(
        d.id.in_(
            select(d.id)
            .where(d.created_at < bindparam("before", type_=BigInteger()))
            .limit(bindparam("most", type_=Integer()))
        )
    )
)


def register(tx: Tx, wish: NewWebhook, inner: Sequence[rules.Network]) -> WebhookSecret:
    """A new receiver; its secret is told this once. Raises Invalid for an address that may not be called."""
    _require_callable(wish.url, inner)
    if len(tx.rows(queries.ALL)) >= MOST:
        raise Refused((Reason("too_many_webhooks", {"most": MOST}),))
    webhook_id, secret = tx.new_id(), _new_secret()
    tx.run(
        ADD,
        id=webhook_id,
        title=wish.title,
        url=wish.url,
        kinds=to_json(sorted(set(wish.kinds))),
        secret=secret,
        former_secret="",
        former_until=0,
        paused_because="",
        taken_at=0,
        created_by=tx.by.person_id,
        created_at=tx.now,
        changed_at=tx.now,
    )
    changed(tx)  # whether anybody listens is remembered with the venue
    record(tx, "webhooks.register", None, show(webhook_id))
    return WebhookSecret(show(webhook_id), secret)


def change(tx: Tx, webhook_id: int, wish: WebhookChange, inner: Sequence[rules.Network]) -> WebhookView:
    """What is named changes. Raises Invalid for an address that may not be called, NotFound."""
    former = queries.webhook(tx, webhook_id)
    if wish.url is not None:
        _require_callable(wish.url, inner)
    tx.run(
        CHANGE,
        which=webhook_id,
        new_title=wish.title or former.title,
        new_url=wish.url or former.url,
        new_kinds=to_json(sorted(set(wish.kinds))) if wish.kinds else former.kinds,
        now=tx.now,
    )
    if wish.paused is not None:
        pause(tx, webhook_id, "staff") if wish.paused else resume(tx, webhook_id)
    record(tx, "webhooks.change", None, show(webhook_id))
    return queries.seen(tx, webhook_id)


def pause(tx: Tx, webhook_id: int, because: str) -> bool:
    """Tell it nothing for now: what happens is held for it. False when it was paused for this already."""
    if not tx.run(PAUSE, which=webhook_id, because=because, now=tx.now):
        return False
    tx.run(HOLD, hook=webhook_id)
    return True


def resume(tx: Tx, webhook_id: int) -> None:
    """Tell it what was held, and what happens from now on."""
    tx.run(PAUSE, which=webhook_id, because="", now=tx.now)
    tx.run(RELEASE, hook=webhook_id, now=tx.now)
    outbox.wake(tx, webhook_id)


def rotate(tx: Tx, webhook_id: int) -> WebhookSecret:
    """Another secret. The one in force so far signs too for a day, so that nothing is refused meanwhile."""
    queries.webhook(tx, webhook_id)
    fresh = _new_secret()
    tx.run(ROTATE, which=webhook_id, fresh=fresh, until=tx.now + rules.TWO_SECRETS, now=tx.now)
    record(tx, "webhooks.change_secret", None, show(webhook_id))
    return WebhookSecret(show(webhook_id), fresh)


def remove(tx: Tx, webhook_id: int) -> None:
    """It is told nothing more; what was told to it is forgotten."""
    queries.webhook(tx, webhook_id)
    tx.run(REMOVE, which=webhook_id)
    changed(tx)  # whether anybody listens is remembered with the venue
    record(tx, "webhooks.remove", None, show(webhook_id))


def try_out(tx: Tx, webhook_id: int) -> DeliveryView:
    """Send a trial, to paused ones too."""
    noted = outbox.note(tx, queries.webhook(tx, webhook_id), rules.PING, {"webhook": show(webhook_id)})
    return queries.delivery_view(queries.delivery(tx, webhook_id, noted))


def send_again(tx: Tx, webhook_id: int, delivery_id: int) -> DeliveryView:
    """Send one thing again, under the same id; one under way goes on. Raises NotFound."""
    queries.delivery(tx, webhook_id, delivery_id)
    tx.run(AGAIN, which=delivery_id, now=tx.now)
    outbox.wake(tx, webhook_id)
    return queries.delivery_view(queries.delivery(tx, webhook_id, delivery_id))


def send_again_since(tx: Tx, webhook_id: int, since: int) -> Replayed:
    """Send everything again that was told or held since an instant, under the same ids."""
    queries.webhook(tx, webhook_id)
    count = tx.run(AGAIN_SINCE, hook=webhook_id, since=since, now=tx.now)
    outbox.wake(tx, webhook_id)
    record(tx, "webhooks.replay", None, show(webhook_id), count=count)
    return Replayed(count)


def forget(tx: Tx, before: int, count: int) -> int:
    """Remove at most `count` deliveries noted before an instant. Returns how many."""
    return tx.run(FORGET, before=before, most=count)


def _require_callable(url: str, inner: Sequence[rules.Network]) -> None:
    target = rules.read_target(url, inner)
    if isinstance(target, str):
        raise Invalid(target, {"url": target})


def _new_secret() -> str:
    return rules.new_secret(secrets.token_bytes(SECRET_BYTES))
