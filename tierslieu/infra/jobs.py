"""Jobs: work that left with a commit, leased, run, retried with back-off. The same on both databases.

A job is leased for a while; a process that dies leaves its lease to expire and another takes the job. Plain
handlers run in one transaction with the removal of the job (exactly once); async handlers may run again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, func, or_, select, text, update

from tierslieu.infra.feature import Every, Feature, Handler
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of, to_json
from tierslieu.infra.tables import Job, Schedule
from tierslieu.infra.transaction import Listener, Reader, Tx

LEASE = 60
MAX_ATTEMPTS = 10
SLACK = 60
"""Seconds that the clocks of two computers may differ."""


class Due(msgspec.Struct, frozen=True):
    """A leased job."""

    id: int
    kind: str
    payload: str
    attempts: int


c, s = columns(Job), columns(Schedule)


def _lease(of_kinds: str = "", locking: str = "") -> Any:
    numbers = (bindparam(name, type_=BigInteger()) for name in ("until", "now", "count", "slack"))
    return text(
        "UPDATE job SET lease_until = :until, attempts = attempts + 1 WHERE id IN (SELECT id FROM job"  # noqa: S608
        " WHERE failed_at = 0 AND run_at <= :now AND (lease_until <= :now OR lease_until > :until + :slack)"
        f"{of_kinds} ORDER BY run_at, id LIMIT :count{locking}) RETURNING id, kind, payload, attempts"
    ).bindparams(*numbers)


SKIPPING = " FOR UPDATE SKIP LOCKED"
OF_KINDS = " AND kind IN (SELECT value FROM json_each(:kinds))"
OF_KINDS_POSTGRESQL = " AND kind IN (SELECT json_array_elements_text(CAST(:kinds AS json)))"
TAKE: Query[Due] = Query(sqlite=_lease(), postgresql=_lease(locking=SKIPPING), into=Due)
TAKE_URGENT: Query[Due] = Query(sqlite=_lease(OF_KINDS), postgresql=_lease(OF_KINDS_POSTGRESQL, SKIPPING), into=Due)
DONE: Query[Any] = Query(delete(table_of(Job)).where(c.id == bindparam("id")))
AGAIN: Query[Any] = Query(
    update(table_of(Job))
    .where(c.id == bindparam("id"))
    .values(run_at=bindparam("at"), lease_until=0, failed_at=bindparam("failed"), last_error=bindparam("error"))
)
NEXT: Query[tuple[int | None]] = Query(
    select(func.min(c.run_at)).where(c.failed_at == 0, c.lease_until <= bindparam("now"))
)
WAITING: Query[tuple[int]] = Query(select(func.count()).where(c.failed_at == 0, c.run_at <= bindparam("now")))
MARK = insert_or_nothing(Schedule)
ADVANCE: Query[Any] = Query(
    update(table_of(Schedule))
    .where(s.kind == bindparam("which"), or_(s.next_at <= bindparam("now"), s.next_at > bindparam("then") + SLACK))
    .values(next_at=bindparam("then"))
)


def take(tx: Tx, count: int) -> list[Due]:
    """Lease up to `count` jobs that are due.

    A lease that ends later than one of now was given before the clock was put back: it is over.
    """
    return tx.rows(TAKE, now=tx.now, until=tx.now + LEASE, count=count, slack=SLACK)


def take_urgent(tx: Tx, count: int, kinds: Sequence[str]) -> list[Due]:
    """Lease up to `count` jobs of these kinds that are due."""
    until = tx.now + LEASE
    return tx.rows(TAKE_URGENT, now=tx.now, until=until, count=count, slack=SLACK, kinds=to_json(kinds))


def next_due(reader: Reader) -> int | None:
    """The instant at which the next job is due, None when none waits."""
    found = reader.row(NEXT, now=reader.now)
    return found[0] if found else None


def waiting(reader: Reader) -> int:
    """How many jobs are due and not done."""
    found = reader.row(WAITING, now=reader.now)
    return found[0] if found else 0


def tick(tx: Tx, schedules: Sequence[Every]) -> None:
    """Queue the repeated jobs that are due; among many processes one moves the mark.

    One that is due later than a whole turn from now was marked before the clock was put back: it is due.
    """
    for schedule in schedules:
        tx.run(MARK, kind=schedule.kind, next_at=tx.now)
        if tx.run(ADVANCE, which=schedule.kind, now=tx.now, then=tx.now + schedule.seconds):
            tx.later(schedule.kind, {}, dedup=f"every:{schedule.kind}")


def retry(tx: Tx, job: Due, error: str) -> None:
    """Put a failed job back, later and later; after the last attempt it stays for staff to see."""
    is_over = job.attempts >= MAX_ATTEMPTS
    delay = min(10 * 2 ** (job.attempts - 1), 3600)
    tx.run(AGAIN, id=job.id, at=tx.now + delay, failed=tx.now if is_over else 0, error=error[:500])


class Registry:
    """Which handler runs which kind of job, from the features' declarations."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.handlers: dict[str, Handler] = {}
        self.events: dict[str, type[msgspec.Struct]] = {}
        self.urgent: list[str] = []
        self._kinds: dict[type, tuple[Listener, ...]] = {}
        self.schedules: tuple[Every, ...] = tuple(every for feature in features for every in feature.schedules)
        for feature in features:
            self._add_jobs(feature.jobs)
            for reaction in feature.reactions:
                kind = f"{feature.name}.{reaction.name}"
                self._add_jobs({kind: reaction.handler})
                self.events[kind] = reaction.event
                self.urgent += [kind] if reaction.is_urgent else []
                listener = (kind, reaction.is_wanted)
                self._kinds[reaction.event] = (*self._kinds.get(reaction.event, ()), listener)

    def _add_jobs(self, jobs: Mapping[str, Handler]) -> None:
        for kind, handler in jobs.items():
            if kind in self.handlers:
                raise ValueError(f"two handlers for job {kind}")
            self.handlers[kind] = handler

    def kinds_for(self, event: object) -> tuple[Listener, ...]:
        """The kinds of the jobs that react to an event, each with whether it has anything to do."""
        return self._kinds.get(type(event), ())

    def payload(self, job: Due) -> Any:
        """The event or the dictionary that a job carries."""
        return msgspec.json.decode(job.payload, type=self.events.get(job.kind, dict))


def finish(tx: Tx, job: Due) -> None:
    """The job is done."""
    tx.run(DONE, id=job.id)


def run_and_finish(tx: Tx, handler: Any, payload: Any, job: Due) -> None:
    """Run a plain handler and remove its job, all or nothing. Does nothing when the job is gone already."""
    if tx.run(DONE, id=job.id):
        handler(tx, payload)
