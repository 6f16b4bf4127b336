"""Passages are forgotten after three months: once, whatever happens meanwhile, and how many they were stays."""

import asyncio

import pytest
from sqlalchemy import func, select

from tests.access.doors import person_id
from tests.access.presence.crowds import happen, heads, make_place, passage
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.access.personal import forget_scans
from tierslieu.access.presence import queries
from tierslieu.access.presence.counting import Visitors, count_visitors
from tierslieu.access.presence.figures import figures
from tierslieu.access.presence.folding import refold
from tierslieu.access.presence.help import ask_help, help_of
from tierslieu.access.presence.rules import Who
from tierslieu.access.rules import SCANS_LIVE
from tierslieu.access.tables import Scan
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.rights.actions import apply, erase

s = columns(Scan)
LEFT: Query[tuple[int]] = Query(select(func.count()).select_from(Scan).where(s.zone_id != 0))


class KilledMidwayError(Exception):
    """The power goes."""


def totals(reader: Reader, span: Span) -> tuple[int, int, int]:
    """Entries, exits, and passages that are still there."""
    found = figures(reader, span)
    rows = reader.row(LEFT)
    return sum(one.came for one in found), sum(one.left for one in found), rows[0] if rows else 0


def test_passages_are_forgotten_once_and_counts_stay(nugue: HouseUnderTest) -> None:
    place, begun = make_place(nugue), nugue.clock.instant
    span = Span(begun - 86_400, begun + 86_400)
    before = nugue.read(totals, span)
    for number in range(30):
        who, way = Who(200 + number % 7), "out" if number % 3 == 2 else "in"
        nugue.write(happen, passage(who, begun - number * 300, way, place.hall.id, number))
    nugue.write(
        count_visitors,
        Visitors(scan_id="a" * 32, zone_id=place.hall.id, people=28, band="child", at=begun, is_kept=True),
    )
    all_of_it = nugue.read(totals, span)
    assert all_of_it == (before[0] + 48, before[1] + 10, before[2] + 31)
    later = begun + SCANS_LIVE + 3600

    async def twice_and_a_scan() -> None:
        """Two runs at once, while somebody passes."""
        db = nugue.house.db
        await asyncio.gather(
            db.write(forget_scans, later - SCANS_LIVE, 20),
            db.write(happen, passage(Who(300), later, "in", place.hall.id, 99)),
            db.write(forget_scans, later - SCANS_LIVE, 20),
        )

    def cut_short(tx: Tx) -> None:
        forget_scans(tx, later - SCANS_LIVE, 1000)
        raise KilledMidwayError

    nugue.clock.instant = later
    with pytest.raises(KilledMidwayError):
        nugue.write(cut_short)
    assert nugue.read(totals, span) == all_of_it, "a run that is cut short forgot nothing"
    nugue.client.blocking_portal.call(twice_and_a_scan)
    rule = next(one for one in nugue.house.retentions if one.name == "access.scans")
    while nugue.write(apply, rule, 10) >= 10:
        pass
    assert nugue.write(apply, rule, 10) == 0
    came, left, rows = nugue.read(totals, span)
    assert (came, left) == all_of_it[:2]
    assert rows == 1, "the passage of today"
    assert nugue.read(queries.now_of, Who(300)).is_inside
    nugue.write(refold)
    assert nugue.read(queries.now_of, Who(300)).is_inside
    runs = nugue.sign_in(ADMINISTRATOR).get("/conservation").text
    assert "Passages aux bornes et aux portes" in runs


def test_who_is_erased_is_gone_and_the_numbers_stay(quick_nugue: HouseUnderTest) -> None:
    house, place = quick_nugue, make_place(quick_nugue)
    sofia, thomas = person_id(house, MEMBER), person_id(house, OTHER_MEMBER)
    now = house.clock.instant
    for number, who in enumerate((sofia, thomas)):
        house.write(happen, passage(Who(who), now, "in", place.hall.id, number))
        house.write(ask_help, who, "Prévenir par un geste")
    own = house.sign_in(OTHER_MEMBER).get("/mon-espace/mes-donnees/json").text
    for word in ("Passages", "kiosk-test", "Prévenir par un geste", "Présence dans les lieux"):
        assert word in own, word
    assert house.read(help_of, sofia) == "Prévenir par un geste"
    span = Span(now - 3600, now + 3600)
    before = house.read(totals, span)
    house.write(erase, house.house.personal, thomas)
    run_jobs(house)
    assert house.read(heads, place.hall.id, place.site.id) == [(1, 1, 0)] * 2
    assert house.read(help_of, thomas) is None
    assert house.read(totals, span) == before
    assert show(thomas) not in str(house.read(lambda reader: reader.rows(queries.ALL)))
