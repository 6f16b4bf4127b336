"""The database itself refuses overlapping claims, whoever writes: plain SQL with the driver, past all our code."""

import asyncio
import contextlib
import sqlite3
from typing import Any

import asyncpg
import pytest

from tests.reservations.checks import ask, count_overlaps

INSERT = "INSERT INTO claim (unit_id, starts_at, ends_at, cause, cause_id) VALUES ({}, {}, {}, 'closure', 1)"


def change(url: str, *statements: str) -> None:
    """Run statements with the database's own driver."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
    else:
        asyncio.run(_change_postgresql(url, statements))


async def _change_postgresql(url: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def any_unit(url: str) -> Any:
    return ask(url, "SELECT min(id) FROM unit")[0][0]


@pytest.mark.parametrize(
    ("start", "end"), [(100, 200), (50, 101), (199, 300), (120, 130), (50, 300), (100, 150), (150, 200)]
)
def test_no_overlap_gets_in(demo_url: str, start: int, end: int) -> None:
    unit = any_unit(demo_url)
    change(demo_url, INSERT.format(unit, 100, 200))
    with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)):
        change(demo_url, INSERT.format(unit, start, end))
    assert count_overlaps(demo_url) == 0


def test_touching_claims_and_other_units_get_in(demo_url: str) -> None:
    unit, other = any_unit(demo_url), ask(demo_url, "SELECT max(id) FROM unit")[0][0]
    change(demo_url, INSERT.format(unit, 100, 200), INSERT.format(unit, 200, 300), INSERT.format(unit, 50, 100))
    change(demo_url, INSERT.format(other, 100, 200))
    assert ask(demo_url, "SELECT count(*) FROM claim WHERE starts_at < 1000")[0][0] == 4


def test_a_claim_cannot_be_moved_onto_another(demo_url: str) -> None:
    unit = any_unit(demo_url)
    change(demo_url, INSERT.format(unit, 100, 200), INSERT.format(unit, 300, 400))
    with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)):
        change(demo_url, "UPDATE claim SET starts_at = 150, ends_at = 350 WHERE starts_at = 300")
    change(demo_url, "UPDATE claim SET starts_at = 250, ends_at = 450 WHERE starts_at = 300")


def test_the_check_sees_an_overlap_when_the_guard_is_taken_away(sqlite_templates: Any) -> None:
    url = sqlite_templates.make("demo")
    unit = any_unit(url)
    change(url, "DROP TRIGGER claim_no_overlap_insert", INSERT.format(unit, 100, 200), INSERT.format(unit, 150, 250))
    assert count_overlaps(url) == 1
