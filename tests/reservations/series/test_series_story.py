"""A resident repeats a reservation, through the pages and without any script."""

import re
from html import unescape

import pytest

from tests.people.messages.telling import letters
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, run_jobs
from tierslieu.basics.ids import show
from tierslieu.people.signin.queries import account

FORM = {
    "resource": "visio-1",
    "date": "2026-11-25",
    "from": "10:00",
    "to": "12:00",
    "people": "2",
    "repeat": "weekly",
    "count": "4",
    "title": "Club lecture",
}
BOX = re.compile(r'name="(d20[0-9-]+)" type="checkbox" value="([^"]+)"')
PLACE = re.compile(r'href="(/series/[0-9A-Z]{13}/modifier\?day=[0-9-]+)"')


@pytest.fixture
def sofia(nugue: HouseUnderTest) -> Browser:
    browser = Browser(nugue)
    browser.sign_in(MEMBER)
    return browser


def boxes(text: str) -> dict[str, str]:
    """The free dates of a page, as its form sends them."""
    return {name: unescape(value) for name, value in BOX.findall(text)}


def test_repeat_see_change_and_cancel(nugue: HouseUnderTest, sofia: Browser) -> None:
    desk = nugue.sign_in(RECEPTION)
    assert desk.reserve("visio-1", "2026-12-02T11:00", "2026-12-02T13:00").status_code == 201
    form = sofia.get("/series/nouvelle?resource=visio-1&date=2026-11-25&from=10:00&to=12:00")
    assert 'value="10:00"' in form.text
    tried = sofia.submit("/series/apercu", FORM)
    assert "3 dates libres sur 4" in tried.text
    assert "Ce créneau est déjà pris" in tried.text
    assert "à la même heure" in tried.text or "aux mêmes heures" in tried.text
    assert len(boxes(tried.text)) == 3
    made = sofia.submit("/series", {**FORM, **boxes(tried.text)})
    assert made.status_code == 303, made.text
    place = made.headers["location"].partition("?")[0]
    shown = sofia.get(place + "?fait=made").text
    assert "Club lecture" in shown
    assert "À venir" in shown
    assert "(3)" in shown
    assert "Pas réservées" in shown
    run_jobs(nugue)
    (letter,) = [one for one in letters(nugue) if one.to == MEMBER]
    assert letter.text.count("10\u00a0h") == 3
    first = re.search(r'href="(/mes-reservations/[0-9A-Z]{13})"', shown)
    assert first is not None
    alone = sofia.get(first[1]).text
    assert "chaque semaine, le mercredi" in alone
    assert place in alone
    page = sofia.get(PLACE.findall(shown)[1])
    assert "Cette date et les suivantes" in page.text
    day = unescape(PLACE.findall(shown)[1]).partition("day=")[2]
    wish = {"scope": "following", "day": day, "from": "14:00", "to": "16:00", "resource": "visio-1", "title": "Club"}
    changed = sofia.submit(f"{place}/modifier", wish)
    assert changed.status_code == 303, changed.text
    other = changed.headers["location"].partition("?")[0]
    assert other != place
    assert "Voir les dates d’avant" in sofia.get(other).text
    gone = sofia.submit(f"{other}/annuler", {"scope": "all", "day": ""})
    assert gone.headers["location"] == f"{other}?fait=cancelled"
    assert "Aucune date à venir" in sofia.get(other).text
    assert "En cours" in sofia.get("/series").text


def test_what_is_typed_wrong_is_said_and_kept(quick_nugue: HouseUnderTest) -> None:
    sofia = Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    sofia.get("/series/nouvelle")
    for wrong, text in (
        ({"from": "25:00"}, "Ce texte n’a pas la forme attendue"),
        ({"count": "61"}, "Ce nombre est trop grand"),
        ({"date": "2026-02-30"}, "Cette date n’existe pas"),
        ({"until": "2029-01-01"}, "Une répétition compte au plus 60 dates"),
        ({"to": "09:00"}, "L’heure de fin doit venir après"),
        ({"resource": "nowhere"}, "Cet espace n’existe pas"),
    ):
        answer = sofia.submit("/series/apercu", {**FORM, **wrong})
        assert answer.status_code == 422, (wrong, answer.text)
        assert text in unescape(answer.text)
        assert "Club lecture" in answer.text
    for picks in ({}, {"d2026-11-25": ""}, {"d2026-11-26": "visio-1|2026-11-26|10:00|12:00"}):
        answer = sofia.submit("/series", {**FORM, **picks})
        assert answer.status_code in (400, 422), answer.text
    for value in ("x", "visio-1|2026-11-25|12:00|10:00", "visio-1|2026-02-30|10:00|12:00"):
        assert sofia.submit("/series", {**FORM, "d2026-11-25": value}).status_code in (400, 422)
    assert "Aucune réservation répétée" in sofia.get("/series").text


def test_a_date_taken_meanwhile_is_listed(quick_nugue: HouseUnderTest) -> None:
    """Between the preview and the button somebody else was quicker: the rest is had, that date is to be treated."""
    sofia = Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    sofia.get("/series/nouvelle")
    ticked = boxes(sofia.submit("/series/apercu", FORM).text)
    desk = quick_nugue.sign_in(RECEPTION)
    desk.reserve("visio-1", "2026-12-02T10:00", "2026-12-02T12:00")
    made = sofia.submit("/series", {**FORM, **ticked})
    page = sofia.get(made.headers["location"]).text
    assert len(PLACE.findall(page)) == 3
    assert "Ce créneau est déjà pris" in page
    instead = re.search(r'<option value="(visio-1[^"]+)">', page)
    assert instead is not None
    place = made.headers["location"].partition("?")[0]
    added = sofia.submit(f"{place}/dates", {"d2026-12-02": unescape(instead[1])})
    assert added.headers["location"] == f"{place}?fait=added"
    assert len(PLACE.findall(sofia.get(place).text)) == 4


def test_staff_repeat_for_somebody(quick_nugue: HouseUnderTest) -> None:
    """The desk passes over the limit of reservations to come, says why, and sees it all on the person's page."""
    person = read(quick_nugue, account, MEMBER)
    assert person is not None
    claire = Browser(quick_nugue)
    claire.sign_in(RECEPTION)
    form = claire.get(f"/series/nouvelle?pour={show(person.id)}").text
    assert "Sofia Moreau" in form
    assert "Passer outre les règles" in form
    wish = {**FORM, "count": "8", "pour": show(person.id), "exception": "arranged"}
    tried = claire.submit("/series/apercu", wish).text
    ticked = {name: value for name, value in boxes(tried).items() if name != "d2026-12-30"}
    assert len(ticked) == 7
    assert "Libre, mais le lieu est fermé" in tried
    made = claire.submit("/series", {**wish, **ticked})
    page = claire.get(made.headers["location"])
    assert "Vous agissez pour Sofia Moreau" in page.text
    place = made.headers["location"].partition("?")[0]
    anyway = {"d2026-12-30": "visio-1|2026-12-30|10:00|12:00"}
    assert "Réserver quand même" in page.text
    assert claire.submit(f"{place}/dates", anyway).status_code == 422
    assert claire.submit(f"{place}/dates", {**anyway, "exception": "event"}).status_code == 303
    assert "Réservations répétées" in claire.get(f"/personnes/{show(person.id)}").text
    thomas = Browser(quick_nugue)
    thomas.sign_in(OTHER_MEMBER)
    assert thomas.get(made.headers["location"]).status_code == 404
    assert thomas.get(f"/series?pour={show(person.id)}").status_code == 403
    assert thomas.get("/series/a-garder").status_code == 403
