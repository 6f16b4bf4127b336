"""A machine's measures, ready to show. What is not known is a dash, never a zero."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from tierslieu.fablab import queries as fablab
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.telemetry import charts, queries
from tierslieu.fablab.telemetry.activity import LONGEST_GAP
from tierslieu.fablab.telemetry.charts import Chart, Series
from tierslieu.fablab.telemetry.folding import HOUR, Hour
from tierslieu.fablab.telemetry.queries import Point
from tierslieu.fablab.telemetry.wording import ACTIVITIES, NONE, PERIODS
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader

DAY: Final = 86_400
DAYS: Final = {"jour": 1, "semaine": 7, "mois": 31}
FINE_STEP: Final = 600


class DayLine(msgspec.Struct, frozen=True):
    """One day of a machine in figures."""

    day: str
    energy: str
    off: str
    idle: str
    busy: str


class MeasuresView(msgspec.Struct, frozen=True):
    """The page of measures. `bars`: energy of each day, as the macro of that name takes it."""

    key: str
    name: str
    now: list[tuple[str, str]]
    periods: list[tuple[str, str, bool]]
    charts: list[Chart]
    bars: list[tuple[str, float, str]]
    days: list[DayLine]
    is_calibrated: bool
    is_empty: bool
    period: str


def measures_view(reader: Reader, key: str, period: str, words: Words) -> MeasuresView:
    """What a machine measured over a period. Raises NotFound."""
    machine = fablab.machine(reader, key)
    period = period if period in DAYS else "jour"
    end = reader.now - reader.now % FINE_STEP + FINE_STEP
    start = end - DAYS[period] * DAY
    hours = queries.hours(reader, machine.id, start, end)
    if period == "jour":
        points, step = queries.trace(reader, machine.id, start, end, FINE_STEP), FINE_STEP
    else:
        points, step = [_point(one) for one in hours], HOUR
    days = by_day(hours, words)
    limits = queries.thresholds(reader, machine.id)
    here = f"/fablab/machines/{machine.key}/mesures"
    return MeasuresView(
        machine.key,
        machine.name,
        _now(reader, machine, days, words),
        [(f"{here}?sur={name}", words.text(text), name == period) for name, text in PERIODS.items()],
        _charts(points, start, end, step, words),
        [(day, one.energy_wh or 0.0, _kwh(one.energy_wh, words)) for day, one in days]
        if any(one.energy_wh is not None for _day, one in days)
        else [],
        [_day_line(day, one, words) for day, one in reversed(days)],
        limits is not None,
        not points and not days,
        period,
    )


def _point(hour: Hour) -> Point:
    mean = hour.power_ws / hour.power_s if hour.power_s else None
    return Point(hour.hour, mean, hour.power_max, hour.tool_max, hour.bed_max)


def by_day(hours: Sequence[Hour], words: Words) -> list[tuple[str, Hour]]:
    """Hours added up by the venue's own days, nights of 23 or 25 hours included."""
    found: dict[str, Hour] = {}
    for one in hours:
        day = words.day(one.hour, "short")
        found[day] = _plus(found.get(day, Hour(one.hour)), one)
    return list(found.items())


def _plus(one: Hour, other: Hour) -> Hour:
    energy = [part for part in (one.energy_wh, other.energy_wh) if part is not None]
    return Hour(
        one.hour,
        energy_wh=sum(energy) if energy else None,
        off_s=one.off_s + other.off_s,
        idle_s=one.idle_s + other.idle_s,
        busy_s=one.busy_s + other.busy_s,
    )


def _day_line(day: str, one: Hour, words: Words) -> DayLine:
    is_known = one.off_s + one.idle_s + one.busy_s > 0
    off, idle, busy = (words.duration(seconds) if is_known else NONE for seconds in (one.off_s, one.idle_s, one.busy_s))
    return DayLine(day, _kwh(one.energy_wh, words), off, idle, busy)


def _kwh(watt_hours: float | None, words: Words) -> str:
    return NONE if watt_hours is None else f"{words.number(watt_hours / 1000, 2)}\u00a0kWh"


def _now(reader: Reader, machine: MachineNow, days: Sequence[tuple[str, Hour]], words: Words) -> list[tuple[str, str]]:
    """Power, activity and today's energy, as far as they are fresh."""
    found = queries.trace(reader, machine.id, reader.now - LONGEST_GAP, reader.now + FINE_STEP, 60)
    power = next((one.power for one in reversed(found) if one.power is not None), None)
    fold = next((one for one in reader.rows(queries.FOLDED) if one.machine_id == machine.id), None)
    is_fresh = fold is not None and reader.now - fold.until <= LONGEST_GAP
    doing = fold.activity if fold is not None and is_fresh else "unknown"
    today = dict(days).get(words.day(reader.now, "short"))
    return [
        (words.text(_("Puissance")), watts(power, words)),
        (words.text(_("Activité")), words.text(ACTIVITIES[doing])),
        (words.text(_("Énergie aujourd’hui")), _kwh(today.energy_wh if today else None, words)),
    ]


def short_facts(reader: Reader, machine: MachineNow, words: Words) -> list[tuple[str, str]]:
    """Power, activity and today's energy of a machine."""
    hours = queries.hours(reader, machine.id, words.zone.day(words.zone.date(reader.now)).start, reader.now + 1)
    return _now(reader, machine, by_day(hours, words), words)


def watts(power: float | None, words: Words) -> str:
    """« 84 W », « 3,2 W », a dash when unknown."""
    if power is None:
        return NONE
    return f"{words.number(power, 0 if power >= 10 else 1)}\u00a0W"


def _degrees(value: float | None) -> str:
    return NONE if value is None else f"{round(value)}\u00a0°C"


def _charts(points: Sequence[Point], start: int, end: int, step: int, words: Words) -> list[Chart]:
    instants = [one.at for one in points]
    power = (
        Series(words.text(_("Moyenne")), [one.power for one in points]),
        Series(words.text(_("Maximum")), [one.power_max for one in points]),
    )
    heat = (
        Series(words.text(_("Buse")), [one.tool for one in points]),
        Series(words.text(_("Plateau")), [one.bed for one in points]),
    )
    found = []
    for title, series, show in (
        (words.text(_("Puissance")), power, lambda value: watts(value, words)),
        (words.text(_("Températures")), heat, _degrees),
    ):
        top = charts.nice_top(series)
        drawn = charts.lines(instants, series, start, end, step, top)
        if drawn:
            moment = words.clock if step < HOUR else lambda at: words.day(at, "short")
            full = words.clock if step < HOUR else lambda at: f"{words.day(at, 'short')} {words.clock(at)}"
            rows = [
                [full(at), *(show(one.values[place]) for one in series)]
                for place, at in enumerate(instants)
                if any(one.values[place] is not None for one in series)
            ]
            most = max(value for one in series for value in one.values if value is not None)
            sentence = words.text(
                _("{title}, de {start} à {end}, au plus {most}"),
                title=title,
                start=full(start),
                end=full(end),
                most=show(most),
            )
            heads = [words.text(_("Heure")), *(one.name for one in series)]
            marks = charts.marks(start, end, moment)
            found.append(Chart(title, sentence, drawn, show(top), show(0.0), marks, heads, rows))
    return found


def hour_rows(reader: Reader, key: str, days: int, words: Words) -> list[list[str]]:
    """The hours of a machine for a spreadsheet: plain numbers, empty where unknown."""
    machine = fablab.machine(reader, key)
    start = reader.now - timedelta(days=days) // timedelta(seconds=1)
    found = []
    for one in queries.hours(reader, machine.id, start, reader.now):
        mean = one.power_ws / one.power_s if one.power_s else None
        numbers = (one.power_min, mean, one.power_max, one.energy_wh, one.tool_max, one.bed_max)
        is_known = one.off_s + one.idle_s + one.busy_s > 0
        seconds = (one.off_s, one.idle_s, one.busy_s) if is_known else (None, None, None)
        wall = words.zone.wall(one.hour).isoformat()
        found.append(
            [
                wall,
                *("" if value is None else words.number(value, 2) for value in numbers),
                *("" if value is None else str(value) for value in seconds),
            ]
        )
    return found
