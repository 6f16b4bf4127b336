"""How long jobs truly take on each machine, compared with what their files say. Pure figures, one row a machine."""

from collections.abc import Iterable
from statistics import median
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.fablab import queries
from tierslieu.fablab.events import Ended
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queue.tables import MachineSpeed
from tierslieu.fablab.tables import FabricationJob, JobFile
from tierslieu.infra.statements import Query, columns, one_of, upsert
from tierslieu.infra.transaction import Reader, Tx

LATEST: Final = 20
"""How many finished jobs a machine's speed rests on."""
ENOUGH: Final = 3
"""With fewer, the file's own figure is told."""
SLOWEST, FASTEST = 5.0, 0.2
j, f, s = columns(FabricationJob), columns(JobFile), columns(MachineSpeed)
DONE: Query[tuple[int | None, int | None, int | None, str]] = Query(
    select(j.seconds_spent, j.started_at, j.ended_at, f.facts)
    .select_from(FabricationJob)
    .join(JobFile, f.id == j.file_id)
    .where(j.machine_id == bindparam("machine"), one_of(j.outcome, ("ok", "good")), j.ended_at.is_not(None))
    .order_by(j.ended_at.desc(), j.id.desc())
    .limit(LATEST)
)
PUT: Query[Any] = upsert(MachineSpeed, ("machine_id",))


class Speed(msgspec.Struct, frozen=True):
    """A machine's measured speed: 1.2 means a fifth longer than its files say, over so many jobs."""

    machine_id: int
    ratio: float
    samples: int

    @property
    def is_measured(self) -> bool:
        """True when enough jobs were finished to say so."""
        return self.samples >= ENOUGH


SPEEDS = Query(select(s.machine_id, s.ratio, s.samples), into=Speed)


def ratio(pairs: Iterable[tuple[int | None, int | None]]) -> tuple[float, int]:
    """The median of (real seconds, seconds the file says), and over how many; what is unknown does not count."""
    found = [real / said for real, said in pairs if real and said]
    return (min(SLOWEST, max(FASTEST, median(found))), len(found)) if found else (1.0, 0)


def speeds(reader: Reader) -> dict[int, Speed]:
    """The measured speeds, by machine."""
    return {one.machine_id: one for one in reader.rows(SPEEDS) if one.is_measured}


def measure(tx: Tx, event: Ended) -> None:
    """A job is over: its machine's speed is worked out anew."""
    one = queries.job(tx, event.job_id)
    if one.machine_id is None:
        return
    rows = tx.rows(DONE, machine=one.machine_id)
    pairs = [(_real(spent, start, end), read(facts).seconds) for spent, start, end, facts in rows]
    found, samples = ratio(pairs)
    tx.run(PUT, machine_id=one.machine_id, ratio=found, samples=samples, measured_at=tx.now)


def _real(spent: int | None, start: int | None, end: int | None) -> int | None:
    if spent:
        return spent
    return end - start if start is not None and end is not None and end > start else None
