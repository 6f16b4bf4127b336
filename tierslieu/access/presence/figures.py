"""How many people come: by day, hour, zone and age band. Nobody's name is in any of it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, TypeVar

import msgspec
from sqlalchemy import BigInteger, bindparam, select

from tierslieu.access.personal import HOUR
from tierslieu.access.presence.reader_figures import ReaderFigures, reader_figures
from tierslieu.access.presence.wording import BANDS
from tierslieu.access.tables import Scan, ZoneCount
from tierslieu.access.zones.queries import zone_map
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.http.words import Words, _
from tierslieu.infra.statements import Query, columns, one_of
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import venue

K = TypeVar("K")
DAYS: Final = 7
PEOPLE_KINDS: Final = ("badge", "desk", "walk_in", "group")
HEADS: Final = (_("Jour"), _("Heure"), _("Zone"), _("Âge"), _("Entrées"), _("Sorties"))
s, n = columns(Scan), columns(ZoneCount)
LIVE: Query[tuple[int, int, str, str, int]] = Query(
    select(s.at - s.at % HOUR, s.zone_id, s.direction, s.band, s.people).where(
        s.outcome == "granted",
        s.zone_id != 0,
        one_of(s.kind, PEOPLE_KINDS),
        s.at >= bindparam("from_at", type_=BigInteger()),
        s.at < bindparam("to_at", type_=BigInteger()),
    )
)
KEPT: Query[tuple[int, int, str, str, int]] = Query(
    select(n.hour, n.zone_id, n.direction, n.band, n.people).where(
        n.hour >= bindparam("from_at", type_=BigInteger()), n.hour < bindparam("to_at", type_=BigInteger())
    )
)


class Figure(msgspec.Struct, frozen=True, order=True):
    """What an hour brought into a zone, for one age band."""

    hour: int
    zone_id: int
    band: str
    came: int = 0
    left: int = 0


class DayFigures(msgspec.Struct, frozen=True):
    """A day: who came, by zone, hour and band, ready to show."""

    day: str
    came: int
    by_hour: list[tuple[str, int, str]]
    by_zone: list[tuple[str, int]]
    by_band: list[tuple[str, int]]


class FiguresView(msgspec.Struct, frozen=True):
    """A week."""

    first: str
    title: str
    before: str
    after: str
    days: list[tuple[str, int, str]]
    came: int
    shown: list[DayFigures]
    readers: list[ReaderFigures]


def figures(reader: Reader, span: Span) -> list[Figure]:
    """What each hour of a span brought, whether its passages are still there or only counted."""
    found: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for query in (LIVE, KEPT):
        for hour, zone_id, direction, band, people in reader.rows(query, from_at=span.start, to_at=span.end):
            found[hour, zone_id, band][direction == "out"] += people
    return sorted(Figure(*key, came=came, left=left) for key, (came, left) in found.items())


def week_of(zone: Zone, day: date) -> Span:
    """From Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Span(zone.day(monday).start, zone.day(monday + timedelta(days=DAYS - 1)).end)


def figures_view(reader: Reader, words: Words, day: date) -> FiguresView:
    """The week of a day."""
    zone = venue(reader).zone
    span = week_of(zone, day)
    monday = zone.date(span.start)
    by_day: dict[date, list[Figure]] = {monday + timedelta(days=step): [] for step in range(DAYS)}
    for one in figures(reader, span):
        by_day[zone.date(one.hour)].append(one)
    days = [(words.day(key, "short"), _came(found), str(_came(found))) for key, found in by_day.items()]
    return FiguresView(
        monday.isoformat(),
        words.text(_("Semaine du {day}"), day=words.day(monday, "year")),
        (monday - timedelta(days=DAYS)).isoformat(),
        (monday + timedelta(days=DAYS)).isoformat(),
        days,
        sum(count for _day, count, _text in days),
        [_day(reader, words, key, found) for key, found in by_day.items() if found],
        reader_figures(reader, span),
    )


def _day(reader: Reader, words: Words, day: date, found: list[Figure]) -> DayFigures:
    names = _zone_names(reader)
    hours = _sums((one.hour, one.came) for one in found)
    zones = _sums((one.zone_id, one.came) for one in found)
    bands = _sums((one.band, one.came) for one in found)
    return DayFigures(
        words.day(day),
        _came(found),
        [(words.hour(hour), count, str(count)) for hour, count in hours.items()],
        [(names.get(id_, words.text(_("Zone retirée"))), count) for id_, count in zones.items()],
        [(words.text(text), bands[key]) for key, text in BANDS.items() if bands.get(key)],
    )


def _sums(pairs: Iterable[tuple[K, int]]) -> dict[K, int]:
    sums: dict[K, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sums


def _came(found: Iterable[Figure]) -> int:
    return sum(one.came for one in found)


def _zone_names(reader: Reader) -> dict[int, str]:
    return {one.id: one.name for one in zone_map(reader).every}


def csv_rows(reader: Reader, words: Words, day: date) -> list[list[str]]:
    """The week as a table: one line for each hour, zone and band."""
    zone, names = venue(reader).zone, _zone_names(reader)
    rows = [
        [
            zone.date(one.hour).isoformat(),
            words.clock(one.hour),
            names.get(one.zone_id, ""),
            words.text(BANDS.get(one.band, "")),
            str(one.came),
            str(one.left),
        ]
        for one in figures(reader, week_of(zone, day))
    ]
    return [[words.text(text) for text in HEADS], *rows]
