"""The pool of connections: what one caller leaves behind, and what who finds none free is told."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from sqlalchemy import BigInteger, bindparam, text

from tests.support.databases import PostgresTemplates
from tierslieu.basics.errors import NotFound, Unavailable
from tierslieu.infra import postgres_engine
from tierslieu.infra.postgres_engine import PostgresDriver, PostgresEngine
from tierslieu.infra.statements import POSTGRESQL, Query

LOCK: Query[Any] = Query(
    postgresql=text("SELECT pg_advisory_xact_lock(:number)").bindparams(bindparam("number", type_=BigInteger()))
)
LEFT: Query[tuple[int, str]] = Query(
    postgresql=text(
        "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())),"
        " current_setting('transaction_read_only')"
    )
)


def ask(driver: PostgresDriver, query: Query[Any], **params: Any) -> list[tuple[Any, ...]]:
    found = query.text(POSTGRESQL)
    assert found is not None
    return driver.fetch(found, params)


def lock(driver: PostgresDriver) -> None:
    ask(driver, LOCK, number=7)


def lock_and_fail(driver: PostgresDriver) -> None:
    lock(driver)
    raise NotFound("no_such_zone")


def with_engine(templates: PostgresTemplates, story: Callable[[PostgresEngine], Awaitable[None]]) -> None:
    engine = PostgresEngine(templates.bare(), size=1)

    async def run() -> None:
        await engine.start()
        try:
            await story(engine)
        finally:
            await engine.stop()

    asyncio.run(run())


def test_a_connection_comes_back_as_it_was(postgres_templates: PostgresTemplates) -> None:
    async def story(engine: PostgresEngine) -> None:
        await engine.write(lock)
        with pytest.raises(NotFound):
            await engine.write(lock_and_fail)
        with pytest.raises(NotFound):
            await engine.read(lock_and_fail)
        given_up = asyncio.ensure_future(engine.read(lock, is_long=True))
        await asyncio.sleep(0)
        given_up.cancel()
        assert await engine.read(lambda driver: ask(driver, LEFT)) == [(0, "off")]

    with_engine(postgres_templates, story)


def test_callers_that_give_up_in_line_leave_every_connection(postgres_templates: PostgresTemplates) -> None:
    """Also those who give up in the very moment in which they are handed one."""

    async def story(engine: PostgresEngine) -> None:
        for turns in range(6):
            asked = [asyncio.ensure_future(engine.read(lock, is_long=bool(each % 2))) for each in range(30)]
            for one in asked:
                for _turn in range(turns):
                    await asyncio.sleep(0)
                one.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            assert await engine.read(lambda driver: ask(driver, LEFT)) == [(0, "off")]

    with_engine(postgres_templates, story)


def test_a_server_that_takes_no_more_connections_is_away_for_a_moment(
    postgres_templates: PostgresTemplates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads are told so, and the news of other processes come again."""
    monkeypatch.setattr(postgres_engine, "LISTEN_AGAIN_SECONDS", 0.01)
    refused: list[str] = []

    connect = asyncpg.connect

    async def full(*given: Any) -> Any:
        refused.append("")
        if len(refused) == 3:
            return await connect(*given)
        raise asyncpg.TooManyConnectionsError("too many connections")

    async def story(engine: PostgresEngine) -> None:
        heard: asyncio.Queue[str] = asyncio.Queue()
        await engine.listen(heard.put_nowait)
        first = engine._listener
        assert first is not None
        monkeypatch.setattr(asyncpg, "connect", full)
        first.terminate()
        while heard.empty():
            await engine.write(lambda driver: driver.notify({"places"}))
            await asyncio.sleep(0)
        monkeypatch.setattr(asyncpg.Pool, "acquire", full)
        with pytest.raises(Unavailable, match="database_away"):
            await engine.read(lock)

    with_engine(postgres_templates, story)


def test_a_server_that_does_not_even_begin_is_busy(
    postgres_templates: PostgresTemplates, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stuck(_self: Any) -> None:
        raise TimeoutError

    async def story(engine: PostgresEngine) -> None:
        monkeypatch.setattr(asyncpg.transaction.Transaction, "start", stuck)
        for asked in (engine.write(lock), engine.read(lock, is_long=True)):
            with pytest.raises(Unavailable, match="database_busy"):
                await asked
        assert await engine.read(lambda driver: ask(driver, LEFT)) == [(0, "off")]

    with_engine(postgres_templates, story)


def test_a_table_that_changed_under_a_statement_fails_no_write(postgres_templates: PostgresTemplates) -> None:
    """The driver keeps what the server planned; a migration beside a running process makes it void."""

    async def story(engine: PostgresEngine) -> None:
        async with engine._acquire() as connection:
            await connection.execute("CREATE TABLE t (x varchar(3)); INSERT INTO t VALUES ('a')")
        look: Query[tuple[str]] = Query(postgresql=text("SELECT x FROM t"))
        await engine.write(lambda driver: ask(driver, look))
        async with engine._acquire() as connection:
            await connection.execute("ALTER TABLE t ALTER x TYPE text")
        assert await engine.write(lambda driver: ask(driver, look)) == [("a",)]

    with_engine(postgres_templates, story)


def test_who_finds_no_free_connection_is_told_so(
    postgres_templates: PostgresTemplates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_engine, "LINE_SECONDS", 0.01)

    async def story(engine: PostgresEngine) -> None:
        async with engine._acquire():
            with pytest.raises(Unavailable, match="database_away"):
                await engine.read(lock)
        await engine.write(lock)

    with_engine(postgres_templates, story)
