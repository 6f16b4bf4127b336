"""Rules of the waiting list: order of arrival, what fits, how long a time is kept, how often people are told."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clients import PARIS, at
from tierslieu.basics.hours import Opening, Period
from tierslieu.basics.spans import MINUTE, Span
from tierslieu.people.messages.rules import Manners
from tierslieu.reservations.availability import Facts, free_runs
from tierslieu.reservations.offers.rules import kept_until
from tierslieu.reservations.rules import Booking, Wish, book
from tierslieu.reservations.waiting import rules
from tierslieu.reservations.waiting.rules import Entry
from tierslieu.venue.map import Need, ResourceFacts, SpaceFacts, VenueMap

MANNERS = Manners(PARIS)
NOW, DAY = at("2026-11-24T08:00"), "2026-11-26"
SPACE = SpaceFacts(1, "salle", "Salle", "oasis", 10, Opening(week=((Period(540, 1200),),) * 7))


def room(**changes: object) -> ResourceFacts:
    usual = {
        "id": 1, "key": "salle-1", "space": SPACE, "name": "Salle", "kind": "room", "pick": "all", "capacity": 6,
        "is_bookable": True, "is_listed": True, "needs_approval": False, "grid_minutes": 30, "min_minutes": 30,
        "max_minutes": 240, "notice_minutes": 0, "horizon_days": 60, "buffer_before": 0, "buffer_after": 15,
        "cancel_minutes": 0, "hourly_cents": 0, "details": "", "units": (1,), "needs": (Need((1,), 1),),
    }  # fmt: skip
    return ResourceFacts(**{**usual, **changes})  # type: ignore[arg-type]


def entry(number: int = 1, minutes: int = 60, opens: int = 540, closes: int = 1200, **changes: object) -> Entry:
    usual = Entry(number, number, None, "salle-1", DAY, DAY, opens, closes, minutes, 1, None, 0, 0, "waiting", 0, "", 0)
    return Entry(*[changes.get(name, getattr(usual, name)) for name in Entry.__struct_fields__])  # type: ignore[arg-type]


def first_fit(here: VenueMap, busy: dict[int, list[Span]], one: Entry) -> Span | None:
    resource = here.resource("salle-1")
    wanted = rules.windows(PARIS, one, NOW)
    runs = free_runs(Facts(here, busy), resource, PARIS.day(date.fromisoformat(DAY)), NOW)
    return next(rules.fits(here, resource, runs, wanted, one.minutes), None)


half_hours = st.integers(min_value=18, max_value=39).map(lambda count: count * 30)


@st.composite
def wishes(draw: st.DrawFn, number: int) -> Entry:
    opens = draw(half_hours)
    closes = draw(st.integers(min_value=opens // 30 + 1, max_value=40)) * 30
    longest = min(closes - opens, 240) // 30
    return entry(number, draw(st.integers(min_value=1, max_value=longest)) * 30, opens, closes)


@settings(max_examples=60)
@given(data=st.data())
def test_nobody_is_passed_over_and_every_time_offered_is_accepted(data: st.DataObject) -> None:
    """Each in turn gets the first time that fits them; who gets none could have none of what those before left."""
    here = VenueMap({1: SPACE}, (room(),), PARIS)
    queue = [data.draw(wishes(number)) for number in range(1, data.draw(st.integers(2, 6)) + 1)]
    day = PARIS.day(date.fromisoformat(DAY))
    start = data.draw(half_hours)
    taken = Span(day.start + start * MINUTE, day.start + (start + data.draw(st.integers(1, 8)) * 30) * MINUTE)
    busy: dict[int, list[Span]] = {1: [taken]}
    for one in queue:
        found = first_fit(here, busy, one)
        facts = Facts(here, busy)
        if found is None:
            for window in rules.windows(PARIS, one, NOW):
                for begins in range(window.start, window.end - one.minutes * MINUTE + 1, 30 * MINUTE):
                    span = Span(begins, begins + one.minutes * MINUTE)
                    assert not isinstance(book(facts, Wish(here.resource("salle-1"), span), NOW), Booking)
            continue
        booking = book(facts, Wish(here.resource("salle-1"), found), NOW)
        assert isinstance(booking, Booking)
        assert found.seconds == one.minutes * MINUTE
        busy[1] = sorted([*busy[1], booking.claim])


def test_four_people_do_not_get_the_hall_when_a_room_will_do() -> None:
    rooms = (room(id=2, key="hall", capacity=80), room(), room(id=3, key="petit", capacity=2))
    assert [one.key for one in rules.in_order(entry(target="kind:room", people=4), rooms)] == ["salle-1", "hall"]
    assert rules.in_order(entry(target="space:salle", people=100), rooms) == []
    assert rules.suits(entry(target="kind:desk"), room(kind="desk_pool"))


def test_minutes_count_from_the_instant_at_which_people_may_be_told() -> None:
    begins = at("2026-11-26T10:00")
    assert kept_until(MANNERS, at("2026-11-24T10:00"), 900, begins) == at("2026-11-24T10:15")
    assert kept_until(MANNERS, at("2026-11-24T21:00"), 900, begins) == at("2026-11-25T08:15")
    assert kept_until(MANNERS, at("2026-11-28T21:00"), 900, at("2026-12-01T10:00")) == at("2026-11-30T08:15")
    assert kept_until(MANNERS, at("2026-11-26T09:46"), 900, begins) is None
    assert kept_until(MANNERS, at("2026-11-25T23:00"), 900, at("2026-11-26T08:10")) is None


def test_one_alert_a_day_and_three_in_all() -> None:
    today = date(2026, 11, 24)
    assert rules.may_be_alerted(entry(alerts=2, alerted_on="2026-11-23"), today, 3)
    assert not rules.may_be_alerted(entry(alerts=2, alerted_on="2026-11-24"), today, 3)
    assert not rules.may_be_alerted(entry(alerts=3, alerted_on="2026-11-20"), today, 3)
    assert rules.after_offer(entry(alerts=3), "lapsed", 3) == "lapsed"
    assert rules.after_offer(entry(alerts=1), "declined", 3) == "waiting"
    assert rules.after_offer(entry(alerts=3), "void", 3) == "waiting"


def test_an_appointment_that_is_near_is_left_where_it_is() -> None:
    adviser, one = room(kind="staff_time"), entry(reservation_id=7)
    assert rules.is_too_near(one, adviser, NOW + 6 * 86_400, NOW, 7)
    assert not rules.is_too_near(one, adviser, NOW + 8 * 86_400, NOW, 7)
    assert not rules.is_too_near(one, room(), NOW + 86_400, NOW, 7)
    assert not rules.is_too_near(entry(), adviser, NOW + 86_400, NOW, 7)
