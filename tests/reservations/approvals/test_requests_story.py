"""Requests as people live them: asked, seen beside the others, answered with a word; lost, left, or met otherwise."""

import re

import pytest

from tests.reservations.approvals.asking import DAY, HALL, ask, coming, keep_nothing, state, texts
from tests.reservations.waiting.queueing import links, open_offers
from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.doors import someone
from tests.support.inside import run_jobs


@pytest.fixture
def claire(quick_nugue: HouseUnderTest) -> Browser:
    found = Browser(quick_nugue)
    found.sign_in(RECEPTION)
    return found


def test_of_two_who_ask_one_gets_it_and_the_other_something_else(
    quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller, claire: Browser
) -> None:
    keep_nothing(quick_nugue)
    first, second = ask(sofia, title="Assemblée du club"), ask(thomas, start="10:00", end="13:00")
    page = claire.get("/demandes").text
    assert "2 demandes pour le même moment" in page.replace("\u00a0", " ")
    assert "Assemblée du club" in page
    assert claire.get(f"/demandes/{first}").status_code == 200
    answer = claire.submit(f"/demandes/{first}/accord", {"note": "La clé est à l’accueil."})
    assert answer.headers["location"] == "/demandes?fait=accord"
    assert (state(sofia, first), state(thomas, second)) == ("confirmed", "rejected")
    run_jobs(quick_nugue)
    granted, lost = texts(quick_nugue, MEMBER)[-1], texts(quick_nugue, OTHER_MEMBER)[-1]
    assert "La clé est à l’accueil." in granted
    assert "donné à une autre demande" in lost
    assert "À la place, c’est libre" in lost
    assert second not in claire.get("/demandes").text
    assert first not in claire.get("/demandes").text
    again = claire.submit(f"/demandes/{first}/accord", {})
    assert again.status_code == 422
    assert "déjà reçu une réponse" in again.text


def test_letters_lead_to_the_waiting_list(sqlite_templates: object, quick_nugue: HouseUnderTest, sofia: Caller) -> None:
    made = ask(sofia)
    desk = quick_nugue.sign_in(RECEPTION)
    assert desk.post(f"/api/v1/requests/{made}", {"granted": False, "note": "Travaux ce jour-là."}).status_code == 204
    run_jobs(quick_nugue)
    told = texts(quick_nugue, MEMBER)[-1]
    assert "Travaux ce jour-là." in told
    assert "n’a pas pu être accordée" in told


def test_a_request_whose_time_was_taken_cannot_be_granted(
    quick_nugue: HouseUnderTest, sofia: Caller, claire: Browser
) -> None:
    keep_nothing(quick_nugue)
    made = ask(sofia)
    desk = quick_nugue.sign_in(RECEPTION)
    (found,) = desk.get("/api/v1/requests").json()
    assert (found["id"], found["time"], found["rivals"]) == (made, "free", [])
    own = {"exception": "event"}
    assert desk.reserve("grande-salle-cour", f"{DAY}T10:00", f"{DAY}T11:00", **own).status_code == 201
    assert desk.get("/api/v1/requests").json()[0]["time"] == "taken"
    page = claire.get(f"/demandes/{made}").text
    assert "Pris depuis" in page
    assert "Proposer d’un geste" in page
    refused = claire.submit(f"/demandes/{made}/accord", {"note": "Un mot gardé"})
    assert refused.status_code == 409
    assert "Un mot gardé" in refused.text
    assert state(sofia, made) == "requested"


def test_another_time_is_proposed_and_accepted_with_one_tap(
    quick_nugue: HouseUnderTest, sofia: Caller, claire: Browser
) -> None:
    keep_nothing(quick_nugue)
    made = ask(sofia, title="Répétition")
    claire.get(f"/demandes/{made}")
    wish = {"resource": HALL, "date": DAY, "from": "13:00", "to": "16:00", "note": "Le matin est pris."}
    assert claire.submit(f"/demandes/{made}/proposition", wish).headers["location"] == "/demandes?fait=propose"
    again = claire.submit(f"/demandes/{made}/proposition", {**wish, "from": "17:00", "to": "19:00"})
    assert again.status_code == 409
    run_jobs(quick_nugue)
    assert any("Le matin est pris." in one for one in texts(quick_nugue, MEMBER))
    assert any("ce créneau n’est pas gardé" in one for one in texts(quick_nugue, MEMBER))
    (link,) = links(quick_nugue, MEMBER)
    phone = Browser(quick_nugue)
    page = phone.get(link).text
    assert "Si vous l’acceptez, il remplace" in page
    assert phone.submit(f"{link}/accepter", {}).status_code == 303
    (now,) = [one for one in coming(sofia) if one["state"] == "confirmed"]
    assert (now["starts_at"], now["title"]) == (f"{DAY}T12:00:00Z", "Répétition")
    assert state(sofia, made) == "cancelled"
    run_jobs(quick_nugue)
    assert open_offers(quick_nugue) == []
    assert quick_nugue.sign_in(RECEPTION).get("/api/v1/requests").json() == []


def test_a_proposal_may_overlap_the_time_the_request_holds(quick_nugue: HouseUnderTest, sofia: Caller) -> None:
    made, desk = ask(sofia), quick_nugue.sign_in(RECEPTION)
    wish = {
        "starts_at": f"{DAY}T10:00:00+01:00",
        "ends_at": f"{DAY}T13:00:00+01:00",
        "resource": HALL,
        "note": "Une heure plus tard.",
    }
    kept = desk.post(f"/api/v1/requests/{made}/proposals", wish)
    assert kept.status_code == 201, kept.text
    assert sofia.post(f"/api/v1/offers/{kept.json()['id']}/acceptance").status_code == 201
    (now,) = [one for one in coming(sofia) if one["state"] == "confirmed"]
    assert now["starts_at"] == f"{DAY}T09:00:00Z"


def test_the_same_answer_to_many(quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller, claire: Browser) -> None:
    keep_nothing(quick_nugue)
    first, rival = ask(sofia), ask(thomas)
    other = ask(thomas, "grande-salle-cour", "16:00", "18:00")
    claire.get("/demandes")
    assert claire.submit("/demandes/reponses", {"reponse": "oui"}).status_code == 422
    ticked = {f"r-{one}": "1" for one in (first, rival, other)}
    answer = claire.submit("/demandes/reponses", {**ticked, "reponse": "oui", "note": "Bonne fête"})
    assert answer.status_code == 409
    assert "déjà reçu une réponse" in answer.text
    assert [state(sofia, first), state(thomas, rival), state(thomas, other)] == ["confirmed", "rejected", "confirmed"]
    assert claire.submit("/demandes/reponses", {f"r-{first}": "1", "note": "x" * 501}).status_code == 422


def test_who_answers_hears_of_it_once_then_is_reminded_then_it_lapses(
    quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller
) -> None:
    keep_nothing(quick_nugue)
    made = ask(sofia)
    ask(thomas, start="14:00", end="15:00")
    run_jobs(quick_nugue)
    assert not any("à traiter" in one for one in texts(quick_nugue, RECEPTION))
    quick_nugue.is_at("2026-11-24T08:11")
    run_jobs(quick_nugue)
    told = [one for one in texts(quick_nugue, RECEPTION) if "2 demandes à traiter" in one]
    assert len(told) == 1
    assert "/demandes" in told[0]
    assert not re.search("Sofia|Thomas", told[0])
    quick_nugue.is_at("2026-11-26T10:00")
    run_jobs(quick_nugue)
    run_jobs(quick_nugue)
    assert len([one for one in texts(quick_nugue, ADMINISTRATOR) if "attendent toujours" in one]) == 1
    quick_nugue.is_at("2026-12-04T06:50")
    run_jobs(quick_nugue)
    assert state(quick_nugue.sign_in(MEMBER), made) == "requested"
    quick_nugue.is_at("2026-12-04T07:00")
    run_jobs(quick_nugue)
    assert state(quick_nugue.sign_in(MEMBER), made) == "rejected"
    quick_nugue.is_at("2026-12-04T08:30")
    run_jobs(quick_nugue)
    assert "Personne n’a pu répondre" in texts(quick_nugue, MEMBER)[-1]


def test_who_answers_for_the_place_is_told_instead_of_everybody(quick_nugue: HouseUnderTest, sofia: Caller) -> None:
    someone(quick_nugue, "resource_manager@space:grande-salle")
    ask(sofia)
    quick_nugue.is_at("2026-11-24T08:11")
    run_jobs(quick_nugue)
    assert not any("à traiter" in one for one in texts(quick_nugue, RECEPTION))


def test_nobody_answers_or_looks_elsewhere(quick_nugue: HouseUnderTest, sofia: Caller) -> None:
    made = ask(sofia)
    other = Caller(quick_nugue.client, someone(quick_nugue, "resource_manager@space:fablab").token)
    assert other.get("/api/v1/requests").json() == []
    assert other.get(f"/demandes/{made}").status_code == 404
    assert other.post(f"/api/v1/requests/{made}", {"granted": True}).status_code == 403
    wish = {"starts_at": f"{DAY}T14:00:00+01:00", "ends_at": f"{DAY}T16:00:00+01:00", "resource": HALL}
    assert other.post(f"/api/v1/requests/{made}/proposals", wish).status_code == 403
    assert sofia.get("/api/v1/requests").status_code == 403
    desk = quick_nugue.sign_in(RECEPTION)
    past = {"starts_at": "2026-11-20T14:00:00+01:00", "ends_at": "2026-11-20T16:00:00+01:00", "resource": HALL}
    assert desk.post(f"/api/v1/requests/{made}/proposals", past).status_code in (409, 422)
    assert desk.post(f"/api/v1/requests/{made}/proposals", {**wish, "resource": "nowhere"}).status_code == 404
    assert desk.post("/api/v1/requests/0000000000001", {"granted": True}).status_code == 404
    gone = sofia.delete(f"/api/v1/reservations/{made}")
    assert gone.status_code == 204
    assert desk.post(f"/api/v1/requests/{made}", {"granted": True}).json()["code"] == "already_answered"
