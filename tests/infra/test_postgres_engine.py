"""The pool of connections: what one caller leaves behind, and what who finds none free is told."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

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
