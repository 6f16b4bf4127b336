"""All reads of machines, jobs and files. Each costs a fixed number of statements, whatever the history."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, column, func, select, table

from tierslieu.basics.errors import NotFound
from tierslieu.fablab.rules import ACTIVE, JobNow, MachineNow
from tierslieu.fablab.tables import FabricationJob, JobFile, Machine, MachineEvent
from tierslieu.infra.statements import Query, columns, one_of
from tierslieu.infra.transaction import Reader

prepared = table("prepared_file", column("original_id", BigInteger()))
"""The column of requests/ that this floor may read: a file that staff prepared another from is kept."""
MOST_SAME = 100
"""How often one content may have been brought before it is read once more."""
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
m, j, f, e = columns(Machine), columns(FabricationJob), columns(JobFile), columns(MachineEvent)
MACHINE = tuple(m[name] for name in MachineNow.__struct_fields__)
_COLUMNS = {
    **dict(j.items()),
    "file_name": f.name,
    "sha256": f.sha256,
    "facts": f.facts,
    "thumbnail_sha": f.thumbnail_sha,
    "format": f.format,
}
JOB = tuple(_COLUMNS[name] for name in JobNow.__struct_fields__)


class StoredFile(msgspec.Struct, frozen=True):
    """A file as it is stored."""

    id: int
    sha256: str
    person_id: int
    name: str
    size: int
    facts: str
    thumbnail_sha: str | None
    created_at: int
    format: str
    preview_sha: str | None


class LogLine(msgspec.Struct, frozen=True):
    """One line of a machine's log."""

    at: int
    kind: str
    job_id: int | None
    person_id: int | None
    facts: str


def _jobs() -> Any:
    return select(*JOB).select_from(FabricationJob).join(JobFile, f.id == j.file_id)


MACHINES = Query(select(*MACHINE).order_by(m.position, m.id), into=MachineNow)
BY_KEY = Query(select(*MACHINE).where(m.key == bindparam("key")), into=MachineNow)
RESERVED_AS = Query(
    select(*MACHINE).where(m.resource_key == bindparam("resource")).order_by(m.position, m.id), into=MachineNow
)
BY_ID = Query(select(*MACHINE).where(m.id == bindparam("id")), into=MachineNow)
JOB_BY_ID = Query(_jobs().where(j.id == bindparam("id")), into=JobNow)
JOB_BY_REF = Query(_jobs().where(j.job_ref == bindparam("ref")), into=JobNow)
JOB_BY_CMD = Query(_jobs().where(j.cmd_id == bindparam("cmd")), into=JobNow)
WAITING = Query(_jobs().where(j.state == "queued").order_by(j.rank, j.id), into=JobNow)
NOT_BEGUN = Query(_jobs().where(one_of(j.state, ("queued", "held"))).order_by(j.rank, j.id), into=JobNow)
ACTIVE_JOBS = Query(_jobs().where(one_of(j.state, ACTIVE)), into=JobNow)
ACTIVE_ON = Query(_jobs().where(j.machine_id == bindparam("machine"), one_of(j.state, ACTIVE)), into=JobNow)
MINE = Query(_jobs().where(j.person_id == bindparam("person")).order_by(j.rank.desc()).limit(50), into=JobNow)
_FILE = tuple(f[name] for name in StoredFile.__struct_fields__)
FILE = Query(select(*_FILE).where(f.id == bindparam("id")), into=StoredFile)
SAME_FILES = Query(
    select(*_FILE)
    .where(f.person_id == bindparam("person"), f.sha256 == bindparam("sha"))
    .order_by(f.id.desc())
    .limit(MOST_SAME),
    into=StoredFile,
)
LOG = Query(
    select(e.at, e.kind, e.job_id, e.person_id, e.facts)
    .where(e.machine_id == bindparam("machine"))
    .order_by(e.at.desc(), e.id.desc())
    .limit(30),
    into=LogLine,
)
LAST_OF_KIND: Query[tuple[str]] = Query(
    select(e.facts)
    .where(e.machine_id == bindparam("machine"), e.kind == bindparam("kind"))
    .order_by(e.at.desc(), e.id.desc())
    .limit(1)
)
REMARKS: Query[tuple[str]] = Query(
    select(e.facts)
    .where(
        e.machine_id == bindparam("machine"),
        e.at >= bindparam("since", type_=BigInteger()),
        e.kind == "cleared",
        e.job_id == bindparam("job"),
    )
    .order_by(e.at.desc(), e.id.desc())
    .limit(1)
)
STARTED_BY: Query[tuple[int | None]] = Query(
    select(e.person_id)
    .where(
        e.machine_id == bindparam("machine"),
        e.at >= bindparam("since", type_=BigInteger()),
        one_of(e.kind, ("dispatched", "started_by_hand")),
        e.job_id == bindparam("job"),
    )
    .order_by(e.at.desc(), e.id.desc())
    .limit(1)
)
HANDED_TO: Query[tuple[int]] = Query(
    select(j.id)
    .select_from(FabricationJob)
    .join(JobFile, f.id == j.file_id)
    .join(Machine, m.id == j.machine_id)
    .where(f.sha256 == bindparam("sha"), m.key == bindparam("device"), one_of(j.state, ACTIVE))
)
OLD_FILES: Query[tuple[int, str, str | None, str | None]] = Query(
    select(f.id, f.sha256, f.thumbnail_sha, f.preview_sha).where(
        f.created_at < bindparam("before"),
        ~select(j.id).where(j.file_id == f.id).exists(),
        ~select(prepared.c.original_id).where(prepared.c.original_id == f.id).exists(),
    )
)
_OTHERS = (
    select(f.sha256, f.size)
    .where(
        f.person_id == bindparam("person"),
        f.created_at > bindparam("since", type_=BigInteger()),
        f.sha256 != bindparam("sha"),
    )
    .distinct()
    .subquery()
)
BROUGHT: Query[tuple[int]] = Query(select(func.coalesce(func.sum(_OTHERS.c.size), 0)))
KIND_OF: Query[tuple[str, str]] = Query(select(f.format, f.name).where(f.sha256 == bindparam("sha")).limit(1))
STILL_USED: Query[tuple[int]] = Query(
    select(func.count()).where(
        (f.sha256 == bindparam("sha")) | (f.thumbnail_sha == bindparam("sha")) | (f.preview_sha == bindparam("sha"))
    )
)


def machines(reader: Reader) -> list[MachineNow]:
    """All machines, in the order of the house."""
    return reader.rows(MACHINES)


def machine(reader: Reader, key: str) -> MachineNow:
    """One machine. Raises NotFound, also for what can be no key."""
    found = reader.row(BY_KEY, key=key) if KEY.fullmatch(key) else None
    if found is None:
        raise NotFound("unknown_machine")
    return found


def machine_by_id(reader: Reader, machine_id: int) -> MachineNow:
    """One machine by its id; the caller got the id from the database."""
    found = reader.row(BY_ID, id=machine_id)
    if found is None:
        raise NotFound("unknown_machine")
    return found


def job(reader: Reader, job_id: int) -> JobNow:
    """One job. Raises NotFound."""
    found = reader.row(JOB_BY_ID, id=job_id)
    if found is None:
        raise NotFound("unknown_job")
    return found


def job_by_ref(reader: Reader, ref: str) -> JobNow | None:
    """The job whose last attempt has this name on the bus."""
    return reader.row(JOB_BY_REF, ref=ref)


def job_by_command(reader: Reader, cmd_id: str) -> JobNow | None:
    """The job whose last attempt was ordered by this command."""
    return reader.row(JOB_BY_CMD, cmd=cmd_id)


def waiting(reader: Reader, *, is_held: bool = False) -> list[JobNow]:
    """All waiting jobs in the order they came or were put, with those that are held when asked."""
    return reader.rows(NOT_BEGUN if is_held else WAITING)


def active(reader: Reader) -> Mapping[int, JobNow]:
    """The job on each machine that has one, by the machine's id."""
    return {one.machine_id: one for one in reader.rows(ACTIVE_JOBS) if one.machine_id is not None}


def active_on(reader: Reader, machine_id: int) -> JobNow | None:
    """The job on one machine."""
    return reader.row(ACTIVE_ON, machine=machine_id)


def waits_to_be_emptied(reader: Reader, machine: MachineNow) -> bool:
    """True when somebody has to look at the machine before it does anything else."""
    one = active_on(reader, machine.id)
    return one.state == "to_check" if one is not None else bool(machine.needs_clear)


def mine(reader: Reader, person_id: int) -> list[JobNow]:
    """A person's jobs, latest first."""
    return reader.rows(MINE, person=person_id)


def file(reader: Reader, file_id: int) -> StoredFile:
    """One file. Raises NotFound."""
    found = reader.row(FILE, id=file_id)
    if found is None:
        raise NotFound("unknown_file")
    return found


def same_files(reader: Reader, one: StoredFile) -> list[StoredFile]:
    """The same content as its person brought it, latest first; of a package perhaps other plates."""
    return reader.rows(SAME_FILES, person=one.person_id, sha=one.sha256)


def is_handed_to(reader: Reader, sha256: str, device: str) -> bool:
    """True when the machine has a job to make from this file now."""
    return reader.row(HANDED_TO, sha=sha256, device=device) is not None


def log_of(reader: Reader, machine_id: int) -> list[LogLine]:
    """The last lines of a machine's log, latest first."""
    return reader.rows(LOG, machine=machine_id)


def facts_of_last(reader: Reader, machine_id: int, kind: str) -> str:
    """The facts (JSON) of the last line of a kind in a machine's log, "" without one."""
    found = reader.row(LAST_OF_KIND, machine=machine_id, kind=kind)
    return found[0] if found else ""


def remark_on(reader: Reader, one: JobNow) -> str:
    """What was said when the machine was emptied of the last attempt, "" when nothing was."""
    found = reader.row(REMARKS, machine=one.machine_id or 0, since=one.ended_at or 0, job=one.id)
    return str(msgspec.json.decode(found[0]).get("note", "")) if found else ""


def started_by(reader: Reader, one: JobNow) -> int | None:
    """Who handed a job to its machine the last time; None when nobody knows."""
    found = reader.row(STARTED_BY, machine=one.machine_id or 0, since=one.dispatched_at or 0, job=one.id)
    return found[0] if found else None


def is_kept(reader: Reader, sha256: str) -> bool:
    """True when some stored file or picture has this content."""
    found = reader.row(STILL_USED, sha=sha256)
    return found is not None and found[0] > 0


def brought_since(reader: Reader, person_id: int, since: int, beside: str) -> int:
    """Bytes that a person brought since an instant, each content once, `beside` one of them."""
    found = reader.row(BROUGHT, person=person_id, since=since, sha=beside)
    return int(found[0]) if found else 0


def kind_of(reader: Reader, sha256: str) -> tuple[str, str]:
    """The format of a stored content, and the name it was brought under; a G-code when nobody brought it."""
    found = reader.row(KIND_OF, sha=sha256)
    return (found[0], found[1]) if found else ("gcode", "")
