"""Setting machines up: facts, a link that is tried before it is kept, a board beside the machines."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from tests.fablab.benches import Fablab
from tests.fablab.buses import DEADLINE_S
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, Caller, HouseUnderTest
from tests.support.databases import SqliteTemplates
from tests.support.inside import read, write
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.fablab import queries as machines
from tierslieu.fablab.setup import actions, program, queries
from tierslieu.fablab.setup.schemas import Found, Way
from tierslieu.infra.settings import Settings
from tierslieu.people.devices.actions import enrol_device
from tierslieu.people.devices.queries import kind_of
from tierslieu.people.qualifications import queries as qualifications

AT = "/fablab/reglages"
KEY = "prusalink-secret"
FACTS = {
    "name": "Delta",
    "kind": "printer_3d",
    "site": "oasis",
    "build_x": "180",
    "build_y": "180",
    "build_z": "300",
    "nozzle": "0,4",
    "takes_queue": "1",
    "price": "1,50",
    "notices": "Ouvrir la fenêtre.\n\nSurveiller la première couche.",
}


class PrinterAtHome:
    """A PrusaLink that answers the few calls of a first try."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_known = self.headers.get("X-Api-Key") == KEY
                answers = {
                    "/api/version": {"api": "2.0.0", "server": "2.1.2", "text": "PrusaLink", "nozzle_diameter": 0.4},
                    "/api/v1/info": {"nozzle_diameter": 0.4, "serial": "CZPX0001", "hostname": "mk4"},
                    "/api/v1/status": {"printer": {"state": "IDLE"}},
                }
                found = answers.get(self.path.partition("?")[0])
                status = 401 if not is_known else 200 if found else 404
                body = msgspec.json.encode(found if status == 200 else {})
                self.send_response(status)
                if status == 401:
                    self.send_header("www-authenticate", 'Digest realm="Printer API", nonce="n1", stale=false')
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@pytest.fixture
def printer() -> Iterator[PrinterAtHome]:
    found = PrinterAtHome()
    yield found
    found.close()


@pytest.fixture
def lucie(quick_nugue: HouseUnderTest) -> Browser:
    browser = Browser(quick_nugue)
    browser.sign_in(FAB_MANAGER)
    return browser


def wish(address: str, password: str = KEY) -> dict[str, str]:
    return {
        "adapter": "prusalink",
        "meter": "",
        "agent": "",
        "a_address": address,
        "a_username": "",
        "a_password": password,
    }


def test_a_machine_is_added_changed_and_shown(lucie: Browser, quick_nugue: HouseUnderTest) -> None:
    lucie.get(f"{AT}/nouvelle")
    answer = lucie.submit(f"{AT}/nouvelle", {**FACTS, "key": "delta-1"})
    assert answer.headers["location"].startswith(f"{AT}/delta-1/liaison")
    stored = read(quick_nugue, machines.machine, "delta-1")
    assert (stored.build, stored.nozzle_mm, stored.hourly_cents, stored.takes_queue) == ((180, 180, 300), 0.4, 150, 1)
    assert msgspec.json.decode(stored.notices) == ["Ouvrir la fenêtre.", "Surveiller la première couche."]
    assert "Delta" in lucie.get("/fablab").text
    form = lucie.get(f"{AT}/delta-1").text
    assert 'value="0,4"' in form
    assert 'value="1,50"' in form
    lucie.submit(f"{AT}/delta-1", {**FACTS, "name": "Delta deux", "build_z": "", "takes_queue": ""})
    changed = read(quick_nugue, machines.machine, "delta-1")
    assert (changed.name, changed.build, changed.takes_queue) == ("Delta deux", None, 0)


def test_what_it_is_reserved_as_asks_for_its_qualification(lucie: Browser, quick_nugue: HouseUnderTest) -> None:
    def change(resource: str) -> None:
        lucie.get(f"{AT}/laser-1")
        facts = {"name": "Grande laser", "kind": "laser_cutter", "site": "oasis", "qualification": "decoupe-laser"}
        assert lucie.submit(f"{AT}/laser-1", {**facts, "resource": resource}).status_code == 303

    def asked() -> str | None:
        found = read(quick_nugue, qualifications.covered, "scan-1")
        return found.qualification_key if found else None

    assert asked() is None
    change("scan-1")
    assert asked() == "decoupe-laser"
    assert [one.name for one in read(quick_nugue, qualifications.all_covered)].count("Grande laser") == 1
    change("laser-1")
    assert "resource=laser-1" in lucie.get("/fablab/machines/laser-1").text
    change("")
    assert asked() is None
    assert "resource=laser-1" not in lucie.get("/fablab/machines/laser-1").text, "it is not reserved at all"


@pytest.mark.parametrize(
    ("field", "value"),
    [("key", "p3d-1"), ("key", "a b"), ("build_x", "large"), ("nozzle", "-1"), ("price", "cher"), ("resource", "lune")],
)
def test_what_cannot_be_is_told_beside_its_field(lucie: Browser, field: str, value: str) -> None:
    lucie.get(f"{AT}/nouvelle")
    answer = lucie.submit(f"{AT}/nouvelle", {**FACTS, "key": "delta-2", field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="Delta"' in answer.text


def test_a_link_is_kept_only_when_the_machine_answers(
    lucie: Browser, quick_nugue: HouseUnderTest, printer: PrinterAtHome
) -> None:
    page = lucie.get(f"{AT}/p3d-1/liaison?adapter=prusalink&meter=").text
    assert 'name="a_address"' in page
    assert 'type="password"' in page
    refused = lucie.submit(f"{AT}/p3d-1/liaison", wish(printer.url, "wrong"))
    assert refused.status_code == 422
    assert "refuse la clé" in refused.text
    assert "wrong" not in refused.text
    assert read(quick_nugue, queries.links) == []
    answer = lucie.submit(f"{AT}/p3d-1/liaison", wish(printer.url))
    assert answer.headers["location"] == f"{AT}/p3d-1/liaison?fait=linked"
    shown = lucie.get(f"{AT}/p3d-1/liaison").text
    assert "La machine répond." in shown
    assert KEY not in shown
    assert KEY not in lucie.get(AT).text
    kept = lucie.submit(f"{AT}/p3d-1/liaison", wish(printer.url, ""))
    assert kept.status_code == 303
    (link,) = read(quick_nugue, queries.links)
    assert link.way.settings["password"] == KEY
    lucie.submit(f"{AT}/p3d-1/liaison/retirer", {})
    assert read(quick_nugue, queries.links) == []


def test_nobody_at_the_address_says_so(lucie: Browser) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lucie.get(f"{AT}/p3d-1/liaison?adapter=prusalink")
    answer = lucie.submit(f"{AT}/p3d-1/liaison", wish(f"http://127.0.0.1:{port}"))
    assert answer.status_code == 422
    assert "Personne ne répond" in answer.text
    assert f"http://127.0.0.1:{port}" in answer.text


def test_what_is_missing_is_told_before_anything_is_tried(lucie: Browser) -> None:
    lucie.get(f"{AT}/p3d-1/liaison?adapter=prusalink")
    answer = lucie.submit(f"{AT}/p3d-1/liaison", wish(""))
    assert answer.status_code == 422
    assert 'id="a_address-error"' in answer.text
    assert lucie.submit(f"{AT}/p3d-1/liaison", {"adapter": "telepathy"}).status_code == 422


def test_a_board_reads_its_own_machines_and_nobody_else_may(lucie: Browser, quick_nugue: HouseUnderTest) -> None:
    lucie.get(AT)
    page = lucie.submit(f"{AT}/boitiers", {"key": "atelier-pi", "name": "Atelier"}).text
    found = re.search(r"<code>atelier-pi</code> <code>([^<]+)</code>", page)
    assert found is not None
    board = Caller(quick_nugue.client, found[1])
    assert board.get("/api/v1/agents/me/configuration").json()["machines"] == []
    way = Way("prusalink", {"address": "http://192.168.1.9", "password": KEY})
    write(quick_nugue, actions.link_machine, "p3d-1", way, Way(), "atelier-pi", Found("untried"))
    write(quick_nugue, actions.link_machine, "p3d-2", way, Way("tasmota", {"topic": "x"}), "", Found("ok"))
    told = board.get("/api/v1/agents/me/configuration").json()
    assert [one["device"] for one in told["machines"]] == ["p3d-1"]
    assert told["machines"][0]["settings"]["password"] == KEY
    member = Browser(quick_nugue)
    member.sign_in(MEMBER)
    assert member.get("/api/v1/agents/me/configuration").status_code == 403
    for path in (AT, f"{AT}/nouvelle", f"{AT}/p3d-1", f"{AT}/p3d-1/liaison"):
        assert member.get(path).status_code == 403
    lucie.get(AT)
    assert lucie.submit(f"{AT}/boitiers/atelier-pi/retirer", {}).status_code == 422
    write(quick_nugue, actions.unlink_machine, "p3d-1")
    lucie.submit(f"{AT}/boitiers/atelier-pi/retirer", {})
    assert board.get("/api/v1/agents/me/configuration").status_code == 401


def test_plugs_and_listeners_get_accounts_and_nobody_loses_theirs(lucie: Browser, quick_nugue: HouseUnderTest) -> None:
    lucie.get(AT)
    for kind, key in (("meter", "prise-1"), ("listener", "domotique")):
        page = lucie.submit(f"{AT}/boitiers", {"kind": kind, "key": key, "name": "Essai"}).text
        assert f"<code>{key}</code> <code>" in page
        stored = quick_nugue.read(kind_of, key)
        assert stored == kind
    assert "Prise, compteur" in lucie.get(AT).text
    liaison = lucie.get(f"{AT}/p3d-1/liaison?adapter=prusalink").text
    assert 'value="prise-1"' not in liaison, "a plug runs no adapter"
    write(quick_nugue, enrol_device, "porte-1", "kiosk", "Porte")
    for kind, key in (
        ("agent", "porte-1"),
        ("agent", "p3d-1"),
        ("agent", queries.OWN),
        ("kiosk", "x"),
        ("meter", "a b"),
    ):
        refused = lucie.submit(f"{AT}/boitiers", {"kind": kind, "key": key, "name": "Essai"})
        assert refused.status_code == 422, key
    assert quick_nugue.read(kind_of, "porte-1") == "kiosk"
    for key in ("porte-1", "p3d-1", queries.OWN):
        assert lucie.submit(f"{AT}/boitiers/{key}/retirer", {}).status_code == 422, key
    assert quick_nugue.read(kind_of, "porte-1") == "kiosk"
    assert lucie.submit(f"{AT}/boitiers/prise-1/retirer", {}).status_code == 303
    assert quick_nugue.read(kind_of, "prise-1") == ""


def test_the_configuration_names_each_machine_once_with_its_own_password(quick_nugue: HouseUnderTest) -> None:
    way = Way("octoprint", {"address": "http://192.168.1.9", "api_key": KEY})
    for key in ("p3d-1", "p3d-2"):
        write(quick_nugue, actions.link_machine, key, way, Way("tasmota", {"topic": f"plugs/{key}"}), "", Found("ok"))
    told = program.configuration(read(quick_nugue, queries.links), "", "mqtt://127.0.0.1:1", "http://127.0.0.1:2")
    assert [one["device"] for one in told["machines"]] == ["p3d-1", "p3d-2"]
    assert len({one["password"] for one in told["machines"]}) == 2
    assert told["machines"][0]["meter"] == {"adapter": "tasmota", "settings": {"topic": "plugs/p3d-1"}}


def test_a_machine_with_a_job_keeps_its_link(quick_fablab: Fablab) -> None:
    lucie = Browser(quick_fablab.house)
    lucie.sign_in(FAB_MANAGER)
    quick_fablab.running()
    lucie.get(f"{AT}/p3d-1/liaison")
    answer = lucie.submit(f"{AT}/p3d-1/liaison/retirer", {})
    assert answer.status_code == 422
    assert "Prusa MK4S" in answer.text


def test_the_service_speaks_with_a_linked_machine_and_stops_when_it_is_unlinked(
    sqlite_templates: SqliteTemplates, tmp_path: Path, printer: PrinterAtHome
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_templates.make("demo"), demo=True)
    with TestClient(create_app(settings)) as client:
        house = HouseUnderTest(client, SetClock(0))
        way = Way("prusalink", {"address": printer.url, "username": "", "password": KEY})
        write(house, actions.link_machine, "p3d-1", way, Way(), "", Found("ok"))
        wait(house, lambda: read(house, machines.machine, "p3d-1").state == "idle")
        assert read(house, machines.machine, "p3d-1").is_online
        write(house, actions.unlink_machine, "p3d-1")
        wait(house, lambda: not read(house, machines.machine, "p3d-1").is_online)


def wait(house: HouseUnderTest, what: Callable[[], object]) -> None:
    """Look again at each change until it is so."""

    async def next_change() -> None:
        async for _moved in house.house.live.watch(("machines",), 0.2):
            return

    for _ in range(DEADLINE_S * 5):
        if what():
            return
        house.client.blocking_portal.call(next_change)
    raise AssertionError("it did not become so")
