"""Families through their pages: links, ages, consents, a guardian who acts, rules for minors at reservation."""

from typing import Any

import pytest

from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import show
from tierslieu.people.audit.queries import about_person
from tierslieu.people.families.queries import has_consent
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.queries import by_key
from tierslieu.people.relations.actions import Bond, link, note_standing
from tierslieu.people.relations.queries import is_minor, links_of, may_act_for, receivers_of

KARINE, NATHALIE = "karine.martin@example.org", "nathalie.rousseau@example.org"


def id_of(house: HouseUnderTest, key: str) -> int:
    found = read(house, by_key, key)
    assert found is not None
    return found.id


@pytest.fixture
def claire(nugue: HouseUnderTest) -> Browser:
    """The receptionist at her screen."""
    browser = Browser(nugue)
    browser.sign_in(RECEPTION)
    return browser


@pytest.fixture
def karine(nugue: HouseUnderTest) -> Browser:
    """The mother of Hugo (u08) and Léa (u10), at home."""
    browser = Browser(nugue)
    browser.sign_in(KARINE)
    return browser


def now(house: HouseUnderTest) -> int:
    return house.clock.instant


def reserve(caller: Caller, key: str, start: str, end: str, person: int) -> Any:
    return caller.reserve(key, start, end, person=show(person))


WEDNESDAY = ("2026-11-25T14:00", "2026-11-25T15:00")


def test_the_desk_links_a_father_and_ends_it(nugue: HouseUnderTest, claire: Browser) -> None:
    hugo, pierre = id_of(nugue, "u08"), id_of(nugue, "u13")
    page = claire.get(f"/personnes/{show(hugo)}/proches?q=lambert").text
    assert show(pierre) in page
    fields = {"other": show(pierre), "way": "guardian", "kind": "parent", "may_act": "1", "receives": "1"}
    path = f"/personnes/{show(hugo)}/proches"
    assert claire.submit(path, fields).status_code == 303
    assert read(nugue, may_act_for, pierre, hugo, now(nugue))
    assert claire.submit(path, fields).status_code == 422
    assert read(nugue, receivers_of, hugo, now(nugue)) == (id_of(nugue, "u09"), pierre)
    made = next(one for one in read(nugue, links_of, hugo, now(nugue)) if one.guardian_id == pierre)
    claire.get(path)
    assert claire.submit(f"{path}/{show(made.id)}/fin", {}).status_code == 303
    assert not read(nugue, may_act_for, pierre, hugo, now(nugue))
    assert claire.submit(f"{path}/{show(made.id)}/fin", {}).status_code == 422
    assert {one.act for one in read(nugue, about_person, hugo)} >= {"relations.link", "relations.end"}


def test_links_that_may_not_be_are_explained(nugue: HouseUnderTest, claire: Browser) -> None:
    hugo, lea, sofia = (id_of(nugue, key) for key in ("u08", "u10", "u05"))
    for person, other, kind, said in (
        (hugo, lea, "parent", "mineure ne peut pas répondre"),
        (hugo, hugo, "parent", "elle-même"),
        (hugo, sofia, "relative", "est mineure"),
        (sofia, id_of(nugue, "u06"), "parent", "est majeure"),
    ):
        claire.get(f"/personnes/{show(person)}/proches")
        fields = {"other": show(other), "way": "guardian", "kind": kind}
        answer = claire.submit(f"/personnes/{show(person)}/proches", fields)
        assert answer.status_code == 422
        assert said in answer.text
    missing = claire.submit(f"/personnes/{show(hugo)}/proches", {"way": "guardian", "kind": "parent"})
    assert missing.status_code == 422


def test_relatives_of_adults_close_no_ring(nugue: HouseUnderTest) -> None:
    monique, brigitte, luc = (id_of(nugue, key) for key in ("u01", "u17", "u20"))
    write(nugue, link, Bond(monique, brigitte, "relative"))
    write(nugue, link, Bond(brigitte, luc, "carer"))
    with pytest.raises(Refused) as found:
        write(nugue, link, Bond(luc, monique, "relative"))
    assert [one.code for one in found.value.reasons] == ["guardian_ring"]
    assert read(nugue, receivers_of, monique, now(nugue)) == (brigitte,)


def test_nobody_has_more_than_four_guardians(nugue: HouseUnderTest) -> None:
    hugo = id_of(nugue, "u08")
    for key in ("u05", "u06", "u13"):
        write(nugue, link, Bond(hugo, id_of(nugue, key), "other"))
    with pytest.raises(Refused) as found:
        write(nugue, link, Bond(hugo, id_of(nugue, "u14"), "other"))
    assert [one.code for one in found.value.reasons] == ["too_many_guardians"]


def test_a_guardian_reserves_sees_and_cancels_for_the_child(nugue: HouseUnderTest, karine: Browser) -> None:
    hugo = id_of(nugue, "u08")
    caller = nugue.sign_in(KARINE)
    answer = reserve(caller, "D03", *WEDNESDAY, hugo)
    assert answer.status_code == 201, answer.text
    made = answer.json()["reservations"][0]["id"]
    assert show(hugo) in karine.get("/mon-espace").text
    page = karine.get(f"/mes-proches/{show(hugo)}")
    assert page.status_code == 200
    assert "Hugo Martin" in page.text
    assert f"/reserver?pour={show(hugo)}" in page.text
    assert caller.get(f"/api/v1/reservations/{made}").status_code == 200
    assert nugue.sign_in(MEMBER).get(f"/api/v1/reservations/{made}").status_code == 404
    his = f"/mes-reservations?pour={show(hugo)}"
    assert made in karine.get(his).text
    assert made not in karine.get("/mes-reservations").text
    done = karine.submit(f"/mes-reservations/{made}/annuler", {"pour": show(hugo)})
    assert (done.status_code, done.headers["location"]) == (303, his)
    assert caller.get(f"/api/v1/reservations/{made}").json()["state"] == "cancelled"


def test_the_reserve_page_acts_for_the_child(nugue: HouseUnderTest, karine: Browser) -> None:
    hugo = id_of(nugue, "u08")
    page = karine.get(f"/reserver?pour={show(hugo)}&date=2026-11-25&resource=D03&from=14:00&to=15:00")
    assert page.status_code == 200
    assert "Hugo Martin" in page.text
    fields = {"resource": "D03", "date": "2026-11-25", "from": "14:00", "to": "15:00", "people": "1"}
    assert karine.submit("/reservations", {**fields, "pour": show(hugo)}).status_code == 303
    nobody = Browser(nugue)
    nobody.sign_in(MEMBER)
    assert nobody.get(f"/reserver?pour={show(hugo)}").status_code == 403


def test_rights_of_a_guardian_end_by_themselves_on_the_first_of_january(nugue: HouseUnderTest) -> None:
    yanis, nathalie = id_of(nugue, "u11"), id_of(nugue, "u12")
    caller = nugue.sign_in(NATHALIE)
    assert reserve(caller, "D03", *WEDNESDAY, yanis).status_code == 201
    nugue.is_at("2027-12-31T23:59")
    assert read(nugue, may_act_for, nathalie, yanis, now(nugue))
    nugue.is_at("2028-01-01T00:00")
    assert not read(nugue, may_act_for, nathalie, yanis, now(nugue))
    assert read(nugue, receivers_of, yanis, now(nugue)) == (yanis,)
    caller = nugue.sign_in(NATHALIE)
    assert reserve(caller, "D03", "2028-01-04T17:00", "2028-01-04T18:00", yanis).status_code == 403
    browser = Browser(nugue)
    browser.sign_in(NATHALIE)
    assert browser.get(f"/mes-proches/{show(yanis)}").status_code == 404


def test_a_noted_majority_ends_them_at_once(nugue: HouseUnderTest, claire: Browser) -> None:
    young = write(nugue, create_person, "Nour", "Exemple", birth_year=2008)
    write(nugue, link, Bond(young, id_of(nugue, "u12"), "parent"))
    assert read(nugue, may_act_for, id_of(nugue, "u12"), young, now(nugue))
    path = f"/personnes/{show(young)}/proches"
    claire.get(path)
    assert claire.submit(f"{path}/majorite", {"note": "adult"}).status_code == 303
    assert not read(nugue, may_act_for, id_of(nugue, "u12"), young, now(nugue))
    hugo = f"/personnes/{show(id_of(nugue, 'u08'))}/proches"
    assert claire.submit(f"{hugo}/majorite", {"note": "adult"}).status_code == 422
    write(nugue, link, Bond(young, id_of(nugue, "u12"), "relative"))


def test_an_unknown_birth_year_may_be_noted_a_minor(nugue: HouseUnderTest) -> None:
    pupil = write(nugue, create_person, "Nour", "Exemple")
    assert not read(nugue, is_minor, pupil, now(nugue))
    write(nugue, note_standing, pupil, "minor")
    assert read(nugue, is_minor, pupil, now(nugue))
    write(nugue, note_standing, pupil, "adult")
    assert not read(nugue, is_minor, pupil, now(nugue))


def test_a_paper_is_noted_replaced_and_withdrawn(nugue: HouseUnderTest, claire: Browser) -> None:
    hugo, karine = id_of(nugue, "u08"), id_of(nugue, "u09")
    path = f"/personnes/{show(hugo)}/autorisations"
    assert not read(nugue, has_consent, hugo, "outing", now(nugue))
    claire.get(path)
    fields = {"signer": show(karine), "scope": "outing", "given_on": "2026-11-20", "until": "2027-08-31"}
    for _ in range(2):
        assert claire.submit(path, fields).status_code == 303
    assert read(nugue, has_consent, hugo, "outing", now(nugue))
    page = claire.get(path).text
    assert "papier signé vu par Claire" in page
    assert page.count("remplacée le") == 1
    which = page.split("/retrait")[0].rsplit("/", 1)[1]
    assert claire.submit(f"{path}/{which}/retrait", {}).status_code == 303
    assert not read(nugue, has_consent, hugo, "outing", now(nugue))
    assert claire.submit(f"{path}/{which}/retrait", {}).status_code == 422
    wrong = claire.submit(path, {**fields, "until": "2031-02-30", "given_on": "2026-11-20"})
    assert wrong.status_code == 422
    assert 'id="until-error"' in wrong.text
    assert claire.submit(path, {**fields, "signer": show(id_of(nugue, "u05"))}).status_code == 422


def test_a_picture_needs_both_parents(nugue: HouseUnderTest, claire: Browser) -> None:
    hugo, karine, pierre = (id_of(nugue, key) for key in ("u08", "u09", "u13"))
    write(nugue, link, Bond(hugo, pierre, "parent"))
    path = f"/personnes/{show(hugo)}/autorisations"
    claire.get(path)
    fields = {"scope": "photo_web", "given_on": "2026-11-20", "until": "2027-08-31"}
    claire.submit(path, {**fields, "signer": show(karine)})
    assert not read(nugue, has_consent, hugo, "photo_web", now(nugue))
    claire.submit(path, {**fields, "signer": show(pierre)})
    assert read(nugue, has_consent, hugo, "photo_web", now(nugue))


def test_a_guardian_agrees_and_takes_it_back_in_their_own_space(nugue: HouseUnderTest, karine: Browser) -> None:
    hugo, yanis = id_of(nugue, "u08"), id_of(nugue, "u11")
    path = f"/mes-proches/{show(hugo)}"
    karine.get(path)
    assert karine.submit(f"{path}/autorisations", {"scope": "outing"}).status_code == 303
    assert read(nugue, has_consent, hugo, "outing", now(nugue))
    page = karine.get(path).text
    which = page.split("/retrait")[0].rsplit("/", 1)[1]
    assert karine.submit(f"{path}/autorisations/{which}/retrait", {}).status_code == 303
    assert not read(nugue, has_consent, hugo, "outing", now(nugue))
    assert karine.submit(f"/mes-proches/{show(yanis)}/autorisations", {"scope": "outing"}).status_code == 404
    assert karine.submit(f"{path}/autorisations", {"scope": "account"}).status_code == 422
    assert karine.submit(f"{path}/autorisations", {"scope": "everything"}).status_code == 422
    other = Browser(nugue)
    other.sign_in(MEMBER)
    other.get("/mon-espace")
    assert other.submit(f"{path}/autorisations/{which}/retrait", {}).status_code == 404


def test_a_guardian_is_reminded_once_thirty_days_before(nugue: HouseUnderTest) -> None:
    def letters() -> list[Any]:
        return [one for one in nugue.house.mail.letters if "renouveler" in str(one.subject)]  # type: ignore[attr-defined]

    nugue.is_at("2027-07-31T10:00")
    run_jobs(nugue)
    assert letters() == []
    for moment in ("2027-08-02T10:00", "2027-08-03T10:00", "2027-08-04T10:00"):
        nugue.is_at(moment)
        run_jobs(nugue)
    assert len(letters()) == 5  # two for each child of Karine's, one for Yanis, who decides alone about his account


def test_a_minor_without_consent_or_outside_the_hours_reserves_nothing(nugue: HouseUnderTest) -> None:
    lea, karine = id_of(nugue, "u10"), nugue.sign_in(KARINE)
    morning = reserve(karine, "D03", "2026-11-26T09:00", "2026-11-26T10:00", lea)
    assert [one["code"] for one in morning.json()["reasons"]] == ["minor_outside_hours"]
    browser = Browser(nugue)
    browser.sign_in(RECEPTION)
    path = f"/personnes/{show(lea)}/autorisations"
    page = browser.get(path).text
    for which in {part.rsplit("/", 1)[1] for part in page.split("/retrait")[:-1]}:
        browser.submit(f"{path}/{which}/retrait", {})
    refused = reserve(karine, "D03", *WEDNESDAY, lea)
    assert [one["code"] for one in refused.json()["reasons"]] == ["minor_needs_consent"]
    desk = reserve(nugue.sign_in(RECEPTION), "D03", *WEDNESDAY, lea)
    assert [one["code"] for one in desk.json()["reasons"]] == ["minor_needs_consent"]


def test_staff_judge_hours_themselves(nugue: HouseUnderTest) -> None:
    answer = reserve(nugue.sign_in(RECEPTION), "D03", "2026-11-26T09:00", "2026-11-26T10:00", id_of(nugue, "u08"))
    assert answer.status_code == 201, answer.text


def test_the_laser_is_for_those_of_16_with_somebody(nugue: HouseUnderTest) -> None:
    hugo, yanis = id_of(nugue, "u08"), id_of(nugue, "u11")
    karine = nugue.sign_in(KARINE)
    found = reserve(karine, "laser-1", "2026-11-25T14:00", "2026-11-25T15:00", hugo).json()["reasons"]
    assert "minor_too_young" in {one["code"] for one in found}
    alone = nugue.sign_in("yanis.rousseau@example.org")
    found = reserve(alone, "laser-1", "2026-11-25T14:00", "2026-11-25T15:00", yanis).json()["reasons"]
    assert "minor_not_alone" in {one["code"] for one in found}
    found = reserve(nugue.sign_in(NATHALIE), "laser-1", "2026-11-25T14:00", "2026-11-25T15:00", yanis).json()
    assert "minor_not_alone" not in {one["code"] for one in found.get("reasons", [])}


def test_rules_are_written_on_their_page(nugue: HouseUnderTest, claire: Browser) -> None:
    page = claire.get("/regles-mineurs?target=laser-1").text
    assert 'value="16"' in page
    wrong = {"target": "laser-1", "min_age": "2", "school_from": "19:00", "school_to": "16:00", "free_from": "25:00"}
    answer = claire.submit("/regles-mineurs", wrong)
    assert answer.status_code == 422
    for field in ("min_age", "school_to", "free_from"):
        assert f'id="{field}-error"' in answer.text
    assert claire.submit("/regles-mineurs", {"target": "nowhere"}).status_code == 422
    assert claire.submit("/regles-mineurs", {"target": "visio-1", "min_age": "16"}).status_code == 303
    hugo = id_of(nugue, "u08")
    refused = reserve(nugue.sign_in(KARINE), "visio-1", *WEDNESDAY, hugo)
    assert [one["code"] for one in refused.json()["reasons"]] == ["minor_too_young"]
    assert claire.submit("/regles-mineurs", {"target": "visio-1"}).status_code == 303
    assert reserve(nugue.sign_in(KARINE), "visio-1", *WEDNESDAY, hugo).status_code == 201


def test_a_school_break_opens_the_morning(nugue: HouseUnderTest, claire: Browser) -> None:
    claire.get("/regles-mineurs")
    fields = {"name": "Pont", "first_day": "2026-11-26", "last_day": "2026-11-26"}
    assert claire.submit("/regles-mineurs/vacances", {**fields, "last_day": "2026-11-25"}).status_code == 422
    assert claire.submit("/regles-mineurs/vacances", fields).status_code == 303
    assert claire.submit("/regles-mineurs/vacances", fields).status_code == 422
    hugo = id_of(nugue, "u08")
    answer = reserve(nugue.sign_in(KARINE), "D03", "2026-11-26T09:00", "2026-11-26T10:00", hugo)
    assert answer.status_code == 201, answer.text


def test_doors_are_for_those_who_need_them(nugue: HouseUnderTest) -> None:
    hugo = show(id_of(nugue, "u08"))
    member = nugue.sign_in(MEMBER)
    for path in (f"/personnes/{hugo}/proches", f"/personnes/{hugo}/autorisations", "/regles-mineurs"):
        assert member.get(path, follow_redirects=False).status_code == 403
        assert nugue.sign_in(FAB_MANAGER).get(path).status_code == 200
    assert member.get(f"/mes-proches/{hugo}").status_code == 404
    assert nugue.sign_in(KARINE).get(f"/mes-proches/{show(id_of(nugue, 'u09'))}").status_code == 404
