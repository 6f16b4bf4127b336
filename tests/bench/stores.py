"""Databases of the benchmark: filled once and kept, copied for each run."""

import asyncio
import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import asyncpg

from tests.bench import filling, scene
from tests.bench.cluster import server
from tierslieu import migrations

COPY = "bench_copy"


class Store(Protocol):
    """A kind of database."""

    kind: str

    def copy(self, count: int) -> contextlib.AbstractContextManager[str]:
        """The URL of a fresh copy of the scene with `count` reservations, gone after the block."""
        ...


def stamp() -> str:
    """Changes with the scene and with the schema: what was kept from before is then made anew."""
    sources = [Path(scene.__file__), Path(filling.__file__), *sorted((migrations.FOLDER / "versions").glob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:10]


class SqliteStore:
    """Files in the kept folder."""

    kind = "sqlite"

    def __init__(self, keep: Path, work: Path) -> None:
        self._keep = keep
        self._work = work
        self._stamp = stamp()

    @contextlib.contextmanager
    def copy(self, count: int) -> Iterator[str]:
        """A copied file."""
        copy = self._work / f"copy-{count}.sqlite3"
        shutil.copy(self._filled(count), copy)
        try:
            yield f"sqlite:///{copy}"
        finally:
            for path in self._work.glob(f"{copy.name}*"):
                path.unlink()

    def _filled(self, count: int) -> Path:
        path = self._keep / f"scene-{count}-{self._stamp}.sqlite3"
        if not path.exists():
            for former in self._keep.glob(f"scene-{count}-*"):
                former.unlink()
            print(f"filling SQLite with {count} reservations, kept in {self._keep}…", flush=True)
            fresh = path.with_suffix(".part")
            fresh.unlink(missing_ok=True)
            filling.fill(f"sqlite:///{fresh}", count)
            fresh.rename(path)
        return path


class PostgresStore:
    """Databases of a kept server."""

    kind = "postgresql"

    def __init__(self, address: str) -> None:
        self._address = address
        self._stamp = stamp()

    @contextlib.contextmanager
    def copy(self, count: int) -> Iterator[str]:
        """A database cloned by the server."""
        name = f"{COPY}_{count}"
        filled = self._filled(count)
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {name} TEMPLATE {filled}")
        try:
            yield f"{self._address}/{name}"
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _filled(self, count: int) -> str:
        """The name of the kept database; it gets its name only when it is complete."""
        name, fresh = f"bench_scene_{count}_{self._stamp}", f"bench_part_{count}"
        known = [str(row[0]) for row in self._ask("SELECT datname FROM pg_database")]
        if name not in known:
            for former in (one for one in known if one.startswith((f"bench_scene_{count}_", fresh))):
                self._run(f"DROP DATABASE {former} WITH (FORCE)")
            print(f"filling PostgreSQL with {count} reservations…", flush=True)
            self._run(f"CREATE DATABASE {fresh}")
            filling.fill(f"{self._address}/{fresh}", count)
            self._run(f"ALTER DATABASE {fresh} RENAME TO {name}")
        return name

    def _run(self, statement: str) -> None:
        self._ask(statement)

    def _ask(self, statement: str) -> list[asyncpg.Record]:
        async def ask() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(f"{self._address}/postgres", command_timeout=600)
            try:
                return list(await connection.fetch(statement))
            finally:
                await connection.close()

        return asyncio.run(ask())


@contextlib.contextmanager
def postgres_store(keep: Path) -> Iterator[Store]:
    """A store on a server that runs during the block."""
    with server(keep / "postgresql") as address:
        yield PostgresStore(address)
