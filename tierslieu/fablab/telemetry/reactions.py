"""What happens with time: measures are folded and forgotten, and each attempt of a job is told what it used."""

from typing import Any, Final

from tierslieu.fablab import queries as fablab
from tierslieu.fablab import storing as fablab_storing
from tierslieu.fablab.attempts import as_it_was
from tierslieu.fablab.events import Ended, Weighed
from tierslieu.fablab.telemetry import energy, queries, storing
from tierslieu.fablab.telemetry.activity import LONGEST_GAP, Thresholds
from tierslieu.fablab.telemetry.energy import Reading
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx

DAY: Final = 86_400
TOGETHER: Final = 25
"""Machines folded in one transaction: nobody waits long behind them."""
WEIGH: Final = "fablab.telemetry.weigh"
WEIGH_AFTER: Final = 5
"""Seconds after an end until its last measure is surely stored."""


async def fold(house: House, _payload: object) -> None:
    """Fold what came since the last time, a few machines at once."""
    ids, kept, limits = await house.db.read(_all)
    for first in range(0, len(ids), TOGETHER):
        await house.db.write(_fold_some, ids[first : first + TOGETHER], kept, limits)


def _all(reader: Reader) -> tuple[list[int], dict[int, queries.Kept], dict[int, Thresholds]]:
    return (
        [one.id for one in fablab.machines(reader)],
        {one.machine_id: one for one in reader.rows(queries.FOLDED)},
        {row[0]: Thresholds(*row[1:]) for row in reader.rows(queries.ALL_LIMITS)},
    )


def _fold_some(tx: Tx, ids: list[int], kept: dict[int, queries.Kept], limits: dict[int, Thresholds]) -> None:
    for machine_id in ids:
        storing.fold_machine(tx, machine_id, kept.get(machine_id), limits.get(machine_id))


async def tidy(house: House, _payload: object) -> None:
    """Forget raw measures after some days, and hours after some years: one machine at a time."""
    chosen, now = house.settings.telemetry, house.clock.now()
    for one in await house.db.read(fablab.machines):
        await house.db.write(forget, one.id, now - chosen.raw_days * DAY, now - chosen.hour_days * DAY)


def forget(tx: Tx, machine_id: int, samples_before: int, hours_before: int) -> None:
    """Remove what is older. What was not folded yet stays."""
    tx.run(storing.FORGET_SAMPLES, machine=machine_id, before=samples_before)
    tx.run(storing.FORGET_HOURS, machine=machine_id, before=hours_before)


def plan_weighing(tx: Tx, event: Ended) -> None:
    """An attempt is over: what it used is known when its last measure is stored."""
    one = as_it_was(fablab.job(tx, event.job_id), event.attempt)
    if None not in (one.machine_id, one.job_ref, one.started_at, one.ended_at):
        about = {"job": one.id, "machine": one.machine_id, "ref": one.job_ref}
        payload = {**about, "start": one.started_at, "end": one.ended_at}
        tx.later(WEIGH, payload, at=tx.now + WEIGH_AFTER, dedup=f"{WEIGH}:{one.job_ref}")


def weigh(tx: Tx, payload: dict[str, Any]) -> None:
    """Note what an attempt used, or that nobody knows."""
    machine_id, start, end = int(payload["machine"]), int(payload["start"]), int(payload["end"])
    used = used_between(tx, machine_id, start, end)
    tx.run(
        storing.PUT_ENERGY,
        job_ref=str(payload["ref"]),
        job_id=int(payload["job"]),
        machine_id=machine_id,
        started_at=start,
        ended_at=end,
        energy_wh=used,
    )
    tx.announce(Weighed(machine_id, int(payload["job"]), str(payload["ref"])))
    tx.touch(fablab_storing.JOBS)


def used_between(reader: Reader, machine_id: int, start: int, end: int) -> float | None:
    """Watt-hours of a machine between two instants, from what is stored raw; None when that is not known."""
    found = queries.samples(reader, machine_id, start - LONGEST_GAP, end + LONGEST_GAP)
    known, _last = energy.parts(Reading(one.at, one.power_w, one.energy_wh) for one in found)
    return energy.within(known, start, end)
