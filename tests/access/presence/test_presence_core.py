"""Presence is what the log says: whatever the order in which it is heard, however many come at once."""

import asyncio
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.access.presence.crowds import happen, happen_all, heads, make_place, passage, state
from tests.support.clients import HouseUnderTest, at
from tierslieu.access.presence import actions, log, queries, rules
from tierslieu.access.presence.closing import close_what_is_over, close_zones, last_closing, settle
from tierslieu.access.presence.counting import Visitors, count_visitors
from tierslieu.access.presence.folding import folded, refold
from tierslieu.access.presence.rules import Fact, Who
from tierslieu.access.presence.tables import Presence
from tierslieu.access.zones.queries import ZoneNow
from tierslieu.basics.errors import Conflict
from tierslieu.basics.hours import Period
from tierslieu.infra.statements import Query, insert_into
from tierslieu.infra.transaction import Tx
from tierslieu.venue.opening import set_hours

NOON = 1_000_000
FACTS = st.lists(
    st.builds(
        lambda who, at, number, direction, zone: Fact(
            Who(who), NOON + at, rules.mark("k", number, f"{number:032x}"), direction, zone
        ),
        st.integers(1, 3),
        st.integers(0, 6),
        st.integers(0, 400),
        st.sampled_from(["in", "out"]),
        st.integers(1, 2),
    ),
    max_size=12,
    unique_by=lambda fact: (fact.who, fact.order),
)


@given(FACTS, st.dictionaries(st.integers(1, 2), st.integers(NOON, NOON + 6)), st.randoms(use_true_random=False))
def test_the_fold_does_not_mind_the_order(facts: list[Fact], closed: dict[int, int], chance: random.Random) -> None:
    shuffled = [*facts, *facts[:3]]
    chance.shuffle(shuffled)
    found = rules.fold(facts, closed, NOON + 10)
    assert rules.fold(shuffled, closed, NOON + 10) == found
    for who, place in found.items():
        mine = [fact for fact in facts if fact.who == who]
        newest = max(mine, key=lambda fact: fact.order)
        assert (place.last_at, place.zone_id) == (newest.at, newest.zone_id)
        assert not place.is_inside or newest.direction == "in"


def test_stored_presence_is_the_fold_in_any_order(nugue: HouseUnderTest) -> None:
    """Passages of five people by three zones, shuffled, some twice; a zone closes in between."""
    place, chance = make_place(nugue), random.Random(5)
    now = nugue.clock.instant
    zones = (place.hall.id, place.lab.id, place.site.id)
    for round_ in range(3):
        facts = [
            passage(
                Who(50 + round_ * 10 + chance.randrange(5)),
                now - chance.randrange(4) * 600,
                chance.choice(["in", "in", "out"]),
                chance.choice(zones),
                round_ * 100 + number,
            )
            for number in range(24)
        ]
        heard = [*facts, *facts[:6]]
        chance.shuffle(heard)
        nugue.write(happen_all, heard[:15])
        nugue.write(close_zones, [(place.lab, now - 900)])
        nugue.write(settle)
        nugue.write(happen_all, heard[15:])
        nugue.write(settle)
        stored = state(nugue.read(lambda reader: reader.rows(queries.ALL)))
        fold = nugue.read(folded)
        assert {
            (who.person_id, who.guest_id): (one.zone_id, int(one.is_inside), one.last_at, one.last_mark)
            for who, one in fold.items()
        } == {who: (one[0], one[1], one[3], one[5]) for who, one in stored.items()}
        counted = nugue.read(heads, place.site.id, place.hall.id, place.lab.id)
        assert counted[0][0] == sum(one.is_inside for one in fold.values())
        nugue.write(refold)
        assert state(nugue.read(lambda reader: reader.rows(queries.ALL))) == stored
        assert nugue.read(heads, place.site.id, place.hall.id, place.lab.id) == counted


def test_two_last_places_go_to_two(nugue: HouseUnderTest) -> None:
    """Ten come at once through two zones, the site has two places left: never more, on either database."""
    place = make_place(nugue, capacity=2, hall=5, lab=5)
    now = nugue.clock.instant

    async def come() -> list[bool]:
        db = nugue.house.db
        return await asyncio.gather(
            *(
                db.write(
                    lambda tx, one=one: actions.enter(tx, [place.hall, place.lab][one % 2], Who(one), now, counts=True)
                )
                for one in range(70, 80)
            )
        )

    found = nugue.client.blocking_portal.call(come)
    assert sum(found) == 2
    assert nugue.read(heads, place.site.id)[0][:2] == (2, 2)
    inside = [one.person_id for one in nugue.read(queries.those_inside)]
    assert sorted(inside) == sorted(70 + index for index, is_in in enumerate(found) if is_in)
    # moving inside takes no other place of the site; staff who take none come in; leaving frees one
    first = Who(inside[0])
    assert nugue.write(lambda tx: actions.enter(tx, place.lab, first, now + 1, counts=True))
    assert nugue.write(lambda tx: actions.enter(tx, place.hall, first, now + 2, counts=True))
    assert nugue.write(lambda tx: actions.enter(tx, place.hall, Who(90), now, counts=False))
    assert not nugue.write(lambda tx: actions.enter(tx, place.hall, Who(91), now, counts=True))
    assert nugue.write(lambda tx: actions.enter(tx, place.hall, Who(91), now, counts=True, is_forced=True))
    nugue.write(actions.leave, Who(91), now + 3)
    nugue.write(actions.leave, first, now + 3)
    nugue.write(actions.leave, first, now + 3)
    assert nugue.write(lambda tx: actions.enter(tx, place.hall, Who(guest_id=4), now + 4, counts=True))
    assert nugue.read(heads, place.site.id)[0] == (3, 2, 0)
    assert nugue.read(queries.inside, place.site.id) == 2
    assert nugue.read(queries.now_of, first).is_inside is False
    row = {"person_id": 0, "guest_id": 4, "zone_id": 1, "is_inside": 0, "takes_place": 0, "last_at": 0}
    with pytest.raises(Conflict):
        nugue.write(lambda tx: tx.run(Query(insert_into(Presence)), id=1, last_direction="out", last_mark="", **row))


def test_a_crowd_that_moves_about_never_overfills_and_adds_up(nugue: HouseUnderTest) -> None:
    """Sixty acts at once: entries, moves both ways, exits, counts by hand and a closing, in no order at all."""
    place, chance = make_place(nugue, capacity=8, hall=5, lab=4), random.Random(9)
    now = nugue.clock.instant

    def act(number: int) -> Callable[[Tx], object]:
        who, zone = Who(300 + chance.randrange(12)), chance.choice([place.hall, place.lab])
        kind, order = chance.randrange(5), rules.mark("kiosk-test", number, f"{number:032x}")
        if kind == 0:
            return lambda tx: happen(tx, passage(who, now, "out", zone.id, number))
        if kind == 1:
            return lambda tx: count_visitors(tx, Visitors(scan_id=f"{number:032x}", zone_id=zone.id))
        if number == 30:
            return lambda tx: close_what_is_over(tx)
        return lambda tx: enter_and_note(tx, zone, who, now, order)

    async def all_at_once() -> None:
        db = nugue.house.db
        await asyncio.gather(*(db.write(act(number)) for number in range(60)))

    nugue.client.blocking_portal.call(all_at_once)
    zones = (place.site, place.hall, place.lab)
    before = nugue.read(heads, *(zone.id for zone in zones))
    for zone, (_people, places, visitors) in zip(zones, before, strict=True):
        assert places + max(visitors, 0) <= zone.capacity
    nugue.write(refold)
    assert nugue.read(heads, *(zone.id for zone in zones)) == before


def enter_and_note(tx: Tx, zone: ZoneNow, who: Who, at: int, order: str) -> None:
    """What a door does: whoever finds a place passes, and only they are in the log."""
    if actions.enter(tx, zone, who, at, counts=True, mark=order):
        device, seq, scan_id = order.split(":")
        row = log.Row(
            device=device,
            scan_id=scan_id,
            kind="badge",
            direction="in",
            zone_id=zone.id,
            at=at,
            seq=int(seq, 16),
            who=who,
        )
        log.add(tx, row)


@pytest.mark.parametrize(
    ("night", "closes"),
    [
        ("2027-03-28T12:00", "2027-03-28T03:00"),
        ("2027-10-31T12:00", "2027-10-31T02:30"),
        ("2026-11-25T12:00", "2026-11-25T02:30"),
    ],
)
def test_a_zone_that_closes_at_half_past_two(quick_nugue: HouseUnderTest, night: str, closes: str) -> None:
    """Spring skips that minute, autumn has it twice: the closing is one instant, and happens once."""
    house, place = quick_nugue, make_place(quick_nugue)
    space = place.hall.space_id
    week = tuple((day, Period(18 * 60, 26 * 60 + 30)) for day in range(7))
    house.write(lambda tx: set_hours(tx, space, week, None, closes_on_holidays=False))
    house.is_at(night)
    assert house.read(last_closing, place.hall, house.clock.instant) == at(closes)
    house.clock.instant = at(closes) - 60
    early = passage(Who(7), house.clock.instant, "in", place.hall.id, 1)
    house.write(happen, early)
    house.clock.instant = at(closes) + 1700
    house.write(close_what_is_over, 1800)
    assert house.read(queries.now_of, Who(7)).is_inside
    house.write(happen, passage(Who(8), at(closes) + 300, "in", place.hall.id, 2))
    house.clock.instant = at(closes) + 1801
    assert house.write(close_what_is_over, 1800) >= 1
    assert house.write(close_what_is_over, 1800) == 0
    assert not house.read(queries.now_of, Who(7)).is_inside
    assert house.read(queries.now_of, Who(8)).is_inside, "seen after the closing: still there"
    house.write(happen, passage(Who(9), at(closes) - 5, "in", place.hall.id, 3))
    assert not house.read(queries.now_of, Who(9)).is_inside, "a late upload does not open the night again"
    house.clock.instant += 16 * 3600
    house.write(settle)
    assert not house.read(queries.now_of, Who(8)).is_inside, "unseen too long"
    assert house.read(heads, place.hall.id) == [(0, 0, 0)]
