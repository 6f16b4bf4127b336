"""All reads of reservations and claims. Each costs a fixed number of statements, whatever the history."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, literal_column, select, text

from tierslieu.basics.errors import NotFound, Reason
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span, span
from tierslieu.infra.statements import Query, among, columns, one_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.families.queries import minor_reasons
from tierslieu.people.persons.queries import known_among
from tierslieu.people.qualifications.queries import reasons_against_alone
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations.availability import ACTIVE_STATES, COUNTED_STATES, Mine
from tierslieu.reservations.schemas import Expected, ReservationView, Stored, TakenView, WeekResource, WeekView, moment
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

r = columns(Reservation)
STORED = tuple(r[name] for name in Stored.__struct_fields__)

SHOWN = (r.id, r.resource_id, r.person_id, r.starts_at, r.ends_at, r.state)

_RANGE = (
    "c.starts_at < :to_at AND c.ends_at > :from_at AND c.starts_at >= coalesce("
    "(SELECT max(p.starts_at) FROM claim p WHERE p.unit_id = u.value AND p.starts_at <= :from_at), :from_at)"
)
_FIELDS = "c.unit_id, c.starts_at, c.ends_at, c.cause, c.cause_id"
_SQLITE = (
    f"SELECT {_FIELDS} FROM json_each(:units__list) u JOIN claim c ON c.unit_id = u.value AND {_RANGE}"  # noqa: S608
    " ORDER BY c.unit_id, c.starts_at"
)
_POSTGRESQL = (  # OFFSET 0 keeps the planner from reading the whole table: one index range for each unit
    f"SELECT {_FIELDS} FROM unnest(:units__list ::bigint[]) AS u(value) CROSS JOIN LATERAL"  # noqa: S608
    f" (SELECT * FROM claim c WHERE c.unit_id = u.value AND {_RANGE} ORDER BY c.starts_at OFFSET 0) c"
)


def _claims(sql: str, units: Any) -> Any:
    return text(sql).bindparams(units, *(bindparam(name, type_=BigInteger()) for name in ("from_at", "to_at")))


CLAIMS: Query[tuple[int, int, int, str, int]] = Query(
    sqlite=_claims(_SQLITE, bindparam("units__list", type_=String())),
    postgresql=_claims(_POSTGRESQL, bindparam("units__list")),
)
"""Claims on some units that touch [from_at, to_at): one index range each, from the neighbour before."""
MINE = Query(
    select(r.resource_id, r.starts_at, r.ends_at, r.state).where(
        r.person_id == bindparam("person"), r.ends_at > bindparam("since"), one_of(r.state, COUNTED_STATES)
    ),
    into=Mine,
)
_BY_ID = select(*STORED).where(r.id == bindparam("id"))
BY_ID = Query(_BY_ID, into=Stored)
LOCKED = Query(sqlite=_BY_ID, postgresql=_BY_ID.with_for_update(), into=Stored)
"""PostgreSQL: whoever changes the same reservation waits, and sees what became of it. SQLite has one writer anyway."""
OPEN_OF_PERSON = Query(
    select(*STORED).where(
        r.person_id == bindparam("person"), r.ends_at > bindparam("now"), one_of(r.state, ("requested", "confirmed"))
    ),
    into=Stored,
)
BUNDLE = Query(select(*STORED).where(r.bundle_id == bindparam("bundle")).order_by(r.id), into=Stored)
STORED_AMONG = Query(select(*STORED).where(among(r.id, "ids")).order_by(r.id), into=Stored)
HELD: Query[tuple[int]] = Query(
    text("SELECT 1 FROM claim WHERE cause_id = :id AND cause = 'reservation' LIMIT 1").bindparams(
        bindparam("id", type_=BigInteger())
    )
)
MADE_AT: Query[tuple[int]] = Query(select(r.created_at).where(r.id == bindparam("id")))
OF_PERSON = Query(
    select(*STORED)
    .where(r.person_id == bindparam("person"), r.ends_at > bindparam("from_at"))
    .order_by(r.ends_at)
    .limit(100),
    into=Stored,
)
PAST_OF_PERSON = Query(
    select(*STORED)
    .where(r.person_id == bindparam("person"), r.ends_at <= bindparam("until"))
    .order_by(r.ends_at.desc())
    .limit(50),
    into=Stored,
)
AROUND = Query(
    select(*STORED)
    .where(
        r.person_id == bindparam("person"),
        r.ends_at > bindparam("from_at"),
        r.starts_at < bindparam("to_at"),
        one_of(r.state, ACTIVE_STATES),
    )
    .order_by(r.starts_at),
    into=Stored,
)
BETWEEN = Query(
    select(*STORED)
    .where(
        among(r.person_id, "ids"),
        r.ends_at > bindparam("from_at"),
        r.starts_at < bindparam("to_at"),
        one_of(r.state, ACTIVE_STATES),
    )
    .order_by(r.starts_at, r.id),
    into=Stored,
)


SOME: Query[tuple[Any, ...]] = Query(select(*SHOWN).where(among(r.id, "ids")).order_by(r.starts_at, r.id))
REQUESTED: Query[tuple[Any, ...]] = Query(
    select(*SHOWN)
    .where(r.state == literal_column("'requested'"), r.ends_at > bindparam("now"))
    .order_by(r.starts_at)
    .limit(100)
)


def expected(reader: Reader, day: Span) -> list[Expected]:
    """The active reservations of a day with their people: found through the claims, whatever the history."""
    units = {unit for resource in venue(reader).resources for unit in resource.units}
    ids = [cause_id for cause, cause_id in causes(reader, sorted(units), day) if cause == "reservation"]
    return _with_names(reader, reader.rows(SOME, ids=ids)) if ids else []


def requests(reader: Reader) -> list[Expected]:
    """The requests that wait for the desk's answer, soonest first."""
    return _with_names(reader, reader.rows(REQUESTED, now=reader.now))


def _with_names(reader: Reader, rows: Sequence[tuple[Any, ...]]) -> list[Expected]:
    names = {one.id: one for one in known_among(reader, [row[2] for row in rows])}
    return [
        Expected(id_, resource_id, person_id, names[person_id].first_name, names[person_id].last_name, *rest)
        for id_, resource_id, person_id, *rest in rows
        if person_id in names
    ]


def claims(reader: Reader, units: Sequence[int], window: Span) -> list[tuple[int, int, int, str, int]]:
    """The claims on some units that touch a window, in order: (unit, from, until, cause, id of the cause)."""
    return reader.rows(CLAIMS, units=list(units), from_at=window.start, to_at=window.end)


def busy(reader: Reader, units: Iterable[int], window: Span) -> dict[int, list[Span]]:
    """Claims on the units around a window, in order. Every unit asked for has its entry."""
    wanted = list(units)
    found: dict[int, list[Span]] = {unit: [] for unit in wanted}
    for unit, start, end, _cause, _id in reader.rows(CLAIMS, units=wanted, from_at=window.start, to_at=window.end):
        found[unit].append(span(start, end))
    return found


def causes(reader: Reader, units: Sequence[int], window: Span) -> list[tuple[str, int]]:
    """What occupies the units during a window: (cause, id of it)."""
    rows = reader.rows(CLAIMS, units=list(units), from_at=window.start, to_at=window.end)
    return list(dict.fromkeys((cause, cause_id) for _unit, _start, _end, cause, cause_id in rows))


def mine_since(reader: Reader, person_id: int, since: int) -> tuple[Mine, ...]:
    """The person's reservations that end after an instant, as decisions look at them."""
    return tuple(reader.rows(MINE, person=person_id, since=since))


def against_person(
    reader: Reader, resource: ResourceFacts, person_id: int, wanted: Span, asker_id: int | None, *, is_staff: bool
) -> tuple[Reason, ...]:
    """What people/ says against somebody using a resource then. Whoever asks for another person stays with them."""
    kinds = (f"kind:{resource.kind}", f"space:{resource.space.key}")
    is_accompanied = asker_id is not None and asker_id != person_id
    young = minor_reasons(
        reader, person_id, resource.key, wanted, kinds=kinds, is_accompanied=is_accompanied, is_staff=is_staff
    )
    return (*young, *_against_machine(reader, resource, person_id, wanted, asker_id, is_staff=is_staff))


def _against_machine(
    reader: Reader, resource: ResourceFacts, person_id: int, wanted: Span, asker_id: int | None, *, is_staff: bool
) -> tuple[Reason, ...]:
    """The qualification that a machine asks for, until the end of the span; one who stays with them may have it."""
    if resource.kind != "machine" or not wanted.is_real:
        return ()
    found = reasons_against_alone(reader, person_id, resource.key, wanted.end - 1)
    if found and asker_id not in (None, person_id) and not is_staff:
        return found if reasons_against_alone(reader, asker_id or 0, resource.key, wanted.end - 1) else ()
    return found


def open_of(reader: Reader, person_id: int) -> list[Stored]:
    """The person's reservations that are still to be used, and their requests."""
    return reader.rows(OPEN_OF_PERSON, person=person_id, now=reader.now)


def stored(reader: Reader, reservation_id: int) -> Stored:
    """One reservation. Raises NotFound."""
    found = reader.row(BY_ID, id=reservation_id)
    if found is None:
        raise NotFound("no_such_reservation")
    return found


def held(reader: Reader, reservation_id: int) -> Stored:
    """A reservation as nobody else changes it meanwhile. Raises NotFound."""
    found = reader.row(LOCKED, id=reservation_id)
    if found is None:
        raise NotFound("no_such_reservation")
    return found


def bundle(reader: Reader, bundle_id: int) -> list[Stored]:
    """The reservations made by one request, and those that replaced them, the first made first."""
    return reader.rows(BUNDLE, bundle=bundle_id)


def stored_among(reader: Reader, ids: Sequence[int]) -> list[Stored]:
    """The reservations of these ids."""
    return reader.rows(STORED_AMONG, ids=list(ids)) if ids else []


def is_held(reader: Reader, reservation_id: int) -> bool:
    """True when a reservation claims time: a request may wait without."""
    return bool(reader.rows(HELD, id=reservation_id))


def made_at(reader: Reader, reservation_id: int) -> int:
    """When a reservation was made; now for an unknown one."""
    found = reader.row(MADE_AT, id=reservation_id)
    return found[0] if found else reader.now


def around(reader: Reader, person_id: int, window: Span) -> list[Stored]:
    """The person's active reservations that touch a window."""
    return reader.rows(AROUND, person=person_id, from_at=window.start, to_at=window.end)


def between(reader: Reader, ids: Sequence[int], window: Span) -> list[Stored]:
    """The active reservations of many people that touch a window: one statement."""
    return reader.rows(BETWEEN, ids=list(ids), from_at=window.start, to_at=window.end) if ids else []


def view(here: VenueMap, one: Stored) -> ReservationView:
    """A reservation as its person sees it."""
    resource = here.by_id[one.resource_id]
    return ReservationView(
        show(one.id),
        show(one.id)[-6:],
        resource.key,
        resource.name,
        resource.space.name,
        moment(one.starts_at),
        moment(one.ends_at),
        one.people,
        one.state,
        one.price_cents,
        show(one.person_id),
        one.title,
        show(one.bundle_id),
        show(one.series_id) if one.series_id is not None else "",
        one.sequence,
        one.ended_because,
    )


def mine(reader: Reader, person_id: int, *, is_past: bool = False) -> list[ReservationView]:
    """The person's reservations: those to come, soonest first, or the past ones, latest first."""
    here = venue(reader)
    if is_past:
        found = reader.rows(PAST_OF_PERSON, person=person_id, until=reader.now)
    else:
        found = reader.rows(OF_PERSON, person=person_id, from_at=reader.now)
    return [view(here, one) for one in found]


def of_person(reader: Reader, reservation_id: int, person_id: int | None, *, has_authority: bool) -> ReservationView:
    """One reservation, for its person or for staff. Raises NotFound for anyone else: existence is not told."""
    one = stored(reader, reservation_id)
    if not has_authority and not may_act_for(reader, person_id, one.person_id, reader.now):
        raise NotFound("no_such_reservation")
    return view(venue(reader), one)


def week(reader: Reader, resources: Sequence[ResourceFacts], window: Span) -> WeekView:
    """When each resource is open and taken in a window. Two statements, whatever the history."""
    here = venue(reader)
    units = {unit for resource in resources for unit in resource.units}
    taken = busy(reader, units, window)
    return WeekView(
        moment(window.start), moment(window.end), [_week_of(here, resource, taken, window) for resource in resources]
    )


def _week_of(here: VenueMap, resource: ResourceFacts, taken: dict[int, list[Span]], window: Span) -> WeekResource:
    opened = open_in(here, resource, window)
    spans = [TakenView(moment(s), moment(e)) for unit in resource.units for s, e in taken[unit]]
    return WeekResource(resource.key, resource.name, [TakenView(moment(s), moment(e)) for s, e in opened], spans)


def open_in(here: VenueMap, resource: ResourceFacts, window: Span) -> list[Span]:
    """The open spans that begin in a window of whole days."""
    days = days_in(here, window)
    return [span for day in days for span in here.hours(resource, day)]


def days_in(here: VenueMap, window: Span) -> list[date]:
    """The calendar days of a window that begins and ends at midnight."""
    first, last = here.zone.date(window.start), here.zone.date(window.end - 1)
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
