"""A PostgreSQL server whose data stay in a folder between two runs, on a free loopback port."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.postgres import UNPRIVILEGED, free_port, system_binaries, wheel_binaries

INIT = ("-U", "bench", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale")
OPTIONS = "-c listen_addresses=127.0.0.1 -c max_connections=100 -c shared_buffers=256MB -c max_wal_size=2GB"


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of the server, without a database name. TEST_PG_URL names another one that runs already."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given
        return
    binaries = system_binaries() or wheel_binaries()
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, _account())
    data, port = folder / "data", free_port()
    if not (data / "PG_VERSION").exists():
        _run(folder, str(binaries / "initdb"), "-D", str(data), *INIT)
    control = (str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"))
    _run(folder, *control, "-o", f"-p {port} -k {folder} {OPTIONS}", "start")
    try:
        yield f"postgresql://bench@127.0.0.1:{port}"
    finally:
        _run(folder, *control, "-m", "fast", "stop")


def _account() -> str:
    """PostgreSQL refuses to run as root: the account to run it as."""
    for name in UNPRIVILEGED:
        if shutil.which("id") and subprocess.run(["id", name], capture_output=True, check=False).returncode == 0:
            return name
    raise RuntimeError("no unprivileged account to run PostgreSQL as")


def _run(folder: Path, *command: str) -> None:
    user = _account() if os.geteuid() == 0 else None
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder, timeout=300)
