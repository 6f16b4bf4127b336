"""« Gardez-vous ce créneau ? »: asked in time, answered in one tap or at the desk, given back without an answer."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.people.messages.telling import letters
from tests.reservations.series.making import make, states
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.people.signin.queries import account
from tierslieu.reservations.series import keeping
from tierslieu.reservations.series.reconfirming import manner_of

LINK = re.compile(r"https://example\.org(/series/garder/\S+)")


@contextmanager
def patient_house(url: str, folder: Path) -> Iterator[HouseUnderTest]:
    """A house that asks again after four weeks."""
    series = {"confirm_weeks": 4, "answer_days": 5, "notice_days": 7}
    with open_house(url, folder, public_url="https://example.org", series=series) as found:
        found.client.base_url = "https://example.org"
        yield found


@pytest.fixture
def house(demo_url: str, tmp_path: Path) -> Iterator[HouseUnderTest]:
    with patient_house(demo_url, tmp_path) as found:
        yield found


@pytest.fixture
def quick_house(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[HouseUnderTest]:
    with patient_house(sqlite_templates.make("demo"), tmp_path) as found:
        yield found


def long_series(house: HouseUnderTest, **more: Any) -> dict[str, Any]:
    """Ten Thursdays of Sofia's, made at the desk: two periods of four weeks and a rest, Christmas in between."""
    person = read(house, account, MEMBER)
    assert person is not None
    wish = {"first_day": "2026-11-26", "rule": "FREQ=WEEKLY;COUNT=10", "exception": "arranged", **more}
    return make(house.sign_in(RECEPTION), person=show(person.id), **wish)


def days_before(house: HouseUnderTest, day: str, days: int) -> None:
    """Move the clock to the morning some days before a day, and run what is due."""
    house.is_at(f"{date.fromisoformat(day) - timedelta(days=days)}T09:00")
    run_jobs(house)


def asked_letters(house: HouseUnderTest) -> list[Any]:
    return [one for one in letters(house) if "Gardez-vous" in one.subject]


def kept(house: HouseUnderTest, made: dict[str, Any]) -> list[str]:
    """The dates after the first period for which the room is kept."""
    found = house.sign_in(RECEPTION).get(f"/api/v1/series/{made['id']}").json()
    return [day for day, state in states(found) if state == "confirmed" and day >= "2026-12-24"]


def test_asked_in_time_and_kept_by_the_link(quick_house: HouseUnderTest) -> None:
    made = long_series(quick_house)
    assert made["kept_until"] == "2026-12-23"
    before = kept(quick_house, made)
    days_before(quick_house, "2026-12-24", 13)
    assert asked_letters(quick_house) == []
    days_before(quick_house, "2026-12-24", 12)
    days_before(quick_house, "2026-12-24", 11)
    (letter,) = asked_letters(quick_house)
    link = LINK.search(letter.text)
    assert link is not None, letter.text
    anyone = Browser(quick_house)
    page = anyone.get(link[1])
    assert "Je garde ces dates" in page.text
    assert "Sofia" not in page.text
    answer = anyone.submit(link[1], {"answer": "keep"})
    assert answer.status_code == 303, answer.text
    assert "C’est gardé" in anyone.get(link[1]).text
    assert anyone.submit(link[1], {"answer": "release"}).status_code == 409
    days_before(quick_house, "2026-12-24", 1)
    assert kept(quick_house, made) == before


def test_without_an_answer_the_next_period_is_free_for_others(house: HouseUnderTest) -> None:
    made = long_series(house)
    before = kept(house, made)
    days_before(house, "2026-12-24", 12)
    days_before(house, "2026-12-24", 6)
    after = kept(house, made)
    assert [day for day in before if day <= "2027-01-20"]
    assert after == [day for day in before if day > "2027-01-20"] != []
    assert any("rendues" in one.subject for one in letters(house))
    other = house.sign_in(OTHER_MEMBER)
    assert other.reserve("visio-1", "2027-01-14T10:00", "2027-01-14T12:00").status_code == 201
    back = house.sign_in(MEMBER).post(f"/api/v1/series/{made['id']}/dates", {"dates": [{"day": "2027-01-07"}]})
    assert back.status_code in (201, 422), back.text


def test_the_desk_answers_for_who_calls(quick_house: HouseUnderTest) -> None:
    made = long_series(quick_house)
    before = kept(quick_house, made)
    days_before(quick_house, "2026-12-24", 12)
    claire = Browser(quick_house)
    claire.sign_in(RECEPTION)
    page = claire.get("/series/a-garder")
    assert "Sofia Moreau" in page.text
    answer = claire.submit(f"/series/{made['id']}/reponse", {"answer": "keep", "back": "list"})
    assert answer.headers["location"] == "/series/a-garder?fait=kept"
    days_before(quick_house, "2026-12-24", 1)
    assert kept(quick_house, made) == before


def test_given_back_at_once(quick_house: HouseUnderTest) -> None:
    made = long_series(quick_house)
    days_before(quick_house, "2026-12-24", 12)
    sofia = Browser(quick_house)
    sofia.sign_in()
    assert "Gardez-vous ces dates" in sofia.get(f"/series/{made['id']}").text
    answer = sofia.submit(f"/series/{made['id']}/reponse", {"answer": "release"})
    assert answer.headers["location"].endswith("?fait=released")
    assert not [day for day in kept(quick_house, made) if day <= "2027-01-20"]


def test_an_answer_at_the_very_deadline(house: HouseUnderTest) -> None:
    """Answer and release at once: all dates of the period are kept, or none; the second one finds nothing to do."""
    made = long_series(house)
    days_before(house, "2026-12-24", 12)
    before = kept(house, made)
    series_id, manner = read_id(made["id"]), manner_of(house.house.settings.series)
    assert not write(house, keeping.release_in, series_id, "2026-12-23", manner)
    house.is_at("2026-12-18T00:00")
    claire = house.sign_in(RECEPTION)
    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(claire.post, f"/api/v1/series/{made['id']}/confirmation")
        pool.submit(write, house, keeping.release_in, series_id, "2026-12-23", manner).result(30)
    run_jobs(house)
    released = [day for day in before if day > "2027-01-20"]
    assert (answer.result().status_code, kept(house, made)) in [(200, before), (422, released)]
    assert not write(house, keeping.release_in, series_id, "2026-12-23", manner)
    token = keeping.link_token(house.house.secret, series_id, "2026-12-23")
    with pytest.raises(Refused):
        write(house, keeping.answer_by_link, token, house.house.secret, manner, True)


def test_only_weekly_series_of_rooms_and_members_are_asked(quick_nugue: HouseUnderTest) -> None:
    """Nothing is asked of staff, nor about desks, nor about a series that ends before."""
    desk = quick_nugue.sign_in(RECEPTION)
    assert long_series(quick_nugue)["kept_until"] == "2027-01-20"
    assert long_series(quick_nugue, resource="coworking")["kept_until"] == ""
    assert long_series(quick_nugue, resource="bureau-1", rule="FREQ=WEEKLY;COUNT=4")["kept_until"] == ""
    afternoon = {"from": "15:00", "to": "16:00", "exception": "event"}
    assert make(desk, resource="bureau-1", rule="FREQ=WEEKLY;COUNT=10", **afternoon)["kept_until"] == ""


@pytest.mark.parametrize("token", ["", "x", "0" * 21, "0" * 53, "é" * 60, "0000000000001" + "20261223" + "a" * 32])
def test_a_link_that_we_did_not_make_opens_nothing(quick_nugue: HouseUnderTest, token: str) -> None:
    assert Browser(quick_nugue).get(f"/series/garder/{token}").status_code in (303, 404)
