"""What the queue looks at, and what it expects. A fixed number of statements, however many jobs wait."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import select

from tierslieu.basics.errors import Reason
from tierslieu.basics.spans import DAY, MINUTE, Span
from tierslieu.fablab import claiming, queries, rules
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queue import matching, scheduler
from tierslieu.fablab.queue.matching import Fit, Spool
from tierslieu.fablab.queue.scheduler import Place, Rules, Slot, Wish
from tierslieu.fablab.queue.shares import turns_had
from tierslieu.fablab.queue.skills import barred_by_skill
from tierslieu.fablab.queue.speeds import Speed, speeds
from tierslieu.fablab.queue.tables import QueuePolicy
from tierslieu.fablab.rules import Expected as Expected
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.stock.queries import loaded
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import venue

HORIZON_DAYS: Final = 14
"""How far ahead a time is told; what comes later is not promised."""
p = columns(QueuePolicy)


class StoredPolicy(msgspec.Struct, frozen=True):
    """How the queue of a kind works, as it is stored."""

    kind: str
    policy: scheduler.Policy
    guard_hours: int
    clear_minutes: int
    makers_clear: int
    starts_next: int


POLICIES = Query(select(*(p[name] for name in StoredPolicy.__struct_fields__)), into=StoredPolicy)


class Workshop(msgspec.Struct, frozen=True):
    """Everything that a plan of the queue rests on."""

    now: int
    machines: tuple[MachineNow, ...]
    active: Mapping[int, JobNow]
    waiting: tuple[JobNow, ...]
    fits: Mapping[int, Fit]
    spools: Mapping[int, Sequence[Spool]]
    rules: Mapping[str, Rules]
    slots: tuple[Slot, ...]
    wishes: tuple[Wish, ...]
    held: Mapping[int, Sequence[claiming.Held]]
    barred: Mapping[int, Mapping[int, tuple[Reason, ...]]]
    """Of each job that its person starts: the machines that this person may not use alone, and why."""
    had: Mapping[int, int]
    """How many turns each person had lately."""

    def plan(self, rules: Mapping[str, Rules] | None = None) -> dict[int, Place]:
        """The plan under the rules in force, or under others."""
        return scheduler.plan(self.wishes, self.slots, self.rules if rules is None else rules, self.now, self.had)

    def machine(self, machine_id: int | None) -> MachineNow | None:
        """A machine by its id."""
        return next((one for one in self.machines if one.id == machine_id), None)

    def against(self, one: JobNow, machine: MachineNow, *, is_seen: bool = True) -> tuple[Reason, ...]:
        """Every reason not to start a job on a machine now, but for whose time it is."""
        state = self.active[machine.id].state if machine.id in self.active else None
        return matching.reasons_against_dispatch(
            one,
            self.fits[one.id],
            machine,
            state,
            self.now,
            is_seen=is_seen,
            spools=self.spools.get(machine.id, ()),
        )

    def alone_at(self, one: JobNow, machine: MachineNow) -> int | None:
        """When a machine could begin a job if nobody else waited, for whose time it is: staff need nobody's hours."""
        slot = next(each for each in self.slots if each.id == machine.id)
        wish = next((each for each in self.wishes if each.id == one.id), None)
        if wish is None:
            return None
        single = msgspec.structs.replace(wish, copies=1, fits=frozenset({machine.id}))
        free = msgspec.structs.replace(slot, staffed=None)
        return scheduler.plan([single], [free], self.rules, self.now)[one.id].starts_at

    def against_now(self, one: JobNow, machine: MachineNow) -> bool:
        """True when something speaks against starting a job on a machine now; flagged commands are looked at there."""
        if self.against(one, machine):
            return True
        place = self.alone_at(one, machine)
        return place is None or place > self.now

    def why_not(self, one: JobNow) -> tuple[Reason, ...]:
        """Why nobody can say when a job begins: the reasons of the machine that comes closest."""
        if one.state == "held":
            return (Reason("job_held"),)
        able = [each for each in self.machines if each.kind == one.kind and one.wanted_machine_id in (None, each.id)]
        barred = self.barred.get(one.id, {})
        reasons = [(*_lasting(self.against(one, each)), *barred.get(each.id, ())) for each in able]
        real = [found for found in reasons if found]
        return min(real, key=len) if real else (Reason("no_machine_of_kind"),)

    def able(self, one: JobNow) -> frozenset[int]:
        """The machines that can make a job as they are loaded, whoever starts it."""
        fit = self.fits[one.id]
        return frozenset(
            machine.id
            for machine in self.machines
            if machine.kind == one.kind
            and not matching.never(one, fit, machine)
            and not matching.not_loaded(one, fit, machine, self.spools.get(machine.id, ()))
        )

    def open_to(self, one: JobNow) -> frozenset[int]:
        """Those of them that its person may use; all of them when there is none, as the team starts it then."""
        able = self.able(one)
        return able - self.barred.get(one.id, {}).keys() or able

    def against_its_person(self, one: JobNow) -> tuple[Reason, ...]:
        """Why the team starts a job that its person wanted to start: they may use no machine that can make it."""
        barred = self.barred.get(one.id)
        able = self.able(one) if barred else frozenset()
        return barred[min(able)] if barred and able and able <= barred.keys() else ()


_PASSING: Final = frozenset({"machine_busy", "machine_needs_clearing", "machine_outside_job"})


def _lasting(found: Iterable[Reason]) -> tuple[Reason, ...]:
    """Without what ends by itself."""
    return tuple(one for one in found if one.code not in _PASSING)


def policies(reader: Reader) -> dict[str, Rules]:
    """How each kind's queue works; a kind without a row follows the defaults."""
    return {
        one.kind: Rules(one.policy, one.guard_hours, one.clear_minutes, bool(one.makers_clear), bool(one.starts_next))
        for one in reader.rows(POLICIES)
    }


def rules_of(reader: Reader, kind: str) -> Rules:
    """How the queue of one kind works."""
    return policies(reader).get(kind, Rules())


def spools(reader: Reader) -> dict[int, list[Spool]]:
    """What lies on each machine. A weight of zero or less is not known: the spool is to be weighed."""
    return {
        machine_id: [Spool(one.material, one.colour, one.remaining_g if one.remaining_g > 0 else None) for one in lying]
        for machine_id, lying in loaded(reader).items()
    }


def expected(reader: Reader) -> Mapping[int, Expected]:
    """What is expected of every job that waits or is held."""
    return told(workshop(reader))


def told(shop: Workshop, places: Mapping[int, Place] | None = None) -> dict[int, Expected]:
    """A plan as pages use it: the one under the rules in force unless another is given."""
    places = shop.plan() if places is None else places
    found = {}
    for one in shop.waiting:
        place = places.get(one.id)
        if place is None or place.starts_at is None:
            found[one.id] = Expected(place.place if place else 0, None, None, None, False, shop.why_not(one))
        else:
            missing = shop.against_its_person(one)
            found[one.id] = Expected(
                place.place,
                place.starts_at,
                place.ends_at,
                place.machine_id,
                place.samples > 0 and bool(shop.fits[one.id].seconds),
                missing,
                place.samples,
                bool(missing),
            )
    return found


def next_ids(shop: Workshop, places: Mapping[int, Place]) -> dict[int, int]:
    """The job that each machine would make next as it is loaded, by the machine's id."""
    found: dict[int, int] = {}
    for wish in sorted(shop.wishes, key=lambda one: -places[one.id].place):
        found.update(dict.fromkeys(wish.fits, wish.id))
    return found


def startable(shop: Workshop, following: Mapping[int, int]) -> frozenset[int]:
    """Of the jobs that come next, those that staff can start now, whatever the hours of the house."""
    by_id = {one.id: one for one in shop.waiting}
    pairs = ((by_id[job_id], shop.machine(machine_id)) for machine_id, job_id in following.items())
    return frozenset(
        one.id for one, machine in pairs if machine and machine.is_remote and not shop.against_now(one, machine)
    )


def workshop(reader: Reader) -> Workshop:
    """Everything that a plan rests on, at this instant."""
    machines, active = queries.machines(reader), queries.active(reader)
    waiting = queries.waiting(reader, is_held=True)
    fits = {one.id: matching.fit_of(read(one.facts)) for one in (*waiting, *active.values())}
    lying, known, found = spools(reader), speeds(reader), policies(reader)
    held = _held(reader, machines)
    slots = tuple(
        _slot(reader, one, active.get(one.id), fits, known.get(one.id), found.get(one.kind, Rules()), held[one.id])
        for one in machines
    )
    barred = barred_by_skill(reader, machines, waiting)
    had = turns_had(reader, waiting, active.values())
    shop = Workshop(
        reader.now, tuple(machines), active, tuple(waiting), fits, lying, found, slots, (), held, barred, had
    )
    wishes = tuple(_wish(shop, one) for one in waiting if one.state == "queued")
    return msgspec.structs.replace(shop, wishes=wishes)


def _held(reader: Reader, machines: Sequence[MachineNow]) -> dict[int, list[claiming.Held]]:
    units = {one.id: claiming.units_of(reader, one) for one in machines}
    window = Span(reader.now, reader.now + HORIZON_DAYS * DAY)
    claims = claiming.held(reader, (unit for each in units.values() for unit in each), window)
    return {id_: [claim for claim in claims if claim.unit_id in each] for id_, each in units.items()}


def _slot(
    reader: Reader,
    machine: MachineNow,
    job: JobNow | None,
    fits: Mapping[int, Fit],
    speed: Speed | None,
    rules_: Rules,
    held: Sequence[claiming.Held],
) -> Slot:
    ratio, samples = (speed.ratio, speed.samples) if speed else (1.0, 0)
    staffed = staffed_spans(reader, machine)
    taken = tuple(sorted(claim.span for claim in held if claim.cause != claiming.RUN))
    ends = end_of(machine, job, fits[job.id].seconds if job else None, ratio, reader.now)
    if ends is not None and (job is not None or machine.needs_clear):
        there = ends if staffed is None else next((max(s, ends) for s, e in staffed if e > ends), ends)
        ends = there + rules_.clear_minutes * MINUTE
    return Slot(machine.id, machine.kind, ends, taken, staffed, ratio, samples)


def end_of(machine: MachineNow, job: JobNow | None, seconds: int | None, ratio: float, now: int) -> int | None:
    """When what a machine does is over; now when it does nothing, None when nobody can tell."""
    is_at_work = machine.state in rules.AT_WORK
    is_heard = rules.link_of(machine, now) == "online" or not machine.is_remote
    if machine.status == "maintenance" or machine.state == "fault" or not (is_heard or is_at_work or job):
        return None
    if is_at_work and machine.seconds_left is not None:
        return now + machine.seconds_left
    if job is not None and job.state in ("dispatched", "running"):
        began = job.started_at or job.dispatched_at or now
        return max(now + MINUTE, began + round((seconds or rules.USUAL_SECONDS) * ratio))
    return now + rules.USUAL_SECONDS if is_at_work else now


def staffed_spans(reader: Reader, machine: MachineNow) -> tuple[Span, ...] | None:
    """When the house is open around a machine, for as far as times are told; None where the venue does not say."""
    here, resource = venue(reader), claiming.resource_of(reader, machine)
    if resource is None:
        return None
    first = here.zone.date(reader.now) - timedelta(days=1)
    days = (first + timedelta(days=step) for step in range(HORIZON_DAYS + 2))
    return tuple(one for day in days for one in here.hours(resource, day) if one.end > reader.now)


def _wish(shop: Workshop, one: JobNow) -> Wish:
    own = {
        machine_id: tuple(claim.span for claim in claims if claim.person_id == one.person_id)
        for machine_id, claims in shop.held.items()
    }
    return Wish(
        one.id,
        one.person_id,
        one.kind,
        one.rank,
        one.created_at,
        shop.open_to(one),
        shop.fits[one.id].seconds,
        max(1, one.quantity - one.copies_done),
        one.deadline,
        one.priority,
        {machine_id: spans for machine_id, spans in own.items() if spans},
        one.copies_done,
    )
