"""Properties of closures: how long something is held, and that whatever closes and opens leaves no hole."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.reservations.closures.closing import DAY, people, reserve, span
from tests.support.clients import MEMBER, HouseUnderTest, at
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.spans import HOUR, Span, merged
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations import queries
from tierslieu.reservations.closures import actions
from tierslieu.reservations.closures.queries import displacement_of
from tierslieu.reservations.closures.rules import BEFORE_START, LEAST_HOLD, held_until
from tierslieu.reservations.closures.schemas import Closing
from tierslieu.reservations.hours.events import HOURS_CHANGED, Displaced
from tierslieu.venue.queries import venue

NOW = at(f"{DAY}T07:00")
SPANS = some.tuples(some.integers(8, 19), some.integers(1, 6)).map(
    lambda pair: Span(NOW + (pair[0] - 7) * HOUR, NOW + (pair[0] - 7 + pair[1]) * HOUR)
)


@given(some.integers(0, 90 * 24 * HOUR), some.integers(HOUR, 336 * HOUR))
def test_nothing_is_held_past_its_beginning_nor_longer_than_was_said(ahead: int, seconds: int) -> None:
    start = NOW + ahead
    until = held_until(NOW, start, seconds)
    assert NOW <= until <= start
    assert until <= NOW + max(seconds, LEAST_HOLD)
    assert until <= start - BEFORE_START or until <= NOW + LEAST_HOLD
    assert ahead == 0 or until > NOW, "there is always some time to answer"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(SPANS, some.booleans()), min_size=1, max_size=5))
def test_what_is_closed_is_all_that_the_closures_in_force_cover(
    quick_nugue: HouseUnderTest, wishes: list[tuple[Span, bool]]
) -> None:
    def play(tx: Tx) -> tuple[list[Span], list[Span]]:
        made = [actions.close(tx, Closing("resource:visio-1", wanted, "Essai")).closure.id for wanted, _ in wishes]
        for closure_id, (_wanted, is_lifted) in zip(made, wishes, strict=True):
            if is_lifted:
                actions.lift(tx, closure_id)
        closed = _closed(tx)
        for closure_id, (_wanted, is_lifted) in zip(made, wishes, strict=True):
            if not is_lifted:
                actions.lift(tx, closure_id)
        assert _closed(tx) == []
        return closed, merged(wanted for wanted, is_lifted in wishes if not is_lifted)

    closed, wanted = write(quick_nugue, play)
    assert closed == wanted


def _closed(reader: Reader) -> list[Span]:
    units = venue(reader).resource("visio-1").units
    found = queries.claims(reader, units, Span(NOW, NOW + 24 * HOUR))
    return merged(Span(start, end) for _unit, start, end, _cause, _id in found)


def test_hours_that_change_displace_too_and_twice_is_once(nugue: HouseUnderTest) -> None:
    (who,) = people(nugue, 1)
    reserve(nugue, who, "visio-1", span("10:00", "11:00"))
    (one,) = read(nugue, queries.open_of, who.id)
    for _again in range(2):
        write(nugue, lambda tx: tx.announce(Displaced(one.id, HOURS_CHANGED, "Pont de l’Ascension")))
        run_jobs(nugue)
    assert read(nugue, queries.stored, one.id).ended_because == "displaced"
    row = read(nugue, displacement_of, one.id)
    assert row is not None
    assert (row.because, row.reason, row.closure_id) == (HOURS_CHANGED, "Pont de l’Ascension", None)
    assert row.offer_id is not None


def test_a_request_that_is_displaced_is_asked_again_and_not_granted_by_itself(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    answer = sofia.reserve("grande-salle", "2026-12-02T14:00", "2026-12-02T16:00")
    assert answer.json()["reservations"][0]["state"] == "requested"
    wish = Closing("resource:grande-salle", span("09:00", "12:00", "2026-12-02"), "Essai")
    assert write(quick_nugue, actions.close, wish).displaced == (), "it touches nothing"
    wish = Closing("resource:grande-salle", span("13:00", "15:00", "2026-12-02"), "Essai")
    (lost,) = write(quick_nugue, actions.close, wish).displaced
    row = read(quick_nugue, displacement_of, lost)
    assert row is not None
    assert row.was == "requested"
