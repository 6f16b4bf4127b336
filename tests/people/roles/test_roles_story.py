"""Roles: an administrator gives one and takes it back; it counts from the next request on, for open sessions too."""

import re

import pytest

from tests.support.browsers import Browser
from tests.support.clients import Caller, HouseUnderTest
from tests.support.doors import Someone, someone
from tests.support.inside import read
from tierslieu.basics.ids import show
from tierslieu.people.audit.queries import about_person, broken_at
from tierslieu.people.roles.queries import grants_of, held_by, roles_of
from tierslieu.people.roles.rules import Held

DAY = 86_400


def browser_of(house: HouseUnderTest, one: Someone) -> Browser:
    browser = Browser(house)
    browser.cookies["session"] = one.token
    return browser


def give(browser: Browser, person_id: int, role: str, place: str = "", last_day: str = "") -> int:
    page = f"/personnes/{show(person_id)}/roles"
    assert browser.get(page).status_code == 200
    return browser.submit(page, {"role": role, "place": place, "last_day": last_day}).status_code


def take(browser: Browser, person_id: int, number: int = 0) -> int:
    page = f"/personnes/{show(person_id)}/roles"
    targets = re.findall(r'action="([^"]+/retirer)"', browser.get(page).text)
    return browser.submit(targets[number], {}).status_code


def test_a_role_counts_from_the_next_request_on(nugue: HouseUnderTest) -> None:
    admin, other = browser_of(nugue, someone(nugue, "administrator")), someone(nugue, "member", name="Autre")
    caller = Caller(nugue.client, other.token)
    assert caller.get("/fablab/file").status_code == 403
    assert give(admin, other.id, "fab_manager") == 303
    assert caller.get("/fablab/file").status_code == 200
    assert set(read(nugue, roles_of, other.id)) == {"member", "fab_manager"}
    page = admin.get(f"/personnes/{show(other.id)}/roles").text
    assert "Responsable du FabLab" in page
    assert "Essai Autre" in page
    names = [one.role for one in read(nugue, grants_of, other.id)]
    assert take(admin, other.id, names.index("fab_manager")) == 303
    assert caller.get("/fablab/file").status_code == 403


def test_a_role_with_a_last_day_ends_by_itself(nugue: HouseUnderTest) -> None:
    admin, other = browser_of(nugue, someone(nugue, "administrator")), someone(nugue, "member", "technician")
    caller = Caller(nugue.client, other.token)
    assert give(admin, other.id, "receptionist", last_day="2026-11-24") == 303
    nugue.is_at("2026-11-24T08:20")
    assert caller.get("/accueil").status_code == 200
    assert "mardi 24 novembre 2026" in admin.get(f"/personnes/{show(other.id)}/roles").text
    nugue.is_at("2026-11-25T00:00")
    assert read(nugue, roles_of, other.id) == ("member", "technician")
    fresh = someone(nugue, "administrator")
    assert "fini" in browser_of(nugue, fresh).get(f"/personnes/{show(other.id)}/roles").text


def test_giving_again_changes_the_end_and_makes_no_second_role(nugue: HouseUnderTest) -> None:
    admin, other = browser_of(nugue, someone(nugue, "administrator")), someone(nugue, "member")
    assert give(admin, other.id, "accountant", last_day="2026-12-01") == 303
    assert give(admin, other.id, "accountant") == 303
    found = [one for one in read(nugue, grants_of, other.id) if one.role == "accountant"]
    assert [one.ends_at for one in found] == [None]


def test_a_role_of_a_place_is_written_with_it(nugue: HouseUnderTest) -> None:
    admin, other = browser_of(nugue, someone(nugue, "administrator")), someone(nugue, "member")
    assert give(admin, other.id, "trainer", "kind:printer_3d") == 303
    assert give(admin, other.id, "trainer", "machine:p3d-1") == 303
    assert Held("trainer", "machine:p3d-1") in read(nugue, held_by, other.id)
    assert read(nugue, roles_of, other.id) == ("member", "trainer")


def test_what_was_done_is_in_the_audit_log_without_names(nugue: HouseUnderTest) -> None:
    boss = someone(nugue, "administrator")
    admin, other = browser_of(nugue, boss), someone(nugue, "member", name="Confidentielle")
    give(admin, other.id, "trainer", "kind:printer_3d")
    take(admin, other.id, 1)
    entries = [one for one in read(nugue, about_person, other.id) if one.act.startswith("roles.")]
    assert [(one.act, one.about) for one in entries] == [
        ("roles.withdraw", "trainer@kind:printer_3d"),
        ("roles.grant", "trainer@kind:printer_3d"),
    ]
    assert {one.by for one in entries} == {f"person:{boss.id:x}"}
    assert "Confidentielle" not in "".join(one.facts for one in entries)
    assert read(nugue, broken_at) is None


def test_the_table_of_roles_says_who_may_do_what(quick_nugue: HouseUnderTest) -> None:
    browser = browser_of(quick_nugue, someone(quick_nugue, "receptionist"))
    whole = browser.get("/roles").text
    assert "Accorder ou refuser les demandes de réservation" in whole
    assert "Responsable d’espace (pour ses espaces)" in whole
    assert "Qui a quel rôle" not in whole
    one = browser.get("/roles?role=technician").text
    assert "Mettre une machine hors service" in one
    assert "Réserver pour soi" not in one
    manager = browser.get("/roles?role=resource_manager").text
    assert "Ce rôle se donne pour ses espaces, jamais partout." in manager
    assert browser.get("/roles?role=king").status_code == 404


def test_who_holds_what_is_listed_for_administrators(nugue: HouseUnderTest) -> None:
    admin, other = browser_of(nugue, someone(nugue, "administrator")), someone(nugue, "member", name="Zélie")
    assert "Zélie" not in admin.get("/roles/personnes").text
    give(admin, other.id, "resource_manager", "space:grande-salle")
    page = admin.get("/roles/personnes").text
    assert "Essai Zélie" in page
    assert "espace grande-salle" in page
    assert "Essai Zélie" in admin.get("/roles/personnes?role=resource_manager").text
    assert "Essai Zélie" not in admin.get("/roles/personnes?role=accountant").text


def test_a_long_list_goes_on_from_page_to_page(quick_nugue: HouseUnderTest) -> None:
    for number in range(60):
        someone(quick_nugue, "facilitator", name=f"Numéro {number:02d}")
    admin = browser_of(quick_nugue, someone(quick_nugue, "administrator"))
    first = admin.get("/roles/personnes?role=facilitator").text
    following = re.search(r'href="(/roles/personnes\?[^"]*after=[^"]+)"', first)
    assert following
    second = admin.get(following[1].replace("&amp;", "&")).text
    seen = re.findall(r"Numéro \d\d", first) + re.findall(r"Numéro \d\d", second)
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("role", ["member", "receptionist", "site_administrator@site:oasis"])
def test_only_administrators_give_roles(quick_nugue: HouseUnderTest, role: str) -> None:
    who, other = someone(quick_nugue, role), someone(quick_nugue, "member")
    caller = Caller(quick_nugue.client, who.token)
    for path in ("/roles/personnes", f"/personnes/{show(other.id)}/roles"):
        assert caller.get(path).status_code == 403
