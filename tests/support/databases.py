"""Fresh migrated databases, made by copying a template: fast enough to give each test its own."""

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path
from uuid import uuid4

import asyncpg

from tests.support.clients import open_house
from tests.support.inside import run_jobs
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
        """A new database of a kind: `empty` (migrated), `demo` (with the demonstration venue) or `open`.

        `open` is `demo` after a house opened on it on Tuesday morning and did what is due then. Houses of this
        process that begin there find it as they would leave it; a service on the real clock must not.
        """
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
        asyncio.run(self._clone(template, name))
        self._given.append(name)
        return f"{self.server}/{name}"

    def bare(self) -> str:
        """A new database that knows no migration yet."""
        name = f"bare_{uuid4().hex}"
        asyncio.run(self._run(f"CREATE DATABASE {name}"))
        return f"{self.server}/{name}"

    async def _clone(self, template: str, name: str) -> None:
        connection = await asyncpg.connect(f"{self.server}/postgres")
        try:
            copying = "STRATEGY file_copy" if connection.get_server_version().major >= 15 else ""  # twice as fast
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {copying}")
            for old in self._given[:-KEPT]:
                with contextlib.suppress(asyncpg.ObjectInUseError):
                    await connection.execute(f"DROP DATABASE {old}")
                    self._given.remove(old)
        finally:
            await connection.close()

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(f"{self.server}/postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def fill(url: str, kind: str) -> None:
    """Migrate a database, load the demonstration unless it is to be `empty`, open a house on it when it is `open`."""
    migrate(url)
    if kind != "empty":
        asyncio.run(_load_demo(url))
    if kind == "open":
        with tempfile.TemporaryDirectory() as folder, open_house(url, Path(folder)) as house:
            run_jobs(house)


async def _load_demo(url: str) -> None:
    db = Database(engine_for(url), SystemClock())
    await db.start()
    try:
        await load_once(db, "Europe/Paris")
    finally:
        await db.stop()
