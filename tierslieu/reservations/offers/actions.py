"""All changes to offers: make, accept, decline, let lapse, call off, mend."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, update

from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.basics.ids import read, show
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import actions, claims
from tierslieu.reservations.offers import queries
from tierslieu.reservations.offers.events import OfferEnded
from tierslieu.reservations.offers.schemas import NewOffer, Offer
from tierslieu.reservations.offers.tables import Offer as OfferTable
from tierslieu.reservations.queries import stored, view
from tierslieu.reservations.rules import SOFT
from tierslieu.reservations.schemas import Made
from tierslieu.venue.queries import venue

LAPSE = "reservations.offers.lapse"
HOLD = "hold"
o = columns(OfferTable)
PROMISED = ("request", "displaced")
"""Offered by who answers for the place, or instead of what was confirmed: no second answer is needed, and no rule of
the house takes back what it offered itself."""
ADD = insert_or_nothing(OfferTable)
END: Query[Any] = Query(
    update(table_of(OfferTable))
    .where(o.id == bindparam("which"), o.state == bindparam("former"))
    .values(state=bindparam("new_state"), ended_at=bindparam("at", type_=BigInteger()))
)


def make(tx: Tx, new: NewOffer) -> int:
    """Keep a time for somebody: claims and offer together. Returns the offer's id.

    Raises Conflict when the time is not free, or when an offer for the same cause is open.
    """
    offer_id = tx.new_id()
    for unit, span in sorted(new.pieces):  # one order for everyone: two offers cannot wait for each other
        claims.take(tx, [unit], span, HOLD, offer_id)
    is_new = tx.run(
        ADD,
        id=offer_id,
        person_id=new.person_id,
        asked_by=new.asked_by,
        cause=new.cause,
        cause_id=new.cause_id,
        replaces=new.replaces,
        resource_id=new.resource.id,
        starts_at=new.span.start,
        ends_at=new.span.end,
        people=new.people,
        title=new.title,
        note=new.note,
        state="open",
        made_at=tx.now,
        made_by=tx.by.person_id,
        until_at=new.until_at,
        ended_at=0,
    )
    if not is_new:
        raise Conflict("offer_open")
    tx.later(LAPSE, {"id": offer_id}, at=new.until_at)
    return offer_id


def accept(tx: Tx, offer_id: int) -> Made:
    """Reserve what is kept, in the same transaction that ends the offer.

    Raises Conflict when it lapsed or was answered, Refused when the person may not have it any more, NotFound for
    others.
    """
    one = _own(tx, offer_id)
    _end(tx, one, "taken")
    key, is_promised = venue(tx).by_id[one.resource_id].key, one.cause in PROMISED
    if one.replaces is None:
        made = actions.reserve(tx, _request(one, key))
    else:
        claims.give_back(tx, HOLD, one.id, is_freed=False)
        made = actions.move(tx, one.replaces, one.span, key, is_promised=is_promised)
    if is_promised:
        made = _granted(tx, made)
    record_for(tx, "reservations.offers.accept", one.person_id, show(one.id))
    return made


def _request(one: Offer, key: str) -> actions.Request:
    is_promised = one.cause in PROMISED
    return actions.Request(
        (key,),
        one.span,
        one.people,
        one.person_id,
        "arranged" if is_promised else "",
        accepted=SOFT,
        title=one.title,
        hold_id=one.id,
        is_promised=is_promised,
    )


def _granted(tx: Tx, made: Made) -> Made:
    ones = [stored(tx, read(each.id)) for each in made.reservations]
    for each in ones:
        if each.state == "requested":
            actions.grant(tx, each)
    return Made([view(venue(tx), stored(tx, each.id)) for each in ones])


def decline(tx: Tx, offer_id: int) -> None:
    """Say no: the time goes to the next one. Raises Conflict when it lapsed or was answered."""
    one = _own(tx, offer_id)
    _end(tx, one, "declined")
    claims.give_back(tx, HOLD, one.id)
    record_for(tx, "reservations.offers.decline", one.person_id, show(one.id))


def lapse(tx: Tx, payload: dict[str, Any]) -> bool:
    """Nobody answered in time: the time goes to the next one. False when it was answered, or is not over yet."""
    return lapse_one(tx, queries.offer(tx, int(payload["id"])))


def lapse_one(tx: Tx, one: Offer) -> bool:
    """The same for an offer at hand."""
    return tx.now >= one.until_at and call_off(tx, one, "lapsed")


def call_off(tx: Tx, one: Offer, state: str = "void") -> bool:
    """End an offer that its person did not answer, and free its time. False when it was over."""
    if not tx.run(END, which=one.id, former="open", new_state=state, at=tx.now):
        return False
    claims.give_back(tx, HOLD, one.id)
    tx.announce(OfferEnded(one.id))
    return True


def mend(tx: Tx) -> int:
    """Make offers and holds agree again, whatever was interrupted or given away. Returns how many did not."""
    late = [one for one in tx.rows(queries.OVERDUE, now=tx.now) if lapse_one(tx, one)]
    broken = [one for one in tx.rows(queries.BROKEN) if call_off(tx, one)]
    stray = [claims.give_back(tx, HOLD, cause_id) for (cause_id,) in tx.rows(queries.STRAY)]
    return len(late) + len(broken) + len(stray)


def _end(tx: Tx, one: Offer, state: str) -> None:
    if one.state == "open" and tx.now >= one.until_at:
        raise Conflict("offer_lapsed")
    if not tx.run(END, which=one.id, former="open", new_state=state, at=tx.now):
        raise Conflict("offer_lapsed" if one.state == "lapsed" else "offer_answered")
    tx.announce(OfferEnded(one.id))


def _own(tx: Tx, offer_id: int) -> Offer:
    """An offer of somebody for whom the actor may answer. Raises NotFound for anyone else: existence is not told."""
    one = queries.offer(tx, offer_id)
    if not tx.by.may(actions.FOR_OTHERS) and not may_act_for(tx, tx.by.person_id, one.person_id, tx.now):
        raise NotFound("no_such_offer")
    return one
