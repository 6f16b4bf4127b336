"""Somebody comes, is late, leaves early, or does not come: the place is theirs or free, and never both."""

from datetime import datetime

from tests.reservations.presence.rooms import claims, comes, reserved, state, with_clean_up, with_grace
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, at
from tests.support.inside import run_jobs

DAY = "2026-11-24T"


def test_an_unclaimed_place_is_given_to_others_and_its_person_told(nugue: HouseUnderTest) -> None:
    with_grace(nugue, "bureau-1", 15)
    sofia = nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    run_jobs(nugue)
    comes(nugue, DAY + "10:14")
    assert state(sofia, mine) == "confirmed"
    nugue.house.mail.letters.clear()  # type: ignore[attr-defined]
    comes(nugue, DAY + "10:15")
    assert state(sofia, mine) == "missed"
    assert claims(nugue, mine) == []
    letters = [one for one in nugue.house.mail.letters if "rendue" in one.subject]  # type: ignore[attr-defined]
    assert len(letters) == 1
    thomas = nugue.sign_in(OTHER_MEMBER)
    assert thomas.reserve("bureau-1", DAY + "10:00", DAY + "11:00").status_code == 201


def test_who_says_that_they_are_late_keeps_their_place(nugue: HouseUnderTest) -> None:
    with_grace(nugue, "bureau-1", 15)
    sofia = nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    run_jobs(nugue)
    comes(nugue, DAY + "10:10")
    answer = sofia.post(f"/api/v1/reservations/{mine}/late", {"minutes": 15})
    assert answer.status_code == 200, answer.text
    assert datetime.fromisoformat(answer.json()["kept_until"]).timestamp() == at(DAY + "10:30")
    comes(nugue, DAY + "10:29")
    assert state(sofia, mine) == "confirmed"
    assert sofia.post(f"/api/v1/reservations/{mine}/arrival").status_code == 204
    comes(nugue, DAY + "10:30")
    assert state(sofia, mine) == "checked_in"


def test_a_delay_ends_too(quick_nugue: HouseUnderTest) -> None:
    with_grace(quick_nugue, "bureau-1", 15)
    sofia = quick_nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    run_jobs(quick_nugue)
    quick_nugue.is_at(DAY + "09:50")
    assert sofia.post(f"/api/v1/reservations/{mine}/late", {"minutes": 30}).status_code == 200
    comes(quick_nugue, DAY + "10:44")
    assert state(sofia, mine) == "confirmed"
    comes(quick_nugue, DAY + "10:45")
    assert state(sofia, mine) == "missed"


def test_who_reserves_an_hour_that_has_begun_is_still_expected(quick_nugue: HouseUnderTest) -> None:
    with_grace(quick_nugue, "bureau-1", 15)
    quick_nugue.is_at(DAY + "10:25")
    sofia = quick_nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    comes(quick_nugue, DAY + "10:39")
    assert state(sofia, mine) == "confirmed"
    comes(quick_nugue, DAY + "10:40")
    assert state(sofia, mine) == "missed"


def test_leaving_early_frees_the_rest_but_not_the_clean_up(nugue: HouseUnderTest) -> None:
    with_clean_up(nugue, "bureau-1", 10)
    sofia = nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    nugue.is_at(DAY + "09:50")
    assert sofia.post(f"/api/v1/reservations/{mine}/arrival").status_code == 204
    nugue.is_at(DAY + "10:40")
    assert sofia.post(f"/api/v1/reservations/{mine}/departure").status_code == 204
    found = sofia.get(f"/api/v1/reservations/{mine}").json()
    assert found["state"] == "finished"
    assert claims(nugue, mine) == [(at(DAY + "10:00"), at(DAY + "10:50"))]
    thomas = nugue.sign_in(OTHER_MEMBER)
    assert thomas.reserve("bureau-1", DAY + "11:00", DAY + "12:00").status_code == 201


def test_leaving_before_the_start_gives_all_back(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    quick_nugue.is_at(DAY + "09:50")
    assert sofia.post(f"/api/v1/reservations/{mine}/arrival").status_code == 204
    assert sofia.post(f"/api/v1/reservations/{mine}/departure").status_code == 204
    assert claims(quick_nugue, mine) == []
    assert state(sofia, mine) == "finished"


def test_what_is_over_is_closed(nugue: HouseUnderTest) -> None:
    with_grace(nugue, "D01", 0)
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    came = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "11:00")
    unknown = reserved(thomas, "D01", DAY + "10:00", DAY + "11:00")
    nugue.is_at(DAY + "10:00")
    assert sofia.post(f"/api/v1/reservations/{came}/arrival").status_code == 204
    comes(nugue, DAY + "11:00")
    assert (state(sofia, came), state(thomas, unknown)) == ("finished", "confirmed")
    comes(nugue, "2026-11-26T11:00")
    assert state(thomas, unknown) == "finished"


def test_arrivals_have_their_time(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "11:00")
    quick_nugue.is_at(DAY + "09:44")
    early = sofia.post(f"/api/v1/reservations/{mine}/arrival")
    assert (early.status_code, early.json()["code"]) == (422, "arrival_too_early")
    assert sofia.post(f"/api/v1/reservations/{mine}/departure").json()["code"] == "not_here"
    quick_nugue.is_at(DAY + "11:00")
    assert sofia.post(f"/api/v1/reservations/{mine}/arrival").json()["code"] == "not_confirmed"
    assert sofia.post(f"/api/v1/reservations/{mine}/late", {"minutes": 15}).json()["code"] == "too_late_to_be_late"
    assert sofia.post(f"/api/v1/reservations/{mine}/late", {"minutes": 17}).json()["code"] == "delay_too_long"
    assert sofia.post(f"/api/v1/reservations/{mine}/late", {"minutes": "soon"}).status_code == 400


def test_nobody_acts_on_what_is_not_theirs(quick_nugue: HouseUnderTest) -> None:
    sofia, thomas = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(OTHER_MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "11:00")
    quick_nugue.is_at(DAY + "10:00")
    for act in ("arrival", "departure"):
        assert thomas.post(f"/api/v1/reservations/{mine}/{act}").status_code == 404
    assert thomas.post(f"/api/v1/reservations/{mine}/late", {"minutes": 15}).status_code == 404
    claire = quick_nugue.sign_in(RECEPTION)
    assert claire.post(f"/api/v1/reservations/{mine}/arrival").status_code == 204
    assert claire.post(f"/api/v1/reservations/{mine}/departure").status_code == 204


def test_one_space_offers_what_can_be_done_today(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    browser = Browser(quick_nugue)
    browser.sign_in()
    quick_nugue.is_at(DAY + "09:50")
    space = browser.get("/mon-espace")
    assert "Je suis là" in space.text
    assert "Je suis en retard de 15" in space.text
    answer = browser.submit(f"/mes-reservations/{mine}/arrivee", {"retour": "mon-espace"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/mon-espace#presence")
    assert "Je pars" in browser.get("/mon-espace").text
    left = browser.submit(f"/mes-reservations/{mine}/depart", {"retour": "ici:\r\nx: é"})
    assert (left.status_code, left.headers["location"]) == (303, f"/mes-reservations/{mine}")
    assert state(sofia, mine) == "finished"


def test_the_desk_sees_who_is_here_late_or_missing(nugue: HouseUnderTest) -> None:
    with_grace(nugue, "visio-1", 15)
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    here = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "11:00")
    missing = reserved(thomas, "visio-1", DAY + "10:00", DAY + "11:00")
    run_jobs(nugue)
    comes(nugue, DAY + "10:05")
    claire = Browser(nugue)
    claire.sign_in(RECEPTION)
    page = claire.get("/accueil/presences").text
    assert "Pas encore là (2)" in page
    assert claire.submit(f"/accueil/presences/{here}/arrivee", {}).status_code == 303
    assert "Sont là (1)" in claire.get("/accueil/presences").text
    comes(nugue, DAY + "10:15")
    page = claire.get("/accueil/presences").text
    assert "Absents aujourd’hui (1)" in page
    again = claire.submit(f"/accueil/presences/{missing}/absence", {})
    assert again.status_code == 422
    assert "n’attend plus personne" in again.text
    assert claire.submit(f"/accueil/presences/{missing}/excuse", {}).status_code == 303
    assert claire.submit(f"/accueil/presences/{missing}/excuse", {}).status_code == 422
    assert claire.submit(f"/accueil/presences/{missing}/danse", {}).status_code == 404


def test_staff_say_afterwards_who_came(quick_nugue: HouseUnderTest) -> None:
    sofia, thomas = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(OTHER_MEMBER)
    came = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "11:00")
    with_grace(quick_nugue, "bureau-1", 0)
    with_grace(quick_nugue, "visio-1", 0)
    not_come = reserved(thomas, "visio-1", DAY + "10:00", DAY + "11:00")
    comes(quick_nugue, DAY + "11:30")
    claire = Browser(quick_nugue)
    claire.sign_in(RECEPTION)
    assert "Sont-ils venus" in claire.get("/accueil/presences").text
    assert claire.submit(f"/accueil/presences/{came}/venu", {}).status_code == 303
    assert claire.submit(f"/accueil/presences/{not_come}/pas-venu", {}).status_code == 303
    assert (state(sofia, came), state(thomas, not_come)) == ("finished", "missed")
