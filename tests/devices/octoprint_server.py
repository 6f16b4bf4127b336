"""A real OctoPrint from the registry with its own virtual printer, in its own environment and process."""

import secrets
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.devices.print_servers import ROOT, free_port
from tests.support.waiting import until

OCTOPRINT = ROOT / ".venv-octoprint" / "bin" / "octoprint"

_CONFIG = """
server: {{firstRun: false, host: 127.0.0.1, port: {port}, onlineCheck: {{enabled: false}},
  pluginBlacklist: {{enabled: false}}, seenWizards: {{corewizard: 4, classicwebcam: 1, backup: null, tracking: null}}}}
serial: {{port: VIRTUAL, baudrate: 115200, autoconnect: true}}
plugins:
  virtual_printer: {{enabled: true, _config_version: 1}}
  _disabled: [discovery, softwareupdate, announcements, tracking, backup, pi_support, firmware_check, file_check,
    achievements, health_check]
"""


class OctoPrintServer:
    """Killed and started again on its port; the virtual printer obeys `debug` words."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port, self.key = folder, free_port(), secrets.token_hex(16)
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(_CONFIG.format(port=self.port))
        self._run("user", "add", "admin", "--password", secrets.token_hex(8), "--admin")
        users = folder / "users.yaml"
        users.write_text(users.read_text().replace("apikey: null", f"apikey: {self.key}"))
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {"address": self.address, "api_key": self.key}

    def _run(self, *words: str) -> None:
        subprocess.run([OCTOPRINT, "--basedir", self._folder, *words], check=True, capture_output=True, timeout=60)

    def start(self) -> None:
        """Until the virtual printer is operational."""
        self._child = subprocess.Popen(
            [OCTOPRINT, "serve", "--iknowwhatimdoing", "--basedir", self._folder, "--host", "127.0.0.1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait_for("Operational")

    def wait_for(self, text: str) -> None:
        until(lambda: self._state() == text, f"OctoPrint is {text}", 60)

    def _state(self) -> str:
        try:
            return str(self.get("/api/job").json()["state"])
        except (httpx.HTTPError, ValueError, KeyError):
            return ""

    def get(self, path: str, key: str | None = None) -> httpx.Response:
        return httpx.get(self.address + path, headers={"X-Api-Key": key or self.key}, trust_env=False, timeout=10)

    def post(self, path: str, body: Mapping[str, object]) -> httpx.Response:
        return httpx.post(self.address + path, headers={"X-Api-Key": self.key}, json=body, trust_env=False, timeout=10)

    def debug(self, word: str) -> None:
        self.post("/api/printer/command", {"command": f"!!DEBUG:{word}"}).raise_for_status()

    def connect(self, *, is_on: bool) -> None:
        command = {"command": "connect", "port": "VIRTUAL"} if is_on else {"command": "disconnect"}
        self.post("/api/connection", command).raise_for_status()

    def rest(self) -> None:
        """Whatever the last test left on it is over."""
        if self._state().startswith(("Offline", "Error", "Closed")):
            self.connect(is_on=True)
        if self._state() != "Operational":
            self.post("/api/job", {"command": "cancel"})
        self.wait_for("Operational")

    def least_key(self) -> str:
        """The key of an account that may do what an adapter needs, and nothing else."""
        permissions = ["STATUS", "FILES_LIST", "FILES_UPLOAD", "FILES_SELECT", "PRINT"]
        body = {"name": "bridge", "password": secrets.token_hex(8), "active": True, "groups": []}
        self.post("/api/access/users", body | {"permissions": permissions}).raise_for_status()
        made = self.post("/api/access/users/bridge/apikey", {})
        return str(made.raise_for_status().json()["apikey"])

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self, *, thaw: bool = False) -> None:
        assert self._child is not None
        self._child.send_signal(signal.SIGCONT if thaw else signal.SIGSTOP)

    def close(self) -> None:
        if self._child is not None:
            self._child.send_signal(signal.SIGCONT)
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._child is not None:
            self._child.send_signal(how)
            self._child.wait(20)
            self._child = None
