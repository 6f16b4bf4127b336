"""The clock was two hours fast and is put right: who left since has left, everything that repeats goes on."""

import pytest
from sqlalchemy import func, select

from tests.access.doors import badge, present
from tests.access.scanning.standing import ANYONE, at_zone, inside, same_as_log
from tests.support.clients import MEMBER, OTHER_MEMBER, HouseUnderTest, at
from tests.support.inside import run_jobs, stop_jobs
from tierslieu.access.presence import running
from tierslieu.access.presence.folding import facts
from tierslieu.access.tables import Scan
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.basics.spans import HOUR
from tierslieu.features import FEATURES
from tierslieu.infra.beating import watch_clock
from tierslieu.infra.jobs import tick
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import Job

s, j = columns(Scan), columns(Job)
FLAGS: Query[tuple[str, str]] = Query(
    select(func.substr(s.scan_id, 32), s.flags)
    .where(s.scan_id < "00000001", s.flags.like("%clock%"))
    .order_by(s.scan_id)
)
WAITING_KINDS: Query[tuple[str]] = Query(select(j.kind))


@pytest.mark.parametrize("leap", [2 * HOUR, at("2038-01-20T10:00") - at("2026-11-24T10:00")])
def test_what_was_noted_ahead_happened_before(
    nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch, leap: int
) -> None:
    house = nugue
    stop_jobs(house)
    door = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1), *ANYONE)
    cards = [badge(house, email).token for email in (MEMBER, OTHER_MEMBER)]
    house.is_at("2026-11-24T10:00")
    present(house, door, cards[1])
    for number, direction in enumerate(("out", "in"), 2):
        house.clock.instant += 60 + leap * (number == 2)
        present(house, door, cards[1], number, direction=direction)
    present(house, door, cards[0], 4)
    house.clock.instant -= leap - 20
    present(house, door, cards[1], 5, direction="out")
    monkeypatch.setattr(house.clock, "set_back", lambda: leap)
    house.client.blocking_portal.call(watch_clock, house.house, {})
    run_jobs(house)
    assert inside(house, "site") == 1, "the second went out after they came in"
    assert house.read(same_as_log)
    assert max(fact.at for fact in house.read(facts)) <= house.clock.instant
    assert house.read(lambda reader: reader.rows(FLAGS)) == [("2", "clock"), ("3", "clock"), ("4", "clock")]
    listed = door.get("/api/v1/kiosk/evacuation").text
    assert "Sofia" in listed
    assert "Thomas" not in listed
    file = house.house.settings.data_dir / house.house.settings.presence.paper_folder / running.NAME
    assert "Sofia" in file.read_text(encoding="utf-8")


def test_what_repeats_goes_on(quick_nugue: HouseUnderTest) -> None:
    """Each minute is each minute: nobody waits two hours for the next list."""
    house = quick_nugue
    stop_jobs(house)
    house.clock.instant += 2 * HOUR
    run_jobs(house)
    house.clock.instant -= 2 * HOUR
    house.write(tick, [every for feature in FEATURES for every in feature.schedules])
    kinds = {kind for (kind,) in house.read(lambda reader: reader.rows(WAITING_KINDS))}
    assert {running.WRITE, running.CLOSE} <= kinds
