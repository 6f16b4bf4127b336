"""The broker that comes with the service, in a process of its own, on one port for its whole life."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tierslieu.infra.embedded_broker_accounts import Account, write_accounts


class OwnBroker:
    """Knows these accounts. `port` is 0 until the first start."""

    def __init__(self, folder: Path, accounts: Iterable[Account]) -> None:
        self.port = 0
        self._accounts = folder / "accounts.json"
        write_accounts(self._accounts, list(accounts))

    def start(self) -> None:
        command = [sys.executable, "-m", "tierslieu.infra.embedded_broker", "--bind", f"127.0.0.1:{self.port}"]
        self._child = subprocess.Popen(
            [*command, "--accounts", str(self._accounts)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._child.stdout is not None
        self.port = int(self._child.stdout.readline().rpartition(b":")[2])

    def kill(self) -> None:
        self._child.kill()
        self._child.communicate()
