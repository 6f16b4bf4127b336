"""Measures into hours. Pure, and the same whatever the pieces in which measures come."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from tierslieu.fablab.telemetry import activity, energy
from tierslieu.fablab.telemetry.activity import LONGEST_GAP, Span, Thresholds
from tierslieu.fablab.telemetry.energy import Reading

HOUR: Final = 3600


class Sample(NamedTuple):
    """A stored measure."""

    at: int
    power_w: float | None
    energy_wh: float | None
    tool_c: float | None
    bed_c: float | None


class Fold(msgspec.Struct, frozen=True):
    """Where a machine stands between two pieces."""

    doing: activity.State = activity.State()
    reading: Reading | None = None


class Hour(msgspec.Struct):
    """What an hour gains. `energy_wh` None: nothing metered."""

    hour: int
    power_min: float | None = None
    power_max: float | None = None
    power_ws: float = 0.0
    power_s: float = 0.0
    energy_wh: float | None = None
    tool_max: float | None = None
    bed_max: float | None = None
    off_s: int = 0
    idle_s: int = 0
    busy_s: int = 0


class _Hours(dict[int, Hour]):
    def __missing__(self, start: int) -> Hour:
        self[start] = found = Hour(start)
        return found


def fold(state: Fold, samples: Sequence[Sample], limits: Thresholds | None) -> tuple[Fold, list[Hour]]:
    """Go on from a state. Answers the new state, and for each hour concerned what it gains.

    Without thresholds nobody knows what a machine was doing.
    """
    hours = _Hours()
    for one in samples:
        _note_extremes(hours[one.at - one.at % HOUR], one)
    _add_power(hours, state.reading, samples)
    known, reading = energy.parts((Reading(one.at, one.power_w, one.energy_wh) for one in samples), state.reading)
    for part in known:
        for start, share in _shares(part.start, part.end):
            hour = hours[start]
            hour.energy_wh = (hour.energy_wh or 0.0) + part.wh * share / (part.end - part.start)
    doing = activity.State()
    if limits is not None:
        doing, spans = activity.feed(state.doing, ((one.at, one.power_w) for one in samples), limits)
        add_spans(hours, spans)
    return Fold(doing, reading), sorted(hours.values(), key=lambda one: one.hour)


def add_spans(hours: dict[int, Hour], spans: Iterable[Span]) -> None:
    """Count the seconds of each activity to the hours they fell in."""
    for span in spans:
        for start, share in _shares(span.start, span.end):
            hour = hours.setdefault(start, Hour(start))
            if span.activity == "off":
                hour.off_s += share
            elif span.activity == "idle":
                hour.idle_s += share
            elif span.activity == "busy":
                hour.busy_s += share


def _note_extremes(hour: Hour, one: Sample) -> None:
    if one.power_w is not None:
        hour.power_min = one.power_w if hour.power_min is None else min(hour.power_min, one.power_w)
        hour.power_max = one.power_w if hour.power_max is None else max(hour.power_max, one.power_w)
    if one.tool_c is not None:
        hour.tool_max = one.tool_c if hour.tool_max is None else max(hour.tool_max, one.tool_c)
    if one.bed_c is not None:
        hour.bed_max = one.bed_c if hour.bed_max is None else max(hour.bed_max, one.bed_c)


def _add_power(hours: _Hours, former: Reading | None, samples: Sequence[Sample]) -> None:
    """A power holds until the next measure, unless that one is long in coming."""
    last = None if former is None or former.power_w is None else (former.at, former.power_w)
    for one in samples:
        if one.power_w is None:
            continue
        if last is not None and 0 < one.at - last[0] <= LONGEST_GAP:
            for start, share in _shares(last[0], one.at):
                hours[start].power_ws += last[1] * share
                hours[start].power_s += share
        if last is None or one.at > last[0]:
            last = (one.at, one.power_w)


def _shares(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The hours between two instants, each with its seconds."""
    while start < end:
        hour = start - start % HOUR
        until = min(end, hour + HOUR)
        yield hour, until - start
        start = until
