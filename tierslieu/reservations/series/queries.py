"""All reads of series. Each costs a fixed number of statements, whatever the number of dates."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, literal_column, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations.queries import STORED
from tierslieu.reservations.schemas import Stored, moment
from tierslieu.reservations.series.rules import span_on
from tierslieu.reservations.series.schemas import DateView, Left, Occurrence, SeriesView, StoredSeries
from tierslieu.reservations.series.tables import ReservationSeries, SeriesDate
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

s, d, r = columns(ReservationSeries), columns(SeriesDate), columns(Reservation)
SERIES = tuple(s[name] for name in StoredSeries.__struct_fields__)
IS_ACTIVE = s.state == literal_column("'active'")
MOST_LISTED = 200

BY_ID = Query(select(*SERIES).where(s.id == bindparam("id")), into=StoredSeries)
OF_PERSON = Query(
    select(*SERIES).where(s.person_id == bindparam("person")).order_by(s.id.desc()).limit(MOST_LISTED),
    into=StoredSeries,
)
DATES_AMONG: Query[tuple[int, str, str, int]] = Query(
    select(d.series_id, d.day, d.state, d.origin_id).where(among(d.series_id, "ids")).order_by(d.series_id, d.day)
)
RESERVATIONS_AMONG = Query(select(*STORED).where(among(r.series_id, "ids")).order_by(r.id), into=Stored)
TO_ASK = Query(
    select(*SERIES)
    .where(IS_ACTIVE, s.kept_until != "", s.kept_until <= bindparam("day"), s.asked_at == 0)
    .order_by(s.kept_until, s.id)
    .limit(MOST_LISTED),
    into=StoredSeries,
)
ASKED = Query(
    select(*SERIES).where(IS_ACTIVE, s.kept_until != "", s.asked_at > 0).order_by(s.deadline, s.id).limit(MOST_LISTED),
    into=StoredSeries,
)


def stored(reader: Reader, series_id: int) -> StoredSeries:
    """One series. Raises NotFound."""
    found = reader.row(BY_ID, id=series_id)
    if found is None:
        raise NotFound("no_such_series")
    return found


def own(reader: Reader, series_id: int, person_id: int | None, *, has_authority: bool) -> StoredSeries:
    """One series, for its person, who acts for them, or staff. Raises NotFound for anyone else."""
    one = stored(reader, series_id)
    if not has_authority and not may_act_for(reader, person_id, one.person_id, reader.now):
        raise NotFound("no_such_series")
    return one


def of_person(reader: Reader, person_id: int) -> list[StoredSeries]:
    """The series of a person, the newest first."""
    return reader.rows(OF_PERSON, person=person_id)


def occurrences(reader: Reader, series_id: int) -> list[Occurrence]:
    """All dates of a series in order, each with its reservation as it is now. Two statements."""
    return occurrences_among(reader, [series_id]).get(series_id, [])


def occurrences_among(reader: Reader, ids: list[int]) -> dict[int, list[Occurrence]]:
    """The same for many series, still two statements."""
    latest: dict[int, Stored] = {}
    for one in reader.rows(RESERVATIONS_AMONG, ids=ids) if ids else []:
        latest[one.origin_id or one.id] = one
    found: dict[int, list[Occurrence]] = {}
    for series_id, day, state, origin_id in reader.rows(DATES_AMONG, ids=ids) if ids else []:
        found.setdefault(series_id, []).append(Occurrence(date.fromisoformat(day), state, latest.get(origin_id)))
    return found


def of(reader: Reader, series_id: int) -> list[Stored]:
    """The reservations of a series as they are now, ended ones too: one for each date, in order of its dates."""
    return [one.reservation for one in occurrences(reader, series_id) if one.reservation is not None]


def following(reader: Reader, one: StoredSeries, last: date) -> list[Stored]:
    """The reservations after the confirmed period, up to a day, for which time is kept."""
    found = [each for each in occurrences(reader, one.id) if one.kept_until < each.day.isoformat() <= last.isoformat()]
    return [each.reservation for each in found if each.reservation is not None and each.is_alive]


def to_ask(reader: Reader, day: date) -> list[StoredSeries]:
    """The series whose confirmed period ends by a day and whose people were not asked since."""
    return reader.rows(TO_ASK, day=day.isoformat())


def asked(reader: Reader) -> list[StoredSeries]:
    """The series whose people were asked and did not answer, the soonest to be released first."""
    return reader.rows(ASKED)


def view(reader: Reader, one: StoredSeries, left: Iterable[Left] = ()) -> SeriesView:
    """A series for programs."""
    return _view(venue(reader), one, occurrences(reader, one.id), left)


def views(reader: Reader, found: Iterable[StoredSeries]) -> list[SeriesView]:
    """Many series for programs: as many statements as for one."""
    listed = list(found)
    dates = occurrences_among(reader, [one.id for one in listed])
    here = venue(reader)
    return [_view(here, one, dates.get(one.id, []), ()) for one in listed]


def _view(here: VenueMap, one: StoredSeries, dates: Iterable[Occurrence], left: Iterable[Left]) -> SeriesView:
    resource = here.by_id[one.resource_id]
    return SeriesView(
        show(one.id),
        resource.key,
        resource.name,
        one.first_day,
        clock(one.from_minutes),
        clock(one.to_minutes),
        one.rule,
        one.people,
        one.title,
        one.state,
        one.version,
        show(one.former_id) if one.former_id else "",
        one.kept_until,
        moment(one.deadline) if one.deadline else None,
        [date_view(here, one, each) for each in dates],
        list(left),
    )


def date_view(here: VenueMap, series: StoredSeries, one: Occurrence) -> DateView:
    """One date for programs."""
    found = one.reservation
    span = found.span if found else span_on(here.zone, one.day, series.from_minutes, series.to_minutes)
    return DateView(
        one.day.isoformat(),
        found.state if found and one.state not in ("open", "dropped") else one.state,
        one.state == "unchanged",
        show(found.id) if found else "",
        here.by_id[found.resource_id if found else series.resource_id].key,
        moment(span.start),
        moment(span.end),
    )


def clock(minutes: int) -> str:
    """Minutes after midnight as « 14:30 »."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
