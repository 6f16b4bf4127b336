"""A kiosk's secret: renewed by itself, good for its few addresses, stopped when a copy shows up."""

import asyncio
import re

import pytest

from tests.access.doors import badge, kiosk, plain, present, submit
from tests.support.clients import RECEPTION, Caller, HouseUnderTest
from tests.support.doors import doors, roles_of
from tests.support.inside import run_jobs
from tierslieu.access.kiosk import telling
from tierslieu.access.kiosk.enrolment import stop_kiosk
from tierslieu.access.kiosk.health import TURN_AFTER
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.queries import is_enrolled
from tierslieu.people.devices.rules import STILL_UNDER_WAY
from tierslieu.people.messages.queries import newest

OWN = {
    "/api/v1/kiosk",
    "/api/v1/kiosk/calls",
    "/api/v1/kiosk/desks",
    "/api/v1/kiosk/evacuation",
    "/api/v1/kiosk/health",
    "/api/v1/kiosk/signal",
    "/api/v1/kiosk/snapshot",
    "/api/v1/kiosk/staff",
    "/api/v1/kiosk/token",
    "/api/v1/kiosk/walk-ins",
    "/api/v1/kiosk/walk-ins/batch",
    "/api/v1/scans",
    "/api/v1/scans/batch",
    "/api/v1/scans/known",
}
"""What a kiosk may call; its pages lie under /kiosk."""


def turned(door: Caller) -> Caller:
    """The same kiosk with the new secret that it asked for."""
    answer = door.post("/api/v1/kiosk/token")
    assert answer.status_code == 200
    found = re.search(r"device=([^;]+);", answer.headers["set-cookie"])
    assert found is not None
    door._client.cookies.clear()
    return Caller(door._client, found[1])


def test_a_kiosk_is_told_to_renew_its_secret_and_neither_fails_meanwhile(nugue: HouseUnderTest) -> None:
    old = kiosk(nugue)
    assert not old.get("/api/v1/kiosk").json()["turn_token"]
    nugue.clock.instant += TURN_AFTER + 1
    assert old.get("/api/v1/kiosk").json()["turn_token"]
    lost, new = turned(old), turned(old)
    assert old.get("/api/v1/kiosk").status_code == 200  # the answer may have been lost: the old one still counts
    assert lost.get("/api/v1/kiosk").status_code == 401
    assert not new.get("/api/v1/kiosk").json()["turn_token"]
    assert old.get("/api/v1/kiosk").status_code == 200  # calls that were under way
    nugue.clock.instant += STILL_UNDER_WAY + 1
    assert new.get("/api/v1/kiosk").status_code == 200


def test_a_copied_secret_stops_the_kiosk_and_staff_learn_it(nugue: HouseUnderTest) -> None:
    """Nobody can tell who is the thief: both are out, the passages wait on the kiosk for its next enrolment."""
    old = kiosk(nugue)
    new = turned(old)
    assert new.get("/api/v1/kiosk").status_code == 200
    nugue.clock.instant += STILL_UNDER_WAY + 1
    assert old.get("/api/v1/kiosk").status_code == 403
    assert old.get("/api/v1/kiosk").status_code == 401
    assert new.get("/api/v1/kiosk").status_code == 401
    run_jobs(nugue)
    claire = nugue.sign_in(RECEPTION)
    assert "son secret a servi sur deux appareils" in claire.get("/bornes").text
    letters = nugue.read(newest)
    assert "Une borne a été arrêtée : Entrée" in {plain(one.subject) for one in letters}
    again, card = kiosk(nugue), badge(nugue)
    late = {"scan_id": f"{7:032x}", "badge": card.token, "at_device": nugue.clock.instant - 600, "device_seq": 7}
    assert again.post("/api/v1/scans/batch", {"scans": [late]}).json()["answers"][0]["outcome"] == "granted"
    assert "deux appareils" not in nugue.sign_in(RECEPTION).get("/bornes").text


def test_a_kiosk_may_call_its_own_addresses_and_no_other(quick_nugue: HouseUnderTest) -> None:
    """That every door refuses who lacks its permission is tried for each role, the kiosk's too (tests/house)."""
    granted = roles_of()["kiosk"]
    assert granted == {"access.record_scan", "access.read_list"}
    open_to_it = {one.path for one in doors(quick_nugue.client.app) if one.permission in granted}
    assert {path for path in open_to_it if not path.startswith("/kiosk/")} == OWN


def test_a_kiosk_tells_how_it_is_and_staff_see_who_is_silent(quick_nugue: HouseUnderTest) -> None:
    door, claire = kiosk(quick_nugue), quick_nugue.sign_in(RECEPTION)
    report = {"page": "ancienne", "rev": 1, "snapshot_at": quick_nugue.clock.instant, "kept": 12, "is_durable": False}
    told = door.post("/api/v1/kiosk/health", report).json()
    assert told["device"] == "kiosk-entree"
    assert re.fullmatch("[0-9a-f]{12}", told["page"])
    text = claire.get("/bornes").text.partition("Entrée</th>")[2]
    assert "pas encore envoyés : 12" in text.replace("\u00a0", " ")
    assert "le navigateur refuse le disque" in text
    assert "se recharge dès que possible" in text
    assert "Pas vue depuis" not in text
    quick_nugue.clock.instant += 3600
    late = quick_nugue.sign_in(RECEPTION).get("/bornes").text
    assert "Pas vue depuis" in late.partition("Entrée</th>")[2]
    for wrong in ({"kept": -1}, {"page": "<b>"}, {"more": 1}, {"snapshot_at": 2**60}):
        assert door.post("/api/v1/kiosk/health", wrong).status_code in (400, 422), wrong


def test_a_kiosk_with_an_old_page_is_still_served(quick_nugue: HouseUnderTest) -> None:
    """It sends what it sent before the upgrade, and reads its answer; the new version tells it to load anew."""
    door, card = kiosk(quick_nugue), badge(quick_nugue)
    told = present(quick_nugue, door, card.token)
    former = {"scan_id", "outcome", "reason", "first_name", "title", "sentence", "lines", "duplicate"}
    assert former <= set(told)
    assert {"device", "now"} <= set(door.get("/api/v1/kiosk").json())
    assert submit(door, "/kiosk", "/kiosk/scans", badge=card.badge.card_number, scan_id=f"{3:032x}").status_code == 200


def test_the_stream_of_a_stopped_kiosk_ends(quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer comes whole only because it ends: whoever holds a copied secret hears no more."""
    house, door, looks = quick_nugue, kiosk(quick_nugue), list[str]()

    def seen(reader: Reader, device: str) -> bool:
        looks.append(device)
        return is_enrolled(reader, device)

    async def stop() -> None:
        for _ in range(1_000_000):
            if len(looks) > 1:  # once for the line, once before it is sent
                break
            await asyncio.sleep(0)
        await house.house.db.write(stop_kiosk, "kiosk-entree")

    monkeypatch.setattr(telling, "is_enrolled", seen)
    house.client.blocking_portal.start_task_soon(stop)
    heard = door.get("/api/v1/kiosk/signal").text
    assert heard.startswith("data: ")
    assert heard.count("data: ") == 1
    assert door.get("/api/v1/kiosk").status_code == 401
