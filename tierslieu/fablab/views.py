"""What programs and pages are shown: machines without names, jobs for their person and for staff."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.fablab import queries, rules
from tierslieu.fablab.actions import MEND, RUN
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queries import StoredFile
from tierslieu.fablab.rules import Expected, JobNow, MachineNow
from tierslieu.fablab.schemas import FileView, JobView, MachineView
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications.queries import standings

Names = Callable[[int], str]


def names_for(reader: Reader, who: Actor) -> Names:
    """First name and initial for who runs machines; others see their own first name, nothing of anyone else.

    Boards show who runs some machines only the jobs of these.
    """
    found: dict[int, str] = {}

    def name(person_id: int) -> str:
        if not who.may(RUN):
            return who.first_name if person_id == who.person_id else ""
        if person_id not in found:
            person = known(reader, person_id)
            found[person_id] = f"{person.first_name} {person.last_name[:1]}." if person else ""
        return found[person_id]

    return name


def moment(instant: int | None) -> datetime | None:
    """An instant as programs get it: UTC."""
    return None if instant is None else datetime.fromtimestamp(instant, UTC)


def unqualified(reader: Reader, machines: Sequence[MachineNow], waiting: Sequence[JobNow]) -> frozenset[int]:
    """The waiting jobs whose person could not start them alone: staff are told. Asked once for each qualification."""
    keys = {machine.kind: machine.qualification for machine in machines if machine.qualification is not None}
    people: dict[str, set[int]] = {}
    for one in waiting:
        if one.kind in keys:
            people.setdefault(keys[one.kind], set()).add(one.person_id)
    able = {key: standings(reader, sorted(ids), key, reader.now) for key, ids in people.items()}
    return frozenset(
        one.id for one in waiting if one.kind in keys and not able[keys[one.kind]][one.person_id].may_use_alone
    )


def needs_team(reader: Reader, person_id: int) -> bool:
    """True when the team starts files for this person on some machine: a qualification is missing there."""
    able = (one for one in queries.machines(reader) if one.kind in rules.FILE_KINDS and one.status == "in_service")
    keys = {one.qualification for one in able if one.qualification is not None}
    return not all(standings(reader, [person_id], key, reader.now)[person_id].may_use_alone for key in keys)


class Forecast(msgspec.Struct, frozen=True):
    """What the queue expects: of each job that waits, and which job each machine would make next.

    `by_turn`: the kinds whose order is the order in which jobs came, so that staff can change it; `by_person`: those
    where everybody can change the order of their own jobs. `startable`: the jobs that only wait for somebody's hand.
    """

    expected: Mapping[int, Expected] = {}
    following: Mapping[int, int] = {}
    by_turn: frozenset[str] = frozenset()
    by_person: frozenset[str] = frozenset()
    startable: frozenset[int] = frozenset()


class Board:
    """Machines and queue as they are in one view of the database; without a forecast no place and no time is told."""

    def __init__(self, reader: Reader, who: Actor, forecast: Forecast | None = None) -> None:
        self.now = reader.now
        self.who = who
        self.machines = queries.machines(reader)
        self.active = queries.active(reader)
        self.expected = forecast.expected if forecast else {}
        self.following = forecast.following if forecast else {}
        self.by_turn = forecast.by_turn if forecast else frozenset()
        self.by_person = forecast.by_person if forecast else frozenset()
        self.startable = forecast.startable if forecast else frozenset()
        begun = queries.waiting(reader, is_held=True)
        self.waiting = sorted((one for one in begun if one.state == "queued"), key=self._turn)
        self.held = [one for one in begun if one.state == "held"]
        self.by_id = {machine.id: machine for machine in self.machines}
        self.positions = {id_: found.place for id_, found in self.expected.items() if found.place}
        self.name = names_for(reader, who)
        self.unqualified = unqualified(reader, self.machines, self.waiting) if who.may(RUN) else frozenset()

    def _turn(self, one: JobNow) -> tuple[int, int]:
        found = self.expected.get(one.id)
        return (found.place if found else 0), one.rank

    def starts_at(self, one: JobNow) -> int | None:
        """When a waiting job is expected to begin; None when nobody knows."""
        found = self.expected.get(one.id)
        return found.starts_at if found else None

    def planned_on(self, machine: MachineNow) -> list[JobNow]:
        """The jobs that are expected on a machine, the next one first."""
        found = [(each.starts_at, id_) for id_, each in self.expected.items() if each.machine_id == machine.id]
        times = {id_: start for start, id_ in found if start is not None}
        return sorted((one for one in self.waiting if one.id in times), key=lambda one: times[one.id])

    def may_pass(self, one: JobNow) -> bool:
        """True when the one who looks can let a job change places with one before it."""
        before = self.waiting[: self.waiting.index(one)]
        ahead = [each for each in before if (each.kind, each.priority) == (one.kind, one.priority)]
        if one.kind in self.by_turn and self.runs_job(one):
            return bool(ahead)
        return one.kind in self.by_person and any(each.person_id == one.person_id for each in ahead)

    def next_on(self, machine: MachineNow) -> JobNow | None:
        """The job that a machine would make next, as it is loaded."""
        wanted = self.following.get(machine.id)
        return next((one for one in self.waiting if one.id == wanted), None)

    def runs(self, machine: MachineNow) -> bool:
        """True when the one who looks runs this machine."""
        return self.who.may(RUN, *rules.places(machine))

    def mends(self, machine: MachineNow) -> bool:
        """True when the one who looks may take this machine out of service."""
        return self.who.may(MEND, *rules.places(machine))

    def runs_job(self, one: JobNow) -> bool:
        """True when the one who looks runs the machine of this job, or one that could make it."""
        if not self.who.may(RUN) or self.who.may_everywhere(RUN):
            return self.who.may(RUN)
        return self.who.may(RUN, *rules.job_places(one, self.machines))

    def shown(self, jobs: Iterable[JobNow]) -> list[JobNow]:
        """The jobs that the one who looks may see in a list of everybody's."""
        return [one for one in jobs if self.runs_job(one)]

    def state_on(self, machine: MachineNow) -> str | None:
        """The state of the job on a machine."""
        found = self.active.get(machine.id)
        return found.state if found else None

    def job_view(self, one: JobNow) -> JobView:
        """A job for its person or for staff."""
        machine = self.by_id.get((one.wanted_machine_id if one.state in rules.WAITING else one.machine_id) or 0)
        return JobView(
            show(one.id),
            rules.job_text(one.number),
            one.file_name,
            one.kind,
            machine.key if machine else None,
            one.material,
            one.quantity,
            one.copies_done,
            one.note,
            one.state,
            one.outcome,
            one.notice,
            self.positions.get(one.id),
            moment(self.starts_at(one)),
            self.name(one.person_id),
            datetime.fromtimestamp(one.created_at, UTC),
            moment(one.started_at),
            moment(one.ended_at),
            one.job_ref,
        )

    def machine_view(self, machine: MachineNow) -> MachineView:
        """A machine for anyone; the job's number only for its person and for staff."""
        one = self.active.get(machine.id)
        job_state = one.state if one else None
        is_shown = one is not None and (self.runs(machine) or one.person_id == self.who.person_id)
        return MachineView(
            machine.key,
            machine.name,
            machine.kind,
            machine.model,
            rules.look_of(machine, job_state, self.now)[1],
            rules.link_of(machine, self.now),
            rules.is_ready(machine, job_state, self.now),
            bool(machine.needs_clear),
            machine.status,
            machine.material,
            machine.progress,
            machine.seconds_left,
            self.now - machine.last_message_at if machine.last_message_at else None,
            rules.job_text(one.number) if one is not None and is_shown else None,
        )


def file_view(one: StoredFile) -> FileView:
    """A file with what was read of it."""
    facts = read(one.facts)
    return FileView(
        show(one.id),
        one.name,
        one.size,
        one.sha256,
        facts.seconds,
        facts.seconds_source,
        facts.total_mm,
        facts.total_g,
        facts.size_mm,
        facts.size_source,
        facts.layer_height_mm,
        facts.material,
        facts.slicer,
        facts.printer_model,
        facts.nozzle_mm,
        [f"{flag.command}, line {flag.line}" for flag in facts.flags],
        f"/fablab/fichiers/{show(one.id)}/image" if one.thumbnail_sha else None,
        one.format,
        f"/api/v1/fablab/files/{show(one.id)}/preview" if one.preview_sha else None,
        facts.filament_by_tool,
        facts.box,
        facts.layers,
        facts.tool_temperature_max,
        facts.bed_temperature_max,
        facts.flavour,
        facts.seconds_by_mode,
        facts.objects,
        facts.macros,
        facts.plates,
        facts.plate,
        facts.plate_list,
        facts.is_opaque,
        facts.is_misnamed,
        facts.sources,
    )
