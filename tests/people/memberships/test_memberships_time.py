"""Memberships through time: the last day, midnight, renewals, suspensions, reminders; on both databases."""

from datetime import date

import pytest
from sqlalchemy import bindparam, select

from tests.people.memberships.desk import MONTH, YEAR, days_of, newcomer, plan, season_plan, sell
from tests.support.clients import PARIS, HouseUnderTest, at
from tests.support.inside import read, write
from tierslieu.basics.errors import NotFound, Refused
from tierslieu.infra.statements import Query, columns
from tierslieu.people.memberships import actions, reminders
from tierslieu.people.memberships.queries import held, in_force, is_member, members_among, of_person, suspensions_of
from tierslieu.people.memberships.quoting import Wish, quote
from tierslieu.people.memberships.tables import MembershipReminder

r = columns(MembershipReminder)
MARKS: Query[tuple[int]] = Query(select(r.days).where(r.membership_id == bindparam("which")))


@pytest.fixture
def house(nugue: HouseUnderTest) -> HouseUnderTest:
    """The demonstration venue on both databases."""
    return nugue


def refusals(error: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in error.value.reasons}


def test_it_counts_from_midnight_to_the_midnight_after_its_last_day(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    sell(house, rose, MONTH, "2026-11-24")
    for moment, counts in (
        ("2026-11-23T23:59", False),
        ("2026-11-24T00:00", True),
        ("2026-12-23T23:59", True),
        ("2026-12-24T00:00", False),
    ):
        assert read(house, is_member, rose, at(moment)) is counts, moment
        assert bool(read(house, in_force, rose, at(moment))) is counts
        assert (rose in read(house, members_among, [rose, 1, 2], at(moment))) is counts


def test_a_period_over_the_change_of_hour_ends_at_midnight_of_the_clock(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    one = read(house, held, sell(house, rose, MONTH, "2027-03-10"))
    assert (one.starts_at, one.ends_at) == (at("2027-03-10T00:00"), at("2027-04-10T00:00"))
    assert one.ends_at - one.starts_at == 31 * 86_400 - 3600


@pytest.mark.parametrize(
    ("key", "first", "end"),
    [(MONTH, "2027-01-31", "2027-03-01"), (MONTH, "2026-12-31", "2027-01-31"), (YEAR, "2028-02-29", "2029-03-01")],
)
def test_short_months_take_nothing_away(house: HouseUnderTest, key: str, first: str, end: str) -> None:
    if first > "2028":
        house.is_at("2028-02-01T10:00")
    assert days_of(house, sell(house, newcomer(house), key, first)) == (first, end)


def test_a_renewal_goes_on_where_the_former_one_ends(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    first = sell(house, rose, MONTH, "2026-11-24")
    second = write(house, actions.renew, PARIS, first)
    assert days_of(house, second) == ("2026-12-24", "2027-01-24")
    with pytest.raises(Refused) as refused:
        write(house, actions.renew, PARIS, first)
    assert refusals(refused) == {"already_renewed"}
    third = write(house, actions.renew, PARIS, second)
    assert days_of(house, third) == ("2027-01-24", "2027-02-24")


def test_a_renewal_after_a_lapse_begins_today(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    first = sell(house, rose, MONTH, "2026-11-24")
    house.is_at("2027-02-03T18:00")
    assert days_of(house, write(house, actions.renew, PARIS, first)) == ("2027-02-03", "2027-03-03")


def test_a_renewal_on_the_last_day_leaves_no_gap(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    first = sell(house, rose, MONTH, "2026-11-24")
    house.is_at("2026-12-23T23:59")
    assert read(house, is_member, rose, house.clock.instant)
    assert days_of(house, write(house, actions.renew, PARIS, first))[0] == "2026-12-24"


def test_the_same_plan_twice_at_once_is_refused_with_a_reason(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    sell(house, rose, MONTH, "2026-11-24")
    with pytest.raises(Refused) as refused:
        sell(house, rose, MONTH, "2026-12-23")
    assert refusals(refused) == {"already_member"}
    sell(house, rose, MONTH, "2026-12-24")
    sell(house, rose, YEAR, "2026-11-24")
    assert len(read(house, in_force, rose, at("2026-11-24T12:00"))) == 2


def test_the_rest_of_a_season_costs_its_share(house: HouseUnderTest) -> None:
    rose, plan_id = newcomer(house), write(house, season_plan)
    found = read(house, quote, PARIS, Wish(rose, plan_id, date(2026, 11, 24)))
    assert found.is_partial
    assert (found.list_cents, found.price_cents) == (2310, 2310)
    one = write(house, actions.sell, PARIS, Wish(rose, plan_id, date(2026, 11, 24), cents=2310))
    assert days_of(house, one) == ("2026-11-24", "2027-09-01")
    after = write(house, actions.renew, PARIS, one)
    assert days_of(house, after) == ("2027-09-01", "2028-09-01")
    assert read(house, held, after).price_cents == 3000


def test_a_price_that_changed_since_it_was_shown_is_refused(house: HouseUnderTest) -> None:
    with pytest.raises(Refused) as refused:
        write(house, actions.sell, PARIS, Wish(newcomer(house), plan(house, MONTH), date(2026, 11, 24), cents=1))
    assert refusals(refused) == {"price_changed"}


def test_free_needs_a_reason_and_keeps_the_price_beside(house: HouseUnderTest) -> None:
    one = read(house, held, sell(house, newcomer(house), MONTH, "2026-11-24", "volunteer"))
    assert (one.list_cents, one.price_cents, one.free_reason) == (13000, 0, "volunteer")


def test_a_suspension_does_not_count_and_moves_the_end(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    first = sell(house, rose, MONTH, "2026-11-24")
    second = write(house, actions.renew, PARIS, first)
    write(house, actions.suspend, PARIS, first, date(2026, 12, 1), date(2026, 12, 11), "absence")
    assert days_of(house, first) == ("2026-11-24", "2027-01-03")
    assert days_of(house, second) == ("2027-01-03", "2027-02-03")
    for moment, counts in (
        ("2026-11-30T23:59", True),
        ("2026-12-01T00:00", False),
        ("2026-12-10T23:59", False),
        ("2026-12-11T00:00", True),
        ("2027-01-02T23:59", True),
    ):
        assert read(house, is_member, rose, at(moment)) is counts, moment
    house.is_at("2026-12-05T09:00")
    write(house, actions.resume, PARIS, first)
    assert days_of(house, first) == ("2026-11-24", "2026-12-28")
    assert days_of(house, second) == ("2026-12-28", "2027-01-28")
    assert read(house, is_member, rose, house.clock.instant)
    with pytest.raises(Refused) as refused:
        write(house, actions.resume, PARIS, first)
    assert refusals(refused) == {"not_suspended"}


def test_a_suspension_lifted_before_it_begins_leaves_things_as_they_were(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    first = sell(house, rose, MONTH, "2026-11-24")
    write(house, actions.suspend, PARIS, first, date(2026, 12, 1), date(2027, 3, 1), "asked")
    write(house, actions.resume, PARIS, first)
    assert days_of(house, first) == ("2026-11-24", "2026-12-24")
    assert read(house, is_member, rose, at("2026-12-02T12:00"))
    kept = read(house, suspensions_of, rose)[first]
    assert [one.span.is_real for one in kept] == [False]
    write(house, actions.suspend, PARIS, first, date(2026, 12, 1), date(2026, 12, 2), "asked")


def test_a_suspension_over_the_change_of_hour_moves_the_end_by_days(house: HouseUnderTest) -> None:
    house.is_at("2027-03-20T10:00")
    one = sell(house, newcomer(house), MONTH, "2027-03-20")
    write(house, actions.suspend, PARIS, one, date(2027, 3, 27), date(2027, 3, 29), "asked")
    assert read(house, held, one).ends_at == at("2027-04-22T00:00")


@pytest.mark.parametrize(
    ("first", "back", "codes"),
    [
        ("2026-11-23", "2026-12-01", {"suspension_outside"}),
        ("2026-12-24", "2026-12-25", {"suspension_outside"}),
        ("2026-12-01", "2026-12-01", {"suspension_length"}),
        ("2026-12-01", "2028-12-01", {"suspension_length"}),
        ("2026-11-01", "2026-10-01", {"suspension_outside", "suspension_length"}),
    ],
)
def test_suspensions_that_make_no_sense(house: HouseUnderTest, first: str, back: str, codes: set[str]) -> None:
    one = sell(house, newcomer(house), MONTH, "2026-11-24")
    with pytest.raises(Refused) as refused:
        write(house, actions.suspend, PARIS, one, date.fromisoformat(first), date.fromisoformat(back), "asked")
    assert refusals(refused) == codes


def test_one_suspension_at_a_time(house: HouseUnderTest) -> None:
    one = sell(house, newcomer(house), MONTH, "2026-11-24")
    write(house, actions.suspend, PARIS, one, date(2026, 12, 1), date(2026, 12, 3), "asked")
    with pytest.raises(Refused) as refused:
        write(house, actions.suspend, PARIS, one, date(2026, 12, 10), date(2026, 12, 12), "asked")
    assert refusals(refused) == {"already_suspended"}


def test_a_cancelled_one_stops_now_and_stays_in_the_history(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    one = sell(house, rose, MONTH, "2026-11-24")
    write(house, actions.cancel, one, "mistake")
    assert not read(house, is_member, rose, house.clock.instant)
    assert [each.id for each in read(house, of_person, rose)] == [one]
    for again in (
        lambda: write(house, actions.cancel, one, "other"),
        lambda: write(house, actions.renew, PARIS, one),
        lambda: write(house, actions.resume, PARIS, one),
    ):
        with pytest.raises(Refused) as refused:
            again()
        assert refusals(refused) == {"membership_over"}
    sell(house, rose, MONTH, "2026-11-24")


def test_what_does_not_exist(house: HouseUnderTest) -> None:
    for act in (
        lambda: write(house, actions.cancel, 1, "other"),
        lambda: write(house, actions.sell, PARIS, Wish(1, plan(house, MONTH), date(2026, 11, 24))),
        lambda: write(house, actions.sell, PARIS, Wish(newcomer(house), 1, date(2026, 11, 24))),
    ):
        with pytest.raises(NotFound):
            act()


def told(house: HouseUnderTest) -> int:
    return write(house, reminders.send_reminders, PARIS, "Le Nugue", "01 99 00 00 00")


def test_people_are_told_thirty_and_seven_days_before_once_each(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    house.is_at("2026-12-20T08:00")
    told(house)
    one = sell(house, rose, YEAR, "2026-12-20")
    seen = []
    for day in ("2027-11-19", "2027-11-20", "2027-11-21", "2027-12-12", "2027-12-13", "2027-12-19", "2027-12-20"):
        house.is_at(f"{day}T00:05")
        told(house)
        seen.append(len(marks(house, one)))
        told(house)
        assert len(marks(house, one)) == seen[-1]
    assert seen == [0, 1, 1, 1, 2, 2, 2]


def marks(house: HouseUnderTest, membership_id: int) -> list[tuple[int]]:
    return read(house, lambda reader: reader.rows(MARKS, which=membership_id))


def test_a_renewed_membership_is_not_recalled(house: HouseUnderTest) -> None:
    one = sell(house, newcomer(house), YEAR, "2026-11-24")
    write(house, actions.renew, PARIS, one)
    house.is_at("2027-11-20T08:00")
    told(house)
    assert marks(house, one) == []
