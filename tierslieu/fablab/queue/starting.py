"""Starting jobs and emptying machines: always a person's gesture, and all the reasons when it cannot be."""

import secrets
from typing import Final

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Forbidden, Reason, Refused
from tierslieu.basics.spans import Span
from tierslieu.fablab import claiming, queries, rules, storing
from tierslieu.fablab.actions import AWAIT_ECHO, RUN, clear_after, hand_over, own_job
from tierslieu.fablab.claiming import Held
from tierslieu.fablab.events import Dispatched, Started
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queue import matching, scheduler
from tierslieu.fablab.queue.queries import next_ids, rules_of, spools, workshop
from tierslieu.fablab.queue.speeds import speeds
from tierslieu.fablab.queue.turns import turns
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.upkeep.queries import reasons_of_upkeep
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.families.queries import minor_reasons
from tierslieu.people.qualifications.actions import note_use, passed_over
from tierslieu.people.qualifications.queries import reasons_against_alone
from tierslieu.people.relations.queries import may_act_for

CLOSED: Final = frozenset({"closure", "maintenance"})
OF_SAFETY: Final = "safety_incident_open"
"""A reason of the machine itself, told with its others."""


def dispatch(tx: Tx, job_id: int, key: str, *, is_seen: bool = False) -> None:
    """Start a waiting job on a machine: the order leaves with this commit. Raises Refused with every reason."""
    machine = storing.locked(tx, queries.machine(tx, key).id)
    require(tx.by, RUN, *rules.places(machine))
    _order(tx, machine, queries.job(tx, job_id), is_seen=is_seen)


def start_own(tx: Tx, job_id: int, key: str) -> None:
    """A person starts their own job if they may use the machine alone: in its turn, or in the time that they reserved.

    Raises Refused with every reason.
    """
    machine = storing.locked(tx, queries.machine(tx, key).id)
    one = own_job(tx, job_id)
    reasons = against_person(tx, machine, one, tx.by.person_id)
    if not has_it_now(tx, machine, one.person_id) and one.id not in turns(workshop(tx)).get(machine.id, ()):
        reasons = (*reasons, Reason("not_your_time", {"machine": machine.name}))
    _order(tx, machine, one, is_seen=False, beside=reasons)


def against_person(reader: Reader, machine: MachineNow, one: JobNow, person_id: int | None) -> tuple[Reason, ...]:
    """Why somebody may not start a job alone on a machine, whatever the machine does: skill, age, sheet, service."""
    kinds = ("kind:machine", f"kind:{machine.kind}")
    return (
        *reasons_against_alone(reader, person_id or 0, machine.key, reader.now),
        *minor_reasons(reader, person_id or 0, claiming.key_of(machine), reader.now, kinds=kinds),
        *(each for each in reasons_of_upkeep(reader, machine.id, person_id) if each.code != OF_SAFETY),
        *((Reason("made_by_the_team"),) if one.service != "self" else ()),
    )


def reasons_against_own(reader: Reader, machine: MachineNow, one: JobNow, person_id: int | None) -> tuple[Reason, ...]:
    """Every reason why somebody cannot start a job alone on a machine now, but for whose turn it is."""
    far = () if machine.is_remote else (Reason("no_remote_start", {"machine": machine.name}),)
    return (*against_person(reader, machine, one, person_id), *reasons_against_start(reader, one, machine), *far)


def has_it_now(reader: Reader, machine: MachineNow, person_id: int | None) -> bool:
    """True when a person reserved the machine for this moment."""
    now = claiming.held(reader, claiming.units_of(reader, machine), Span(reader.now, reader.now + 1))
    return any(claim.cause == "reservation" and claim.person_id == person_id for claim in now)


def _order(tx: Tx, machine: MachineNow, one: JobNow, *, is_seen: bool, beside: tuple[Reason, ...] = ()) -> None:
    reasons = (*beside, *reasons_against_start(tx, one, machine, is_seen=is_seen))
    if not machine.is_remote:
        reasons = (*reasons, Reason("no_remote_start", {"machine": machine.name}))
    if reasons:
        raise Refused(reasons)
    cmd_id = secrets.token_hex(12)
    claiming.take(tx, machine, one, tx.now + length_on(tx, one, machine) + scheduler.MARGIN)
    hand_over(tx, one, machine, "dispatched", cmd_id)
    tx.announce(Dispatched(one.id, cmd_id))
    tx.later(AWAIT_ECHO, {"job_id": one.id, "cmd_id": cmd_id}, at=tx.now + rules.ECHO_WITHIN)


def reasons_against_start(
    reader: Reader, one: JobNow, machine: MachineNow, *, is_seen: bool = False
) -> tuple[Reason, ...]:
    """Every reason not to start a job on a machine now, whose time it is included."""
    active = queries.active_on(reader, machine.id)
    reasons = matching.reasons_against_dispatch(
        one,
        matching.fit_of(read(one.facts)),
        machine,
        active.state if active else None,
        reader.now,
        is_seen=is_seen,
        spools=spools(reader).get(machine.id, ()),
    )
    reasons = (*reasons, *reasons_of_upkeep(reader, machine.id, None))
    until = reader.now + length_on(reader, one, machine) + scheduler.MARGIN
    obstacle = claiming.in_the_way(reader, machine, one, Span(reader.now, until))
    if obstacle is None or (active is not None and obstacle.cause == claiming.RUN):
        return reasons  # that it is at work is said already
    return (*reasons, _whose_time(obstacle, machine))


def _whose_time(obstacle: Held, machine: MachineNow) -> Reason:
    code = "machine_closed_then" if obstacle.cause in CLOSED else "machine_reserved_then"
    return Reason(code, {"machine": machine.name, "start": obstacle.span.start, "end": obstacle.span.end})


def length_on(reader: Reader, one: JobNow, machine: MachineNow) -> int:
    """How long a job is expected to take on a machine, in seconds."""
    speed = speeds(reader).get(machine.id)
    return round((read(one.facts).seconds or rules.USUAL_SECONDS) * (speed.ratio if speed else 1.0))


def start_by_hand(tx: Tx, job_id: int, key: str, exception: str = "") -> None:
    """Somebody started a waiting job at the machine itself (laser, mill…): from now on it is running there.

    Where a qualification is enforced the job's person must have it, unless staff say why not (`exception`). What runs
    already is not refused for a reservation that begins later: as much time as is free is claimed, and the next person
    is told when it will not do.
    """
    machine = storing.locked(tx, queries.machine(tx, key).id)
    require(tx.by, RUN, *rules.places(machine))
    one = queries.job(tx, job_id)
    reasons = [*_against_by_hand(tx, machine, one)]
    alone = reasons_against_alone(tx, one.person_id, machine.key, tx.now)
    reasons.extend(passed_over(tx, one.person_id, machine.key, exception, alone))
    if reasons:
        raise Refused(tuple(reasons))
    hand_over(tx, one, machine, "running", None)
    claiming.lengthen(tx, machine, one, tx.now + length_on(tx, one, machine) + scheduler.MARGIN)
    tx.announce(Started(one.id, machine.id))
    note_use(tx, one.person_id, machine.qualification, tx.now)


def _against_by_hand(tx: Tx, machine: MachineNow, one: JobNow) -> list[Reason]:
    where, reasons = {"machine": machine.name}, list(reasons_of_upkeep(tx, machine.id, None))
    if machine.status == "maintenance":
        reasons.append(Reason("machine_in_maintenance", where))
    if queries.active_on(tx, machine.id) is not None or machine.needs_clear:
        reasons.append(Reason("machine_busy", where))
    if one.state != "queued":
        reasons.append(Reason("job_held" if one.state == "held" else "job_not_waiting"))
    if one.kind != machine.kind:
        reasons.append(Reason("other_machine_wanted", where))
    obstacle = claiming.in_the_way(tx, machine, one, Span(tx.now, tx.now + 1))
    if obstacle is not None:
        reasons.append(_whose_time(obstacle, machine))
    return reasons


# -- emptying ------------------------------------------------------------------------------------------


def may_clear(reader: Reader, machine: MachineNow, one: JobNow | None, *, by: int | None, runs: bool) -> bool:
    """True for who runs the machine, and for the person of the job where the house lets them."""
    if runs or one is None:
        return runs
    return rules_of(reader, machine.kind).makers_clear and may_act_for(reader, by, one.person_id, reader.now)


def confirm_clear(tx: Tx, key: str, outcome: str, text: str = "", after: str | None = None) -> JobNow | None:
    """A person has emptied the machine, and says whether it came out well: one gesture.

    `after` names the attempt that they saw (`seen_on`); another one since then is not theirs to confirm. Returns the
    job that is proposed next, if one waits for this machine; where the house wants it so, who runs the machine has
    started it.
    """
    machine = storing.locked(tx, queries.machine(tx, key).id)
    one = queries.active_on(tx, machine.id)
    is_runner = tx.by.may(RUN, *rules.places(machine))
    if not may_clear(tx, machine, one, by=tx.by.person_id, runs=is_runner):
        raise Forbidden("not_allowed")
    if one is not None and one.state != "to_check":
        raise Refused((Reason("machine_busy", {"machine": machine.name}),))
    if one is None and not machine.needs_clear:
        raise Refused((Reason("nothing_to_clear", {"machine": machine.name}),))
    if after is not None and after != rules.seen_on(one):
        raise Refused((Reason("changed_meanwhile"),))
    clear_after(tx, machine, one, outcome, text)
    following = next_for(tx, machine)
    if following is not None and is_runner and rules_of(tx, machine.kind).starts_next:
        _start_next(tx, queries.machine_by_id(tx, machine.id), following)
    return queries.job(tx, following.id) if following is not None else None


def _start_next(tx: Tx, machine: MachineNow, one: JobNow) -> None:
    """The same gesture starts the next job, if nothing speaks against it; else it is only proposed."""
    if machine.is_remote and not reasons_against_start(tx, one, machine):
        _order(tx, machine, one, is_seen=False)


def next_for(reader: Reader, machine: MachineNow) -> JobNow | None:
    """The first waiting job that this machine can make as it is loaded."""
    shop = workshop(reader)
    wanted = next_ids(shop, shop.plan()).get(machine.id)
    return next((one for one in shop.waiting if one.id == wanted), None)
