"""The code on a door: this very place, now. It shows, offers, and grants nothing by itself."""

import re

import pypdfium2
import zxingcpp

from tests.reservations.presence.rooms import reserved, state
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.reservations.presence import actions, queries
from tierslieu.venue.queries import venue

DAY = "2026-11-24T"
FORM = re.compile(r'name="start" value="(\d+)"><input type="hidden" name="end" value="(\d+)"')

LEAVE = re.compile(r"/mes-reservations/\w{13}/depart")


def code_of(house: HouseUnderTest, key: str) -> str:
    """The code in force of a resource."""
    write(house, actions.make_codes)
    resource = read(house, venue).resource(key)
    return read(house, queries.codes)[resource.id][0]


def test_who_has_reserved_says_that_they_are_here(nugue: HouseUnderTest) -> None:
    code = code_of(nugue, "bureau-1")
    sofia = nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    nugue.is_at(DAY + "09:50")
    phone = Browser(nugue)
    stranger = phone.get(f"/ici/{code}")
    assert stranger.status_code == 200
    assert f"/connexion?next=/ici/{code}" in stranger.text
    phone.sign_in()
    page = phone.get(f"/ici/{code}")
    assert "Je suis là" in page.text
    assert state(sofia, mine) == "confirmed"
    assert phone.submit(f"/ici/{code}/arrivee", {}).status_code == 303
    assert state(sofia, mine) == "checked_in"
    assert phone.submit(f"/ici/{code}/arrivee", {}).status_code == 422
    assert phone.submit(f"/ici/{code}/depart", {"reservation": mine}).status_code == 303
    assert state(sofia, mine) == "finished"


def test_a_free_place_is_taken_in_one_tap(nugue: HouseUnderTest) -> None:
    code = code_of(nugue, "bureau-1")
    nugue.is_at(DAY + "10:10")
    phone = Browser(nugue)
    phone.sign_in()
    page = phone.get(f"/ici/{code}")
    assert "Libre jusqu’à" in page.text.replace("\u00a0", " ")
    start, end = FORM.findall(page.text)[0]
    answer = phone.submit(f"/ici/{code}/reserver", {"start": start, "end": end})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ici/{code}")
    after = phone.get(f"/ici/{code}").text
    assert "Je pars" in after
    assert 'name="start"' not in after
    other = Browser(nugue)
    other.sign_in(OTHER_MEMBER)
    assert "Occupé jusqu’à" in other.get(f"/ici/{code}").text.replace("\u00a0", " ")
    late = other.submit(f"/ici/{code}/reserver", {"start": start, "end": end})
    assert late.status_code == 409
    assert "Ce n’est pas possible" in late.text


def test_every_time_a_code_offers_is_accepted(quick_nugue: HouseUnderTest) -> None:
    phone = Browser(quick_nugue)
    phone.sign_in()
    for which in (0, -1):
        for day in ("2026-11-24T", "2026-11-25T"):
            for moment, key in (("09:10", "D01"), ("11:59", "bureau-1"), ("14:10", "visio-1"), ("15:45", "coworking")):
                code = code_of(quick_nugue, key)
                quick_nugue.is_at(day + moment)
                offers = FORM.findall(phone.get(f"/ici/{code}").text)
                if offers:
                    start, end = offers[which]
                    answer = phone.submit(f"/ici/{code}/reserver", {"start": start, "end": end})
                    assert answer.status_code == 303, answer.text
                    leaving = LEAVE.search(phone.get(f"/ici/{code}").text)
                    assert leaving is not None
                    assert phone.submit(leaving[0], {}).status_code == 303


def test_a_replaced_code_leads_nowhere(quick_nugue: HouseUnderTest) -> None:
    code = code_of(quick_nugue, "bureau-1")
    claire = Browser(quick_nugue)
    claire.sign_in(RECEPTION)
    assert f"/ici/{code}" in claire.get("/accueil/codes").text
    assert claire.submit("/accueil/codes/bureau-1/renouveler", {}).status_code == 303
    assert quick_nugue.stranger.get(f"/ici/{code}").status_code == 404
    assert quick_nugue.stranger.get("/ici/bureau-1").status_code == 404
    assert quick_nugue.stranger.get(f"/ici/{code_of(quick_nugue, 'bureau-1')}").status_code == 200
    assert claire.submit("/accueil/codes/nulle-part/renouveler", {}).status_code == 404


def test_looking_grants_nothing(quick_nugue: HouseUnderTest) -> None:
    code = code_of(quick_nugue, "bureau-1")
    sofia = quick_nugue.sign_in(MEMBER)
    mine = reserved(sofia, "bureau-1", DAY + "10:00", DAY + "12:00")
    quick_nugue.is_at(DAY + "10:00")
    for path in (f"/ici/{code}/arrivee", f"/ici/{code}/reserver"):
        assert sofia.get(path).status_code == 405
    assert state(sofia, mine) == "confirmed"
    forged = Browser(quick_nugue)
    forged.sign_in()
    assert forged.submit(f"/ici/{code}/arrivee", {}, token="").status_code == 403
    forged.get(f"/ici/{code}")
    assert forged.submit(f"/ici/{code}/reserver", {"start": "x", "end": "2"}).status_code == 422


def test_staff_print_the_labels(quick_nugue: HouseUnderTest) -> None:
    claire = Browser(quick_nugue)
    claire.sign_in(RECEPTION)
    assert "Imprimer toutes les étiquettes" in claire.get("/accueil/codes").text
    assert claire.submit("/accueil/codes", {}).status_code == 303
    answer = claire.get("/accueil/codes/etiquettes.pdf?espace=D01&espace=bureau-1")
    assert answer.headers["content-type"] == "application/pdf"
    page = pypdfium2.PdfDocument(answer.content)[0].render(scale=3).to_pil()
    found = {one.text.partition("/ici/")[2] for one in zxingcpp.read_barcodes(page)}
    assert found == {code_of(quick_nugue, "D01"), code_of(quick_nugue, "bureau-1")}
