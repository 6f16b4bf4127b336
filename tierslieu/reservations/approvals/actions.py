"""All changes to requests: answer, propose something else, and what becomes of those who asked for the same."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, literal, update

from tierslieu.basics.actor import require
from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.basics.spans import HOUR, MINUTE, Span
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations import actions, queries
from tierslieu.reservations.approvals import queries as requests
from tierslieu.reservations.approvals.rules import LAPSED, LOST, are_rivals
from tierslieu.reservations.approvals.tables import RequestFile
from tierslieu.reservations.availability import claim_span, units_for
from tierslieu.reservations.offers import actions as offers
from tierslieu.reservations.offers import letters
from tierslieu.reservations.offers.queries import open_for
from tierslieu.reservations.offers.schemas import NewOffer
from tierslieu.reservations.offers.ways import Ways
from tierslieu.reservations.room import own_claims, pieces, without
from tierslieu.reservations.rules import SOFT, Booking, Wish, places
from tierslieu.reservations.scene import Asker, scene
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts

f = columns(RequestFile)
OPEN_FILE = insert_or_nothing(RequestFile)
ANSWERED: Query[Any] = Query(
    update(table_of(RequestFile))
    .where(f.reservation_id == bindparam("which"))
    .values(
        answered_at=bindparam("at", type_=BigInteger()),
        answered_by=bindparam("by", type_=BigInteger()),
        note=bindparam("words"),
    )
)
TOLD: Query[Any] = Query(
    update(table_of(RequestFile))
    .where(f.reservation_id == bindparam("which"), f.told_at == literal(0, BigInteger()))
    .values(told_at=bindparam("at", type_=BigInteger()))
)
REMINDED: Query[Any] = Query(
    update(table_of(RequestFile))
    .where(f.reservation_id == bindparam("which"), f.reminded_at == literal(0, BigInteger()))
    .values(reminded_at=bindparam("at", type_=BigInteger()))
)


def answer(tx: Tx, reservation_id: int, is_granted: bool, note: str = "") -> None:
    """Grant a request or not, with a word for its person.

    Everything is judged again. Those who asked for what is given now lose it in the same transaction. Raises Refused
    when it waits no more, when its time was taken or the person may not have it, Forbidden for other places.
    """
    one = queries.stored(tx, reservation_id)
    resource = _mine(tx, one)
    if is_granted and one.state == "requested":
        _require_still_allowed(tx, resource, one)
    open_file(tx, one)
    tx.run(ANSWERED, which=one.id, at=tx.now, by=tx.by.person_id, words=note)
    actions.answer_request(tx, one.id, is_granted)
    record(tx, "reservations.requests.answer", one.person_id, show(one.id), granted=int(is_granted))
    if is_granted:
        _let_others_lose(tx, resource, one)


def open_file(tx: Tx, one: Stored) -> None:
    """The file of a request, unless it is there."""
    tx.run(
        OPEN_FILE,
        reservation_id=one.id,
        person_id=one.person_id,
        opened_at=tx.now,
        told_at=0,
        reminded_at=0,
        answered_at=0,
        answered_by=None,
        note="",
    )


def _mine(tx: Tx, one: Stored) -> ResourceFacts:
    """The resource of a request that the actor answers for, as its person may use it. Raises Forbidden."""
    resource = venue_for(tx, one.person_id).by_id[one.resource_id]
    require(tx.by, actions.ANSWER, *places(resource))
    return resource


def _require_still_allowed(tx: Tx, resource: ResourceFacts, one: Stored) -> None:
    """What people/ says now: a consent may have been withdrawn, a qualification may have ended."""
    asker = Asker(one.person_id, one.person_id)
    reasons = scene(tx, asker, [resource], one.span).against(tx, Wish(resource, one.span, one.people))
    if reasons:
        raise Refused(reasons)


def _let_others_lose(tx: Tx, resource: ResourceFacts, granted: Stored) -> None:
    """End the requests that hold no time and cannot be met any more, now that this one is."""
    by_id = venue_for(tx, None).by_id
    rivals = [
        each.one
        for each in requests.waiting(tx)
        if each.one.id != granted.id and are_rivals(resource, granted.span, by_id[each.one.resource_id], each.one.span)
    ]
    times = requests.times(tx, rivals)
    for one in rivals:
        if times[one.id] == "taken":
            actions.end(tx, one, LOST)


def lapse(tx: Tx, one: Stored) -> bool:
    """End a request that nobody answered; its person is told. False when it was answered meanwhile."""
    return actions.end(tx, one, LAPSED)


def propose(tx: Tx, ways: Ways, reservation_id: int, key: str, span: Span, note: str = "") -> int:
    """Propose another time or resource for a request: kept until its person answers. Returns the offer's id.

    Raises Refused when it is not free or the request waits no more, Forbidden for places one does not answer for,
    Conflict when another proposal is open.
    """
    one = queries.held(tx, reservation_id)
    _mine(tx, one)
    if one.state != "requested":
        raise Refused((Reason("already_answered"),))
    resource = venue_for(tx, one.person_id).resource(key)
    require(tx.by, actions.ANSWER, *places(resource))
    found = scene(tx, Asker(one.person_id, tx.by.person_id, has_authority=True), [resource], span)
    own = own_claims(tx, one)
    found = without(found, one, own)
    outcome = found.judge(tx, Wish(resource, span, one.people, SOFT, "arranged"))
    units = units_for(resource, found.facts.busy, span) if span.is_real else ()
    if not isinstance(outcome, Booking):
        raise Refused(outcome)
    until = min(tx.now + ways.settings.requests.offer_hours * HOUR, span.start - MINUTE)
    if until <= tx.now:
        raise Refused((Reason("in_the_past"),))
    offer_id = offers.make(
        tx,
        NewOffer(
            one.person_id,
            "request",
            one.id,
            resource,
            span,
            one.people,
            until,
            pieces(units, claim_span(resource, span), own),
            replaces=one.id,
            title=one.title,
            note=note,
        ),
    )
    letters.tell(tx, ways, offer_id)
    record(tx, "reservations.requests.propose", one.person_id, show(one.id))
    return offer_id


def request(reader: Reader, reservation_id: int) -> Stored:
    """A request that waits. Raises NotFound."""
    one = queries.stored(reader, reservation_id)
    if one.state != "requested":
        raise NotFound("no_such_request")
    return one


def call_off_proposal(tx: Tx, reservation_id: int) -> None:
    """A request is over: what was proposed for it is free again."""
    kept = open_for(tx, [reservation_id]).get(reservation_id)
    if kept is not None and kept.cause == "request":
        offers.call_off(tx, kept)
