"""Running the house: a clear word when the port is taken, data kept between starts, nothing left behind."""

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.support.service import ROOT, Service, clean_environment, running
from tests.support.waiting import until


def demo(folder: Path) -> Service:
    return Service(folder, ("demo",), {})


def children(service: Service) -> list[int]:
    """The processes that the service started."""
    assert service.process is not None
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()[1:]]
    return [pid for pid, parent in pairs if parent == service.process.pid]


def is_alive(pid: int) -> bool:
    """True while the process exists and is not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or while it was read
        return False
    return state != "Z"


def test_ctrl_c_ends_everything_and_the_data_stays(tmp_path: Path) -> None:
    service = demo(tmp_path)
    service.start()
    started = children(service)
    assert len(started) == 2, "the embedded broker and the simulated machines"
    assert service.stop() == 0
    until(lambda: not any(is_alive(pid) for pid in started), "children ended")
    first = (tmp_path / "tierslieu.sqlite3").stat().st_size
    with running(tmp_path, ("demo",)) as again:
        page = urllib.request.urlopen(f"{again.url}/reserver", timeout=10).read().decode()
    assert "Salle de visio Marne" in page
    assert (tmp_path / "tierslieu.sqlite3").stat().st_size >= first


def test_an_open_live_stream_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with running(tmp_path, ("demo",)) as service:
        stream = urllib.request.urlopen(f"{service.url}/fablab/flux", timeout=10)
        assert stream.status == 200
        assert service.stop() == 0
        stream.close()


def test_a_killed_service_leaves_no_broker_and_no_machines(tmp_path: Path) -> None:
    service = demo(tmp_path)
    service.start()
    started = children(service)
    service.kill()
    until(lambda: not any(is_alive(pid) for pid in started), "orphans ended")


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "tierslieu.cli", "demo", "--port", port, "--data-dir", str(tmp_path)]
        told = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60)
    assert told.returncode == 2
    assert port in told.stderr
    assert "already used" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_wrong_setting_is_said_in_one_line(tmp_path: Path) -> None:
    env = {**clean_environment(), "TIERSLIEU_PROT": "80"}
    command = [sys.executable, "-m", "tierslieu.cli", "serve", "--data-dir", str(tmp_path)]
    told = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert told.returncode == 2
    assert "prot" in told.stderr
    assert "Traceback" not in told.stderr
