"""How measures become hours, and how long each is kept."""

from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, update

from tierslieu.fablab.telemetry import queries
from tierslieu.fablab.telemetry.activity import State, Thresholds, feed
from tierslieu.fablab.telemetry.folding import HOUR, Fold, Hour, add_spans, fold
from tierslieu.fablab.telemetry.tables import (
    EnergyPrice,
    JobEnergy,
    MachineCalibration,
    MachineFold,
    MachineHour,
    MachineSample,
    MachineThresholds,
)
from tierslieu.infra.statements import Query, columns, table_of, to_json, upsert
from tierslieu.infra.transaction import Tx

BEHIND: Final = 90
"""Seconds that a measure may be late (clocks, gathering) and still be counted in its place."""
AT_ONCE: Final = 20_000
s, h = columns(MachineSample), columns(MachineHour)
PUT_HOUR = upsert(MachineHour, ("machine_id", "hour"))
PUT_FOLD = upsert(MachineFold, ("machine_id",))
PUT_LIMITS = upsert(MachineThresholds, ("machine_id",))
PUT_RECORDING = upsert(MachineCalibration, ("machine_id", "phase"))
PUT_ENERGY = upsert(JobEnergy, ("job_ref",))
PUT_PRICE = upsert(EnergyPrice, ("since",))
_MACHINE = bindparam("machine", type_=BigInteger())
_BEFORE = bindparam("before", type_=BigInteger())
FORGET_SAMPLES: Query[Any] = Query(delete(table_of(MachineSample)).where(s.machine_id == _MACHINE, s.at < _BEFORE))
FORGET_HOURS: Query[Any] = Query(delete(table_of(MachineHour)).where(h.machine_id == _MACHINE, h.hour < _BEFORE))
CLEAR_ACTIVITY: Query[Any] = Query(
    update(table_of(MachineHour))
    .where(h.machine_id == _MACHINE, h.hour >= bindparam("start", type_=BigInteger()))
    .values(off_s=0, idle_s=0, busy_s=0)
)


def fold_machine(tx: Tx, machine_id: int, kept: queries.Kept | None, limits: Thresholds | None) -> bool:
    """Fold a machine's new measures into its hours. True when more wait."""
    until = 0 if kept is None else kept.until
    found = queries.samples(tx, machine_id, until, tx.now - BEHIND, AT_ONCE)
    if not found:
        return False
    state, gained = fold(queries.activity_of(kept), found, limits)
    _add_hours(tx, machine_id, gained)
    _keep(tx, machine_id, found[-1].at, state)
    return len(found) == AT_ONCE


def recount(tx: Tx, machine_id: int, limits: Thresholds) -> None:
    """Thresholds changed: what is still stored raw is counted anew; hours before keep what they were counted as."""
    kept = next((one for one in tx.rows(queries.FOLDED) if one.machine_id == machine_id), None)
    until = 0 if kept is None else kept.until
    found = queries.samples(tx, machine_id, 0, until, 2_000_000)
    if kept is None or not found:
        return
    start = found[0].at - found[0].at % HOUR + (HOUR if found[0].at % HOUR else 0)
    whole = [one for one in found if one.at >= start]
    tx.run(CLEAR_ACTIVITY, machine=machine_id, start=start)
    doing, spans = feed(State(), ((one.at, one.power_w) for one in whole), limits)
    hours: dict[int, Hour] = {}
    add_spans(hours, spans)
    _add_hours(tx, machine_id, list(hours.values()))
    _keep(tx, machine_id, until, Fold(doing, queries.activity_of(kept).reading))


def _keep(tx: Tx, machine_id: int, until: int, state: Fold) -> None:
    doing = state.doing.activity
    tx.run(PUT_FOLD, machine_id=machine_id, until=until, state=to_json(state), activity=doing)


def _add_hours(tx: Tx, machine_id: int, gained: list[Hour]) -> None:
    if not gained:
        return
    first, last = min(one.hour for one in gained), max(one.hour for one in gained)
    known = {one.hour: one for one in queries.hours(tx, machine_id, first, last + HOUR)}
    for one in gained:
        whole = merged(known[one.hour], one) if one.hour in known else one
        tx.run(PUT_HOUR, machine_id=machine_id, **msgspec.structs.asdict(whole))


def merged(one: Hour, other: Hour) -> Hour:
    """Two parts of one hour; what neither knows stays unknown."""
    return Hour(
        one.hour,
        _of(min, one.power_min, other.power_min),
        _of(max, one.power_max, other.power_max),
        one.power_ws + other.power_ws,
        one.power_s + other.power_s,
        _of(_plus, one.energy_wh, other.energy_wh),
        _of(max, one.tool_max, other.tool_max),
        _of(max, one.bed_max, other.bed_max),
        one.off_s + other.off_s,
        one.idle_s + other.idle_s,
        one.busy_s + other.busy_s,
    )


def _of(join: Any, one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    joined: float = join(one, other)
    return joined


def _plus(one: float, other: float) -> float:
    return one + other
