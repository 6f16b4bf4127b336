"""What staff set: when a machine is recorded, its thresholds, the price of electricity."""

from typing import Final

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Reason, Refused
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.fablab.telemetry import queries, storing
from tierslieu.fablab.telemetry.activity import Thresholds, suggest
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record

SEE: Final = "fablab.see_measures"
CALIBRATE: Final = "fablab.calibrate"
SET_PRICE: Final = "fablab.set_energy_price"
PHASES: Final = ("idle", "busy")
LONGEST_RECORDING: Final = 12 * 3600


def begin_recording(tx: Tx, key: str, phase: str) -> None:
    """From now on the machine is at rest, or at work: what it measures tells its thresholds.

    A recording of the same phase is replaced; one of the other phase that still went on ends here.
    """
    machine = _ours(tx, key)
    for other in queries.recordings(tx, machine.id).values():
        if not other.ended_at:
            _put(tx, machine, other.phase, other.started_at, tx.now)
    _put(tx, machine, phase, tx.now, 0)


def end_recording(tx: Tx, key: str, phase: str) -> None:
    """The machine does something else now. Raises Refused when nothing is being recorded."""
    machine = _ours(tx, key)
    found = queries.recordings(tx, machine.id).get(phase)
    if found is None or found.ended_at:
        raise Refused((Reason("not_recording"),))
    _put(tx, machine, phase, found.started_at, tx.now)


def set_thresholds(tx: Tx, key: str, limits: Thresholds) -> None:
    """From which power the machine is on and at work; what is still stored raw is counted anew."""
    machine = _ours(tx, key)
    tx.run(
        storing.PUT_LIMITS,
        machine_id=machine.id,
        off_below=limits.off_below,
        idle_below=limits.idle_below,
        busy_above=limits.busy_above,
        busy_after=limits.busy_after,
        idle_after=limits.idle_after,
        set_at=tx.now,
    )
    storing.recount(tx, machine.id, limits)
    record(tx, "fablab.calibrate", None, machine.key)


def set_price(tx: Tx, since: int, millicents: int) -> None:
    """What a kilowatt-hour costs from an instant on; before it, what was set before counts."""
    require(tx.by, SET_PRICE)
    tx.run(storing.PUT_PRICE, since=since, millicents=millicents)
    record(tx, "fablab.set_energy_price", None, "", since=since, millicents=millicents)


def suggestion(reader: Reader, machine_id: int) -> Thresholds | None:
    """Thresholds from what was recorded at rest and at work; None while that does not tell them apart."""
    found = queries.recordings(reader, machine_id)
    powers: dict[str, list[float]] = {}
    for phase in PHASES:
        if (one := found.get(phase)) is not None:
            until = min(one.ended_at or reader.now, one.started_at + LONGEST_RECORDING)
            measured = queries.samples(reader, machine_id, one.started_at - 1, until - 1)
            powers[phase] = [each.power_w for each in measured if each.power_w is not None]
    return suggest(powers.get("idle", []), powers.get("busy", []))


def _ours(tx: Tx, key: str) -> MachineNow:
    machine = fablab.machine(tx, key)
    require(tx.by, CALIBRATE, *places(machine))
    return machine


def _put(tx: Tx, machine: MachineNow, phase: str, started_at: int, ended_at: int) -> None:
    tx.run(storing.PUT_RECORDING, machine_id=machine.id, phase=phase, started_at=started_at, ended_at=ended_at)
