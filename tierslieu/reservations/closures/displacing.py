"""What becomes of a reservation that cannot take place: something like it is found, held and offered, and told.

An offer holds its time, so that nobody else gets it meanwhile, not even somebody displaced by the same closure.
"""

from typing import Any

import msgspec
from sqlalchemy import bindparam, update

from tierslieu.basics.spans import MINUTE
from tierslieu.infra.personal import NOBODY
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import known_now
from tierslieu.reservations import claims
from tierslieu.reservations.actions import end
from tierslieu.reservations.availability import claim_span, units_for
from tierslieu.reservations.closures import queries, rules
from tierslieu.reservations.closures.events import Displaced
from tierslieu.reservations.closures.schemas import StoredDisplacement
from tierslieu.reservations.closures.tables import Displacement
from tierslieu.reservations.offers.actions import HOLD, PROMISED, call_off, make
from tierslieu.reservations.offers.queries import open_among
from tierslieu.reservations.offers.schemas import NewOffer
from tierslieu.reservations.queries import stored
from tierslieu.reservations.rules import Wish
from tierslieu.reservations.scene import Asker, scene
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.search.rules import surroundings
from tierslieu.reservations.terms.queries import venue_for

d = columns(Displacement)
ADD: Query[Any] = Query(insert_into(Displacement))
SET_OFFER: Query[Any] = Query(
    update(table_of(Displacement)).where(d.id == bindparam("which")).values(offer_id=bindparam("new_offer"))
)
CAUSES = {"requested": "ask_again"}
"""What was confirmed is confirmed again at once; a request is asked anew."""


class Why(msgspec.Struct, frozen=True):
    """Why reservations are displaced: a closure, or hours that changed; `reason` is what people read about it."""

    because: str
    reason: str
    closure_id: int | None = None
    hold_seconds: int = 48 * 3600


def displace(tx: Tx, reservation_id: int, why: Why) -> bool:
    """End one reservation that cannot take place, and offer something instead. False when it ended before."""
    one = stored(tx, reservation_id)
    if not one.is_active or not end(tx, one, "displaced"):
        return False
    offer_instead(tx, one, why)
    return True


def offer_instead(tx: Tx, one: Stored, why: Why) -> int | None:
    """Find and hold something like a reservation that just ended (`one` is how it stood), and have its person told.

    When nothing fits they are told so. None when nobody is left to tell, or when it was done already.
    """
    is_gone = one.person_id == NOBODY or known_now(tx, one.person_id) is None
    if is_gone or queries.displacement_of(tx, one.id) is not None:
        return None
    row = StoredDisplacement(
        tx.new_id(),
        why.closure_id,
        one.id,
        one.person_id,
        _hold(tx, one, CAUSES.get(one.state, "displaced"), why.hold_seconds),
        one.state,
        why.because,
        why.reason,
        tx.now,
    )
    tx.run(ADD, **msgspec.structs.asdict(row))
    tx.announce(Displaced(row.id, row.offer_id))
    return row.id


def free_holds(tx: Tx, hold_ids: list[int]) -> list[StoredDisplacement]:
    """Nothing of this can be held any more. Those displaced before who had it: `offer_again` finds something else."""
    offers = {one.id: one for one in open_among(tx, hold_ids)}
    again = []
    for hold_id in hold_ids:
        one = offers.get(hold_id)
        if one is None:
            claims.give_back(tx, HOLD, hold_id)
            continue
        call_off(tx, one)
        row = queries.displacement_of(tx, one.cause_id)
        if row is not None and row.offer_id == one.id:
            again.append(row)
    return again


def offer_again(tx: Tx, row: StoredDisplacement, hold_seconds: int) -> None:
    """What was held for somebody cannot be had either: find something else, and have them told."""
    cause = CAUSES.get(row.was, "displaced")
    offer_id = _hold(tx, stored(tx, row.reservation_id), cause, hold_seconds)
    tx.run(SET_OFFER, which=row.id, new_offer=offer_id)
    tx.announce(Displaced(row.id, offer_id))


def _hold(tx: Tx, one: Stored, cause: str, hold_seconds: int) -> int | None:
    """The offer of the nearest thing that the person may have, kept for them; None when nothing fits."""
    here = venue_for(tx, one.person_id)
    resource = here.by_id[one.resource_id]
    wish = Wish(resource, rules.still_to_come(here, resource, one.span, tx.now), one.people)
    if not wish.span.is_real:
        return None
    around = scene(tx, Asker(one.person_id), *surroundings(here, wish))
    for found in rules.instead(around, wish):
        if around.against(tx, Wish(found.resource, found.span, one.people)):
            continue  # their age or their qualification
        until = rules.held_until(tx.now, found.span.start, hold_seconds)
        if cause not in PROMISED:  # it is asked for like any other, with its notice
            until = min(until, found.span.start - found.resource.notice_minutes * MINUTE)
        if until <= tx.now:
            continue
        taken = claim_span(found.resource, found.span)
        units = units_for(found.resource, around.facts.busy, found.span)
        new = NewOffer(
            person_id=one.person_id,
            cause=cause,
            cause_id=one.id,
            resource=found.resource,
            span=found.span,
            people=one.people,
            until_at=until,
            pieces=tuple((unit, taken) for unit in units),
            title=one.title,
        )
        return make(tx, new)
    return None
