"""Which schema a database has, asked without loading Alembic: the service starts often and migrates seldom."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path


def current_revision(url: str) -> str | None:
    """The revision the database says it has; None when it has none (or does not exist yet)."""
    if not url.startswith("sqlite:///"):
        return asyncio.run(_on_postgresql(url))
    path = Path(url.removeprefix("sqlite:///"))
    if not path.exists():
        return None
    with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.suppress(sqlite3.OperationalError):
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
    return None


async def _on_postgresql(url: str) -> str | None:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return str(found) if found else None
