"""All reads of requests, the shelf and what is due. Each costs a fixed number of statements."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.zone import Zone
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queries import JOB
from tierslieu.fablab.requests.rules import Amount, Limit, Policy, person_kind, together, week_of
from tierslieu.fablab.requests.tables import (
    JobDue,
    JobPhoto,
    JobRequest,
    JobStep,
    PreparedFile,
    RequestLimit,
    RequestMessage,
    RequestPolicy,
    Shelf,
    ShelfItem,
)
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.tables import FabricationJob, JobFile
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.queries import is_member
from tierslieu.people.relations.queries import is_minor

MOST_LISTED = 200
j, f = columns(FabricationJob), columns(JobFile)
r, ms, pf = columns(JobRequest), columns(RequestMessage), columns(PreparedFile)
st, ph, sh, si, du = (columns(one) for one in (JobStep, JobPhoto, Shelf, ShelfItem, JobDue))
po, li = columns(RequestPolicy), columns(RequestLimit)


ORDER = (
    *("asked", "question", "replied", "corrected", "prepared", "proposed", "accepted", "refused", "withdrawn"),
    *("started", "ended", "stopped", "good", "failed", "ready", "shelved", "photo", "reminded", "warned"),
    *("collected", "expired"),
)
"""The steps in the order of a life: of two in the same second, that comes first which must."""


class Request(msgspec.Struct, frozen=True):
    """What is known of a request beside its job."""

    job_id: int
    person_id: int
    why: str
    turn: str
    asked_at: int
    changed_at: int
    proposed: str
    answer: str
    answered_at: int | None
    note: str


class Said(msgspec.Struct, frozen=True):
    """One word of the talk about a job."""

    is_staff: int
    written_by: int | None
    at: int
    text: str


class Step(msgspec.Struct, frozen=True):
    """A dated step."""

    at: int
    kind: str
    detail: str


class Picture(msgspec.Struct, frozen=True):
    """The photo of what was made."""

    job_id: int
    sha256: str
    width: int
    height: int
    alt: str


class ShelfNow(msgspec.Struct, frozen=True):
    """A place on the shelf."""

    id: int
    code: str
    name: str
    is_used: int


class Kept(msgspec.Struct, frozen=True):
    """Something that waits for its person, or waited."""

    job_id: int
    number: int
    person_id: int
    shelf_id: int | None
    since: int
    told_at: int
    reminded_at: int
    warned_at: int
    state: str
    ended_at: int | None
    handed_to: str


class Due(msgspec.Struct, frozen=True):
    """What an attempt of a job cost its person."""

    id: int
    job_id: int
    number: int
    job_ref: str
    person_id: int
    cents: int
    material_cents: int | None
    machine_cents: int | None
    energy_cents: int | None
    grams: float | None
    seconds: int | None
    state: str
    made_at: int
    ended_at: int | None
    reason: str


class Weekly(msgspec.Struct, frozen=True):
    """A job of the week, with the facts of its file."""

    facts: str
    quantity: int
    estimate_cents: int | None


REQUEST = tuple(r[name] for name in Request.__struct_fields__)
SAID = tuple(ms[name] for name in Said.__struct_fields__)
PICTURE = tuple(ph[name] for name in Picture.__struct_fields__)
SHELF = tuple(sh[name] for name in ShelfNow.__struct_fields__)
KEPT = tuple(j.number if name == "number" else si[name] for name in Kept.__struct_fields__)
DUE = tuple(j.number if name == "number" else du[name] for name in Due.__struct_fields__)

POLICIES = Query(
    select(po.kind, po.is_always, po.for_staff, po.for_unprepared, po.for_minors, po.over_grams, po.over_minutes),
    into=Policy,
)
LIMITS = Query(select(li.who, li.jobs, li.grams, li.minutes, li.cents), into=Limit)
WEEK = Query(
    select(f.facts, j.quantity, j.estimate_cents)
    .select_from(FabricationJob)
    .join(JobFile, f.id == j.file_id)
    .where(
        j.person_id == bindparam("person"),
        j.created_at >= bindparam("since", type_=BigInteger()),
        j.id != bindparam("without", type_=BigInteger()),
        j.state != "cancelled",
        j.state != "refused",
    ),
    into=Weekly,
)
BY_JOB = Query(select(*REQUEST).where(r.job_id == bindparam("job")), into=Request)
OPEN = Query(select(*REQUEST).where(r.turn != "over").order_by(r.asked_at, r.job_id).limit(MOST_LISTED), into=Request)
TALK = Query(select(*SAID).where(ms.job_id == bindparam("job")).order_by(ms.at, ms.id), into=Said)
STEPS = Query(select(st.at, st.kind, st.detail).where(st.job_id == bindparam("job")).order_by(st.at, st.id), into=Step)
ORIGINALS: Query[tuple[int]] = Query(select(pf.original_id).where(pf.job_id == bindparam("job")).order_by(pf.id.desc()))
PICTURE_OF = Query(select(*PICTURE).where(ph.job_id == bindparam("job")), into=Picture)
SHELVES = Query(select(*SHELF).order_by(sh.code), into=ShelfNow)
KEPT_BY_JOB = Query(
    select(*KEPT).select_from(ShelfItem).join(FabricationJob, j.id == si.job_id).where(si.job_id == bindparam("job")),
    into=Kept,
)
KEPT_NOW = Query(
    select(*KEPT)
    .select_from(ShelfItem)
    .join(FabricationJob, j.id == si.job_id)
    .where(si.state == "waiting")
    .order_by(si.since, si.job_id)
    .limit(MOST_LISTED),
    into=Kept,
)
JOB_BY_NUMBER = Query(
    select(*JOB).select_from(FabricationJob).join(JobFile, f.id == j.file_id).where(j.number == bindparam("number")),
    into=JobNow,
)
JOBS_AMONG = Query(
    select(*JOB).select_from(FabricationJob).join(JobFile, f.id == j.file_id).where(among(j.id, "ids")), into=JobNow
)
JOBS_OF = Query(
    select(*JOB)
    .select_from(FabricationJob)
    .join(JobFile, f.id == j.file_id)
    .where(among(j.person_id, "people"))
    .order_by(j.id.desc())
    .limit(100),
    into=JobNow,
)


def _dues() -> Any:
    return select(*DUE).select_from(JobDue).join(FabricationJob, j.id == du.job_id)


DUES_OPEN = Query(_dues().where(du.state == "due").order_by(du.made_at, du.id).limit(MOST_LISTED), into=Due)
DUES_OF_JOB = Query(_dues().where(du.job_id == bindparam("job")).order_by(du.id), into=Due)
DUE_BY_ID = Query(_dues().where(du.id == bindparam("id")), into=Due)
DUE_BY_REF = Query(_dues().where(du.job_ref == bindparam("ref")), into=Due)
COST_OF_JOB: Query[tuple[int]] = Query(
    select(func.coalesce(func.sum(du.cents), 0)).where(du.job_id == bindparam("job"))
)


def policies(reader: Reader) -> dict[str, Policy]:
    """What staff chose, by kind of machine."""
    return {one.kind: one for one in reader.rows(POLICIES)}


def policy(reader: Reader, kind: str) -> Policy:
    """When staff look at files for this kind of machine first."""
    return policies(reader).get(kind, Policy(kind))


def limits(reader: Reader) -> dict[str, Limit]:
    """What staff chose, by kind of person."""
    return {one.who: one for one in reader.rows(LIMITS)}


def limit_of(reader: Reader, person_id: int) -> Limit:
    """What this person may ask for in a week."""
    young = is_minor(reader, person_id, reader.now)
    who = person_kind(is_minor=young, is_member=is_member(reader, person_id, reader.now))
    return limits(reader).get(who, Limit(who))


def used_this_week(reader: Reader, person_id: int, zone: Zone, without: int = 0) -> Amount:
    """What the person asked for since Monday, `without` one job. What was given up or refused does not count."""
    since, _until = week_of(zone, reader.now)
    found = reader.rows(WEEK, person=person_id, since=since, without=without)
    return together([amount_of(one.facts, one.quantity, one.estimate_cents) for one in found])


def amount_of(facts: str, quantity: int, cents: int | None) -> Amount:
    """What a job takes, all copies together."""

    one = read(facts)
    grams, seconds = one.total_g, one.seconds
    return Amount(1, grams * quantity if grams else None, seconds * quantity if seconds else None, cents)


def request_of(reader: Reader, job_id: int) -> Request | None:
    """What is known of a request; None for a job that was queued at once."""
    return reader.row(BY_JOB, job=job_id)


def request(reader: Reader, job_id: int) -> Request:
    """The same. Raises NotFound."""
    found = request_of(reader, job_id)
    if found is None:
        raise NotFound("unknown_request")
    return found


def open_requests(reader: Reader) -> list[Request]:
    """All that staff or people still have to speak to, oldest first."""
    return reader.rows(OPEN)


def talk(reader: Reader, job_id: int) -> list[Said]:
    """What was said about a job, in order."""
    return reader.rows(TALK, job=job_id)


def steps(reader: Reader, job_id: int) -> list[Step]:
    """The dated steps of a job, in order."""
    return sorted(reader.rows(STEPS, job=job_id), key=lambda one: (one.at, ORDER.index(one.kind)))


def original_of(reader: Reader, job_id: int) -> int | None:
    """The file that the person brought, when staff prepared another."""
    found = reader.rows(ORIGINALS, job=job_id)
    return found[-1][0] if found else None


def picture_of(reader: Reader, job_id: int) -> Picture | None:
    """The photo of what was made."""
    return reader.row(PICTURE_OF, job=job_id)


def shelves(reader: Reader) -> list[ShelfNow]:
    """All places of the shelf."""
    return reader.rows(SHELVES)


def kept(reader: Reader, job_id: int) -> Kept | None:
    """What waits, or waited, on the shelf for a job."""
    return reader.row(KEPT_BY_JOB, job=job_id)


def kept_now(reader: Reader) -> list[Kept]:
    """All that waits, oldest first."""
    return reader.rows(KEPT_NOW)


def job_by_number(reader: Reader, number: int) -> JobNow:
    """The job of a number. Raises NotFound."""
    found = reader.row(JOB_BY_NUMBER, number=number)
    if found is None:
        raise NotFound("unknown_job")
    return found


def jobs_among(reader: Reader, ids: list[int]) -> dict[int, JobNow]:
    """Some jobs by their ids, in one statement."""
    return {one.id: one for one in reader.rows(JOBS_AMONG, ids=sorted(set(ids)))} if ids else {}


def jobs_of(reader: Reader, person_ids: list[int]) -> list[JobNow]:
    """The last jobs of some people, newest first."""
    return reader.rows(JOBS_OF, people=person_ids) if person_ids else []


def dues(reader: Reader) -> list[Due]:
    """All that is due, oldest first."""
    return reader.rows(DUES_OPEN)


def dues_of(reader: Reader, job_id: int) -> list[Due]:
    """What each attempt of a job cost."""
    return reader.rows(DUES_OF_JOB, job=job_id)


def due_for(reader: Reader, job_ref: str) -> Due | None:
    """What one attempt cost; None when nothing was charged for it so far."""
    return reader.row(DUE_BY_REF, ref=job_ref)


def due(reader: Reader, due_id: int) -> Due:
    """One due. Raises NotFound."""
    found = reader.row(DUE_BY_ID, id=due_id)
    if found is None:
        raise NotFound("unknown_due")
    return found


def cost_of(reader: Reader, job_id: int) -> int:
    """What all attempts of a job cost together."""
    found = reader.row(COST_OF_JOB, job=job_id)
    return int(found[0]) if found else 0
