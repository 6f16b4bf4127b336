"""Orders to machines, and what happens with time: no echo, silence, files nobody queued."""

import time
from pathlib import Path
from typing import Any, NamedTuple

from devices.wire import Channel, Command, JobOrder, Op, Unreadable, build_topic, encode
from tierslieu.basics.errors import Unavailable
from tierslieu.fablab import actions, queries, rules, storing, trays
from tierslieu.fablab.events import Dispatched, Started, Steered
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.files.formats import bus_name
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx

DAY = 86_400
KEEP_REPORTS = 90 * DAY
SETTLED_AFTER = 3600


class Order(NamedTuple):
    """A job and the machine it was handed to."""

    job: JobNow
    machine: MachineNow


async def send_start(house: House, event: Dispatched) -> None:
    """Order the machine to start. What cannot be ordered now is queued again: nothing is ordered late.

    May run twice: a machine carries the same command out once.
    """
    found = await house.db.read(_still_wanted, event)
    if found is None:
        return
    if house.clock.now() > (found.job.dispatched_at or 0) + rules.COMMAND_TTL:
        await house.db.write(actions.give_back, event.job_id, event.cmd_id, "order_too_late")
        return
    try:
        topic = build_topic(found.machine.site, found.machine.key, Channel.CMD)
        house.broker.publish(topic, encode(_start(house, found, event.cmd_id)))
    except (Unavailable, Unreadable):
        await house.db.write(actions.give_back, event.job_id, event.cmd_id, "broker_away")


def _still_wanted(reader: Reader, event: Dispatched) -> Order | None:
    job = queries.job(reader, event.job_id)
    if job.state != "dispatched" or job.cmd_id != event.cmd_id or job.machine_id is None:
        return None
    return Order(job, queries.machine_by_id(reader, job.machine_id))


def _start(house: House, found: Order, cmd_id: str) -> Command:
    base = house.settings.public_url
    facts = read(found.job.facts)
    wanted = trays.wanted_by(found.job.material, found.job.colour, facts.filament_by_tool)
    ref = found.job.job_ref or rules.job_text(found.job.number)
    order = JobOrder(
        job_ref=ref,
        file_name=bus_name(ref, found.job.format),
        file_url=f"{base}/api/v1/files/{found.job.sha256}" if base else None,
        file_sha256=found.job.sha256,
        estimated_seconds=facts.seconds,
        plate=facts.plate,
        slots=trays.mapping(wanted, trays.told(found.machine.slots)),
    )
    return Command(
        cmd_id=cmd_id,
        op=Op.START,
        issued_at=found.job.dispatched_at or house.clock.now(),
        ttl_s=rules.COMMAND_TTL,
        boot_id=found.machine.boot_id,
        job=order,
    )


async def send_steer(house: House, event: Steered) -> None:
    """Ask the machine to pause, resume or cancel. Too late or no broker: nothing happens, and the log says so."""
    machine = await house.db.read(queries.machine_by_id, event.machine_id)
    command = Command(
        cmd_id=event.cmd_id,
        op=Op(event.op),
        issued_at=event.asked_at,
        ttl_s=rules.COMMAND_TTL,
        boot_id=machine.boot_id,
        job_ref=event.job_ref,
    )
    try:
        house.broker.publish(build_topic(machine.site, machine.key, Channel.CMD), encode(command))
    except (Unavailable, Unreadable):
        await house.db.write(_note_unsent, machine.id, event.op)


def _note_unsent(tx: Tx, machine_id: int, op: str) -> None:
    storing.note(tx, machine_id, "order_unsent", op=op)
    tx.touch(storing.MACHINES)


def await_echo(tx: Tx, payload: dict[str, Any]) -> None:
    """The time for an echo is over. A machine that shows our job has begun, even if its report is still on the way."""
    job = queries.job(tx, int(payload["job_id"]))
    if job.state != "dispatched" or job.cmd_id != payload["cmd_id"] or job.machine_id is None:
        return
    machine = storing.locked(tx, job.machine_id)
    if machine.job_ref == job.job_ref and machine.state in rules.AT_WORK and rules.link_of(machine, tx.now) == "online":
        storing.change_job(
            tx,
            storing.SET_RUNNING,
            job,
            state="running",
            machine_id=machine.id,
            started_at=tx.now,
            notice="",
            is_contact_lost=0,
        )
        tx.announce(Started(job.id, machine.id))
        return
    actions.give_back(tx, job.id, str(payload["cmd_id"]), "no_echo")


def await_end(tx: Tx, payload: dict[str, Any]) -> None:
    """The machine has been at rest for a while and no end of our job was told: nobody knows how it ended."""
    job = queries.job(tx, int(payload["job_id"]))
    if job.state != "running" or job.job_ref != payload["job_ref"] or job.machine_id is None:
        return
    machine = storing.locked(tx, job.machine_id)
    if machine.state in rules.OVER and rules.link_of(machine, tx.now) == "online":
        actions.finish(tx, job, machine.id, "unknown", notice="lost")
        storing.note(tx, machine.id, "lost", job)


def watch_links(tx: Tx, _payload: object) -> None:
    """Silence makes no message: look from time to time whose link must be shown otherwise."""
    for machine in queries.machines(tx):
        link = rules.link_of(machine, tx.now)
        if link != machine.shown_link:
            tx.run(storing.SET_LINK, which=machine.id, shown_link=link)
            tx.touch(storing.MACHINES)


async def tidy(house: House, _payload: object) -> None:
    """Forget files that nobody queued within a day, and reports of long ago."""
    for sha256 in await house.db.write(_forget):
        if _is_settled(house.files.path(sha256)):
            house.files.remove(sha256)


def _is_settled(path: Path) -> bool:
    """False for a file that somebody brings again at this very moment: its row is not there yet."""
    return path.exists() and time.time() - path.stat().st_mtime > SETTLED_AFTER


def _forget(tx: Tx) -> list[str]:
    """The addresses of files that nothing points to any more."""
    tx.run(storing.FORGET_REPORTS, before=tx.now - KEEP_REPORTS)
    gone: set[str] = set()
    for file_id, *addresses in tx.rows(queries.OLD_FILES, before=tx.now - DAY):
        tx.run(storing.FORGET_FILE, which=file_id)
        gone.update(address for address in addresses if address)
    return [sha for sha in gone if not queries.is_kept(tx, sha)]
