"""Rules of measures: costs, energy from meters that start again, activity that replays as it was live."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from tierslieu.fablab.costs import Prices, cost
from tierslieu.fablab.telemetry import activity
from tierslieu.fablab.telemetry.activity import LONGEST_GAP, Span, State, Thresholds, close, feed, joined, suggest
from tierslieu.fablab.telemetry.energy import Reading, between, parts, within
from tierslieu.fablab.telemetry.folding import HOUR, Fold, Hour, Sample, fold
from tierslieu.fablab.telemetry.storing import merged

LIMITS = Thresholds(off_below=3, idle_below=40, busy_above=50, busy_after=5, idle_after=120)
T0 = 1_795_305_600
STEPS = st.lists(
    st.tuples(st.integers(0, 1200), st.one_of(st.none(), st.sampled_from([0.0, 1.0, 20.0, 45.0, 80.0, 400.0]))),
    max_size=60,
)


def measures(steps: list[tuple[int, float | None]]) -> list[tuple[int, float | None]]:
    at, found = T0, []
    for step, power in steps:
        at += step
        found.append((at, power))
    return found


# -- costs ----------------------------------------------------------------------------------------------


def test_a_cost_adds_what_is_known_and_says_what_is_not() -> None:
    prices = Prices(material_cents_per_kg=2500, hourly_cents=100, kwh_cents=25.16)
    found = cost(40.0, 3 * 3600, 0.4, prices)
    assert (found.material_cents, found.machine_cents, found.energy_cents, found.total_cents) == (100, 300, 10, 410)
    assert found.is_whole
    partly = cost(None, 3600, None, prices)
    assert (partly.material_cents, partly.energy_cents, partly.total_cents, partly.is_whole) == (None, None, 100, False)


def test_nothing_known_costs_nothing_known() -> None:
    assert cost(None, None, None, Prices(2500, 100, 25.0)).total_cents is None
    assert cost(None, None, None, Prices(None, 0, None)).total_cents is None
    assert cost(10.0, None, None, Prices(None, 0, None)).total_cents is None
    free = cost(0.0, 0, 0.0, Prices(2500, 0, 25.0))
    assert (free.total_cents, free.is_whole) == (0, True)


@given(st.floats(0, 5000), st.integers(0, 10**6), st.floats(0, 100), st.integers(0, 10**5), st.integers(0, 5000))
def test_a_cost_is_the_sum_of_its_parts_to_the_cent(
    grams: float, seconds: int, kwh: float, per_kg: int, hourly: int
) -> None:
    found = cost(grams, seconds, kwh, Prices(per_kg, hourly, 20.5))
    rounded = (found.material_cents or 0) + (found.machine_cents or 0) + (found.energy_cents or 0)
    assert found.total_cents == rounded
    exact = grams * per_kg / 1000 + seconds * hourly / 3600 + kwh * 20.5
    assert abs(rounded - exact) <= 1.5 + exact * 1e-9


# -- energy ---------------------------------------------------------------------------------------------


def test_a_meter_that_was_reset_counts_from_zero() -> None:
    found, _last = parts([Reading(T0, None, 500.0), Reading(T0 + 60, None, 510.0), Reading(T0 + 120, None, 4.0)])
    assert [part.wh for part in found] == [10.0, 4.0]


def test_another_meter_is_not_a_peak() -> None:
    assert between(Reading(T0, None, 10.0), Reading(T0 + 60, None, 55_000.0)) is None
    assert between(Reading(T0, None, 90_000.0), Reading(T0 + 60, None, 55_000.0)) is None


def test_without_a_meter_power_tells_and_silence_tells_nothing() -> None:
    assert between(Reading(T0, 120.0, None), Reading(T0 + 60, 0.0, None)) == 2.0
    assert between(Reading(T0, 120.0, None), Reading(T0 + LONGEST_GAP + 1, 0.0, None)) is None
    assert between(Reading(T0, None, 5.0), Reading(T0 + 3 * 86_400, None, 905.0)) == 900.0


def test_energy_within_a_span_needs_most_of_the_span() -> None:
    found, _last = parts([Reading(T0 + 60 * n, None, 10.0 * n) for n in range(61)])
    assert within(found, T0, T0 + 3600) == 600.0
    assert within(found, T0 + 30, T0 + 90) == 10.0
    assert within(found, T0, T0 + 7200) is None
    assert within([], T0, T0 + 60) is None


@given(st.lists(st.tuples(st.integers(1, 900), st.floats(0, 50)), max_size=40), st.integers(0, 40))
def test_pieces_of_a_meter_add_up_however_it_is_cut(steps: list[tuple[int, float]], cut: int) -> None:
    at, total, readings = T0, 1000.0, [Reading(T0, None, 1000.0)]
    for step, used in steps:
        at, total = at + step, total + used * step / 3600
        readings.append(Reading(at, None, total))
    whole, last = parts(readings)
    first, former = parts(readings[:cut])
    second, end = parts(readings[cut:], former)
    assert (first + second, end) == (whole, last)
    assert abs(sum(part.wh for part in whole) - (total - 1000.0)) < 1e-6


# -- activity -------------------------------------------------------------------------------------------


def test_work_counts_from_where_it_began_and_a_lull_is_no_rest() -> None:
    said = [(T0, 20.0), (T0 + 10, 200.0), (T0 + 20, 200.0), (T0 + 60, 10.0), (T0 + 120, 200.0), (T0 + 200, 10.0)]
    said += [(T0 + 260, 10.0), (T0 + 330, 10.0)]
    state, spans = feed(State(), said, LIMITS)
    assert spans[:2] == [Span(T0, T0 + 10, "idle"), Span(T0 + 10, T0 + 200, "busy")]
    assert spans[2:] == [Span(T0 + 200, T0 + 330, "idle")]
    assert (state.activity, state.since) == ("idle", T0 + 330)
    assert close(state, T0 + 400) == [Span(T0 + 330, T0 + 400, "idle")]


def test_a_peak_is_no_work_and_between_the_thresholds_nothing_changes() -> None:
    state, spans = feed(State(), [(T0, 20.0), (T0 + 1, 500.0), (T0 + 3, 20.0), (T0 + 10, 45.0)], LIMITS)
    assert (state.activity, spans) == ("idle", [Span(T0, T0 + 10, "idle")])
    state, _spans = feed(State(), [(T0, 200.0), (T0 + 200, 45.0), (T0 + 600, 45.0)], LIMITS)
    assert state.activity == "busy"


def test_silence_is_unknown_and_not_off() -> None:
    state, spans = feed(State(), [(T0, 200.0), (T0 + 60, 200.0), (T0 + 60 + LONGEST_GAP + 1, 200.0)], LIMITS)
    assert spans == [Span(T0, T0 + 60, "busy")]
    assert state.activity == "busy"
    assert state.since == T0 + 60 + LONGEST_GAP + 1


@settings(max_examples=150)
@given(STEPS, st.lists(st.integers(0, 60), max_size=4))
def test_a_replay_says_what_was_said_live_however_measures_came(
    steps: list[tuple[int, float | None]], cuts: list[int]
) -> None:
    said = measures(steps)
    whole_state, whole = feed(State(), said, LIMITS)
    state, pieces = State(), list[Span]()
    edges = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    for start, end in itertools.pairwise(edges):
        state, spans = feed(state, said[start:end], LIMITS)
        pieces += spans
    assert (state, joined(pieces)) == (whole_state, joined(whole))
    every = [*whole, *close(whole_state, said[-1][0] if said else T0)]
    assert all(span.end > span.start for span in every)
    assert all(one.end <= other.start for one, other in itertools.pairwise(every))


def test_thresholds_are_suggested_between_rest_and_work() -> None:
    rest, work = [8.0, 9.0, 8.5] * 10 + [60.0], [120.0, 180.0, 95.0, 20.0] * 10
    found = suggest(rest, work)
    assert found is not None
    assert 9 < found.idle_below < found.busy_above < 120
    assert found.off_below < 8
    assert suggest(rest, [9.0] * 30) is None
    assert suggest(rest[:3], work) is None
    assert activity.level_of(8.5, "busy", found) == "idle"


# -- hours ----------------------------------------------------------------------------------------------


def test_a_mean_is_of_the_time_that_was_measured() -> None:
    samples = [Sample(T0, 100.0, 0.0, 200.0, None), Sample(T0 + 600, 300.0, 20.0, 210.0, 60.0)]
    samples.append(Sample(T0 + 900, 0.0, 45.0, None, None))
    _state, (hour,) = fold(Fold(), samples, LIMITS)
    assert (hour.power_s, hour.power_ws / hour.power_s) == (900, (100 * 600 + 300 * 300) / 900)
    assert (hour.power_min, hour.power_max, hour.energy_wh, hour.tool_max, hour.bed_max) == (0.0, 300.0, 45.0, 210, 60)


def test_an_hour_without_a_meter_has_no_energy_rather_than_none_used() -> None:
    _state, hours = fold(Fold(), [Sample(T0, None, None, 20.0, None), Sample(T0 + 60, None, None, 21.0, None)], None)
    assert [(one.energy_wh, one.power_s, one.idle_s) for one in hours] == [(None, 0, 0)]


@settings(max_examples=100)
@given(STEPS, st.integers(0, 60))
def test_hours_are_the_same_however_measures_are_cut(steps: list[tuple[int, float | None]], cut: int) -> None:
    said = measures(steps)
    total, samples = 0.0, []
    for at, power in said:
        total += (power or 0.0) / 10
        samples.append(Sample(at, power, total if power is not None else None, None, None))
    _state, whole = fold(Fold(), samples, LIMITS)
    former, first = fold(Fold(), samples[:cut], LIMITS)
    _state, second = fold(former, samples[cut:], LIMITS)
    together: dict[int, Hour] = {}
    for one in (*first, *second):
        together[one.hour] = merged(together[one.hour], one) if one.hour in together else one
    assert sorted(together) == [one.hour for one in whole]
    for one in whole:
        other = together[one.hour]
        assert (one.off_s, one.idle_s, one.busy_s, one.power_s) == (
            other.off_s,
            other.idle_s,
            other.busy_s,
            other.power_s,
        )
        assert abs(one.power_ws - other.power_ws) < 1e-3
        assert abs((one.energy_wh or 0) - (other.energy_wh or 0)) < 1e-6
        assert one.power_s <= HOUR
        assert one.off_s + one.idle_s + one.busy_s <= HOUR


def test_energy_of_a_long_part_is_spread_over_its_hours() -> None:
    samples = [Sample(T0 + 1800, None, 0.0, None, None), Sample(T0 + 1800 + 2 * HOUR, None, 400.0, None, None)]
    _state, hours = fold(Fold(), samples, None)
    assert [one.energy_wh for one in hours] == [100.0, 200.0, 100.0]
    assert LONGEST_GAP < 2 * HOUR
