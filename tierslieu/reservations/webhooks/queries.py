"""Questions about webhooks and what was told to them."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, and_, bindparam, func, or_, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.http.paging import Place
from tierslieu.infra.statements import Query, columns, one_of
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.schemas import moment
from tierslieu.reservations.webhooks.schemas import DeliveryView, Stored, StoredDelivery, WebhookView
from tierslieu.reservations.webhooks.tables import Webhook, WebhookDelivery

LAST: Place = Place((1 << 62), (1 << 62))
"""Before the newest: lists of deliveries begin with what was told last."""
w, d = columns(Webhook), columns(WebhookDelivery)
ANY: Query[tuple[int]] = Query(select(w.id).limit(1))
ALL: Query[Stored] = Query(select(*w).order_by(w.id), into=Stored)
ONE: Query[Stored] = Query(select(*w).where(w.id == bindparam("id")), into=Stored)
DELIVERY: Query[StoredDelivery] = Query(
    select(*d).where(d.id == bindparam("id"), d.webhook_id == bindparam("webhook")), into=StoredDelivery
)
TOLD: Query[StoredDelivery] = Query(
    select(*d)
    .where(
        d.webhook_id == bindparam("webhook"),
        or_(
            d.created_at < bindparam("at", type_=BigInteger()),
            and_(d.created_at == bindparam("at", type_=BigInteger()), d.id < bindparam("id", type_=BigInteger())),
        ),
        or_(bindparam("state") == "", d.state == bindparam("state")),
    )
    .order_by(d.created_at.desc(), d.id.desc())
    .limit(bindparam("most", type_=Integer())),
    into=StoredDelivery,
)
DUE: Query[StoredDelivery] = Query(
    select(*d)
    .where(
        d.webhook_id == bindparam("webhook"),
        one_of(d.state, ("waiting", "sending")),
        d.due_at <= bindparam("now", type_=BigInteger()),
    )
    .order_by(d.due_at, d.id)
    .limit(bindparam("most", type_=Integer())),
    into=StoredDelivery,
)
NEXT: Query[tuple[int | None]] = Query(
    select(func.min(d.due_at)).where(d.webhook_id == bindparam("webhook"), one_of(d.state, ("waiting", "sending")))
)
IN_HAND: Query[tuple[int]] = Query(
    select(func.count()).where(
        d.webhook_id == bindparam("webhook"),
        d.state == "sending",
        d.due_at > bindparam("now", type_=BigInteger()),
    )
)
COUNTS: Query[tuple[int, str, int]] = Query(
    select(d.webhook_id, d.state, func.count()).group_by(d.webhook_id, d.state).order_by(d.webhook_id, d.state)
)


def webhook(reader: Reader, webhook_id: int) -> Stored:
    """One receiver. Raises NotFound."""
    found = reader.row(ONE, id=webhook_id)
    if found is None:
        raise NotFound("no_such_webhook")
    return found


def is_any(reader: Reader) -> bool:
    """True when somebody is told of anything."""
    return reader.row(ANY) is not None


def listening(reader: Reader, kind: str) -> list[Stored]:
    """Those who are told things of this kind, paused ones too."""
    return [one for one in reader.rows(ALL) if kind in kinds_of(one)]


def kinds_of(one: Stored) -> list[str]:
    """What a receiver is told."""
    return msgspec.json.decode(one.kinds, type=list[str])


def delivery(reader: Reader, webhook_id: int, delivery_id: int) -> StoredDelivery:
    """One thing told to a receiver. Raises NotFound."""
    found = reader.row(DELIVERY, id=delivery_id, webhook=webhook_id)
    if found is None:
        raise NotFound("no_such_delivery")
    return found


def told(reader: Reader, webhook_id: int, state: str, after: Place, most: int) -> list[StoredDelivery]:
    """What was told to a receiver, the last first, from a place on; `state` "" is any."""
    webhook(reader, webhook_id)
    return reader.rows(TOLD, webhook=webhook_id, state=state, at=after.at, id=after.id, most=most)


def counts(reader: Reader) -> dict[int, dict[str, int]]:
    """How many deliveries of each receiver are in each state."""
    found: dict[int, dict[str, int]] = {}
    for webhook_id, state, count in reader.rows(COUNTS):
        found.setdefault(webhook_id, {})[state] = count
    return found


def all_of(reader: Reader) -> list[Stored]:
    """All receivers, in the order in which they were registered."""
    return reader.rows(ALL)


def webhooks(reader: Reader) -> list[WebhookView]:
    """All receivers, as programs see them."""
    return [view(one) for one in reader.rows(ALL)]


def view(one: Stored) -> WebhookView:
    """A receiver as programs see it."""
    return WebhookView(
        show(one.id),
        one.title,
        one.url,
        kinds_of(one),
        one.paused_because,
        moment(one.created_at),
        moment(one.taken_at) if one.taken_at else None,
    )


def seen(reader: Reader, webhook_id: int) -> WebhookView:
    """One receiver, as programs see it. Raises NotFound."""
    return view(webhook(reader, webhook_id))


def lasting(reader: Reader, webhook_id: int) -> WebhookView:
    """What people decided about a receiver: its version is that of this, whatever it took meanwhile."""
    return without_moment(seen(reader, webhook_id))


def without_moment(one: WebhookView) -> WebhookView:
    """The same without the moment of its last delivery."""
    return msgspec.structs.replace(one, last_taken_at=None)


def delivery_view(one: StoredDelivery) -> DeliveryView:
    """A delivery as programs see it."""
    return DeliveryView(
        show(one.id),
        one.kind,
        one.state,
        one.tries,
        one.status,
        one.error,
        moment(one.created_at),
        moment(one.due_at) if one.state == "waiting" else None,
    )


def place_of(one: StoredDelivery) -> Place:
    """Where a delivery stands in the list."""
    return Place(one.created_at, one.id)


def secrets_of(one: Stored, now: int) -> tuple[str, ...]:
    """The secrets that sign now: the one in force first."""
    former: Any = (one.former_secret,) if one.former_secret and now < one.former_until else ()
    return (one.secret, *former)
