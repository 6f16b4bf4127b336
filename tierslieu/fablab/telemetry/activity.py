"""Off, idle or busy, from power alone. Pure: replayed from stored measures, it says what it said live.

A machine changes its activity when its power stayed beyond a threshold for a time; the change then counts from when
that time began. So a pause between two layers is no rest, and a short peak no work.
"""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

import msgspec

Activity = Literal["unknown", "off", "idle", "busy"]
LONGEST_GAP: Final = 900
"""Seconds between two measures after which nobody knows what was in between."""


class Thresholds(msgspec.Struct, frozen=True):
    """Watts and seconds: below `off_below` a machine is off; above `busy_above` for `busy_after` it is at work; below
    `idle_below` for `idle_after` it rests."""

    off_below: float = 3.0
    idle_below: float = 40.0
    busy_above: float = 50.0
    busy_after: int = 5
    idle_after: int = 120


class State(msgspec.Struct, frozen=True):
    """Where a replay stands: an activity, settled up to `since`; one that begins to show; the last measure at `at`."""

    activity: Activity = "unknown"
    since: int = 0
    wanted: Activity | None = None
    wanted_since: int = 0
    at: int = 0


class Span(NamedTuple):
    """A time of one activity, its end not included."""

    start: int
    end: int
    activity: Activity


def feed(state: State, measures: Iterable[tuple[int, float | None]], limits: Thresholds) -> tuple[State, list[Span]]:
    """Go on from a state with measures in their order. Answers the new state and the spans that are settled by now.

    Measures that go back in time, or say nothing of power, are left out.
    """
    spans: list[Span] = []
    for at, power in measures:
        if power is None or at <= state.at:
            continue
        if state.activity != "unknown" and at - state.at > LONGEST_GAP:
            state = _lose(state, spans)
        state = _step(state, at, power, limits, spans)
    return _settle(state, spans), spans


def close(state: State, at: int) -> list[Span]:
    """The spans up to `at` that were not settled yet, as they look now."""
    end = min(at, state.at + LONGEST_GAP)
    if state.activity == "unknown" or end <= state.since:
        return []
    return [Span(state.since, end, state.activity)]


def _step(state: State, at: int, power: float, limits: Thresholds, spans: list[Span]) -> State:
    level = level_of(power, state.activity, limits)
    if state.activity == "unknown":
        return State(level, at, at=at)
    if level == state.activity:
        return State(state.activity, state.since, at=at)
    began = state.wanted_since if state.wanted == level else at
    hold = limits.busy_after if level == "busy" else limits.idle_after
    if at - began < hold:
        return State(state.activity, state.since, level, began, at)
    if began > state.since:
        spans.append(Span(state.since, began, state.activity))
    return State(level, began, at=at)


def _settle(state: State, spans: list[Span]) -> State:
    """What no later measure can change is settled: up to where another activity begins to show, or up to now."""
    until = state.at if state.wanted is None else state.wanted_since
    if state.activity == "unknown" or until <= state.since:
        return state
    spans.append(Span(state.since, until, state.activity))
    return msgspec.structs.replace(state, since=until)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans of one activity that touch, as one."""
    found: list[Span] = []
    for one in spans:
        if found and (found[-1].end, found[-1].activity) == (one.start, one.activity):
            one = Span(found[-1].start, one.end, one.activity)
            found.pop()
        found.append(one)
    return found


def _lose(state: State, spans: list[Span]) -> State:
    """Too long without a measure: what came before is settled, what came after is not known."""
    if state.at > state.since:
        spans.append(Span(state.since, state.at, state.activity))
    return State(at=state.at)


def level_of(power: float, now: Activity, limits: Thresholds) -> Activity:
    """What this power means; between rest and work it means what was before."""
    if power < limits.off_below:
        return "off"
    if power > limits.busy_above:
        return "busy"
    if power < limits.idle_below or now not in ("busy", "idle"):
        return "idle"
    return now


def suggest(idle: list[float], busy: list[float]) -> Thresholds | None:
    """Thresholds between what was recorded at rest and at work; None when the two cannot be told apart.

    A peak at rest and a lull at work are left out: the 95th of a hundred at rest, the 25th at work.
    """
    if len(idle) < FEWEST or len(busy) < FEWEST:
        return None
    rest, work = _at(idle, 0.95), _at(busy, 0.25)
    if work < rest * LEAST_RATIO + LEAST_STEP_W:
        return None
    step = work - rest
    return Thresholds(
        off_below=round(max(0.5, min(_at(idle, 0.05) / 2, 3.0)), 1),
        idle_below=round(rest + step * 0.4, 1),
        busy_above=round(rest + step * 0.6, 1),
    )


FEWEST: Final = 10
LEAST_RATIO: Final = 1.2
LEAST_STEP_W: Final = 2.0


def _at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
