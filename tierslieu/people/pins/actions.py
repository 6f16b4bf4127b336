"""All changes of pins: allow, choose, try, block, unblock, remove."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, update

from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.infra.statements import Query, columns, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.pins import queries, rules
from tierslieu.people.pins.tables import KioskPin, PinPermission
from tierslieu.people.signin import arrivals, throttle
from tierslieu.people.signin.queries import account_of
from tierslieu.people.signin.schemas import SessionView, Way
from tierslieu.people.signin.throttle import Limit, TooMany

NOBODY = 0
k, q = columns(KioskPin), columns(PinPermission)
PUT_PIN = upsert(KioskPin, ("person_id",))
PUT_PERMISSION = upsert(PinPermission, ("person_id",))
USE_PERMISSION: Query[Any] = Query(
    delete(table_of(PinPermission)).where(q.person_id == bindparam("person"), q.until > bindparam("now"))
)
BLOCK: Query[Any] = Query(
    update(table_of(KioskPin))
    .where(k.person_id == bindparam("person"), k.blocked_at == 0)
    .values(blocked_at=bindparam("now"))
)
UNBLOCK: Query[Any] = Query(update(table_of(KioskPin)).where(k.person_id == bindparam("person")).values(blocked_at=0))
REMOVE: Query[Any] = Query(delete(table_of(KioskPin)).where(k.person_id == bindparam("person")))
WITHDRAW: Query[Any] = Query(delete(table_of(PinPermission)).where(q.person_id == bindparam("person")))
TIDY: Query[Any] = Query(delete(table_of(PinPermission)).where(q.until <= bindparam("now")))


class Card(msgspec.Struct, frozen=True):
    """What was presented at a kiosk. `name` tells cards apart, known or not; NOBODY has those that are not."""

    name: str
    person_id: int
    kiosk: str


class Try(msgspec.Struct, frozen=True):
    """A try that was counted; `pin_hash` is what the pin must match, None when none can."""

    card: Card
    pin_hash: str | None
    counted: list[int]


def allow(tx: Tx, person_id: int) -> None:
    """The desk lets a person choose a pin at a kiosk. Raises NotFound."""
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    tx.run(PUT_PERMISSION, id=tx.new_id(), person_id=person_id, until=tx.now + rules.PERMISSION_LIFE)
    record_for(tx, "pins.allow", person_id)


def choose(tx: Tx, card: Card, pin_hash: str) -> None:
    """The person chose, with the desk's permission, which is used up. Raises Conflict("pin_not_awaited")."""
    if not tx.run(USE_PERMISSION, person=card.person_id, now=tx.now):
        raise Conflict("pin_not_awaited")
    tx.run(PUT_PIN, id=tx.new_id(), person_id=card.person_id, pin_hash=pin_hash, chosen_at=tx.now, blocked_at=0)
    throttle.forget(tx, daily(card), *kiosk_limits(card)[:1])


def begin(tx: Tx, card: Card) -> Try:
    """Count a try before it is judged. The same work for every card. Raises TooMany for this card or this kiosk."""
    counted = throttle.attempt(tx, *kiosk_limits(card))
    counted += throttle.failed(tx, daily(card))
    pin = queries.pin_of(tx, card.person_id)
    return Try(card, pin.pin_hash if pin is not None and pin.blocked_at == 0 else None, counted)


def wrong(tx: Tx, one: Try) -> None:
    """The try failed. After too many in a day the pin stops, until the desk makes it work again."""
    try:
        throttle.require_room(tx, daily(one.card))
    except TooMany:
        tx.run(BLOCK, person=one.card.person_id, now=tx.now)


def settle(tx: Tx, one: Try) -> bool:
    """The try was right: it counts no more. False when the pin changed meanwhile."""
    pin = queries.pin_of(tx, one.card.person_id)
    if pin is None or pin.blocked_at or pin.pin_hash != one.pin_hash:
        return False
    throttle.withdraw(tx, one.counted)
    return True


def right(tx: Tx, one: Try) -> SessionView | None:
    """The try was right: the kiosk's session opens. None when the pin changed meanwhile."""
    account = account_of(tx, one.card.person_id)
    if account is None or not settle(tx, one):
        return None
    return arrivals.welcome(tx, account.id, account.roles, Way("pin", kind="kiosk"))


def unblock(tx: Tx, person_id: int) -> None:
    """The desk makes a stopped pin work again. Raises NotFound("no_pin")."""
    if not tx.run(UNBLOCK, person=person_id):
        raise NotFound("no_pin")
    throttle.forget(tx, daily(Card(card_name(person_id), person_id, "")))
    record_for(tx, "pins.unblock", person_id)


def remove(tx: Tx, person_id: int) -> None:
    """The desk takes a pin away, and a permission to choose one. Raises NotFound("no_pin")."""
    gone = tx.run(REMOVE, person=person_id) + tx.run(WITHDRAW, person=person_id)
    if not gone:
        raise NotFound("no_pin")
    record_for(tx, "pins.remove", person_id)


def tidy(tx: Tx, _payload: object) -> None:
    """Forget the permissions that nobody used."""
    tx.run(TIDY, now=tx.now)


def card_name(person_id: int) -> str:
    """The name under which tries with a person's cards count: two cards of one person open the same pin."""
    return f"person:{person_id}"


def kiosk_limits(card: Card) -> tuple[Limit, Limit]:
    """What one kiosk bears: wrong pins of this card, and of all cards."""
    return (
        Limit(f"pin:{card.name}|{card.kiosk}", rules.PER_CARD_AND_KIOSK, rules.WINDOW),
        Limit(f"pins:{card.kiosk}", rules.PER_KIOSK, rules.WINDOW),
    )


def daily(card: Card) -> Limit:
    """What a card bears in a day, at all kiosks together."""
    return Limit(f"pin:{card.name}", rules.PER_CARD, rules.DAY)
