"""Alembic's entry point: runs the steps on SQLite directly, on PostgreSQL through asyncpg."""

import asyncio
from typing import Any, Literal, cast

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import tierslieu.features  # noqa: F401  (fills the metadata)

URL: str = context.config.attributes["url"]
OWNED_BY_HAND = {"claim_no_overlap"}


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Plain SQLAlchemy types in the steps, so that they do not depend on SQLModel's own."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={cast(Any, item).impl.length})"
    return False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out what only one database has and the steps write by hand."""
    return not (kind == "index" and name in OWNED_BY_HAND)


def run(connection: Connection) -> None:
    """All steps in one transaction: a half migrated database cannot be."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_name=include_name,
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_on_postgresql() -> None:
    engine = create_async_engine(URL.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


def run_on_sqlite() -> None:
    engine = create_engine(URL)
    with engine.begin() as connection:
        run(connection)
    engine.dispose()


if URL.startswith("sqlite"):
    run_on_sqlite()
else:
    asyncio.run(run_on_postgresql())
