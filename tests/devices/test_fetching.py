"""A board asks the service for its machines, and goes on without it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.agent.config import read_config
from devices.agent.desk import answer
from devices.agent.fetching import DIAGNOSTICS, PATH, Fetcher, Home
from devices.wire.desk import Desk

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
        self.told: list[tuple[str, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.told.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(204 if outer.status == 200 else outer.status)
                self.end_headers()

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
    return Fetcher(home, tmp_path / "machines.json", Desk(tmp_path / "spool"))


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


@contextmanager
def counting(desk: Desk) -> Iterator[None]:
    """The program beside, which answers what lies on its desk; `at` says how often it did."""
    is_over = threading.Event()
    found = {"device": "p3d-1", "machine_last_error": "unreachable"}

    def live() -> None:
        times = 1
        while not is_over.wait(0.01):
            times += answer(desk, lambda: [found], times)

    program = threading.Thread(target=live)
    program.start()
    try:
        yield
    finally:
        is_over.set()
        program.join()


def test_a_question_of_the_service_is_answered_once(fetcher: Fetcher, service: Service, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "spool")
    assert fetcher.ask()
    assert not fetcher.answer(), "nothing was asked"
    desk.lay("by hand")
    assert answer(desk, list, 0)
    assert not answer(desk, list, 0), "it was answered before"
    service.body = msgspec.json.encode({**TOLD, "question": "q-1"})
    assert fetcher.ask()
    with counting(desk):
        service.status = 500
        assert not fetcher.answer()
        service.status = 200
        assert fetcher.answer()
        assert not fetcher.answer()
    assert [path for path, _ in service.told] == [DIAGNOSTICS, DIAGNOSTICS]
    told = [msgspec.json.decode(body) for _, body in service.told]
    assert [(one["question"], one["at"]) for one in told] == [("q-1", 1), ("q-1", 2)], "counted anew"
    assert told[1]["machines"][0]["machine_last_error"] == "unreachable"
    assert (tmp_path / "spool" / "diagnostics.json").stat().st_mode & 0o077 == 0
