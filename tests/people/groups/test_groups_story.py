"""Groups through their pages: create, add by search, print, export, import a list in two steps."""

import re
from typing import Any

import pytest

from tests.people.groups.sheets import cell, ods, row
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.ids import show
from tierslieu.people.audit.queries import newest
from tierslieu.people.groups import queries
from tierslieu.people.groups.actions import GroupFacts, create_group
from tierslieu.people.groups.queries import Group, Member
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.queries import by_key
from tierslieu.people.relations.queries import is_minor

LIST = "prénom;nom;année de naissance;courriel;téléphone\n"
ONE_ID = re.compile(r"/groupes/([0-9A-Z]{13})$")
IMPORT_ID = re.compile(r"/importer/([0-9A-Z]{13})$")


@pytest.fixture
def claire(nugue: HouseUnderTest) -> Browser:
    """The receptionist at her screen."""
    browser = Browser(nugue)
    browser.sign_in(RECEPTION)
    return browser


def new_group(house: HouseUnderTest, **facts: Any) -> int:
    group_id = write(house, create_group, GroupFacts(**{"kind": "association", "name": "Club photo", **facts}))
    assert isinstance(group_id, int)
    return group_id


def members(house: HouseUnderTest, group_id: int) -> list[Member]:
    return read(house, queries.all_members, group_id)


def names(house: HouseUnderTest, group_id: int) -> list[str]:
    return [one.name for one in members(house, group_id)]


def send(browser: Browser, group_id: int, data: bytes | str, name: str = "liste.csv") -> Any:
    """Upload a list; returns the answer."""
    path = f"/groupes/{show(group_id)}/importer"
    browser.get(path)
    body = data.encode() if isinstance(data, str) else data
    return browser.send("POST", path, data={"_csrf": browser.token}, files={"file": (name, body)})


def preview(browser: Browser, group_id: int, data: bytes | str, name: str = "liste.csv") -> str:
    """Upload a good list; returns the address of its preview."""
    answer = send(browser, group_id, data, name)
    assert answer.status_code == 303, answer.text
    address = str(answer.headers["location"])
    assert IMPORT_ID.search(address)
    return address


def test_a_class_is_a_headcount_without_names(nugue: HouseUnderTest, claire: Browser) -> None:
    claire.get("/groupes")
    fields = {"kind": "school_class", "name": "CM1-CM2 de l’école du Parc", "levels": "CM1 : 12\nCM2 : 14"}
    answer = claire.submit("/groupes", {**fields, "school_year": "2026", "place": "École du Parc"})
    found = ONE_ID.search(answer.headers["location"])
    assert found is not None
    page = claire.get(answer.headers["location"]).text
    assert "26 personnes" in page.replace("\xa0", " ")
    assert "14 élèves" in page.replace("\xa0", " ")
    assert "CM1-CM2" in claire.get("/groupes").text


def test_a_form_that_is_wrong_comes_back_with_what_was_typed(nugue: HouseUnderTest, claire: Browser) -> None:
    claire.get("/groupes")
    wrong = {"kind": "association", "name": "", "levels": "CM2 quatorze", "ends_on": "2026-02-30", "headcount": "-1"}
    answer = claire.submit("/groupes", {**wrong, "place": "Salle des fêtes"})
    assert answer.status_code == 422
    for text in ("Salle des fêtes", "CM2 quatorze", 'id="name-error"', 'id="levels-error"', 'id="headcount-error"'):
        assert text in answer.text
    wrong = {"kind": "association", "name": "A", "starts_on": "2026-09-02", "ends_on": "2026-09-01"}
    assert 'id="ends_on-error"' in claire.submit("/groupes", wrong).text


def test_somebody_is_found_added_named_contact_and_removed(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    address, monique = f"/groupes/{show(group_id)}", read(nugue, by_key, "u01")
    assert monique is not None
    assert show(monique.id) in claire.get(f"{address}?q=lefev").text
    assert claire.submit(f"{address}/membres", {"person": show(monique.id)}).status_code == 303
    assert names(nugue, group_id) == ["Monique Lefèvre"]
    again = claire.submit(f"{address}/membres", {"person": show(monique.id)})
    assert again.status_code == 422
    assert "déjà dans le groupe" in again.text
    assert claire.submit(f"{address}/contact", {"person": show(monique.id)}).status_code == 303
    assert "Contact" in claire.get(address).text
    paper = claire.get(f"{address}/liste").text
    assert "Monique Lefèvre" in paper
    assert "sans téléphone" in paper
    (member,) = members(nugue, group_id)
    assert claire.submit(f"{address}/membres/{show(member.id)}/retrait", {}).status_code == 303
    assert names(nugue, group_id) == []
    assert claire.submit(f"{address}/membres/{show(member.id)}/retrait", {}).status_code == 404


def test_the_export_is_for_spreadsheets_and_is_noted(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    preview_at = preview(claire, group_id, LIST + "Zoé;Lefèvre-Roy;1948;;0639980101\n")
    claire.get(preview_at)
    claire.submit(preview_at, {})
    claire.get(f"/groupes/{show(group_id)}")
    answer = claire.submit(f"/groupes/{show(group_id)}/export", {})
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert '"Lefèvre-Roy";"Zoé";"1948";"06\xa039\xa098\xa001\xa001"' in answer.text
    assert read(nugue, newest)[0].act == "groups.export"


def test_an_import_is_looked_at_then_done_once(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    text = LIST + "Zoé;Inconnue;1990;zoe@example.org;06 39 98 01 01\nMonique;LEFEVRE;1948;;\n"
    address = preview(claire, group_id, text)
    page = claire.get(address).text
    assert names(nugue, group_id) == []
    assert "2 lignes prêtes" in page.replace("\xa0", " ")
    monique = read(nugue, by_key, "u01")
    assert monique is not None
    assert re.search(rf'value="{show(monique.id)}" checked', page)
    done = claire.submit(address, {"line-3": show(monique.id)})
    assert done.status_code == 200, done.text
    assert "1 nouvelle personne" in done.text.replace("\xa0", " ")
    assert sorted(names(nugue, group_id)) == ["Monique Lefèvre", "Zoé Inconnue"]
    assert {one.person_id for one in members(nugue, group_id)} > {monique.id}
    twice = claire.submit(address, {"line-3": show(monique.id)})
    assert twice.status_code == 404
    assert "déjà importée" in twice.text
    assert len(members(nugue, group_id)) == 2


def test_the_same_file_again_changes_nothing(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    text = "prénom;nom\nZoé;Inconnue\nMina;Nouvelle\n"
    for expected in ("2 nouvelles personnes", "2 personnes y étaient déjà"):
        address = preview(claire, group_id, text)
        page = claire.get(address).text
        choices = dict(re.findall(r'name="(line-\d+)" value="([^"]+)" checked', page))
        assert expected in claire.submit(address, choices).text.replace("\xa0", " ")
    assert len(members(nugue, group_id)) == 2


def test_nothing_is_imported_while_a_line_is_wrong_unless_that_is_chosen(
    nugue: HouseUnderTest, claire: Browser
) -> None:
    group_id = new_group(nugue)
    text = LIST + "Zoé;Inconnue;1990;;\nTom;;2010;;\nMina;Autre;2050;;\nLuc;Tiers;;claire@example.org;\n"
    address = preview(claire, group_id, text)
    page = claire.get(address).text.replace("\xa0", " ")
    assert "3 lignes à corriger" in page
    for number in (3, 4, 5):
        assert f"Ligne {number}" in page
    refused = claire.submit(address, {})
    assert refused.status_code == 422
    assert names(nugue, group_id) == []
    assert claire.submit(address, {"skip": "1"}).status_code == 200
    assert names(nugue, group_id) == ["Zoé Inconnue"]


def test_an_address_taken_in_the_meantime_stops_the_whole_import(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    address = preview(claire, group_id, LIST + "Zoé;Inconnue;1990;;\nTom;Autre;1990;tom@example.org;\n")
    claire.get(address)
    write(nugue, create_person, "Rose", "Tierce", email="tom@example.org")
    answer = claire.submit(address, {})
    assert answer.status_code == 409
    assert names(nugue, group_id) == []
    assert claire.get(address).status_code == 200


def test_a_preview_belongs_to_its_staff_and_lives_an_hour(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    address = preview(claire, group_id, "prénom;nom\nZoé;Inconnue\n")
    lucie = Browser(nugue)
    lucie.sign_in("lucie@example.org")
    assert lucie.get(address).status_code == 404
    assert lucie.submit(address, {}).status_code == 404
    for _ in range(3):  # her session stays open while she works
        nugue.clock.instant += 1199
        claire.get("/groupes")
    assert claire.get(address).status_code == 200
    nugue.clock.instant += 3
    assert claire.get(address).status_code == 404
    assert claire.submit(address, {}).status_code == 404
    assert names(nugue, group_id) == []
    run_jobs(nugue)
    assert read(nugue, _waiting_files) == 0


def _waiting_files(reader: Any) -> int:
    from sqlalchemy import func, select

    from tierslieu.infra.statements import Query, table_of
    from tierslieu.people.groups.tables import GroupImport

    counted: Query[tuple[int]] = Query(select(func.count()).select_from(table_of(GroupImport)))
    return int(reader.row(counted)[0])


def test_an_ods_file_goes_the_same_way(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    head = row(cell("Prénom"), cell("Nom"), cell("Naissance"))
    data = ods(head, row(cell("Zoé"), cell("Inconnue"), cell("1 990", value_type="float", value="1990")))
    address = preview(claire, group_id, data, "liste.ods")
    claire.get(address)
    assert claire.submit(address, {}).status_code == 200
    assert [(one.name, one.birth_year) for one in members(nugue, group_id)] == [("Zoé Inconnue", 1990)]


def test_files_that_cannot_be_used_are_explained(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    for name, data, said in (
        ("liste.xlsx", b"PK", ".ods ou .csv"),
        ("liste.csv", b'prenom;nom\n"Ana;Roy\n', "guillemet"),
        ("liste.csv", b"a;b\n1;2\n", "colonnes"),
        ("liste.csv", b"", "vide"),
    ):
        answer = send(claire, group_id, data, name)
        assert answer.status_code == 422, name
        assert said in answer.text
    claire.get(f"/groupes/{show(group_id)}/importer")
    assert claire.submit(f"/groupes/{show(group_id)}/importer", {}).status_code == 422


def test_pupils_without_a_birth_year_are_minors(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue, kind="school_class", name="6e B")
    address = preview(claire, group_id, "prénom;nom\nZoé;Inconnue\n")
    claire.get(address)
    claire.submit(address, {})
    (pupil,) = members(nugue, group_id)
    assert read(nugue, is_minor, pupil.person_id, nugue.clock.instant)


def test_a_closed_group_takes_nobody(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    address = f"/groupes/{show(group_id)}"
    claire.get(address)
    assert claire.submit(f"{address}/fermeture", {}).status_code == 303
    assert claire.submit(f"{address}/fermeture", {}).status_code == 422
    monique = read(nugue, by_key, "u01")
    assert monique is not None
    assert claire.submit(f"{address}/membres", {"person": show(monique.id)}).status_code == 422
    assert send(claire, group_id, "prénom;nom\nA;B\n").status_code == 422
    found: Group = read(nugue, queries.group, group_id)
    assert found.closed_at is not None


def test_a_message_to_all_goes_to_each(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    for key in ("u03", "u05"):
        person = read(nugue, by_key, key)
        assert person is not None
        claire.get(f"/groupes/{show(group_id)}")
        claire.submit(f"/groupes/{show(group_id)}/membres", {"person": show(person.id)})
    claire.get(f"/groupes/{show(group_id)}")
    path = f"/groupes/{show(group_id)}/message"
    assert claire.submit(path, {"text": ""}).status_code == 422
    assert claire.submit(path, {"text": "Rendez-vous jeudi."}).headers["location"].endswith("sent=2#message")


def test_members_see_no_group_page(nugue: HouseUnderTest) -> None:
    group_id = new_group(nugue)
    caller = nugue.sign_in(MEMBER)
    for path in ("/groupes", f"/groupes/{show(group_id)}", "/groupes/modele.csv"):
        assert caller.get(path, follow_redirects=False).status_code == 403


def test_strange_addresses_are_not_found(nugue: HouseUnderTest, claire: Browser) -> None:
    group_id = new_group(nugue)
    assert claire.get("/groupes/0000000000001").status_code == 404
    assert claire.get("/groupes/xx").status_code in (404, 422)
    assert claire.get(f"/groupes/{show(group_id)}/importer/0000000000001").status_code == 404
    assert claire.get(f"/groupes/{show(group_id)}?q=%01%25_").status_code == 200
    for path in ("/groupes/modele.csv", "/groupes/modele.ods"):
        assert claire.get(path).status_code == 200
