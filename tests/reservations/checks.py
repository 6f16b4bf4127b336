"""Looking into a database with its own driver, past all of the product's code."""

import asyncio
import contextlib
import sqlite3
from typing import Any

import asyncpg

OVERLAPS = (
    "SELECT count(*) FROM claim a JOIN claim b ON a.unit_id = b.unit_id AND a.starts_at < b.starts_at"
    " AND b.starts_at < a.ends_at"
)
ORPHANS = (
    "SELECT count(*) FROM claim c LEFT JOIN reservation r ON r.id = c.cause_id WHERE c.cause = 'reservation'"
    " AND (r.id IS NULL OR r.state NOT IN ('requested', 'confirmed', 'checked_in', 'finished'))"
)
BARE = (
    "SELECT count(*) FROM reservation r JOIN resource x ON x.id = r.resource_id"
    " WHERE r.state IN ('requested', 'confirmed', 'checked_in')"
    " AND NOT (r.state = 'requested' AND x.key = 'bureau-1')"  # the storm lets its requests wait without a claim
    " AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.cause_id = r.id AND c.starts_at <= r.starts_at"
    " AND c.ends_at >= r.ends_at)"
)
STRAY = {
    "closure": "SELECT count(*) FROM claim c LEFT JOIN closure x ON x.id = c.cause_id"
    " WHERE c.cause = 'closure' AND x.id IS NULL",
    "series": "SELECT count(*) FROM reservation r LEFT JOIN reservation_series s ON s.id = r.series_id"
    " WHERE r.series_id IS NOT NULL AND s.id IS NULL",
    "part of a composite": "SELECT count(*) FROM reservation r JOIN resource x ON x.id = r.resource_id"
    " WHERE x.key = 'laser-accompagnee' AND r.state IN ('requested', 'confirmed', 'checked_in')"
    " AND 4 <> (SELECT count(*) FROM claim c WHERE c.cause_id = r.id)",
    "half a bundle": "SELECT count(*) FROM reservation r WHERE r.moved_from IS NULL AND r.bundle_id IN"
    " (SELECT bundle_id FROM reservation WHERE moved_from IS NULL GROUP BY bundle_id"
    " HAVING count(DISTINCT created_at) > 1)",
    "hold": "SELECT count(*) FROM claim c LEFT JOIN offer o ON o.id = c.cause_id AND o.state = 'open'"
    " WHERE c.cause = 'hold' AND o.id IS NULL",
    "maintenance": "SELECT count(*) FROM claim c LEFT JOIN closure x ON x.id = c.cause_id"
    " WHERE c.cause = 'maintenance' AND x.id IS NULL",
    "import": "SELECT count(*) FROM claim c LEFT JOIN imported_event e ON e.id = c.cause_id AND e.state = 'claimed'"
    " WHERE c.cause = 'import' AND e.id IS NULL",
    "test of the equipment": "SELECT count(*) FROM claim c LEFT JOIN visio_test t ON t.id = c.cause_id"
    " WHERE c.cause = 'appointment' AND t.id IS NULL",
    "kept twice": "SELECT count(*) FROM claim a JOIN claim b ON a.cause = 'hold' AND b.cause = 'hold'"
    " AND a.cause_id = b.cause_id AND a.unit_id = b.unit_id AND a.starts_at < b.starts_at",
}
"""What must never be found, by its name: claims and rows without what they stand for."""

UNSETTLED = {
    "offer without a hold": "SELECT count(*) FROM offer WHERE state = 'open' AND cause <> 'request'"
    " AND id NOT IN (SELECT cause_id FROM claim WHERE cause = 'hold')",
    "offered without an offer": "SELECT count(*) FROM waiting_entry WHERE (state = 'offered') <> (id IN"
    " (SELECT cause_id FROM offer WHERE state = 'open'))",
    "waiting for what ended": "SELECT count(*) FROM waiting_entry w JOIN reservation r ON r.id = w.reservation_id"
    " WHERE w.state IN ('waiting', 'offered') AND r.state NOT IN ('requested', 'confirmed', 'checked_in')",
    "test before what ended": "SELECT count(*) FROM visio_test t JOIN reservation r ON r.id = t.reservation_id"
    " JOIN claim c ON c.cause_id = t.id WHERE r.state NOT IN ('confirmed', 'checked_in', 'finished')",
    "of nobody": "SELECT count(*) FROM reservation r JOIN person p ON p.id = r.person_id"
    " WHERE p.erased_at <> 0 AND r.state IN ('requested', 'confirmed')",
}
"""What is mended by jobs, at the latest when they have all run."""


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    if url.startswith("sqlite:///"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return connection.execute(statement).fetchall()
    return asyncio.run(_ask_postgresql(url, statement))


async def _ask_postgresql(url: str, statement: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


def count_overlaps(url: str) -> int:
    """Pairs of claims that share time on one unit."""
    return int(ask(url, OVERLAPS)[0][0])


def count_claims(url: str) -> int:
    """The claims of reservations; the demonstration has closures and imported events besides."""
    return int(ask(url, "SELECT count(*) FROM claim WHERE cause = 'reservation'")[0][0])


def count_orphans(url: str) -> int:
    """Claims of reservations that block no time, and active reservations without their claim."""
    return int(ask(url, ORPHANS)[0][0]) + int(ask(url, BARE)[0][0])


def count_stray(url: str) -> dict[str, int]:
    """How many claims and rows stand for nothing, by what they are."""
    return _found(url, STRAY)


def count_unsettled(url: str) -> dict[str, int]:
    """The same, and what jobs should have settled: only once they ran."""
    return {**_found(url, STRAY), **_found(url, UNSETTLED)}


def _found(url: str, checks: dict[str, str]) -> dict[str, int]:
    return {name: found for name, statement in checks.items() if (found := int(ask(url, statement)[0][0]))}


def states(url: str) -> dict[int, str]:
    """The state of every reservation."""
    return {int(row[0]): str(row[1]) for row in ask(url, "SELECT id, state FROM reservation")}
