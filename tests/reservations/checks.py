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
    " AND (r.id IS NULL OR r.state NOT IN ('requested', 'confirmed', 'checked_in'))"
)
BARE = (
    "SELECT count(*) FROM reservation r WHERE r.state IN ('requested', 'confirmed', 'checked_in')"
    " AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.cause_id = r.id AND c.starts_at <= r.starts_at"
    " AND c.ends_at >= r.ends_at)"
)


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
    """All claims."""
    return int(ask(url, "SELECT count(*) FROM claim")[0][0])


def count_orphans(url: str) -> int:
    """Claims of reservations that block no time, and active reservations without their claim."""
    return int(ask(url, ORPHANS)[0][0]) + int(ask(url, BARE)[0][0])


def states(url: str) -> dict[int, str]:
    """The state of every reservation."""
    return {int(row[0]): str(row[1]) for row in ask(url, "SELECT id, state FROM reservation")}
