"""Running the service under the scene's clock, and finding the database server that works for it."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from tests.bench import scene
from tests.bench.processes import PROC, parent
from tests.support.service import Service

ENVIRONMENT = {
    "TIERSLIEU_LOG_LEVEL": "warning",
    "TIERSLIEU_PRESENCE__SCANS_PER_MINUTE": "0",  # one kiosk stands for a crowd of them
    "PYTHONDONTWRITEBYTECODE": "",
}


@contextlib.contextmanager
def serving(folder: Path, url: str, now: int = scene.NOW, **settings: str) -> Iterator[Service]:
    """The real service over a database; its clock starts at `now`."""
    offset = str(now - int(time.time()))
    given = {"TIERSLIEU_DATABASE_URL": url, "TIERSLIEU_CLOCK_OFFSET": offset, **ENVIRONMENT, **settings}
    folder.mkdir(parents=True, exist_ok=True)
    service = Service(folder, ("serve",), given)
    try:
        service.start()
        yield service
    finally:
        stop(service)


def stop(service: Service) -> None:
    """End it, whatever state it is in."""
    if service.process is not None and service.process.poll() is None:
        service.stop()


def pid_of(service: Service) -> int:
    """The service's first process."""
    assert service.process is not None
    return service.process.pid


def server_behind(url: str) -> int | None:
    """The first process of a PostgreSQL server on this machine; None for SQLite and for servers elsewhere."""
    if url.startswith("sqlite:///"):
        return None
    return asyncio.run(_server_behind(url))


async def _server_behind(url: str) -> int | None:
    connection = await asyncpg.connect(url)
    try:
        backend = int(await connection.fetchval("SELECT pg_backend_pid()"))
        with contextlib.suppress(OSError, IndexError):
            is_here = "postgres" in (PROC / str(backend) / "comm").read_text()
            return parent(backend) if is_here else None
    finally:
        await connection.close()
    return None
