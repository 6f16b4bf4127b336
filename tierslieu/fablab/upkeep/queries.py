"""All reads of upkeep. Each costs a fixed number of statements, whatever the history."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, cast, func, select

from tierslieu.basics.errors import NotFound, Reason
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.upkeep import rules
from tierslieu.fablab.upkeep.rules import Reading
from tierslieu.fablab.upkeep.tables import (
    Incident,
    IncidentNote,
    MachineWork,
    MaintenanceDone,
    MaintenancePlan,
    SafetySheet,
    SheetAcceptance,
)
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader

tables = (MachineWork, MaintenancePlan, MaintenanceDone, Incident, IncidentNote, SafetySheet, SheetAcceptance)
w, p, d, i, n, s, a = (columns(one) for one in tables)


class Plan(msgspec.Struct, frozen=True):
    """A maintenance plan as it is stored."""

    id: int
    machine_id: int
    title: str
    measure: str
    every: int
    steps: str
    is_blocking: int
    is_active: int
    done_at: int
    done_reading: int
    told_at: int
    blocked_at: int

    @property
    def checklist(self) -> list[str]:
        """Its steps."""
        return msgspec.json.decode(self.steps, type=list[str])


class DoneLine(msgspec.Struct, frozen=True):
    """What was done to a machine."""

    id: int
    machine_id: int
    plan_id: int | None
    title: str
    steps: str
    note: str
    reading: int
    at: int
    done_by: int | None


class IncidentNow(msgspec.Struct, frozen=True):
    """An incident as it is stored."""

    id: int
    machine_id: int
    person_id: int | None
    kind: str
    text: str
    photo_sha: str | None
    state: str
    created_at: int
    changed_at: int
    closed_at: int | None
    closed_by: int | None


class Step(msgspec.Struct, frozen=True):
    """One step of an incident."""

    at: int
    noted_by: int | None
    state: str
    text: str


class Sheet(msgspec.Struct, frozen=True):
    """The safety sheet of a machine in its newest version."""

    machine_id: int
    version: int
    text: str
    signs: str
    created_at: int

    @property
    def sign_list(self) -> list[str]:
        """What must be worn or minded, in words."""
        return msgspec.json.decode(self.signs, type=list[str])


def _sum(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger())


SUMS = (w.machine_id, _sum(w.seconds), cast(_sum(w.jobs), BigInteger()), _sum(w.filament_mm))
READINGS: Query[tuple[int, int, int, int]] = Query(
    select(*SUMS)
    .where(w.at >= bindparam("since", type_=BigInteger()), w.at <= bindparam("until", type_=BigInteger()))
    .group_by(w.machine_id)
)
PACES: Query[tuple[int, int, int, int]] = Query(
    select(*SUMS).where(w.at >= bindparam("since", type_=BigInteger()), w.kind != "set").group_by(w.machine_id)
)
PLAN = tuple(p[name] for name in Plan.__struct_fields__)
PLANS = Query(select(*PLAN).where(p.is_active == 1).order_by(p.machine_id, p.id), into=Plan)
PLANS_OF = Query(
    select(*PLAN).where(p.machine_id == bindparam("machine")).order_by(p.is_active.desc(), p.id), into=Plan
)
PLAN_BY_ID = Query(select(*PLAN).where(p.id == bindparam("id")), into=Plan)
DONE = Query(
    select(*(d[name] for name in DoneLine.__struct_fields__))
    .where(d.machine_id == bindparam("machine"))
    .order_by(d.at.desc(), d.id.desc())
    .limit(30),
    into=DoneLine,
)
INCIDENT = tuple(i[name] for name in IncidentNow.__struct_fields__)
INCIDENT_BY_ID = Query(select(*INCIDENT).where(i.id == bindparam("id")), into=IncidentNow)
OPEN_ALL = Query(select(*INCIDENT).where(i.closed_at.is_(None)).order_by(i.id.desc()).limit(200), into=IncidentNow)
CLOSED = Query(select(*INCIDENT).where(i.closed_at.is_not(None)).order_by(i.id.desc()).limit(20), into=IncidentNow)
OPEN_ON = Query(
    select(*INCIDENT).where(i.machine_id == bindparam("machine"), i.closed_at.is_(None)).order_by(i.id),
    into=IncidentNow,
)
UNSAFE: Query[tuple[int]] = Query(select(i.machine_id).where(i.kind == rules.DANGER, i.closed_at.is_(None)).distinct())
OPEN_BY: Query[tuple[int]] = Query(
    select(func.count()).where(i.person_id == bindparam("person"), i.closed_at.is_(None))
)
OF_PERSON = Query(
    select(*INCIDENT).where(i.person_id == bindparam("person")).order_by(i.id.desc()).limit(20), into=IncidentNow
)
STEPS = Query(
    select(n.at, n.noted_by, n.state, n.text).where(n.incident_id == bindparam("incident")).order_by(n.at, n.id),
    into=Step,
)
SHEET = (s.machine_id, s.version, s.text, s.signs, s.created_at)
LAST_SHEET = Query(
    select(*SHEET).where(s.machine_id == bindparam("machine")).order_by(s.version.desc()).limit(1), into=Sheet
)
NEWEST: Query[tuple[int, int]] = Query(select(s.machine_id, func.max(s.version)).group_by(s.machine_id))
ACCEPTED_BY: Query[tuple[int, int]] = Query(select(a.machine_id, a.version).where(a.person_id == bindparam("person")))
ACCEPTED: Query[tuple[str, int]] = Query(
    select(a.how, a.at).where(
        a.machine_id == bindparam("machine"), a.version == bindparam("version"), a.person_id == bindparam("person")
    )
)


def readings(reader: Reader) -> Mapping[int, Reading]:
    """What each machine did in all."""
    return _by_machine(reader.rows(READINGS, since=0, until=reader.now))


def paces(reader: Reader) -> Mapping[int, Reading]:
    """What each machine did in the last weeks; counters that were set are no work."""
    return _by_machine(reader.rows(PACES, since=reader.now - rules.WINDOW_DAYS * rules.DAY))


def _by_machine(rows: list[tuple[int, int, int, int]]) -> Mapping[int, Reading]:
    return {machine_id: Reading(seconds, jobs, length) for machine_id, seconds, jobs, length in rows}


def plans(reader: Reader) -> list[Plan]:
    """All plans in force."""
    return reader.rows(PLANS)


def plans_of(reader: Reader, machine_id: int) -> list[Plan]:
    """A machine's plans, those in force first."""
    return reader.rows(PLANS_OF, machine=machine_id)


def plan(reader: Reader, plan_id: int) -> Plan:
    """One plan. Raises NotFound."""
    found = reader.row(PLAN_BY_ID, id=plan_id)
    if found is None:
        raise NotFound("unknown_plan")
    return found


def done_to(reader: Reader, machine_id: int) -> list[DoneLine]:
    """What was done to a machine, latest first."""
    return reader.rows(DONE, machine=machine_id)


def open_incidents(reader: Reader) -> list[IncidentNow]:
    """Every incident that is not closed, latest first."""
    return reader.rows(OPEN_ALL)


def closed_incidents(reader: Reader) -> list[IncidentNow]:
    """The last that were closed."""
    return reader.rows(CLOSED)


def incidents_on(reader: Reader, machine_id: int) -> list[IncidentNow]:
    """The open incidents of a machine."""
    return reader.rows(OPEN_ON, machine=machine_id)


def incidents_by(reader: Reader, person_id: int) -> list[IncidentNow]:
    """What a person told, latest first."""
    return reader.rows(OF_PERSON, person=person_id)


def open_count(reader: Reader, person_id: int) -> int:
    """How many incidents that a person told are open."""
    found = reader.row(OPEN_BY, person=person_id)
    return found[0] if found else 0


def incident(reader: Reader, incident_id: int) -> IncidentNow:
    """One incident. Raises NotFound."""
    found = reader.row(INCIDENT_BY_ID, id=incident_id)
    if found is None:
        raise NotFound("unknown_incident")
    return found


def steps_of(reader: Reader, incident_id: int) -> list[Step]:
    """How an incident was followed."""
    return reader.rows(STEPS, incident=incident_id)


def open_safety_incidents(reader: Reader, machine_id: int) -> list[int]:
    """The dangers told of a machine that nobody closed yet."""
    return [one.id for one in incidents_on(reader, machine_id) if one.kind == rules.DANGER]


def out_now(reader: Reader) -> list[int]:
    """The machines that nobody can have: out of service, or a danger told of them is open."""
    unsafe = {machine_id for (machine_id,) in reader.rows(UNSAFE)}
    return [one.id for one in fablab.machines(reader) if one.status == "maintenance" or one.id in unsafe]


def sheet(reader: Reader, machine_id: int) -> Sheet | None:
    """The newest safety sheet of a machine."""
    return reader.row(LAST_SHEET, machine=machine_id)


def sheets_of(reader: Reader, person_id: int) -> dict[int, bool]:
    """The machines that have a sheet, each with whether the person accepted its newest version."""
    given = set(reader.rows(ACCEPTED_BY, person=person_id))
    return {machine_id: (machine_id, version) in given for machine_id, version in reader.rows(NEWEST)}


def accepted(reader: Reader, machine_id: int, version: int, person_id: int) -> tuple[str, int] | None:
    """How and when a person's acceptance of a version was noted."""
    return reader.row(ACCEPTED, machine=machine_id, version=version, person=person_id)


def reasons_of_upkeep(reader: Reader, machine_id: int, person_id: int | None) -> tuple[Reason, ...]:
    """What upkeep has against a person starting a machine: an open danger, a sheet that they did not accept.

    Without a person only the machine itself is looked at.
    """
    machine = fablab.machine_by_id(reader, machine_id)
    newest = sheet(reader, machine_id) if person_id is not None else None
    is_missing = (
        newest is not None and person_id is not None and accepted(reader, machine_id, newest.version, person_id) is None
    )
    is_unsafe = bool(open_safety_incidents(reader, machine_id))
    return rules.reasons(machine.key, machine.name, is_unsafe=is_unsafe, is_sheet_missing=is_missing)
