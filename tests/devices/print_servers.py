"""Real print servers from the registry, each in its own environment and process, with printers that are not there."""

import signal
import socket
import subprocess
from pathlib import Path

import httpx

from tests.devices.klippy import Klippy
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
MOONRAKER = ROOT / ".venv-moonraker" / "bin" / "moonraker"
INSTANCE = "plugs/klipper1"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class MoonrakerServer:
    """A Moonraker with the fake Klipper behind it; it is killed and started again on its port."""

    def __init__(self, folder: Path, broker_port: int | None = None, *, split: bool = True) -> None:
        self._folder, self.port = folder, free_port()
        for name in ("config", "gcodes", "logs", "comms"):
            (folder / name).mkdir(parents=True)
        self.klippy = Klippy(folder / "comms" / "klippy.sock", folder / "gcodes")
        self._config = folder / "config" / "moonraker.conf"
        self._config.write_text(_CONFIG.format(port=self.port, folder=folder) + _mqtt(broker_port, split=split))
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {"address": self.address, "instance": INSTANCE}

    def start(self) -> None:
        """Until it says that Klipper is ready."""
        self.klippy.start()
        self.start_alone()

    def _spawn(self) -> None:
        command = [str(MOONRAKER), "-d", str(self._folder), "-c", str(self._config), "-n"]
        self._child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for(self, klippy: str) -> None:
        until(lambda: self._klippy_state() == klippy, f"Moonraker says that Klipper is {klippy}")

    def _klippy_state(self) -> str:
        try:
            answer = httpx.get(f"{self.address}/server/info", trust_env=False)
            return str(answer.json()["result"]["klippy_state"])
        except (httpx.HTTPError, ValueError, KeyError):
            return ""

    def post(self, path: str) -> httpx.Response:
        return httpx.post(self.address + path, trust_env=False, timeout=20)

    def empty_queue(self) -> None:
        httpx.delete(f"{self.address}/server/job_queue/job?all=true", trust_env=False).raise_for_status()

    def wait_for_print(self, state: str) -> None:
        """Until Klipper says so of its print."""
        path = f"{self.address}/printer/objects/query?print_stats=state"

        def said() -> bool:
            found = httpx.get(path, trust_env=False).json()["result"]["status"]["print_stats"]["state"]
            return bool(found == state)

        until(said, f"the print is {state}")

    def wait_for_history(self, file: str) -> None:
        """Until Moonraker itself noted that this print began."""
        path = f"{self.address}/server/history/list?limit=1"

        def noted() -> bool:
            jobs = httpx.get(path, trust_env=False).json()["result"]["jobs"]
            return bool(jobs) and bool(jobs[0]["filename"] == file)

        until(noted, f"{file} is in the history")

    def rest(self) -> None:
        """Whatever the last test left on it is over."""
        self.klippy.seconds = 0.6
        if self.klippy.state != "ready":
            self.klippy.restart()
        self.wait_for("ready")
        self.post("/printer/print/cancel")

    def kill(self) -> None:
        """Without a word, and Klipper too, as a power cut would."""
        self.kill_alone()
        self.klippy.die()

    def kill_alone(self) -> None:
        """Without a word; Klipper prints on."""
        self._end(signal.SIGKILL)

    def start_alone(self) -> None:
        """It finds the Klipper that went on without it."""
        self._spawn()
        self.wait_for("ready")

    def freeze(self, *, thaw: bool = False) -> None:
        """It holds its connections and answers nothing; or goes on."""
        assert self._child is not None
        self._child.send_signal(signal.SIGCONT if thaw else signal.SIGSTOP)

    def _end(self, how: signal.Signals) -> None:
        if self._child is not None:
            self._child.send_signal(how)
            self._child.wait(20)
            self._child = None

    def close(self) -> None:
        if self._child is not None:
            self._child.send_signal(signal.SIGCONT)
        self._end(signal.SIGKILL)
        self.klippy.close()


_CONFIG = """
[server]
host: 127.0.0.1
port: {port}
klippy_uds_address: {folder}/comms/klippy.sock
[machine]
provider: none
validate_service: False
validate_config: False
[authorization]
trusted_clients: 127.0.0.1
[job_queue]
automatic_transition: False
[announcements]
subscriptions:
[octoprint_compat]
"""


def _mqtt(port: int | None, *, split: bool) -> str:
    if port is None:
        return ""
    objects = "\n".join(
        f"  {line}"
        for line in (
            "webhooks",
            "print_stats",
            "virtual_sdcard=progress,is_active",
            "display_status",
            "extruder=temperature,target",
            "heater_bed=temperature,target",
        )
    )
    return (
        f"[mqtt]\naddress: 127.0.0.1\nport: {port}\nusername: klipper\npassword: klipper\ninstance_name: {INSTANCE}\n"
        f"default_qos: 1\nenable_moonraker_api: False\npublish_split_status: {split}\nstatus_interval: 0.3\n"
        f"status_objects:\n{objects}\n"
    )
