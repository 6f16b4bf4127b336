"""What one may ask of a kiosk, with and without script: that somebody comes, a desk at once, to be counted."""

import re

from tests.access.doors import badge, fields, kiosk, plain, present, submit
from tests.access.kiosk.halls import zoned
from tests.people.pins.kiosks import at_kiosk
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tierslieu.access.kiosk import calls, telling
from tierslieu.access.presence import queries as presence
from tierslieu.access.zones.actions import retire_zone
from tierslieu.access.zones.queries import zones
from tierslieu.infra.transaction import Tx

CALL = f"{77:032x}"


def test_a_call_is_seen_by_staff_and_the_answer_by_who_called(nugue: HouseUnderTest) -> None:
    door = kiosk(nugue)
    told = door.post("/api/v1/kiosk/calls", {"call_id": CALL}).json()
    assert (told["state"], told["title"]) == ("waiting", "L’accueil est prévenu")
    assert door.post("/api/v1/kiosk/calls", {"call_id": CALL}).json()["state"] == "waiting"
    assert len(nugue.read(calls.open_calls)) == 1
    desk = Browser(nugue)
    desk.sign_in(RECEPTION)
    seen = desk.get("/appels")
    assert "Entrée" in seen.text
    which = re.search(r"/appels/(\w+)/reponse", seen.text)
    assert which is not None
    assert desk.submit(f"/appels/{which[1]}/reponse", {}).status_code == 303
    assert desk.submit(f"/appels/{which[1]}/reponse", {}).status_code == 409
    line = nugue.read(telling.moving, "kiosk-entree", "x")
    assert line.calls == [(CALL, "coming")]
    assert door.post("/api/v1/kiosk/calls", {"call_id": CALL}).json()["title"] == "Quelqu’un arrive"
    desk.get("/appels")
    assert desk.submit(f"/appels/{which[1]}/fin", {}).status_code == 303
    assert nugue.read(calls.open_calls) == []
    other = kiosk(nugue, "Atelier")
    assert other.post("/api/v1/kiosk/calls", {"call_id": CALL}).status_code == 409
    assert desk.get("/appels/liste").status_code == 200
    assert nugue.sign_in(MEMBER).get("/appels").status_code == 403


def test_a_hand_on_the_button_makes_no_crowd(quick_nugue: HouseUnderTest) -> None:
    door = kiosk(quick_nugue)
    for number in range(9):
        assert door.post("/api/v1/kiosk/calls", {"call_id": f"{number:032x}"}).status_code == 200
    assert len(quick_nugue.read(calls.open_calls)) == 1
    quick_nugue.clock.instant += calls.STAYS
    assert quick_nugue.read(calls.open_calls) == []


def test_a_free_desk_at_once_for_who_just_came_in(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-24T10:05")
    door, card, other = kiosk(nugue), badge(nugue), badge(nugue, OTHER_MEMBER)
    told = present(nugue, door, card.token, 1)
    assert "desk" in told["choices"]
    taken = door.post("/api/v1/kiosk/desks", {"scan_id": told["scan_id"]}).json()
    assert taken["outcome"] == "granted", taken
    assert "jusqu’à" in taken["sentence"]
    again = door.post("/api/v1/kiosk/desks", {"scan_id": told["scan_id"]}).json()
    assert again == taken
    mine = nugue.sign_in(MEMBER).get("/api/v1/reservations").json()["items"]
    assert [one["state"] for one in mine] == ["checked_in"]
    late = present(nugue, door, other.token, 2)
    nugue.clock.instant += 121
    for scan_id in (late["scan_id"], f"{9:032x}"):
        assert door.post("/api/v1/kiosk/desks", {"scan_id": scan_id}).status_code == 404
    elsewhere = kiosk(nugue, "Atelier")
    assert elsewhere.post("/api/v1/kiosk/desks", {"scan_id": told["scan_id"]}).status_code == 404


def test_all_of_it_without_script(quick_nugue: HouseUnderTest) -> None:
    quick_nugue.is_at("2026-11-24T10:05")
    zone = zoned(quick_nugue, 40)
    kiosk_page, card = at_kiosk(quick_nugue), badge(quick_nugue)
    hidden = fields(kiosk_page.get("/kiosk"))
    came = kiosk_page.submit("/kiosk/scans", {"badge": card.token, "scan_id": hidden["scan_id"]})
    assert "Prendre un bureau libre maintenant" in came.text
    assert 'action="/kiosk/bureau"' in came.text
    desk = kiosk_page.submit("/kiosk/bureau", {"scan_id": hidden["scan_id"]})
    assert "Un bureau est à vous" in desk.text
    assert kiosk_page.submit("/kiosk/bureau", {"scan_id": f"{5:032x}"}).status_code == 422
    leaving = kiosk_page.get("/kiosk?sens=sortie")
    assert "Vous partez" in leaving.text
    assert 'name="direction" value="out"' in leaving.text
    gone = {"badge": card.token, "scan_id": fields(leaving)["scan_id"], "direction": "out"}
    assert "Au revoir Sofia" in kiosk_page.submit("/kiosk/scans", gone).text
    without = kiosk_page.get("/kiosk/sans-badge")
    assert "sans donner mon nom" in plain(without.text)
    walk_in = {"scan_id": fields(without)["scan_id"], "band": "senior"}
    assert "sans votre nom" in kiosk_page.submit("/kiosk/visiteurs", walk_in).text
    assert "sans votre nom" in kiosk_page.submit("/kiosk/visiteurs", walk_in).text
    assert quick_nugue.read(presence.inside, zone) == 1
    assert kiosk_page.submit("/kiosk/visiteurs", {"band": "x"}).status_code == 422
    called = kiosk_page.submit("/kiosk/appels", {"call_id": CALL})
    assert 'content="5;url=/kiosk/appel"' in called.text
    quick_nugue.write(calls.close, quick_nugue.read(calls.open_calls)[0].id)
    assert "Appel terminé" in kiosk_page.get("/kiosk/appel").text
    door = kiosk(quick_nugue, "Rue")
    counted = door.post("/api/v1/kiosk/walk-ins", {"scan_id": f"{8:032x}", "people": 2, "direction": "out"}).json()
    assert plain(counted["title"]) == "Au revoir !"
    assert submit(door, "/kiosk", "/kiosk/scans", badge="", scan_id="x").status_code == 422


def test_without_any_zone_nothing_is_counted_and_the_page_says_so(quick_nugue: HouseUnderTest) -> None:
    quick_nugue.write(_retire_all)
    door = kiosk(quick_nugue)
    assert door.post("/api/v1/kiosk/walk-ins", {"scan_id": f"{8:032x}"}).status_code == 409
    found = door.get("/api/v1/kiosk/evacuation").json()
    assert [zone["people"] for zone in found["zones"] if zone["people"]] == []


def _retire_all(tx: Tx) -> None:
    for one in zones(tx):
        retire_zone(tx, one.id)
