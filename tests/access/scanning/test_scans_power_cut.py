"""The power goes while badges are shown: what was answered is there once, the rest is sent again and counts once."""

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from devices.badges.decide import Rule
from tests.reservations.checks import ask
from tests.support.clients import borrowed_frame
from tests.support.failing import change
from tests.support.service import Service
from tierslieu.access import actions
from tierslieu.access.kiosk import enrolment
from tierslieu.access.presence.closing import close_zones, settle
from tierslieu.access.presence.folding import folded
from tierslieu.access.presence.queries import count_of, everyone_now
from tierslieu.access.zones import queries
from tierslieu.access.zones.actions import ZoneFacts, change_zone
from tierslieu.app import furnish
from tierslieu.basics.clock import SystemClock
from tierslieu.infra.settings import MqttSettings, Settings
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.actions import create_person

KIOSKS, EACH, PLACES = 6, 8, 20
ANYONE = (Rule("anyone", when="always"),)
OURS = "SELECT scan_id, outcome FROM scan WHERE scan_id LIKE '0000%'"
Answers = dict[tuple[int, int], tuple[int, dict[str, Any]]]


class Door:
    """A kiosk in front of the whole site, with the badges that are shown there."""

    def __init__(self, number: int, secret: str, cards: list[str], now: int) -> None:
        self.number, self.secret = number, secret
        self.scans = [
            {"scan_id": f"{number:016x}{one:016x}", "badge": card, "at_device": now, "device_seq": one}
            for one, card in enumerate(cards, 1)
        ]

    def send(self, port: int, scan: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """One passage; status 0: no answer, and nobody knows what happened."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"authorization": f"Bearer {self.secret}", "content-type": "application/json"}
        try:
            connection.request("POST", "/api/v1/scans", json.dumps(scan), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return 0, {}
        finally:
            connection.close()


def prepare(tx: Tx) -> list[Door]:
    """Kiosks in front of an empty site with fewer places than people."""
    whole = queries.site(tx)
    assert whole is not None
    change_zone(tx, whole.id, ZoneFacts("Tout", is_site=1, capacity=PLACES), ANYONE)
    close_zones(tx, [(whole, tx.now)])  # nobody of the demonstration is in
    settle(tx)
    found = []
    for number in range(KIOSKS):
        secret = enrolment.enrol(tx, enrolment.offer_code(tx, f"Coupure {number}", zone=whole.key))
        people = (create_person(tx, f"Personne {n}", "Coupure", roles="member") for n in range(EACH))
        found.append(Door(number, secret, [actions.issue_badge(tx, who).token for who in people], tx.now))
    return found


def judged(reader: Reader) -> tuple[int, int]:
    """How many are counted in the site and how many presence says are in; presence must be what the log says."""
    whole = queries.site(reader)
    assert whole is not None
    stored = {who: one.is_inside for who, one in everyone_now(reader).items() if one.last_at}
    assert stored == {who: one.is_inside for who, one in folded(reader).items()}
    return count_of(reader, whole.id).people, sum(stored.values())


@contextlib.contextmanager
def opened_again(url: str, folder: Path) -> Iterator[TestClient[Litestar]]:
    """The service over what the power left, at today's time."""
    chosen = Settings(data_dir=folder, database_url=url, mqtt=MqttSettings(url="off"))
    with (
        borrowed_frame(chosen.upload_limit) as app,
        TestClient(furnish(app, chosen, SystemClock()), raise_server_exceptions=False) as client,
    ):
        yield client


def answers_until_the_cut(service: Service, doors: list[Door]) -> Answers:
    """Badges are shown at all doors; once some were answered, the power goes."""
    answers: Answers = {}
    is_time = threading.Event()

    def show(door: Door) -> None:
        for number, scan in enumerate(door.scans):
            answers[door.number, number] = door.send(service.port, scan)
            if len(answers) >= KIOSKS:
                is_time.set()

    threads = [threading.Thread(target=show, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    assert is_time.wait(60)
    service.kill()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
def test_what_was_answered_is_there_once(demo_url: str, tmp_path: Path) -> None:
    doors: list[Door] = change(demo_url, prepare)
    service = Service(tmp_path, ("serve",), {"TIERSLIEU_DATABASE_URL": demo_url, "TIERSLIEU_MQTT__URL": "off"})
    service.start()
    answers = answers_until_the_cut(service, doors)
    told = {key: body for key, (status, body) in answers.items() if status == 200}
    stored: dict[str, str] = dict(ask(demo_url, OURS))
    assert {body["scan_id"]: body["outcome"] for body in told.values()}.items() <= stored.items()
    assert KIOSKS <= len(told) < KIOSKS * EACH
    with opened_again(demo_url, tmp_path) as client:

        def verdict() -> tuple[int, int]:
            found: tuple[int, int] = client.blocking_portal.call(client.app.state.house.db.read, judged)
            return found

        counted, inside = verdict()
        assert counted == inside <= PLACES
        for door in doors:
            for number, scan in enumerate(door.scans):
                headers = {"authorization": f"Bearer {door.secret}"}
                body = client.post("/api/v1/scans", json=scan, headers=headers).json()
                assert body["duplicate"] == (scan["scan_id"] in stored)
                former = told.get((door.number, number))
                assert former is None or body == {**former, "duplicate": True}
        assert len(ask(demo_url, OURS)) == KIOSKS * EACH
        assert verdict() == (PLACES, PLACES)
