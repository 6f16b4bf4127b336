"""All reads of measures. What was not measured is None; sums over nothing are None too."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select

from tierslieu.fablab.queries import m
from tierslieu.fablab.tables import Machine
from tierslieu.fablab.telemetry.activity import Thresholds
from tierslieu.fablab.telemetry.folding import HOUR, Fold, Hour, Sample
from tierslieu.fablab.telemetry.tables import (
    EnergyPrice,
    JobEnergy,
    MachineCalibration,
    MachineFold,
    MachineHour,
    MachineSample,
    MachineThresholds,
)
from tierslieu.infra.statements import Query, columns, one_of, table_of
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.tables import Resource

s, h, f, e = columns(MachineSample), columns(MachineHour), columns(MachineFold), columns(JobEnergy)
t, c, p = columns(MachineThresholds), columns(MachineCalibration), columns(EnergyPrice)
r, v = columns(Reservation), columns(Resource)
HELD = ("confirmed", "checked_in", "finished", "missed")
WATT_HOURS_PER_KWH = 1000


class Point(msgspec.Struct, frozen=True):
    """Measures of one machine in one step of time, from `at` on."""

    at: int
    power: float | None
    power_max: float | None
    tool: float | None
    bed: float | None


class Done(msgspec.Struct, frozen=True):
    """One attempt of a job on a machine, with what it used."""

    machine_id: int
    started_at: int
    ended_at: int
    energy_wh: float | None


class Kept(msgspec.Struct, frozen=True):
    """How far a machine is folded, and what it was doing then."""

    machine_id: int
    until: int
    state: str
    activity: str


class Recording(msgspec.Struct, frozen=True):
    """A recording for calibration; `ended_at` 0 while it goes on."""

    phase: str
    started_at: int
    ended_at: int


class Price(msgspec.Struct, frozen=True):
    """What a kilowatt-hour costs from an instant on."""

    since: int
    millicents: int

    @property
    def cents(self) -> float:
        """Cents for a kilowatt-hour."""
        return self.millicents / 1000


def _big(name: str) -> Any:
    return bindparam(name, type_=BigInteger())


_STEP = (s.at - s.at % _big("step")).label("step_at")
TRACE = Query(
    select(_STEP, func.avg(s.power_w), func.max(s.power_w), func.max(s.tool_c), func.max(s.bed_c))
    .where(s.machine_id == _big("machine"), s.at >= _big("start"), s.at < _big("end"))
    .group_by("step_at")
    .order_by("step_at"),
    into=Point,
)
SAMPLES: Query[tuple[int, float | None, float | None, float | None, float | None]] = Query(
    select(s.at, s.power_w, s.energy_wh, s.tool_c, s.bed_c)
    .where(s.machine_id == _big("machine"), s.at > _big("after"), s.at <= _big("until"))
    .order_by(s.at)
    .limit(_big("most"))
)
HOURS = Query(
    select(*(h[name] for name in Hour.__struct_fields__))
    .where(h.machine_id == _big("machine"), h.hour >= _big("start"), h.hour < _big("end"))
    .order_by(h.hour),
    into=Hour,
)
TOTALS: Query[tuple[int, float | None, int | None, int | None, int | None]] = Query(
    select(h.machine_id, func.sum(h.energy_wh), func.sum(h.off_s), func.sum(h.idle_s), func.sum(h.busy_s))
    .where(h.hour >= _big("start"), h.hour < _big("end"))
    .group_by(h.machine_id)
)
_TARIFF = select(func.max(p.since)).where(p.since <= h.hour).correlate(table_of(MachineHour)).scalar_subquery()
_METERED = (
    select(h.machine_id, h.energy_wh, _TARIFF.label("tariff"))
    .where(h.hour >= _big("start"), h.hour < _big("end"), h.energy_wh.is_not(None))
    .subquery()
)
PRICED: Query[tuple[int, float, int | None]] = Query(
    select(_METERED.c.machine_id, func.sum(_METERED.c.energy_wh), p.millicents)
    .select_from(_METERED.outerjoin(table_of(EnergyPrice), p.since == _METERED.c.tariff))
    .group_by(_METERED.c.machine_id, p.millicents)
)
"""What machines used in a span, by the price of the hour in which they did."""
DONE = Query(
    select(e.machine_id, e.started_at, e.ended_at, e.energy_wh).where(
        e.ended_at > _big("start"), e.started_at < _big("end")
    ),
    into=Done,
)
USED: Query[tuple[float | None]] = Query(select(e.energy_wh).where(e.job_ref == bindparam("ref")))
FOLDED = Query(select(f.machine_id, f.until, f.state, f.activity), into=Kept)
LIMITS = Query(
    select(t.off_below, t.idle_below, t.busy_above, t.busy_after, t.idle_after).where(t.machine_id == _big("machine")),
    into=Thresholds,
)
ALL_LIMITS: Query[Any] = Query(
    select(t.machine_id, t.off_below, t.idle_below, t.busy_above, t.busy_after, t.idle_after)
)
RECORDINGS = Query(select(c.phase, c.started_at, c.ended_at).where(c.machine_id == _big("machine")), into=Recording)
PRICES = Query(select(p.since, p.millicents).order_by(p.since.desc()), into=Price)
PRICE_AT = Query(
    select(p.since, p.millicents).where(p.since <= _big("at")).order_by(p.since.desc()).limit(1), into=Price
)
RESERVED: Query[tuple[int, int, int]] = Query(
    select(m.id, r.starts_at, r.ends_at)
    .select_from(Reservation)
    .join(Resource, v.id == r.resource_id)
    .join(Machine, v.key == m.resource_key)
    .where(r.ends_at > _big("start"), r.starts_at < _big("end"), one_of(r.state, HELD))
)


def trace(reader: Reader, machine_id: int, start: int, end: int, step: int) -> list[Point]:
    """What a machine measured, one point for each step of time with measures."""
    return reader.rows(TRACE, machine=machine_id, start=start, end=end, step=step)


def samples(reader: Reader, machine_id: int, after: int, until: int, most: int = 100_000) -> list[Sample]:
    """Raw measures after one instant up to another, in their order."""
    return [Sample(*row) for row in reader.rows(SAMPLES, machine=machine_id, after=after, until=until, most=most)]


def hours(reader: Reader, machine_id: int, start: int, end: int) -> list[Hour]:
    """The hours of a machine that begin within a span."""
    return reader.rows(HOURS, machine=machine_id, start=start - start % HOUR, end=end)


def thresholds(reader: Reader, machine_id: int) -> Thresholds | None:
    """What was set for a machine; None until somebody calibrated it."""
    return reader.row(LIMITS, machine=machine_id)


def recordings(reader: Reader, machine_id: int) -> dict[str, Recording]:
    """What was recorded for calibration, by phase."""
    return {one.phase: one for one in reader.rows(RECORDINGS, machine=machine_id)}


def price(reader: Reader, at: int) -> Price | None:
    """What a kilowatt-hour cost at an instant; None before the first price."""
    return reader.row(PRICE_AT, at=at)


def priced(reader: Reader, start: int, end: int) -> dict[int, list[tuple[float, float | None]]]:
    """What each machine used in a span: (kilowatt-hours, cents for one), each part at the price of its day.

    No price (None) for what was used before the first one.
    """
    found: dict[int, list[tuple[float, float | None]]] = {}
    for machine_id, watt_hours, millicents in reader.rows(PRICED, start=start, end=end):
        cents = None if millicents is None else Price(0, millicents).cents
        found.setdefault(machine_id, []).append((watt_hours / WATT_HOURS_PER_KWH, cents))
    return found


def kwh_cents(reader: Reader, at: int) -> float | None:
    """Cents for a kilowatt-hour at an instant; None while nobody set a price."""
    found = price(reader, at)
    return None if found is None else found.cents


def kwh_of(reader: Reader, job_ref: str) -> float | None:
    """Kilowatt-hours of one attempt of a job; None when nothing was metered."""
    found = reader.row(USED, ref=job_ref)
    return None if found is None or found[0] is None else found[0] / WATT_HOURS_PER_KWH


def activity_of(fold: Kept | None) -> Fold:
    """What the next measure of a machine is compared with."""
    return Fold() if fold is None else msgspec.json.decode(fold.state, type=Fold)
