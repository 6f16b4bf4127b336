"""From a member's file to an emptied Prusa: the service, its broker, its program beside the machines, a printer."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.devices.doubles.prusa import PASSWORD, USER, FakePrusa
from tests.fablab.benches import CUBE, load_machines
from tests.fablab.buses import DEADLINE_S
from tests.support.clients import FAB_MANAGER, MEMBER, TUESDAY_MORNING, HouseUnderTest, at
from tests.support.databases import SqliteTemplates
from tests.support.inside import write
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.fablab.setup import actions
from tierslieu.fablab.setup.schemas import Found, Way
from tierslieu.infra.settings import Settings


class Front(ThreadingHTTPServer):
    """The service's address, as the program beside the machines finds it; the service itself is in this process."""

    client: TestClient[Litestar]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.read = list[str]()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Passing(BaseHTTPRequestHandler):
    server: Front

    def do_GET(self) -> None:
        headers = {"authorization": self.headers.get("authorization", "")}
        answer = self.server.client.get(self.path, headers=headers)
        self.server.read.append(f"{answer.status_code} {self.path}")
        self.send_response(answer.status_code)
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        pass


class Chain:
    """All of it."""

    def __init__(self, house: HouseUnderTest, printer: FakePrusa, front: Front) -> None:
        self.house, self.printer, self.front = house, printer, front
        load_machines(house)
        self.maker, self.manager = house.sign_in(MEMBER), house.sign_in(FAB_MANAGER)

    def link(self) -> None:
        typed = {"address": self.printer.address, "username": USER, "password": PASSWORD}
        write(self.house, actions.link_machine, "p3d-1", Way("prusalink", typed), Way(), "", Found("ok"))

    def machine(self) -> dict[str, Any]:
        return dict(self.manager.get("/api/v1/fablab/machines/p3d-1").json())

    def state(self, job: dict[str, Any]) -> str:
        return str(self.manager.get(f"/api/v1/fablab/jobs/{job['id']}").json()["state"])

    def queue(self) -> dict[str, Any]:
        files = {"file": ("cube.gcode", CUBE.read_bytes())}
        sent = self.house.client.post("/api/v1/fablab/files", files=files, headers=self.maker.headers)
        return dict(self.maker.post("/api/v1/fablab/jobs", {"file": sent.json()["id"], "machine": "p3d-1"}).json())

    def wait(self, what: Callable[[], object]) -> None:
        """Look again at each change until it is so."""

        async def next_change() -> None:
            async for _moved in self.house.house.live.watch(("machines", "fablab_jobs"), 0.2):
                return

        for _ in range(DEADLINE_S * 5):
            if what():
                return
            self.house.client.blocking_portal.call(next_change)
        raise AssertionError((self.machine(), self.front.read, self.printer.heard[-3:]))


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Chain]:
    front = Front()
    chosen = Settings(data_dir=folder, database_url=url, demo=True, port=front.server_address[1])
    clock = SetClock(at(TUESDAY_MORNING))
    with FakePrusa() as printer:
        with TestClient(create_app(chosen, clock), raise_server_exceptions=False) as client:
            front.client = client
            yield Chain(HouseUnderTest(client, clock), printer, front)
        front.end()


@pytest.fixture
def chain(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[Chain]:
    with opened(sqlite_templates.make("demo"), tmp_path) as chain:
        yield chain


def test_a_members_file_becomes_a_thing_and_the_printers_own_key_opens_the_gate(chain: Chain) -> None:
    chain.link()
    chain.wait(lambda: chain.machine()["is_ready"])
    job = chain.queue()
    answer = chain.manager.post(f"/api/v1/fablab/jobs/{job['id']}/dispatch", {"machine": "p3d-1"})
    assert answer.status_code == 202, answer.text
    chain.wait(lambda: chain.state(job) == "running")
    assert chain.printer.starts == [f"{job['number']}.gcode"]
    assert chain.printer.files[f"{job['number']}.gcode"] == CUBE.read_bytes()
    chain.printer.play("PRINTING", progress=40.0)
    chain.wait(lambda: chain.machine()["progress"] == 40.0)
    chain.printer.play("FINISHED", progress=100.0)
    chain.wait(lambda: chain.state(job) == "to_check")
    chain.wait(lambda: chain.machine()["state"] == "needs_clear")
    chain.printer.play("READY")
    chain.wait(lambda: chain.state(job) == "done")
    chain.wait(lambda: chain.machine()["is_ready"])
