"""Staff change hours: they see what it changes and whom it displaces before it holds."""

import re
from html import unescape

from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, OTHER_MEMBER, HouseUnderTest
from tests.support.counting import counted
from tests.support.doors import someone
from tests.support.inside import run_jobs
from tierslieu.infra.transaction import Reader
from tierslieu.people.audit.queries import head

VISIO = "/gestion/lieu/espaces/visio-1"
FIELD = re.compile(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"')


def boss(house: HouseUnderTest) -> Browser:
    browser = Browser(house)
    browser.sign_in(ADMINISTRATOR)
    return browser


def fields_of(text: str) -> dict[str, str]:
    """The fields of the page's forms with their values; the token aside."""
    return {name: unescape(value) for name, value in FIELD.findall(text) if name != "_csrf"}


def weeks(text: str, **other: str) -> dict[str, str]:
    kept = {name: value for name, value in fields_of(text).items() if re.fullmatch("[db][0-6]", name)}
    return {**kept, "holidays": "1", **other}


def hours_of(house: HouseUnderTest, key: str) -> str:
    return str(house.stranger.get(f"/api/v1/spaces/{key}").json()["opening_hours"])


def test_shorter_hours_are_seen_before_they_hold_and_move_nobody_in_silence(nugue: HouseUnderTest) -> None:
    sofia, thomas = nugue.sign_in(), nugue.sign_in(OTHER_MEMBER)
    late = sofia.reserve("visio-1", "2026-11-25T17:30", "2026-11-25T18:30").json()["reservations"][0]
    early = thomas.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00").json()["reservations"][0]
    ines = boss(nugue)
    asked = ines.get(f"{VISIO}/horaires").text
    assert fields_of(asked)["d2"] == "8:30-19:00"
    sent = weeks(asked, d2="9h-12h30 et 13h30-18h")
    seen = ines.submit(f"{VISIO}/horaires", sent)
    assert seen.status_code == 200
    assert "1 réservation perdrait son horaire" in seen.text
    assert "Sofia Moreau" in seen.text
    assert "Thomas Girard" not in seen.text
    assert "9\u00a0h\u00a0–\u00a012\u00a0h\u00a030, 13\u00a0h\u00a030\u00a0–\u00a018\u00a0h" in seen.text
    assert hours_of(nugue, "visio-1").startswith("Tu-Fr 08:30-19:00; Sa"), "nothing is saved by looking"
    assert sofia.get(f"/api/v1/reservations/{late['id']}").json()["state"] == "confirmed"

    confirmed = ines.submit(f"{VISIO}/horaires", {**fields_of(seen.text), "act": "confirmer"})
    assert confirmed.headers["location"] == f"{VISIO}/horaires?fait=displaced", confirmed.text
    assert hours_of(nugue, "visio-1").startswith("Tu,Th-Fr 08:30-19:00; We 09:00-12:30,13:30-18:00; Sa")
    run_jobs(nugue)
    assert sofia.get(f"/api/v1/reservations/{late['id']}").json()["state"] == "cancelled"
    assert thomas.get(f"/api/v1/reservations/{early['id']}").json()["state"] == "confirmed"
    letters = [str(one.to) for one in nugue.house.mail.letters]  # type: ignore[attr-defined]
    assert "sofia.moreau@example.org" in letters
    refused = sofia.reserve("visio-1", "2026-11-25T17:30", "2026-11-25T18:30")
    assert refused.status_code == 422


def test_who_confirms_saw_the_list_that_holds(quick_nugue: HouseUnderTest) -> None:
    ines, sofia = boss(quick_nugue), quick_nugue.sign_in()
    sent = weeks(ines.get(f"{VISIO}/horaires").text, d2="9:00-12:00")
    seen = ines.submit(f"{VISIO}/horaires", sent).text
    assert "Aucune réservation n’est touchée." in seen
    assert sofia.reserve("visio-1", "2026-11-25T14:00", "2026-11-25T15:00").status_code == 201
    again = ines.submit(f"{VISIO}/horaires", {**fields_of(seen), "act": "confirmer"})
    assert again.status_code == 422
    assert "d’autres réservations sont touchées" in again.text
    assert "Sofia Moreau" in again.text
    saved = ines.submit(f"{VISIO}/horaires", {**fields_of(again.text), "act": "confirmer"})
    assert saved.status_code == 303


def test_back_to_the_form_loses_nothing(quick_nugue: HouseUnderTest) -> None:
    ines = boss(quick_nugue)
    sent = weeks(ines.get(f"{VISIO}/horaires").text, d0="10 h – 11 h", differs="1", b2="9-20")
    seen = ines.submit(f"{VISIO}/horaires", sent).text
    assert "Mercredi (vacances scolaires)" in seen
    back = ines.submit(f"{VISIO}/horaires", {**fields_of(seen), "act": "revenir"}).text
    found = fields_of(back)
    assert (found["d0"], found["b2"]) == ("10 h – 11 h", "9-20")
    assert re.search(r'name="differs"[^>]* checked', back)


def test_nonsense_is_told_beside_its_field_and_kept(quick_nugue: HouseUnderTest) -> None:
    ines = boss(quick_nugue)
    answer = ines.submit(f"{VISIO}/horaires", weeks(ines.get(f"{VISIO}/horaires").text, d1="18h-9h", d2="9-12, 11-13"))
    assert answer.status_code == 422
    assert 'id="d1-error"' in answer.text
    assert "La fin vient avant le début." in answer.text
    assert "Deux plages se touchent ou se croisent." in answer.text
    assert fields_of(answer.text)["d1"] == "18h-9h"
    wrong = {"first": "2026-13-01", "last": "", "hours": "plus tard", "reason": "", "scope": "moon"}
    days = ines.submit(f"{VISIO}/jours", wrong)
    assert days.status_code == 422
    for name in ("first", "hours", "reason", "scope"):
        assert f'id="{name}-error"' in days.text, name
    backwards = {"first": "2026-12-02", "last": "2026-12-01", "reason": "x", "scope": "space"}
    assert "Le dernier jour vient avant le premier." in ines.submit(f"{VISIO}/jours", backwards).text


def test_the_house_closes_for_some_days_and_opens_again(quick_nugue: HouseUnderTest) -> None:
    ines, sofia = boss(quick_nugue), quick_nugue.sign_in()
    made = sofia.reserve("coworking", "2026-12-01T10:00", "2026-12-01T12:00").json()["reservations"][0]
    ines.get(f"{VISIO}/horaires")
    wish = {"first": "2026-11-30", "last": "2026-12-02", "hours": "", "reason": "Travaux", "scope": "house"}
    seen = ines.submit(f"{VISIO}/jours", wish).text
    assert "1 réservation perdrait son horaire" in seen
    assert ines.submit(f"{VISIO}/jours", {**fields_of(seen), "act": "confirmer"}).status_code == 303
    run_jobs(quick_nugue)
    assert sofia.get(f"/api/v1/reservations/{made['id']}").json()["state"] == "cancelled"
    spaces = quick_nugue.stranger.get("/api/v1/spaces").json()
    assert all("2026 Nov 30-2026 Dec 02 off" in one["opening_hours"] for one in spaces)
    seen = ines.submit(f"{VISIO}/jours/retirer", {"first": "2026-11-30", "last": "2026-12-02"}).text
    assert ines.submit(f"{VISIO}/jours/retirer", {**fields_of(seen), "act": "confirmer"}).status_code == 303
    assert "Nov 30" not in hours_of(quick_nugue, "visio-1")
    assert "Nov 30" in hours_of(quick_nugue, "coworking")


def test_an_exceptional_opening_on_a_closed_day(quick_nugue: HouseUnderTest) -> None:
    ines, sofia = boss(quick_nugue), quick_nugue.sign_in()
    assert sofia.reserve("visio-1", "2026-12-06T10:00", "2026-12-06T11:00").status_code == 422
    ines.get(f"{VISIO}/horaires")
    wish = {"first": "2026-12-06", "hours": "10h-17h", "reason": "Marché de Noël", "scope": "space"}
    seen = ines.submit(f"{VISIO}/jours", wish).text
    ines.submit(f"{VISIO}/jours", {**fields_of(seen), "act": "confirmer"})
    assert sofia.reserve("visio-1", "2026-12-06T10:00", "2026-12-06T11:00").status_code == 201


def test_an_absence_moves_the_appointments_of_that_day(quick_nugue: HouseUnderTest) -> None:
    path = "/gestion/lieu/ressources/conseiller-numerique"
    sofia, ines = quick_nugue.sign_in(), boss(quick_nugue)
    made = sofia.reserve("conseiller-numerique", "2026-11-26T15:00", "2026-11-26T16:00").json()["reservations"][0]
    assert fields_of(ines.get(f"{path}/horaires").text)["d3"] == "14:00-18:00"
    seen = ines.submit(f"{path}/jours", {"first": "2026-11-26", "reason": "Formation"}).text
    assert "Sofia Moreau" in seen
    assert ines.submit(f"{path}/jours", {**fields_of(seen), "act": "confirmer"}).status_code == 303
    run_jobs(quick_nugue)
    assert sofia.get(f"/api/v1/reservations/{made['id']}").json()["state"] == "cancelled"
    assert sofia.reserve("conseiller-numerique", "2026-11-26T15:00", "2026-11-26T16:00").status_code == 422
    assert sofia.reserve("conseiller-numerique", "2026-12-03T15:00", "2026-12-03T16:00").status_code == 201


def test_hours_are_for_who_answers_for_the_place(quick_nugue: HouseUnderTest) -> None:
    manager = someone(quick_nugue, "resource_manager@space:visio-1")
    browser = Browser(quick_nugue)
    browser.cookies["session"] = manager.token
    sent = weeks(browser.get(f"{VISIO}/horaires").text, d0="9:00-12:00")
    seen = browser.submit(f"{VISIO}/horaires", sent)
    assert seen.status_code == 200
    assert browser.get("/gestion/lieu/espaces/fablab/horaires").status_code == 404
    wide = {"first": "2026-12-06", "reason": "Pont", "scope": "house"}
    assert browser.submit(f"{VISIO}/jours", wide).status_code == 403
    lab = Browser(quick_nugue)
    lab.cookies["session"] = someone(quick_nugue, "fab_manager", name="Atelier").token
    assert lab.get("/gestion/lieu/ressources/laser-1/horaires").status_code == 200
    assert lab.get("/gestion/lieu/ressources/visio-1/horaires").status_code == 404
    assert lab.get(f"{VISIO}/horaires").status_code == 403


def test_a_preview_costs_the_same_whomever_it_displaces(quick_nugue: HouseUnderTest) -> None:
    ines, sofia, costs = boss(quick_nugue), quick_nugue.sign_in(), []
    sent = weeks(ines.get(f"{VISIO}/horaires").text, d2="8:30-9:00", d3="8:30-9:00")
    for hour in (9, 10, 11, 14, 15, 16):
        assert sofia.reserve("visio-1", f"2026-11-25T{hour:02d}:00", f"2026-11-25T{hour:02d}:30").status_code == 201
        with counted(quick_nugue) as engine:
            assert "Sofia Moreau" in ines.submit(f"{VISIO}/horaires", sent).text
        costs.append(engine.statements)
    assert len(set(costs[1:])) == 1, costs


def test_a_change_is_in_the_log(quick_nugue: HouseUnderTest) -> None:
    def count(reader: Reader) -> int:
        return head(reader)[0]

    ines = boss(quick_nugue)
    before = quick_nugue.read(count)
    seen = ines.submit(f"{VISIO}/horaires", weeks(ines.get(f"{VISIO}/horaires").text, d0="9:00-10:00")).text
    ines.submit(f"{VISIO}/horaires", {**fields_of(seen), "act": "confirmer"})
    assert quick_nugue.read(count) == before + 1
