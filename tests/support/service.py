"""The real service as a child process, on a free loopback port, over any database."""

import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.support.postgres import free_port
from tests.support.waiting import until

ROOT = Path(__file__).parent.parent.parent


class Service:
    """One running process of the service."""

    def __init__(self, folder: Path, command: Sequence[str], env: dict[str, str], port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._command = [sys.executable, "-m", "tierslieu.cli", *command, "--port", str(self.port)]
        self._env = {**clean_environment(), "TIERSLIEU_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), **env}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / f"service-{self.port}.log"

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it is ready. A failure shows its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env=self._env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until(self.is_ready, f"service on {self.port}\n{self.log.read_text()}", 60)

    def is_ready(self) -> bool:
        """True when every part answers. Raises when the process ended."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """The power goes: no farewell."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> int:
        """Ctrl-C: everything ends cleanly. Returns the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def clean_environment() -> dict[str, str]:
    """The environment without settings of this machine's own house."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TIERSLIEU_")}


@contextlib.contextmanager
def running(
    folder: Path, command: Sequence[str] = ("serve",), port: int | None = None, **env: str
) -> Iterator[Service]:
    """A service that runs inside the block and ends with it, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    service = Service(folder, command, env, port)
    try:
        service.start()
        yield service
    finally:
        if service.process is not None and service.process.poll() is None:
            service.stop()
