"""A board asks the service for its machines, and goes on without it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.agent.config import read_config
from devices.agent.fetching import PATH, Fetcher, Home

MACHINE = {
    "site": "oasis",
    "device": "p3d-1",
    "kind": "printer_3d",
    "username": "p3d-1",
    "password": "x",
    "adapter": "prusalink",
    "settings": {"address": "http://192.168.1.9"},
}
TOLD = {"agent": "atelier-pi", "site": "oasis", "broker_url": "", "service_url": "", "machines": [MACHINE]}


class Service:
    """What answers at the address of the service; its body and status can be changed."""

    def __init__(self) -> None:
        self.status, self.body = 200, msgspec.json.encode(TOLD)
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers["authorization"]))
                self.send_response(outer.status)
                self.send_header("content-length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_args: Any) -> None:
                """Silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()
    yield found
    found.close()


@pytest.fixture
def fetcher(service: Service, tmp_path: Path) -> Fetcher:
    home = Home(service_url=service.url, broker_url="mqtts://broker.example.org:8883", secret="own-secret")
    return Fetcher(home, tmp_path / "machines.json")


def test_the_answer_becomes_the_configuration(fetcher: Fetcher, service: Service, tmp_path: Path) -> None:
    assert fetcher.ask()
    assert service.asked == [(PATH, "Bearer own-secret")]
    file = tmp_path / "machines.json"
    found = read_config(file)
    assert [one.device for one in found.machines] == ["p3d-1"]
    assert found.bus is not None
    assert (found.bus.username, found.bus.password) == ("atelier-pi", "own-secret")
    assert found.service_url == service.url
    assert file.stat().st_mode & 0o077 == 0
    before = file.stat().st_mtime_ns
    assert fetcher.ask()
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("status", "body"), [(401, b""), (500, b"oops"), (200, b"<html>"), (200, b'{"machines": 3}'), (302, b"")]
)
def test_anything_else_changes_nothing(
    fetcher: Fetcher, service: Service, tmp_path: Path, status: int, body: bytes
) -> None:
    fetcher.ask()
    kept = (tmp_path / "machines.json").read_bytes()
    service.status, service.body = status, body
    assert not fetcher.ask()
    assert (tmp_path / "machines.json").read_bytes() == kept


def test_a_service_that_is_away_changes_nothing(fetcher: Fetcher, service: Service, tmp_path: Path) -> None:
    fetcher.ask()
    kept = (tmp_path / "machines.json").read_bytes()
    service.close()
    assert not fetcher.ask()
    assert (tmp_path / "machines.json").read_bytes() == kept
