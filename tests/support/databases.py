"""Fresh migrated databases, made by copying a template: fast enough to give each test its own."""

import asyncio
import contextlib
import shutil
from pathlib import Path
from uuid import uuid4

import asyncpg

from tests.support.postgres import Server
from tierslieu.basics.clock import SystemClock
from tierslieu.demo.loading import load_once
from tierslieu.infra.database import Database, engine_for
from tierslieu.migrations import migrate


class SqliteTemplates:
    """Migrated files, copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def make(self, kind: str) -> str:
        """A new database of a kind: `empty` (migrated) or `demo` (with the demonstration venue)."""
        template = self.folder / f"{kind}.sqlite3"
        if not template.exists():
            fill(f"sqlite:///{template}", kind)
        copy = self.folder / f"{uuid4().hex}.sqlite3"
        shutil.copy(template, copy)
        return f"sqlite:///{copy}"

    def bare(self) -> str:
        """A new database that knows no migration yet."""
        return f"sqlite:///{self.folder / uuid4().hex}.sqlite3"


KEPT = 8
"""The last databases stay, since a test may close one and open it again."""


class PostgresTemplates:
    """Migrated databases, cloned by the server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._made: set[str] = set()
        self._given: list[str] = []

    def make(self, kind: str) -> str:
        """A new database of a kind, like the SQLite one; those that nobody uses any more are dropped."""
        template = f"template_{kind}"
        if kind not in self._made:
            asyncio.run(self._run(f"CREATE DATABASE {template}"))
            fill(f"{self.server}/{template}", kind)
            self._made.add(kind)
        name = f"test_{uuid4().hex}"
        asyncio.run(self._run(f"CREATE DATABASE {name} TEMPLATE {template}"))
        for old in self._given[:-KEPT]:
            with contextlib.suppress(asyncpg.ObjectInUseError):
                asyncio.run(self._run(f"DROP DATABASE {old}"))
                self._given.remove(old)
        self._given.append(name)
        return f"{self.server}/{name}"

    def bare(self) -> str:
        """A new database that knows no migration yet."""
        name = f"bare_{uuid4().hex}"
        asyncio.run(self._run(f"CREATE DATABASE {name}"))
        return f"{self.server}/{name}"

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(f"{self.server}/postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def fill(url: str, kind: str) -> None:
    """Migrate a database, and load the demonstration for the kind `demo`."""
    migrate(url)
    if kind == "demo":
        asyncio.run(_load_demo(url))


async def _load_demo(url: str) -> None:
    db = Database(engine_for(url), SystemClock())
    await db.start()
    try:
        await load_once(db, "Europe/Paris")
    finally:
        await db.stop()
