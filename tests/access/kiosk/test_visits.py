"""Visitors at a kiosk: who comes, who leaves, a tap that was wrong, and no faster than people walk."""

import pytest

from tests.access.doors import fields, kiosk, plain
from tests.access.kiosk.halls import zoned
from tests.people.pins.kiosks import at_kiosk
from tests.support.browsers import Browser
from tests.support.clients import HouseUnderTest
from tierslieu.access.kiosk import visits
from tierslieu.access.presence import alarms, queries
from tierslieu.access.scanning import pace
from tierslieu.basics.spans import MINUTE
from tierslieu.infra.house import House

VISITS = "/api/v1/kiosk/walk-ins"


def tap(page: Browser, number: int, direction: str, **more: str) -> str:
    """What the page says to a visitor who presses a button."""
    typed = {"scan_id": f"{number:032x}", "direction": direction, **more}
    return plain(page.submit("/kiosk/visiteurs", typed).text)


def test_visitors_come_leave_and_take_back_what_was_wrong(nugue: HouseUnderTest) -> None:
    zone, page = zoned(nugue, 90), at_kiosk(nugue)

    def inside() -> int:
        return int(nugue.read(queries.inside, zone))

    asked = page.get("/kiosk/sans-badge")
    assert "J’arrive" in asked.text
    assert "Je pars" in asked.text
    assert "Bonjour, bienvenue" in tap(page, 1, "in", band="adult")
    assert "Bonjour, bienvenue" in tap(page, 2, "in", band="child")
    assert inside() == 2
    left = tap(page, 3, "out")
    assert "Au revoir" in left
    assert inside() == 1
    assert fields(page.get("/kiosk/sans-badge"))["scan_id"] != f"{3:032x}"
    wrong = {"scan_id": f"{3:032x}"}
    for _each in range(2):
        assert "C’est annulé" in page.submit("/kiosk/visiteurs/annuler", wrong).text
        assert inside() == 2
    assert "C’est annulé" in page.submit("/kiosk/visiteurs/annuler", {"scan_id": f"{1:032x}"}).text
    assert inside() == 1
    contrary = f"{1 ^ (2**128 - 1):032x}"
    for odd in ("\x00", "é" * 40, contrary):
        refused = page.submit("/kiosk/visiteurs/annuler", {"scan_id": odd})
        assert (refused.status_code, "Trop tard pour annuler" in refused.text) == (422, True), odd
    nugue.clock.instant += visits.TAKEN_BACK_WITHIN + 1
    for number in (2, 77):
        late = page.submit("/kiosk/visiteurs/annuler", {"scan_id": f"{number:032x}"})
        assert (late.status_code, "Trop tard pour annuler" in late.text) == (422, True)
    assert inside() == 1
    assert page.get("/kiosk/sans-badge").text.count('name="people"') == 2
    tap(page, 9, "in", band="senior", people="3")
    assert inside() == 4


def test_who_came_and_left_takes_nobody_else_away(nugue: HouseUnderTest) -> None:
    zone, page = zoned(nugue, 90), at_kiosk(nugue)
    page.get("/kiosk/sans-badge")
    tap(page, 1, "in", band="adult")
    tap(page, 2, "out")
    assert "C’est annulé" in page.submit("/kiosk/visiteurs/annuler", {"scan_id": f"{1:032x}"}).text
    tap(page, 3, "in", band="adult")
    assert nugue.read(queries.inside, zone) == 1, "whoever comes next takes a place"
    nugue.write(alarms.note_alarm, "porte-hall", True)
    released = tap(page, 4, "in", band="adult")
    assert ("sortez" in released, "annuler" in released) == (True, False), "nothing was counted"
    assert "annuler" in tap(page, 5, "out")


def test_a_hand_on_the_button_does_not_fill_the_house(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    zone, page, door = zoned(house, 90), at_kiosk(house), kiosk(house, "Rue")
    most = house.house.settings.presence.visits_per_minute
    told = [door.post(VISITS, {"scan_id": f"{number:032x}"}).json() for number in range(95)]
    assert [one["outcome"] for one in told] == ["granted"] * most + ["denied"] * (95 - most)
    assert "l’accueil" in plain(told[-1]["title"])
    assert house.read(queries.inside, zone) == most
    assert door.post(VISITS, {"scan_id": f"{0:032x}"}).json()["outcome"] == "granted", "what was counted stays so"
    assert door.post(VISITS, {"scan_id": f"{200:032x}", "people": 200}).json()["outcome"] == "denied"
    assert "Bonjour" in tap(page, 300, "in", band="adult"), "another kiosk counts its own"
    door.post(VISITS, {"scan_id": f"{201:032x}", "direction": "out"})
    assert house.read(queries.inside, zone) == most
    house.clock.instant += MINUTE
    assert door.post(VISITS, {"scan_id": f"{94:032x}"}).json()["outcome"] == "granted", "sent again, it is judged anew"
    for number in range(301, 300 + most):
        tap(page, number, "in", band="teen")
    tap(page, 400, "in", band="teen")
    refused = tap(page, 401, "in", band="teen")
    assert "Votre visite ne l’est pas encore" in refused
    assert "annuler" not in refused
    assert "Au revoir" in tap(page, 402, "out")


@pytest.mark.parametrize("people", [1, 4])
def test_the_pace_is_that_of_the_last_minute(quick_nugue: HouseUnderTest, people: int) -> None:
    home: House = quick_nugue.house
    most = home.settings.presence.visits_per_minute
    taken = [pace.are_too_many(home, "x", people) for _each in range(most)]
    assert taken == [False] * (most // people) + [True] * (most - most // people)
    quick_nugue.clock.instant += MINUTE - 1
    assert pace.are_too_many(home, "x", people)
    quick_nugue.clock.instant += 1
    assert not pace.are_too_many(home, "x", people)
    assert pace.are_too_many(home, "x", most + 1)
