"""Rules by role and plan: a draft is written, tried on what happened, put in force, and holds at once."""

from typing import Any

import pytest

from tests.reservations.test_reserving import codes
from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tierslieu.basics.ids import read
from tierslieu.reservations.terms.actions import put_in_force

ROOM = "visio-1"


def line(target: str, name: str, value: int, audience: str = "") -> dict[str, Any]:
    return {"target": target, "audience": audience, "name": name, "value": value}


def hold(nugue: HouseUnderTest, *lines: dict[str, Any]) -> Caller:
    """Put lines in force."""
    inès = nugue.sign_in(ADMINISTRATOR)
    draft = inès.post("/api/v1/rules", {"name": "Essai", "lines": list(lines)})
    assert draft.status_code == 201, draft.text
    nugue.write(put_in_force, read(draft.json()["id"]))
    return inès


def test_a_rule_holds_as_soon_as_it_is_in_force(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in()
    assert sofia.reserve(ROOM, "2026-11-25T09:00", "2026-11-25T12:00").status_code == 201
    inès = hold(nugue, line("kind:room", "max_minutes", 120))
    assert codes(sofia.reserve(ROOM, "2026-11-26T09:00", "2026-11-26T12:00")) == {"too_long"}
    assert sofia.reserve(ROOM, "2026-11-26T09:00", "2026-11-26T11:00").status_code == 201
    assert inès.get("/api/v1/rules").json() == [line("kind:room", "max_minutes", 120)]


@pytest.mark.parametrize(
    ("name", "limit", "code"),
    [
        ("minutes_day", 120, "quota_minutes_day"),
        ("count_week", 1, "quota_count_week"),
        ("count_month", 1, "quota_count_month"),
    ],
)
def test_quotas_count_what_was_reserved(nugue: HouseUnderTest, name: str, limit: int, code: str) -> None:
    hold(nugue, line("kind:room", name, limit))
    sofia = nugue.sign_in()
    assert sofia.reserve(ROOM, "2026-11-25T09:00", "2026-11-25T10:30").status_code == 201
    assert codes(sofia.reserve("bureau-1", "2026-11-25T14:00", "2026-11-25T15:00")) == {code}
    assert sofia.reserve("D01", "2026-11-25T14:00", "2026-11-25T15:00").status_code == 201
    assert nugue.sign_in(OTHER_MEMBER).reserve(ROOM, "2026-11-25T14:00", "2026-11-25T15:00").status_code == 201


def test_what_is_given_back_does_not_count(nugue: HouseUnderTest) -> None:
    hold(nugue, line("", "count_day", 1))
    sofia = nugue.sign_in()
    made = sofia.reserve(ROOM, "2026-11-25T09:00", "2026-11-25T10:00").json()["reservations"][0]
    assert codes(sofia.reserve("D01", "2026-11-25T14:00", "2026-11-25T15:00")) == {"quota_count_day"}
    assert sofia.delete(f"/api/v1/reservations/{made['id']}").status_code == 204
    assert sofia.reserve("D01", "2026-11-25T14:00", "2026-11-25T15:00").status_code == 201


def test_a_rule_for_a_role_leaves_the_others_alone(nugue: HouseUnderTest) -> None:
    hold(nugue, line(ROOM, "needs_approval", 1, "role:member"), line(ROOM, "needs_approval", 0, "role:facilitator"))
    made = nugue.sign_in().reserve(ROOM, "2026-11-25T09:00", "2026-11-25T10:00").json()["reservations"][0]
    assert made["state"] == "requested"


def test_a_draft_is_tried_on_the_last_months_before_it_is_switched_on(nugue: HouseUnderTest) -> None:
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    for day in (25, 26, 27):
        assert sofia.reserve(ROOM, f"2026-11-{day}T09:00", f"2026-11-{day}T12:00").status_code == 201
    assert thomas.reserve(ROOM, "2026-11-25T14:00", "2026-11-25T15:00").status_code == 201
    inès = nugue.sign_in(ADMINISTRATOR)
    lines = [line(ROOM, "max_minutes", 120), line(ROOM, "minutes_week", 300)]
    found = inès.post("/api/v1/rules/trials", {"months": 3, "lines": lines}).json()
    assert (found["seen"], found["people"]) == (4, 1)
    assert [one["reasons"] for one in found["refused"]] == [
        ["too_long", "quota_minutes_week"],
        ["too_long", "quota_minutes_week"],
        ["too_long"],
    ]
    assert sofia.reserve("bureau-1", "2026-11-26T14:00", "2026-11-26T17:00").status_code == 201


def test_staff_write_a_draft_by_hand_and_try_it(nugue: HouseUnderTest) -> None:
    assert nugue.sign_in().reserve(ROOM, "2026-11-25T09:00", "2026-11-25T12:00").status_code == 201
    browser = Browser(nugue)
    browser.sign_in(ADMINISTRATOR)
    browser.get("/regles")
    address = browser.submit("/regles", {"name": "Salles plus courtes"}).headers["location"]
    assert "Salles plus courtes" in browser.get(address).text
    wish = {"target": "kind:room", "audience": "everything", "name": "max_minutes", "value": "60"}
    assert browser.submit(f"{address}/lignes", wish).status_code == 303
    assert "Toutes les salles" in browser.get(address).text
    wrong = browser.submit(f"{address}/lignes", {**wish, "name": "grid_minutes", "value": "1"})
    assert wrong.status_code == 422
    assert "trop petit" in wrong.text
    assert "1 réservations sur 1" in browser.get(f"{address}/essai?mois=3").text
    browser.get(address)
    assert browser.submit(f"{address}/en-vigueur", {}).status_code == 303
    assert codes(nugue.sign_in().reserve(ROOM, "2026-11-26T09:00", "2026-11-26T12:00")) == {"too_long"}
    again = browser.get(address)
    assert "En vigueur" in again.text


def test_rules_in_force_are_not_written_over(nugue: HouseUnderTest) -> None:
    inès = hold(nugue, line(ROOM, "max_minutes", 120))
    browser = Browser(nugue)
    browser.sign_in(ADMINISTRATOR)
    assert "Durée la plus longue" in browser.get("/regles").text
    bad = inès.post("/api/v1/rules", {"name": "Essai", "lines": [line(ROOM, "max_minutes", 1)]})
    assert bad.status_code == 422
    unknown = inès.post("/api/v1/rules", {"name": "Essai", "lines": [line(ROOM, "magic", 1)]})
    assert unknown.status_code == 422


@pytest.mark.parametrize("email", [MEMBER, RECEPTION])
def test_only_administrators_touch_the_rules(quick_nugue: HouseUnderTest, email: str) -> None:
    someone = quick_nugue.sign_in(email)
    assert someone.get("/regles").status_code == 403
    assert someone.get("/api/v1/rules").status_code == 403
    assert someone.post("/api/v1/rules", {"name": "Essai", "lines": []}).status_code == 403
