"""A room closes: staff see whom it displaces, people are offered something like it, and accept with one tap."""

import re

from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, at
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.spans import Span
from tierslieu.reservations.closures import actions, queries
from tierslieu.reservations.closures.schemas import Closing

ROOM = {"place": "resource:visio-1", "first": "2026-11-25", "from": "10:00", "to": "12:00", "reason": "Peinture"}
LINK = re.compile(r"/propositions/\S+")
SEEN = re.compile(r'name="seen" value="([^"]*)"')


def reserved(house: HouseUnderTest, email: str, key: str, start: str, end: str) -> str:
    answer = house.sign_in(email).reserve(key, start, end)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reservations"][0]["id"])


def closed_by_desk(house: HouseUnderTest, **fields: str) -> str:
    """Close through the pages, as the desk does; the address of the closure."""
    desk = Browser(house)
    desk.sign_in(RECEPTION)
    desk.get("/fermetures/nouvelle")
    wish = {**ROOM, **fields}
    seen = desk.submit("/fermetures/nouvelle", wish)
    assert seen.status_code == 200, seen.text
    done = desk.submit("/fermetures", {**wish, "seen": found(SEEN, seen.text)})
    assert done.status_code == 303, done.text
    return str(done.headers["location"]).partition("?")[0]


def found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match is not None, text
    return match[1] if match.groups() else match[0]


def letter_to(house: HouseUnderTest, email: str, words: str) -> str:
    """The last letter to somebody that says this."""
    run_jobs(house)
    letters = [one.text for one in house.house.mail.letters if one.to == email and words in one.text]  # type: ignore[attr-defined]
    assert letters, [one.subject for one in house.house.mail.letters]  # type: ignore[attr-defined]
    return str(letters[-1])


def test_who_is_displaced_is_offered_the_same_hours_elsewhere_and_takes_them_with_one_tap(
    nugue: HouseUnderTest,
) -> None:
    former = reserved(nugue, MEMBER, "visio-1", "2026-11-25T10:00", "2026-11-25T12:00")
    desk = Browser(nugue)
    desk.sign_in(RECEPTION)
    desk.get("/fermetures/nouvelle")
    seen = desk.submit("/fermetures/nouvelle", ROOM)
    assert seen.status_code == 200
    assert "Sofia Moreau" in seen.text
    assert "mêmes heures" in seen.text
    assert nugue.sign_in().get(f"/api/v1/reservations/{former}").json()["state"] == "confirmed", "only looked"

    done = desk.submit("/fermetures", {**ROOM, "seen": found(SEEN, seen.text)})
    assert done.status_code == 303
    assert nugue.sign_in().get(f"/api/v1/reservations/{former}").json()["state"] == "cancelled"
    letter = letter_to(nugue, MEMBER, "ne peut pas avoir lieu")
    assert "Motif" in letter
    assert "Peinture" in letter

    sofia = Browser(nugue)
    link = found(LINK, letter)
    asked = sofia.get(link)
    assert asked.status_code == 200, asked.text
    taken = sofia.submit(f"{link}/accepter", {})
    assert taken.status_code == 303, taken.text
    (now,) = nugue.sign_in().get("/api/v1/reservations").json()["items"][-1:]
    assert now["state"] == "confirmed"
    assert now["resource"] != "visio-1"
    assert now["starts_at"] == "2026-11-25T09:00:00Z"
    again = sofia.submit(f"{link}/accepter", {})
    assert again.status_code in (409, 422)
    page = desk.get(str(done.headers["location"]))
    assert "Accepté" in page.text


def test_two_displaced_people_never_get_the_same_time(quick_nugue: HouseUnderTest) -> None:
    reserved(quick_nugue, MEMBER, "visio-1", "2026-11-25T10:00", "2026-11-25T11:00")
    reserved(quick_nugue, OTHER_MEMBER, "bureau-1", "2026-11-25T10:00", "2026-11-25T11:00")
    wish = Closing("site:oasis", Span(at("2026-11-25T09:00"), at("2026-11-25T13:00")), "Coupure d’eau")
    made = write(quick_nugue, actions.close, wish)
    assert len(made.displaced) == 2
    rows = read(quick_nugue, queries.displaced_by, made.closure.id)
    assert all(row.offer_id for row in rows)
    assert len({row.offer_id for row in rows}) == 2


def test_nothing_typed_is_lost_and_every_field_says_what_is_wrong(quick_nugue: HouseUnderTest) -> None:
    desk = Browser(quick_nugue)
    desk.sign_in(RECEPTION)
    desk.get("/fermetures/nouvelle")
    for wrong in ({"reason": ""}, {"place": "cave"}, {"first": "demain"}, {"from": "25:00"}, {"last": "2026-13-01"}):
        answer = desk.submit("/fermetures/nouvelle", {**ROOM, **wrong})
        assert answer.status_code == 422, wrong
        assert f'id="{next(iter(wrong))}-error"' in answer.text, wrong
    backwards = desk.submit("/fermetures/nouvelle", {**ROOM, "to": "09:00"})
    assert backwards.status_code == 422
    assert 'value="Peinture"' in backwards.text
    assert desk.get("/fermetures/0000000000001").status_code == 404


def test_what_changed_since_the_preview_is_shown_again_before_anything_closes(quick_nugue: HouseUnderTest) -> None:
    desk = Browser(quick_nugue)
    desk.sign_in(RECEPTION)
    desk.get("/fermetures/nouvelle")
    seen = found(SEEN, desk.submit("/fermetures/nouvelle", ROOM).text)
    made = reserved(quick_nugue, MEMBER, "visio-1", "2026-11-25T10:00", "2026-11-25T12:00")
    again = desk.submit("/fermetures", {**ROOM, "seen": seen})
    assert again.status_code == 409
    assert "quelque chose a changé" in again.text
    assert "Sofia Moreau" in again.text
    assert quick_nugue.sign_in().get(f"/api/v1/reservations/{made}").json()["state"] == "confirmed"
    done = desk.submit("/fermetures", {**ROOM, "seen": found(SEEN, again.text)})
    assert done.status_code == 303
    page = str(done.headers["location"]).partition("?")[0]
    desk.get(page)
    assert desk.submit(f"{page}/raccourcir", {"last": "2026-11-25", "to": "13:00"}).status_code == 422
    assert desk.submit(f"{page}/raccourcir", {"last": "2026-11-25", "to": "11:00"}).status_code == 303
    assert desk.submit(f"{page}/lever", {}).status_code == 303
    assert desk.submit(f"{page}/lever", {}).status_code == 422
