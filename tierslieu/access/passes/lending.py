"""Cards of the house, lent for a day: made in a batch, lent until tonight, given back or over by themselves."""

import secrets
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, bindparam, update

from devices.badges import codec
from tierslieu.access import actions as badges
from tierslieu.access import queries as access
from tierslieu.access.passes import queries
from tierslieu.access.schemas import BadgeRow
from tierslieu.access.tables import HouseCard
from tierslieu.basics.errors import Conflict, Invalid
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.venue.queries import venue

MOST_AT_ONCE: Final = 50
h = columns(HouseCard)
ADD: Query[Any] = Query(insert_into(HouseCard))
RETIRE: Query[Any] = Query(
    update(table_of(HouseCard))
    .where(h.id == bindparam("which"), h.retired_at == 0)
    .values(retired_at=bindparam("now", type_=BigInteger()))
)


class MadeCard(msgspec.Struct, frozen=True):
    """A card of the house just made. `token` is what to print; it is told only now."""

    number: str
    token: str


def make_cards(tx: Tx, count: int) -> list[MadeCard]:
    """New cards for the drawer. Raises Invalid for a count that is no batch."""
    if not 1 <= count <= MOST_AT_ONCE:
        raise Invalid("form", {"count": "too_many_cards"}, most=MOST_AT_ONCE)
    record(tx, "access.make_house_cards", None, "", count=count)
    return [_make(tx, badges.free_number(tx)) for _ in range(count)]


def _make(tx: Tx, number: str) -> MadeCard:
    secret = secrets.token_bytes(codec.SECRET_BYTES)
    kept = codec.stored(secret)
    tx.run(ADD, id=tx.new_id(), card_number=number, secret_sha256=kept, made_at=tx.now, retired_at=0)
    return MadeCard(number, codec.encode(secret))


def lend(tx: Tx, person_id: int, typed: str) -> BadgeRow:
    """The card of that number (typed, or its code scanned) opens for this person until tonight.

    Raises NotFound("no_such_house_card"), Conflict("card_lent", "card_lost", "has_badge").
    """
    reading = codec.read(typed)
    kept = codec.stored(reading.secret) if reading.secret else ""
    card = queries.house_card(tx, reading.number, kept)
    if not card.is_free:
        raise Conflict("card_lent" if card.state == "active" else "card_lost")
    badge = badges.lend_badge(tx, person_id, card.card_number, card.secret_sha256, tonight(tx))
    record_for(tx, "access.lend_card", person_id, card.card_number)
    return badge


def tonight(tx: Tx) -> int:
    """Midnight, by the clock of the house."""
    zone = venue(tx).zone
    return zone.instant(zone.date(tx.now) + timedelta(days=1), 0)


def give_back(tx: Tx, card_id: int) -> None:
    """A card is in the drawer again, also one that was thought lost. Raises Conflict("card_not_lent"), NotFound."""
    card = queries.house_card_by_id(tx, card_id)
    if card.badge_id is None:
        raise Conflict("card_not_lent")
    badges.take_back_badge(tx, card.badge_id)
    if card.person_id is not None:
        record_for(tx, "access.return_card", card.person_id, card.card_number)


def take_back_from(tx: Tx, person_id: int, badge_id: int) -> None:
    """The card lent to this person came back. Raises NotFound."""
    access.require_owner(tx, badge_id, person_id)
    badges.take_back_badge(tx, badge_id)
    record_for(tx, "access.return_card", person_id, show(badge_id))


def retire(tx: Tx, card_id: int) -> None:
    """A card of the house is used no more; if somebody has it, it stops. Raises Conflict("card_lent"), NotFound."""
    card = queries.house_card_by_id(tx, card_id)
    if card.state == "active":
        raise Conflict("card_lent")
    tx.run(RETIRE, which=card_id, now=tx.now)
    record(tx, "access.retire_house_card", None, show(card_id))
