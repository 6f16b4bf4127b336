"""While machines work: their time grows with them where it is free, and who comes next is told where it is not."""

from typing import Final

from tierslieu.basics.spans import DAY, MINUTE
from tierslieu.fablab import claiming, queries, storing
from tierslieu.fablab.claiming import AFTER_END, Held
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queue.letters import late_notice
from tierslieu.fablab.queue.queries import end_of
from tierslieu.fablab.queue.speeds import Speed, speeds
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.preferences.queries import words_for
from tierslieu.reservations.queries import stored_among
from tierslieu.venue.queries import venue

EVERY: Final = 60
SOON: Final = 5 * MINUTE
"""Less than this left after the expected end: a run takes more time."""
OVERRUN: Final = "overruns"
"""The notice of a job that will not be over when somebody else has the machine."""


async def watch_runs(house: House, _payload: object) -> None:
    """Look after the time of every machine at work."""
    await house.db.write(watch_all, house.settings)


def watch_all(tx: Tx, settings: Settings) -> None:
    """Give each run the time it needs, as far as it is free; else tell staff and whoever comes next."""
    known = speeds(tx)
    for machine_id, one in sorted(queries.active(tx).items()):
        machine = queries.machine_by_id(tx, machine_id)
        if claiming.units_of(tx, machine):
            _watch(tx, machine, one, known.get(machine_id), settings)


def _watch(tx: Tx, machine: MachineNow, one: JobNow, speed: Speed | None, settings: Settings) -> None:
    ends = end_of(machine, one, read(one.facts).seconds, speed.ratio if speed else 1.0, tx.now)
    over = max(tx.now, ends if ends is not None and one.state != "to_check" else tx.now)
    if claiming.covered_until(tx, machine, one, over + DAY) >= over + SOON:
        return
    locked = storing.locked(tx, machine.id)
    current = queries.active_on(tx, locked.id)
    if current is None or current.id != one.id:
        return
    obstacle = claiming.lengthen(tx, locked, current, over + AFTER_END)
    if obstacle is not None and obstacle.span.start < over + SOON:
        _warn(tx, locked, current, obstacle, settings)


def _warn(tx: Tx, machine: MachineNow, one: JobNow, obstacle: Held, settings: Settings) -> None:
    if one.notice != OVERRUN:
        storing.change_job(tx, storing.SET_STATE, one, state=one.state, notice=OVERRUN)
        storing.note(tx, machine.id, OVERRUN, one)
    for reservation in stored_among(tx, [obstacle.cause_id]) if obstacle.person_id is not None else []:
        words = words_for(tx, reservation.person_id, venue(tx).zone)
        told = late_notice(machine.name, reservation.starts_at, settings, words)
        post(tx, reservation.person_id, told.with_key(f"machine_late:{one.id}:{one.attempts}:{reservation.id}"))
