"""All reads of offers."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, literal_column, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.offers.schemas import Offer, OfferView
from tierslieu.reservations.offers.tables import Offer as OfferTable
from tierslieu.reservations.schemas import moment
from tierslieu.reservations.tables import Claim
from tierslieu.venue.map import VenueMap

o, c = columns(OfferTable), columns(Claim)
STORED = tuple(o[name] for name in Offer.__struct_fields__)
IS_OPEN = o.state == literal_column("'open'")
BY_ID = Query(select(*STORED).where(o.id == bindparam("id")), into=Offer)
OPEN_OF_PERSON = Query(
    select(*STORED).where(o.person_id == bindparam("person"), IS_OPEN).order_by(o.starts_at), into=Offer
)
OPEN_FOR = Query(select(*STORED).where(among(o.cause_id, "ids"), IS_OPEN).order_by(o.id), into=Offer)
ALL_FOR = Query(select(*STORED).where(o.cause_id == bindparam("cause_id")).order_by(o.id), into=Offer)
OPEN = Query(select(*STORED).where(IS_OPEN).order_by(o.until_at, o.id).limit(500), into=Offer)
AMONG = Query(select(*STORED).where(among(o.id, "ids")), into=Offer)
OPEN_AMONG = Query(select(*STORED).where(among(o.id, "ids"), IS_OPEN).order_by(o.id), into=Offer)
OVERDUE = Query(
    select(*STORED)
    .where(IS_OPEN, o.until_at <= bindparam("now", type_=BigInteger()))
    .order_by(o.until_at, o.id)
    .limit(100),
    into=Offer,
)
HOLDS = select(c.unit_id).where(c.cause_id == o.id, c.cause == literal_column("'hold'")).exists()
BROKEN = Query(
    select(*STORED).where(IS_OPEN, o.cause != literal_column("'request'"), ~HOLDS).order_by(o.id).limit(100), into=Offer
)
"""Offers whose time is not kept any more: somebody gave the hold away. One for a request may lie inside its time."""
STRAY: Query[tuple[int]] = Query(
    select(c.cause_id)
    .join(OfferTable, o.id == c.cause_id)
    .where(c.cause == literal_column("'hold'"), o.state != literal_column("'open'"))
    .distinct()
    .limit(100)
)
"""Holds whose offer is over."""


def offer(reader: Reader, offer_id: int) -> Offer:
    """One offer. Raises NotFound."""
    found = reader.row(BY_ID, id=offer_id)
    if found is None:
        raise NotFound("no_such_offer")
    return found


def open_of(reader: Reader, person_id: int) -> list[Offer]:
    """What is kept for somebody now, soonest first."""
    return [one for one in reader.rows(OPEN_OF_PERSON, person=person_id) if one.is_open(reader.now)]


def open_for(reader: Reader, cause_ids: Sequence[int]) -> dict[int, Offer]:
    """The open offers made for some entries or requests, by their ids."""
    return {one.cause_id: one for one in reader.rows(OPEN_FOR, ids=list(cause_ids))} if cause_ids else {}


def open_among(reader: Reader, ids: Sequence[int]) -> list[Offer]:
    """Those of these ids that are open offers."""
    return reader.rows(OPEN_AMONG, ids=list(ids)) if ids else []


def among_ids(reader: Reader, ids: Sequence[int]) -> dict[int, Offer]:
    """The offers of these ids, whatever their state."""
    return {one.id: one for one in reader.rows(AMONG, ids=list(ids))} if ids else {}


def made_for(reader: Reader, cause_id: int) -> list[Offer]:
    """Every offer made for one entry or request, the first made first."""
    return reader.rows(ALL_FOR, cause_id=cause_id)


def all_open(reader: Reader) -> list[Offer]:
    """Every open offer, the one that lapses first at the top."""
    return reader.rows(OPEN)


def view(here: VenueMap, one: Offer) -> OfferView:
    """An offer for programs."""
    resource = here.by_id[one.resource_id]
    replaces = show(one.replaces) if one.replaces is not None else None
    times = (moment(one.starts_at), moment(one.ends_at), one.people, moment(one.until_at))
    return OfferView(show(one.id), resource.key, resource.name, *times, one.state, replaces)
