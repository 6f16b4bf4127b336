"""Referrers: they write down the people they bring, reserve for them, and see nobody else."""

import re

import pytest

from tests.people.roles.test_roles_story import browser_of
from tests.support.clients import HouseUnderTest, iso
from tests.support.doors import someone
from tierslieu.basics.ids import show

NAMES = {"first_name": "Amélie", "last_name": "Orientée", "phone": ""}


def test_a_referrer_reserves_for_who_they_brought(nugue: HouseUnderTest) -> None:
    browser = browser_of(nugue, someone(nugue, "referrer"))
    assert "Vous n’avez encore inscrit personne." in browser.get("/accompagnes").text
    assert browser.submit("/accompagnes", NAMES).status_code == 303
    page = browser.get("/accompagnes").text
    assert "Amélie Orientée" in page
    found = re.search(r'href="/reserver\?pour=(\w+)"', page)
    assert found
    assert "Amélie Orientée" in browser.get(f"/reserver?pour={found[1]}").text
    body = {"resources": ["coworking"], "person": found[1]}
    times = {"starts_at": iso("2026-11-24T10:00"), "ends_at": iso("2026-11-24T12:00")}
    headers = {"x-requested-with": "test"}
    made = browser.send("POST", "/api/v1/reservations", json={**body, **times}, headers=headers)
    assert made.status_code == 201, made.text


def test_others_stay_unseen(nugue: HouseUnderTest) -> None:
    mine, theirs = someone(nugue, "referrer"), someone(nugue, "referrer")
    stranger = someone(nugue, "member", name="Inconnue")
    browser, other = browser_of(nugue, mine), browser_of(nugue, theirs)
    browser.get("/accompagnes")
    browser.submit("/accompagnes", NAMES)
    assert "Orientée" not in other.get("/accompagnes").text
    for path in ("/personnes", f"/personnes/{show(stranger.id)}", "/accueil"):
        assert browser.get(path).status_code in (403, 404)
    assert browser.get(f"/reserver?pour={show(stranger.id)}").status_code == 403
    body = {"resources": ["coworking"], "person": show(stranger.id)}
    times = {"starts_at": iso("2026-11-24T10:00"), "ends_at": iso("2026-11-24T12:00")}
    answer = browser.send("POST", "/api/v1/reservations", json={**body, **times}, headers={"x-requested-with": "t"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("name", "value"), [("first_name", ""), ("last_name", "\u202e"), ("phone", "12")])
def test_a_wrong_form_comes_back(quick_nugue: HouseUnderTest, name: str, value: str) -> None:
    browser = browser_of(quick_nugue, someone(quick_nugue, "referrer"))
    browser.get("/accompagnes")
    answer = browser.submit("/accompagnes", {**NAMES, name: value})
    assert answer.status_code == 422
    kept = next(key for key in ("last_name", "first_name") if key != name)
    assert f'value="{NAMES[kept]}"' in answer.text
    assert "Amélie Orientée" not in browser.get("/accompagnes").text


def test_members_bring_nobody(quick_nugue: HouseUnderTest) -> None:
    browser = browser_of(quick_nugue, someone(quick_nugue, "member", "receptionist"))
    assert browser.get("/accompagnes").status_code == 403
