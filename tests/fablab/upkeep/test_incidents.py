"""Incidents: told with a photo, a danger stops the machine at once, followed to their end, the reporter hears."""

import io
from typing import Any

from PIL import Image

from tests.fablab.benches import Fablab, codes
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER
from tests.support.inside import mailbox, read, run_jobs
from tierslieu.fablab import queries as fablab_queries
from tierslieu.fablab.upkeep import queries
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import by_key

SECRET = b"48.85N 2.35E"


def photo() -> bytes:
    """A picture as a phone makes it, with where it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def machine_id(fablab: Fablab, key: str) -> int:
    return read(fablab.house, fablab_queries.machine, key).id


def why_not(fablab: Fablab, key: str, person: str = "u05") -> list[str]:
    def ask(reader: Reader) -> list[str]:
        found = by_key(reader, person)
        assert found is not None
        machine = fablab_queries.machine(reader, key)
        return [one.code for one in queries.reasons_of_upkeep(reader, machine.id, found.id)]

    return read(fablab.house, ask)


def test_a_danger_with_a_photo_stops_the_machine_until_staff_close_it(fablab: Fablab) -> None:
    made = fablab.manager.reserve("laser-1", "2026-11-24T15:00", "2026-11-24T16:00", exception="training")
    assert made.status_code == 201, made.text
    sofia = Browser(fablab.house)
    sofia.sign_in(MEMBER)
    assert "Prévenir l’équipe" in sofia.get("/fablab/machines/laser-1/signaler").text
    fields = {"_csrf": sofia.token, "kind": "danger", "text": "De la fumée sort par derrière"}
    files = {"photo": ("photo.jpg", photo(), "image/jpeg")}
    told = sofia.send("POST", "/fablab/machines/laser-1/signaler", data=fields, files=files)
    assert told.status_code == 303, told.text
    path = told.headers["location"].partition("?")[0]
    run_jobs(fablab.house)

    assert fablab.machine("laser-1")["status"] == "maintenance"
    assert why_not(fablab, "laser-1") == ["safety_incident_open"]
    state = fablab.manager.get(f"/api/v1/reservations/{made.json()['reservations'][0]['id']}").json()["state"]
    assert state != "confirmed"
    assert "Danger signalé" in fablab.house.stranger.get("/fablab/machines/laser-1").text
    picture = sofia.get(f"{path}/photo")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    assert SECRET not in picture.content
    thomas = Browser(fablab.house)
    thomas.sign_in(OTHER_MEMBER)
    assert (thomas.get(path).status_code, thomas.get(f"{path}/photo").status_code) == (404, 404)

    desk = Browser(fablab.house)
    desk.sign_in(FAB_MANAGER)
    page = desk.get(path)
    assert "De la fumée" in page.text
    assert "Sofia Moreau" in page.text
    assert "Sofia" not in "".join(_texts(fablab, "Danger"))
    done = {"state": "closed", "text": "Extraction débouchée, essai fait.", "is_back": "1"}
    assert desk.submit(path, {**done, "text": ""}).status_code == 422
    assert desk.submit(path, done).status_code == 303
    run_jobs(fablab.house)
    assert fablab.machine("laser-1")["status"] == "in_service"
    assert why_not(fablab, "laser-1") == []
    assert any("Extraction débouchée" in text for text in _texts(fablab, "Votre signalement"))
    assert "C’est réglé" in "".join(_texts(fablab, "Votre signalement"))
    assert desk.submit(path, done).status_code == 422
    assert "Extraction débouchée" in sofia.get(path).text


def _texts(fablab: Fablab, start: str) -> list[str]:
    return [one.text for one in mailbox(fablab.house) if one.subject.startswith(start)]


def test_a_machine_with_another_danger_does_not_come_back(quick_fablab: Fablab) -> None:
    def tell() -> dict[str, Any]:
        answer = quick_fablab.maker.post(
            "/api/v1/fablab/machines/p3d-2/incidents", {"kind": "danger", "text": "Odeur de brûlé"}
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    first, second = tell(), tell()
    step = {"state": "closed", "text": "Rien trouvé", "is_back": True}
    refused = quick_fablab.manager.post(f"/api/v1/fablab/incidents/{first['id']}/steps", step)
    assert codes(refused) == {"safety_incident_open"}
    assert read(quick_fablab.house, queries.open_safety_incidents, machine_id(quick_fablab, "p3d-2")) != []
    calm = quick_fablab.manager.post(f"/api/v1/fablab/incidents/{first['id']}/steps", {**step, "is_back": False})
    assert calm.json()["state"] == "closed"
    assert quick_fablab.manager.post(f"/api/v1/fablab/incidents/{second['id']}/steps", step).status_code == 201
    assert quick_fablab.machine("p3d-2")["status"] == "in_service"


def test_a_small_problem_leaves_the_machine_running(quick_fablab: Fablab) -> None:
    wish = {"kind": "dirty", "text": "Le plateau colle"}
    made = quick_fablab.maker.post("/api/v1/fablab/machines/p3d-1/incidents", wish).json()
    assert quick_fablab.machine()["status"] == "in_service"
    assert [one["id"] for one in quick_fablab.maker.get("/api/v1/fablab/incidents").json()] == [made["id"]]
    assert made["id"] in [one["id"] for one in quick_fablab.manager.get("/api/v1/fablab/incidents").json()]
    assert made["id"] in quick_fablab.maker.get("/fablab/mes-signalements").text
    step = {"state": "in_hand", "text": "Demain matin"}
    assert quick_fablab.maker.post(f"/api/v1/fablab/incidents/{made['id']}/steps", step).status_code == 403
    assert quick_fablab.manager.post(f"/api/v1/fablab/incidents/{made['id']}/steps", step).status_code == 201


def test_nobody_floods_the_list(quick_fablab: Fablab) -> None:
    wish = {"kind": "dirty", "text": "Encore sale"}
    for _time in range(10):
        assert quick_fablab.maker.post("/api/v1/fablab/machines/p3d-1/incidents", wish).status_code == 201
    refused = quick_fablab.maker.post("/api/v1/fablab/machines/p3d-1/incidents", wish)
    assert codes(refused) == {"too_many_incidents"}


def test_the_first_word_of_a_danger_always_counts(quick_fablab: Fablab) -> None:
    dirty, danger = {"kind": "dirty", "text": "Encore sale"}, {"kind": "danger", "text": "Ça fume"}
    for _time in range(10):
        quick_fablab.maker.post("/api/v1/fablab/machines/p3d-1/incidents", dirty)
    assert quick_fablab.maker.post("/api/v1/fablab/machines/p3d-2/incidents", danger).status_code == 201
    assert quick_fablab.machine("p3d-2")["status"] == "maintenance"
    again = quick_fablab.maker.post("/api/v1/fablab/machines/p3d-2/incidents", danger)
    assert codes(again) == {"too_many_incidents"}


def test_no_way_leads_back_into_service_while_a_danger_is_open(quick_fablab: Fablab) -> None:
    told = {"kind": "danger", "text": "Ça fume"}
    made = quick_fablab.maker.post("/api/v1/fablab/machines/p3d-2/incidents", told).json()
    refused = quick_fablab.manager.post("/api/v1/fablab/machines/p3d-2/back")
    assert codes(refused) == {"safety_incident_open"}
    lucie = Browser(quick_fablab.house)
    lucie.sign_in(FAB_MANAGER)
    lucie.get("/fablab/machines/p3d-2")
    assert lucie.submit("/fablab/machines/p3d-2/en-service", {}).status_code == 422
    assert quick_fablab.machine("p3d-2")["status"] == "maintenance"
    over = {"state": "closed", "text": "Un câble, changé"}
    assert quick_fablab.manager.post(f"/api/v1/fablab/incidents/{made['id']}/steps", over).status_code == 201
    assert quick_fablab.manager.post("/api/v1/fablab/machines/p3d-2/back").status_code == 204


def test_a_photo_that_is_none_loses_nothing_that_was_typed(quick_fablab: Fablab) -> None:
    sofia = Browser(quick_fablab.house)
    sofia.sign_in(MEMBER)
    sofia.get("/fablab/machines/p3d-1/signaler")
    fields = {"_csrf": sofia.token, "kind": "missing", "text": "Plus d’alcool"}
    files = {"photo": ("virus.jpg", b"not a picture", "image/jpeg")}
    bad = sofia.send("POST", "/fablab/machines/p3d-1/signaler", data=fields, files=files)
    assert (bad.status_code, "Plus d’alcool" in bad.text, 'value="missing" required checked' in bad.text) == (
        422,
        True,
        True,
    )
    assert quick_fablab.house.stranger.get("/fablab/machines/p3d-1/signaler", follow_redirects=False).status_code == 303
