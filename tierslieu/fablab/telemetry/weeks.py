"""Reserved, switched on and at work, side by side; and what each machine used and cost in a month."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.spans import Span
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.costs import Prices, at_prices, cost
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.fablab.telemetry import queries
from tierslieu.fablab.telemetry.actions import SEE
from tierslieu.fablab.telemetry.wording import NONE
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader


class Use(msgspec.Struct, frozen=True):
    """A machine over a span, in seconds, watt-hours and cents. None: not measured."""

    machine: MachineNow
    reserved_s: int
    powered_s: int | None
    working_s: int | None
    jobs: int
    jobs_s: int
    energy_wh: float | None
    machine_cents: int | None
    energy_cents: int | None


def uses(reader: Reader, who: Actor, span: Span) -> list[Use]:
    """Every machine that one may see, over a span. A fixed number of statements."""
    reserved = _within(reader.rows(queries.RESERVED, start=span.start, end=span.end), span)
    totals = {row[0]: row[1:] for row in reader.rows(queries.TOTALS, start=span.start, end=span.end)}
    done: dict[int, list[queries.Done]] = {}
    for one in reader.rows(queries.DONE, start=span.start, end=span.end):
        done.setdefault(one.machine_id, []).append(one)
    energy = queries.priced(reader, span.start, span.end)
    return [
        _use(machine, reserved.get(machine.id, 0), totals.get(machine.id), done.get(machine.id, []), span, energy)
        for machine in fablab.machines(reader)
        if who.may(SEE, *places(machine))
    ]


def _within(rows: Iterable[tuple[int, int, int]], span: Span) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for machine_id, start, end in rows:
        found[machine_id] = found.get(machine_id, 0) + min(end, span.end) - max(start, span.start)
    return found


def _use(
    machine: MachineNow,
    reserved: int,
    total: Any,
    done: list[queries.Done],
    span: Span,
    energy: Mapping[int, list[tuple[float, float | None]]],
) -> Use:
    energy_wh, off, idle, busy = total or (None, 0, 0, 0)
    is_known = bool(off or idle or busy)
    seconds = sum(max(0, min(one.ended_at, span.end) - max(one.started_at, span.start)) for one in done)
    return Use(
        machine,
        reserved,
        idle + busy if is_known else None,
        busy if is_known else None,
        sum(1 for one in done if span.start < one.ended_at <= span.end),
        seconds,
        energy_wh,
        cost(None, seconds, None, Prices(None, machine.hourly_cents, None)).machine_cents,
        at_prices(energy.get(machine.id, [])),
    )


def week_of(words: Words, text: str, now: int) -> date:
    """The Monday of the week of a date as an address gives it; this week's when it says nothing usable."""
    try:
        day = date.fromisoformat(text)
        words.zone.day(day + timedelta(days=14))
        words.zone.day(day - timedelta(days=14))
    except (ValueError, OverflowError):
        day = words.zone.date(now)
    return day - timedelta(days=day.weekday())


def month_of(words: Words, text: str, now: int) -> date:
    """The first day of a month as an address gives it (2026-11); this month's when it says nothing usable."""
    today = words.zone.date(now)
    try:
        found = date.fromisoformat(f"{text}-01")
        return found if 1971 <= found.year <= 2100 else today.replace(day=1)
    except ValueError:
        return today.replace(day=1)


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)


def span_of(words: Words, first: date, last: date) -> Span:
    """From the beginning of one day to the beginning of another, by the venue's clock."""
    return Span(words.zone.day(first).start, words.zone.day(last).start)


HEADS = (
    _("Machine"),
    _("Réservée"),
    _("Allumée"),
    _("Au travail"),
    _("Travaux"),
    _("Durée des travaux"),
    _("Énergie"),
    _("Temps machine"),
    _("Électricité"),
)


def row(one: Use, words: Words) -> list[str]:
    """A line of the table."""
    return [
        one.machine.name,
        words.duration(one.reserved_s) if one.reserved_s else NONE,
        _seconds(one.powered_s, words),
        _seconds(one.working_s, words),
        str(one.jobs),
        words.duration(one.jobs_s) if one.jobs_s else NONE,
        NONE if one.energy_wh is None else f"{words.number(one.energy_wh / 1000, 2)}\u00a0kWh",
        NONE if not one.machine_cents else words.money(one.machine_cents),
        NONE
        if one.energy_cents is None
        else words.money(one.energy_cents)
        if one.energy_cents
        else words.text(_("0 €")),
    ]


def _seconds(value: int | None, words: Words) -> str:
    return NONE if value is None else words.duration(value)


def plain_row(one: Use, words: Words) -> list[str]:
    """The same for a spreadsheet: hours, kilowatt-hours and euros as numbers, empty where unknown."""

    def number(value: float | None, per: float) -> str:
        return "" if value is None else words.number(value / per, 2)

    return [
        one.machine.name,
        number(one.reserved_s, 3600),
        number(one.powered_s, 3600),
        number(one.working_s, 3600),
        str(one.jobs),
        number(one.jobs_s, 3600),
        number(one.energy_wh, 1000),
        number(one.machine_cents, 100),
        number(one.energy_cents, 100),
    ]
