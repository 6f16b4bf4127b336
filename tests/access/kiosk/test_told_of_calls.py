"""Somebody calls from a kiosk: the desk is told at once, everybody when nobody answers; the kiosk says what is true."""

import pytest

from tests.access.doors import kiosk, plain
from tests.support.browsers import Browser
from tests.support.clients import RECEPTION, Caller, HouseUnderTest
from tests.support.inside import mailbox, run_jobs, stop_jobs
from tierslieu.access.kiosk import calls
from tierslieu.access.staff import DESK, holding
from tierslieu.infra.mail import NoMail
from tierslieu.people.roles.rules import STAFF


def press(door: Caller, number: int) -> dict[str, str]:
    answer = door.post("/api/v1/kiosk/calls", {"call_id": f"{number:032x}"})
    assert answer.status_code == 200
    found: dict[str, str] = answer.json()
    return found


def told(house: HouseUnderTest) -> list[str]:
    """Whom a letter about a call was sent to since the last look; what it says is looked at."""
    run_jobs(house)
    found = [one for one in mailbox(house) if "appelle à la borne" in one.subject]
    mailbox(house).clear()
    assert all("/appels" in one.text and "Entrée" in one.subject for one in found)
    return sorted(one.to for one in found)


def test_the_desk_is_told_at_once_and_everybody_when_nobody_answers(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-24T20:30")
    stop_jobs(nugue)
    door = kiosk(nugue)
    assert press(door, 1)["title"] == "L’accueil est prévenu"
    assert press(door, 2)["call_id"] == f"{1:032x}", "a hand on the button is one call"
    desk = told(nugue)
    assert RECEPTION in desk, "also in hours when nobody else is disturbed"
    assert len(desk) == len(nugue.read(holding, (DESK,)))
    nugue.clock.instant += calls.AGAIN_AFTER - 1
    assert told(nugue) == []
    nugue.clock.instant += 1
    everybody = told(nugue)
    assert set(everybody) > set(desk)
    assert len(everybody) <= len(nugue.read(holding, STAFF))
    nugue.clock.instant += calls.ONE_CALL
    assert told(nugue) == [], "once"
    again = press(door, 1)
    assert again["call_id"] not in (f"{1:032x}", f"{2:032x}"), "a call that nobody answered holds up no other one"
    assert told(nugue) == desk
    assert nugue.read(calls.waiting_count) == 2
    for one in nugue.read(calls.open_calls):
        nugue.write(calls.close, one.id)
    nugue.clock.instant += calls.AGAIN_AFTER
    assert told(nugue) == [], "who answered has ended it"


def test_the_kiosk_says_when_no_message_can_leave_and_the_desk_sees_how_many_wait(
    quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, door = quick_nugue, kiosk(quick_nugue)
    desk = Browser(house)
    desk.sign_in(RECEPTION)
    assert "Appels des bornes :" not in plain(desk.get("/accueil").text)
    press(kiosk(house, "Atelier"), 9)
    assert "Appels des bornes : 1" in plain(desk.get("/accueil").text)
    with monkeypatch.context() as patch:
        patch.setattr(house.house, "mail", NoMail())
        said = press(door, 1)
    assert said["title"] == "Votre appel est affiché à l’accueil"
    assert "Aucun message n’a pu partir" in said["sentence"]
    assert "Appels des bornes : 2" in plain(desk.get("/accueil").text)
    assert "2 à voir" in plain(desk.get("/gestion").text)
    for one in house.read(calls.open_calls):
        house.write(calls.close, one.id)
    assert "Appels des bornes :" not in plain(desk.get("/accueil").text)
