"""Upkeep as pages and programs show it: texts ready to show."""

from datetime import UTC, datetime

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import MEND
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.fablab.upkeep import planning, queries, wording
from tierslieu.fablab.upkeep.planning import Looked
from tierslieu.fablab.upkeep.queries import DoneLine, IncidentNow
from tierslieu.fablab.upkeep.rules import HOUR, Reading, may_become
from tierslieu.fablab.upkeep.schemas import CounterView, IncidentView, PlanView
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles.queries import names


class PlanLine(msgspec.Struct, frozen=True):
    """A plan in a list. `look` and `state_text` are its chip."""

    id: str
    title: str
    machine: str
    key: str
    every: str
    left: str
    look: str
    state_text: str
    is_blocking: bool


class IncidentLine(msgspec.Struct, frozen=True):
    """An incident in a list."""

    id: str
    title: str
    text: str
    when: str
    look: str
    state_text: str
    is_danger: bool


class Overview(msgspec.Struct, frozen=True):
    """All that is to be done, for who mends machines."""

    due: list[PlanLine]
    later: list[PlanLine]
    incidents: list[IncidentLine]
    closed: list[IncidentLine]
    out: list[tuple[str, str, str]]
    machines: list[tuple[str, str]]


class MachineUpkeep(msgspec.Struct, frozen=True):
    """The upkeep of one machine."""

    key: str
    name: str
    counters: list[tuple[str, str]]
    plans: list[PlanLine]
    rests: list[tuple[str, str]]
    incidents: list[IncidentLine]
    log: list[tuple[str, str, str]]


class IncidentPage(msgspec.Struct, frozen=True):
    """An incident with how it was followed. `acts`: what it may become, for who mends the machine."""

    line: IncidentLine
    key: str
    machine: str
    kind_text: str
    photo: str
    who: str
    steps: list[tuple[str, str, str, str]]
    acts: list[str]
    is_out: bool


def plan_line(one: Looked, words: Words) -> PlanLine:
    """A plan in words."""
    look, text = wording.URGENCIES[one.due.urgency]
    return PlanLine(
        show(one.plan.id),
        one.plan.title,
        one.machine.name,
        one.machine.key,
        words.text(wording.EVERY[one.plan.measure], count=one.plan.every),
        wording.left(words, one.plan.measure, one.due),
        look,
        words.text(text),
        bool(one.plan.is_blocking),
    )


def plan_view(one: Looked) -> PlanView:
    """A plan for programs."""
    plan = one.plan
    return PlanView(
        show(plan.id),
        one.machine.key,
        plan.title,
        plan.measure,
        plan.every,
        plan.checklist,
        bool(plan.is_blocking),
        bool(plan.is_active),
        one.due.left,
        None if one.due.at is None else datetime.fromtimestamp(one.due.at, UTC),
        one.due.urgency,
    )


def incident_line(one: IncidentNow, machine: MachineNow, words: Words) -> IncidentLine:
    """An incident in words."""
    kind = words.text(wording.KINDS[one.kind])
    return IncidentLine(
        show(one.id),
        f"{machine.name}, {kind}",
        one.text,
        f"{words.day(one.created_at, 'short')} {words.clock(one.created_at)}",
        "fault" if one.kind == "danger" and one.state != "closed" else wording.LOOKS[one.state],
        words.text(wording.STATES[one.state]),
        one.kind == "danger",
    )


def incident_view(one: IncidentNow, key: str) -> IncidentView:
    """An incident for programs."""
    closed = None if one.closed_at is None else datetime.fromtimestamp(one.closed_at, UTC)
    made = datetime.fromtimestamp(one.created_at, UTC)
    return IncidentView(show(one.id), key, one.kind, one.text, one.state, one.photo_sha is not None, made, closed)


def counter_views(reader: Reader) -> list[CounterView]:
    """What every machine did."""
    totals = queries.readings(reader)
    found = [(one.key, totals.get(one.id, Reading())) for one in fablab.machines(reader)]
    return [CounterView(key, t.seconds / HOUR, t.jobs, t.filament_mm / 1_000) for key, t in found]


def overview(reader: Reader, who: Actor, words: Words) -> Overview:
    """What is to be done to the machines that the one who looks mends."""
    mended = {one.id: one for one in fablab.machines(reader) if who.may(MEND, *places(one))}
    looked = [one for one in planning.look(reader) if one.machine.id in mended]
    urgent = [plan_line(one, words) for one in looked if one.due.urgency != "later"]
    later = [plan_line(one, words) for one in looked if one.due.urgency == "later"]
    found = (queries.open_incidents(reader), queries.closed_incidents(reader))
    opened, closed = (
        [incident_line(one, mended[one.machine_id], words) for one in some if one.machine_id in mended]
        for some in found
    )
    out = [(one.key, one.name, one.status_note) for one in mended.values() if one.status == "maintenance"]
    return Overview(urgent, later, opened, closed, out, [(one.key, one.name) for one in mended.values()])


def machine_upkeep(reader: Reader, key: str, who: Actor, words: Words) -> MachineUpkeep:
    """The upkeep of one machine. Raises NotFound."""
    machine = fablab.machine(reader, key)
    looked = [one for one in planning.look(reader) if one.machine.id == machine.id]
    log = queries.done_to(reader, machine.id)
    people = names(reader, [one.done_by for one in log if one.done_by is not None])
    rests = [one for one in queries.plans_of(reader, machine.id) if not one.is_active]
    return MachineUpkeep(
        key,
        machine.name,
        wording.counters(words, queries.readings(reader).get(machine.id, Reading())),
        [plan_line(one, words) for one in looked],
        [(show(one.id), one.title) for one in rests],
        [incident_line(one, machine, words) for one in queries.incidents_on(reader, machine.id)],
        [_done_line(one, people, words) for one in log],
    )


def _done_line(one: DoneLine, people: dict[int, str], words: Words) -> tuple[str, str, str]:
    steps = msgspec.json.decode(one.steps, type=list[tuple[str, bool]])
    missed = [text for text, is_done in steps if not is_done]
    parts = [one.title, one.note]
    if missed:
        parts.append(words.text(_("pas fait : {steps}"), steps=", ".join(missed)))
    when = words.day(one.at, "short")
    return when, ". ".join(part for part in parts if part), people.get(one.done_by or 0, "")


def incident_page(reader: Reader, one: IncidentNow, who: Actor, words: Words) -> IncidentPage:
    """An incident for who told it, or for who mends the machine."""
    machine = fablab.machine_by_id(reader, one.machine_id)
    mends = who.may(MEND, *places(machine))
    steps = queries.steps_of(reader, one.id)
    ids = [id_ for id_ in (one.person_id, *(step.noted_by for step in steps)) if id_ is not None]
    people = names(reader, ids) if mends else {}
    return IncidentPage(
        incident_line(one, machine, words),
        machine.key,
        machine.name,
        words.text(wording.KINDS[one.kind]),
        f"/fablab/incidents/{show(one.id)}/photo" if one.photo_sha else "",
        people.get(one.person_id or 0, ""),
        [
            (
                f"{words.day(step.at, 'short')} {words.clock(step.at)}",
                words.text(wording.STATES[step.state]),
                step.text,
                people.get(step.noted_by or 0, ""),
            )
            for step in steps
        ],
        list(may_become(one.state)) if mends else [],
        machine.status == "maintenance",
    )
