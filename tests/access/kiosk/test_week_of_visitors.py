"""A week in which 3,500 people visit the house past two kiosks: every total is exact, and nobody is in any of it."""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import func, or_, select

from tests.access.doors import kiosk
from tests.access.presence.crowds import make_place
from tests.support.clients import ADMINISTRATOR, Caller, HouseUnderTest, at
from tests.support.inside import stop_jobs
from tierslieu.access.personal import forget_scans
from tierslieu.access.presence.closing import close_what_is_over
from tierslieu.access.presence.figures import Figure, figures
from tierslieu.access.presence.queries import ALL, count_of
from tierslieu.access.tables import Scan
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, one_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.audit.queries import head

VISITORS, MOST_TOGETHER = 3500, 15
BANDS = ("child", "teen", "adult", "senior", "")
DAYS = tuple(f"2026-12-0{day}" for day in range(1, 6))
HOURS = tuple(range(10, 17))
VISITS = "/api/v1/kiosk/walk-ins"
s = columns(Scan)
KIOSKS = one_of(s.device, ("kiosk-nord", "kiosk-sud"))
OF_SOMEBODY: Query[tuple[int]] = Query(
    select(func.count()).where(
        KIOSKS, or_(s.person_id.is_not(None), s.guest_id != 0, s.badge_id != 0, s.kind != "walk_in")
    )
)


class Few(NamedTuple):
    """Visitors who come together."""

    day: str
    hour: int
    band: str
    people: int


def week(chance: random.Random) -> list[Few]:
    """As many visitors as come in such a week, in the order in which they come."""
    found, left = [], VISITORS
    while left:
        people = min(left, chance.randint(MOST_TOGETHER - 3, MOST_TOGETHER))
        found.append(Few(chance.choice(DAYS), chance.choice(HOURS), chance.choice(BANDS), people))
        left -= people
    return sorted(found, key=lambda few: few[:2])


def totals(visitors: Iterable[Few]) -> Counter[tuple[object, ...]]:
    """How many came in all, by day, by hour of a day, by age, and by all of it."""
    found: Counter[tuple[object, ...]] = Counter()
    for few in visitors:
        for key in ((), (few.day,), (few.day, few.hour), (few.band,), few[:3]):
            found[key] += few.people
    return found


def come(house: HouseUnderTest, doors: list[Caller], visitors: list[Few]) -> None:
    """The visitors of an hour, two groups each minute, one at each kiosk: in turn, and every second time at once."""

    def tell(number: int) -> str:
        few = visitors[number]
        wish = {"scan_id": f"{house.clock.instant:x}{number:020x}".zfill(32), "people": few.people, "band": few.band}
        return str(doors[number % 2].post(VISITS, wish).json()["outcome"])

    with ThreadPoolExecutor(2) as pool:
        for first in range(0, len(visitors), 2):
            pair = range(first, min(first + 2, len(visitors)))
            told = list(pool.map(tell, pair) if first % 4 else map(tell, pair))
            assert set(told) == {"granted"}, visitors[first]
            house.clock.instant += 60


def came(house: HouseUnderTest, zone_id: int) -> Counter[tuple[object, ...]]:
    """The same totals as the house has them."""
    span, zone = Span(at(f"{DAYS[0]}T00:00"), at(f"{DAYS[-1]}T23:59")), house.house.zone
    found: list[Figure] = house.read(lambda reader: figures(reader, span))
    assert all(one.left == 0 and one.zone_id == zone_id for one in found)
    return totals(Few(zone.date(one.hour).isoformat(), zone.wall(one.hour).hour, one.band, one.came) for one in found)


def people_known(reader: Reader) -> set[tuple[int, int]]:
    return {(one.person_id, one.guest_id) for one in reader.rows(ALL)}


def test_a_week_of_visitors_is_counted_exactly_and_names_nobody(nugue: HouseUnderTest) -> None:
    house, site, visitors = nugue, make_place(nugue).site.id, week(random.Random(VISITORS))
    stop_jobs(house)
    house.is_at(f"{DAYS[0]}T09:00")
    doors, expected = [kiosk(house, name) for name in ("Nord", "Sud")], totals(visitors)
    known, log = house.read(people_known), house.read(head)
    for day, of_day in groupby(visitors, key=lambda few: few.day):
        for hour, of_hour in groupby(of_day, key=lambda few: few.hour):
            house.is_at(f"{day}T{hour}:05")
            come(house, doors, list(of_hour))
        assert house.read(count_of, site).visitors == expected[day,], (
            "the most that were inside at once: nobody left yet"
        )
        house.is_at(f"{day}T23:30")
        assert house.write(close_what_is_over) >= 1
        assert house.read(count_of, site).visitors == 0, "nobody says that they leave: the evening does"
    assert expected[()] == VISITORS
    assert came(house, site) == expected
    assert house.read(lambda reader: reader.row(OF_SOMEBODY)) == (0,)
    assert house.read(people_known) <= known
    assert house.read(head) == log, "whoever is only counted is in no log"
    table = house.sign_in(ADMINISTRATOR).get(f"/presence/chiffres.csv?date={DAYS[2]}").text
    assert (
        sum(int(row[4]) for row in list(csv.reader(io.StringIO(table.lstrip("\ufeff")), delimiter=";"))[1:]) == VISITORS
    )
    while house.write(forget_scans, house.clock.instant, 200) >= 200:
        pass
    assert came(house, site) == expected, "passages are erased, the counts stay"
