"""The writer thread: commits together, answers after the commit, keeps failures apart."""

import asyncio
from pathlib import Path

import pytest

from tierslieu.basics.clock import SetClock
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.statements import insert_or_nothing
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.venue.queries import VALUE

PUT = insert_or_nothing(HouseValue)


def put(tx: Tx, name: str, value: str) -> None:
    tx.run(PUT, name=name, value=value)


def put_then_fail(tx: Tx, name: str) -> None:
    put(tx, name, "never")
    raise NotFound("no_such_reservation")


def find(reader: Reader, name: str) -> str | None:
    row = reader.row(VALUE, name=name)
    return row[0] if row else None


async def opened(url: str) -> Database:
    db = Database(engine_for(url), SetClock(1_800_000_000))
    await db.start()
    return db


def test_a_failure_takes_back_its_own_work_only(empty_url: str) -> None:
    async def story() -> None:
        db = await opened(empty_url)
        try:
            outcomes = await asyncio.gather(
                db.write(put, "one", "1"),
                db.write(put_then_fail, "two"),
                db.write(put, "three", "3"),
                return_exceptions=True,
            )
            assert isinstance(outcomes[1], NotFound)
            assert [await db.read(find, name) for name in ("one", "two", "three")] == ["1", None, "3"]
        finally:
            await db.stop()

    asyncio.run(story())


def test_what_was_announced_leaves_with_the_commit_or_not_at_all(empty_url: str) -> None:
    from tests.reservations.checks import ask

    def work(tx: Tx, fails: bool) -> None:
        tx.later("some.job", {"n": 1})
        if fails:
            raise Conflict("constraint")

    async def story() -> None:
        db = await opened(empty_url)
        try:
            await db.write(work, False)
            with pytest.raises(Conflict):
                await db.write(work, True)
        finally:
            await db.stop()

    asyncio.run(story())
    assert ask(empty_url, "SELECT count(*) FROM job")[0][0] == 1


def test_readers_cannot_write(sqlite_templates: object, tmp_path: Path) -> None:
    url = sqlite_templates.make("empty")  # type: ignore[attr-defined]

    async def story() -> None:
        db = await opened(url)
        try:
            with pytest.raises(Exception, match="readonly"):
                await db.engine.read(lambda driver: driver.connection.execute("DELETE FROM job"))
        finally:
            await db.stop()

    asyncio.run(story())
