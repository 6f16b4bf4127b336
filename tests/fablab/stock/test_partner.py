"""The partner that keeps spools is told each use once, whatever is lost on the way."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fablab.benches import Fablab
from tests.fablab.stock.spoolmen import AFTER, BEFORE, FINE, Spoolman, running
from tests.support.clients import FAB_MANAGER
from tests.support.inside import read, run_jobs, write
from tierslieu.fablab.stock import partner, queries, storing
from tierslieu.fablab.stock.importing import take_over
from tierslieu.fablab.stock.partner_calls import Away, Partner
from tierslieu.infra.settings import StockSettings


@pytest.fixture
def spoolman() -> Iterator[Spoolman]:
    with running(Spoolman()) as found:
        yield found


@given(st.lists(st.tuples(st.integers(1, 90_000), st.lists(st.sampled_from([BEFORE, AFTER]), max_size=4)), max_size=8))
@settings(max_examples=15, deadline=None)
def test_each_use_is_counted_once_whatever_fails_before_or_after(uses: list[tuple[int, list[str]]]) -> None:
    with running(Spoolman()) as spoolman:
        spoolman.add(7, 1000.0, used=100.0)
        told = Partner(spoolman.url)

        async def tell() -> None:
            for at, (milligrams, faults) in enumerate(uses):
                spoolman.faults = [*faults, FINE]
                for _try in range(len(faults) + 1):
                    try:
                        await told.count_use(7, -milligrams / 1_000, f"m{at}")
                    except Away:
                        continue

        asyncio.run(tell())
        assert spoolman.spools[7]["used_weight"] == pytest.approx(100 + sum(one for one, _ in uses) / 1_000, abs=0.01)
        assert spoolman.spools[7]["extra"]["their_own"] == '"kept"'


def settle(fablab: Fablab, spoolman: Spoolman) -> None:
    """Let time pass until nothing is owed any more."""
    for _turn in range(8):
        fablab.house.clock.instant += 400
        run_jobs(fablab.house)
    assert read(fablab.house, partner.owed).waiting == 0, spoolman.faults


def test_spools_come_over_and_every_use_goes_back_once(fablab: Fablab, spoolman: Spoolman) -> None:
    house = fablab.house
    spoolman.add(7, 640.0, used=360.0)
    spoolman.add(8, 1000.0)
    house.house.settings = house.house.settings.model_copy(update={"stock": StockSettings(spoolman_url=spoolman.url)})
    spools = house.client.blocking_portal.call(Partner(spoolman.url).spools)
    assert (write(house, take_over, spools).new, write(house, take_over, spools).new) == (2, 0)
    one = next(one for one in read(house, queries.items) if one.partner_id == 7)
    assert (one.left, one.empty_mg, one.price_cents, one.name) == (640_000, 200_000, 2000, "PLA Vert")

    spoolman.faults = [BEFORE, AFTER, BEFORE]
    for at in range(3):
        write(house, storing.move, one.id, -10_500, "use", f"J00090{at}")
        write(house, storing.move, one.id, -10_500, "use", f"J00090{at}")
    run_jobs(house)
    assert read(house, partner.owed).waiting == 3
    settle(fablab, spoolman)
    assert spoolman.spools[7]["used_weight"] == pytest.approx(391.5)
    assert "Tout est envoyé" in house.sign_in(FAB_MANAGER).get("/fablab/stock").text


def test_a_spool_that_the_partner_lost_keeps_no_other_from_being_told(quick_fablab: Fablab, spoolman: Spoolman) -> None:
    house = quick_fablab.house
    spoolman.add(7, 640.0)
    spoolman.add(8, 1000.0)
    house.house.settings = house.house.settings.model_copy(update={"stock": StockSettings(spoolman_url=spoolman.url)})
    write(house, take_over, house.client.blocking_portal.call(Partner(spoolman.url).spools))
    lost, kept = (next(i for i in read(house, queries.items) if i.partner_id == id_) for id_ in (7, 8))
    del spoolman.spools[7]
    write(house, storing.move, lost.id, -1_000, "use", "J000901")
    write(house, storing.move, kept.id, -2_000, "use", "J000902")
    run_jobs(house)
    assert spoolman.spools[8]["used_weight"] == pytest.approx(2.0)
    owed = read(house, partner.owed)
    assert (owed.waiting, owed.last_error) == (1, "partner_unknown_spool")
    assert "ne connaît plus une bobine" in quick_fablab.manager.get("/fablab/stock").text


def test_without_a_partner_nothing_is_owed(quick_fablab: Fablab) -> None:
    write(quick_fablab.house, storing.move, read(quick_fablab.house, queries.item, 1).id, -1_000, "use", "J000901")
    assert read(quick_fablab.house, partner.owed).waiting == 0
