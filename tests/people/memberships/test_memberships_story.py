"""At the desk and at home: plans posted for everybody, memberships sold, suspended, renewed; forms without script."""

import re

import pytest

from tests.people.memberships.desk import BOOK, MONTH, YEAR, person, plan, shown
from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, FAB_MANAGER, MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.ids import show
from tierslieu.people.audit.queries import about_person, newest
from tierslieu.people.memberships.categories.actions import remove_old
from tierslieu.people.memberships.categories.queries import history
from tierslieu.people.memberships.queries import of_person
from tierslieu.people.memberships.schemas import cents_of, day_of

HIDDEN = re.compile(r'<input type="hidden" name="(?!_csrf)(\w+)" value="([^"]*)">')
EURO = "\u00a0€"


def hidden(text: str) -> dict[str, str]:
    """What a page's forms send without being asked."""
    return dict(HIDDEN.findall(text))


@pytest.fixture
def desk(nugue: HouseUnderTest) -> Browser:
    """The receptionist's browser."""
    browser = Browser(nugue)
    browser.sign_in(RECEPTION)
    return browser


def text_of(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ")  # type: ignore[attr-defined]


def test_prices_are_posted_for_everybody(nugue: HouseUnderTest) -> None:
    visitor = Browser(nugue)
    page = visitor.get("/formules")
    assert page.status_code == 200
    text = text_of(page)
    for seen in (
        "Adhésion annuelle",
        "15 €",
        "gratuit",
        "non proposé",
        "n° 2025-DEMO",
        "à partir du vendredi 1er janvier",
    ):
        assert seen in text, seen
    assert "Changer" not in text
    assert "Nouvelle formule" not in text
    found = nugue.stranger.get("/api/v1/plans").json()
    year = next(one for one in found if one["key"] == YEAR)
    assert (year["prices"]["habitant"], year["unit"], year["is_renewable"]) == (1500, "year", True)


def test_the_desk_sells_after_showing_the_price(nugue: HouseUnderTest, desk: Browser) -> None:
    monique = shown(nugue, "u01")
    assert desk.get(f"/personnes/{monique}/adhesions/nouvelle").status_code == 200
    fields = {"plan": show(plan(nugue, YEAR)), "first": "24/11/2026", "free": ""}
    page = desk.submit(f"/personnes/{monique}/adhesions/prix", fields)
    assert page.status_code == 200
    text = text_of(page)
    assert "15 €, tarif « Habitant »" in text
    assert "Du mardi 24 novembre 2026 au mardi 23 novembre 2027, ce jour compris." in text
    assert read(nugue, of_person, person(nugue, "u01")) == []
    done = desk.submit(f"/personnes/{monique}/adhesions/nouvelle", hidden(page.text))
    assert (done.status_code, done.headers["location"]) == (303, f"/personnes/{monique}#memberships")
    again = desk.submit(f"/personnes/{monique}/adhesions/nouvelle", hidden(page.text))
    assert again.status_code == 422
    assert "a déjà « Adhésion annuelle" in text_of(again)
    assert "En cours" in text_of(desk.get(f"/personnes/{monique}"))
    acts = [one.act for one in read(nugue, about_person, person(nugue, "u01"))]
    assert "people.memberships.sell" in acts


def test_free_is_told_with_its_reason(nugue: HouseUnderTest, desk: Browser) -> None:
    monique = shown(nugue, "u01")
    desk.get(f"/personnes/{monique}/adhesions/nouvelle")
    fields = {"plan": show(plan(nugue, YEAR)), "first": "2026-11-24", "free": "volunteer"}
    page = desk.submit(f"/personnes/{monique}/adhesions/prix", fields)
    assert "gratuit, au lieu de 15 €" in text_of(page)
    desk.submit(f"/personnes/{monique}/adhesions/nouvelle", hidden(page.text))
    assert "Gratuit : Bénévole du lieu" in text_of(desk.get(f"/personnes/{monique}/adhesions"))


def test_a_pass_is_sold_and_used(nugue: HouseUnderTest, desk: Browser) -> None:
    monique = shown(nugue, "u01")
    desk.get(f"/personnes/{monique}/adhesions/nouvelle")
    page = desk.submit(
        f"/personnes/{monique}/adhesions/prix", {"plan": show(plan(nugue, BOOK)), "first": "2026-11-24", "free": ""}
    )
    assert "(10 demi-journées)" in text_of(page)
    assert "À utiliser jusqu’au mardi 23 novembre 2027." in text_of(page)
    assert desk.submit(f"/personnes/{monique}/adhesions/nouvelle", hidden(page.text)).status_code == 303
    form = desk.get(f"/personnes/{monique}/credits/retirer")
    use = {**hidden(form.text), "kind": "half_day", "amount": "3", "reason": "used"}
    assert desk.submit(f"/personnes/{monique}/credits/retirer", use).status_code == 303
    assert desk.submit(f"/personnes/{monique}/credits/retirer", use).status_code == 303
    page = desk.get(f"/personnes/{monique}/adhesions")
    assert "7 demi-journées" in text_of(desk.get(f"/personnes/{monique}"))
    assert "− 3 demi-journées" in text_of(page)
    undo = re.search(r'action="(/personnes/\w+/credits/\w+/annuler)"', page.text)
    assert undo is not None
    assert desk.submit(undo[1], {}).status_code == 303
    assert "10 demi-journées" in text_of(desk.get(f"/personnes/{monique}"))
    too_much = {**hidden(desk.get(f"/personnes/{monique}/credits/retirer").text), "kind": "half_day"}
    page = desk.submit(f"/personnes/{monique}/credits/retirer", {**too_much, "amount": "11", "reason": "used"})
    assert page.status_code == 422
    assert "il en faut 11, il en reste 10" in text_of(page)
    assert 'value="11"' in page.text
    assert 'href="/formules"' in page.text


def test_suspending_resuming_stopping(nugue: HouseUnderTest, desk: Browser) -> None:
    sofia = person(nugue, "u05")
    one = show(read(nugue, of_person, sofia)[0].id)
    assert "La fin est repoussée" in text_of(desk.get(f"/adhesions/{one}/suspendre"))
    wrong = desk.submit(f"/adhesions/{one}/suspendre", {"first": "demain", "back": "2026-12-10", "reason": "absence"})
    assert wrong.status_code == 422
    assert 'value="demain"' in wrong.text
    assert 'id="first-error"' in wrong.text
    right = {"first": "2026-11-24", "back": "2026-12-10", "reason": "absence"}
    assert desk.submit(f"/adhesions/{one}/suspendre", right).status_code == 303
    assert "Suspendue du mardi 24 novembre à la reprise, le jeudi 10 décembre." in text_of(
        desk.get(f"/personnes/{show(sofia)}")
    )
    home = Browser(nugue)
    home.sign_in(MEMBER)
    page = home.get("/mon-espace")
    assert "Suspendue" in text_of(page)
    assert "/reprendre" not in page.text
    assert desk.submit(f"/adhesions/{one}/reprendre", {}).status_code == 303
    assert desk.submit(f"/adhesions/{one}/reprendre", {}).status_code == 422
    desk.get(f"/adhesions/{one}/arreter")
    assert desk.submit(f"/adhesions/{one}/arreter", {"reason": ""}).status_code == 422
    assert desk.submit(f"/adhesions/{one}/arreter", {"reason": "asked"}).status_code == 303
    assert "Arrêtée" in text_of(desk.get(f"/personnes/{show(sofia)}/adhesions"))
    assert text_of(desk.submit(f"/adhesions/{one}/arreter", {"reason": "asked"})).count("déjà terminée") == 1


def test_renewing(nugue: HouseUnderTest, desk: Browser) -> None:
    one = show(read(nugue, of_person, person(nugue, "u13"))[0].id)
    page = desk.get(f"/adhesions/{one}/renouveler")
    assert "120 €" in text_of(page)
    assert desk.submit(f"/adhesions/{one}/renouveler", {**hidden(page.text), "free": ""}).status_code == 303
    again = desk.get(f"/adhesions/{one}/renouveler")
    assert again.status_code == 422
    assert "déjà renouvelée" in text_of(again)
    assert "À venir" in text_of(desk.get(f"/personnes/{shown(nugue, 'u13')}"))


def test_a_category_is_noted_and_changes_the_price(nugue: HouseUnderTest, desk: Browser) -> None:
    thomas = shown(nugue, "u06")
    desk.get(f"/personnes/{thomas}/categorie")
    fields = {"category": "reduit", "how": "seen_student_card", "until": "2027-08-31"}
    assert desk.submit(f"/personnes/{thomas}/categorie", fields).status_code == 303
    seen = text_of(desk.get(f"/personnes/{thomas}"))
    assert "Tarif réduit, jusqu’au mardi 31 août 2027 (carte d’étudiant vue)" in seen
    desk.get(f"/personnes/{thomas}/adhesions/nouvelle")
    wish = {"plan": show(plan(nugue, "cow-mois-reserve")), "first": "2026-11-24", "free": ""}
    assert "190 €, tarif « Extérieur »" in text_of(desk.submit(f"/personnes/{thomas}/adhesions/prix", wish))
    wish = {"plan": show(plan(nugue, BOOK)), "first": "2026-11-24", "free": ""}
    assert "25 €, tarif « Tarif réduit »" in text_of(desk.submit(f"/personnes/{thomas}/adhesions/prix", wish))
    page = desk.get(f"/personnes/{thomas}/adhesions")
    end = re.search(r'action="(/personnes/\w+/categorie/\w+/terminer)"', page.text)
    assert end is not None
    nugue.clock.instant += 60
    assert desk.submit(end[1], {}).status_code == 303
    assert "Tarif réduit" not in text_of(desk.get(f"/personnes/{thomas}"))
    assert "Tarif réduit" in text_of(desk.get(f"/personnes/{thomas}/adhesions"))
    past = {"category": "reduit", "how": "seen_student_card", "until": "2026-11-23"}
    assert desk.submit(f"/personnes/{thomas}/categorie", past).status_code == 422


def test_categories_that_ended_long_ago_are_removed(nugue: HouseUnderTest) -> None:
    aicha = person(nugue, "u07")
    ended = read(nugue, history, aicha)[-1].until_at
    assert write(nugue, remove_old, ended, 100) == 0
    assert write(nugue, remove_old, ended + 1, 100) == 1
    assert [one.category for one in read(nugue, history, aicha)] == ["habitant"]


def test_the_desk_sees_what_ends_soon(nugue: HouseUnderTest, desk: Browser) -> None:
    text = text_of(desk.get("/adhesions"))
    assert "Pierre Lambert" in text
    assert "Aïcha Diallo" in text
    assert "Sofia Moreau" not in text


def test_the_administrator_votes_new_prices(nugue: HouseUnderTest) -> None:
    boss = Browser(nugue)
    boss.sign_in(ADMINISTRATOR)
    boss.get("/formules/nouvelle")
    fields = {
        "key": "atelier-libre", "name": "Atelier libre", "includes": "L’établi", "unit": "month", "anchor": "",
        "credit_kind": "", "credits": "", "credit_months": "", "renewable": "1", "decision": "n° 12",
        "valid_from": "2026-11-24", "price-habitant": "12,50", "price-exterieur": "20",
    }  # fmt: skip
    wrong = boss.submit("/formules", {**fields, "price-habitant": "douze"})
    assert wrong.status_code == 422
    assert 'id="price-habitant-error"' in wrong.text
    assert 'value="douze"' in wrong.text
    assert boss.submit("/formules", {**fields, "price-habitant": "", "price-exterieur": ""}).status_code == 422
    assert boss.submit("/formules", fields).status_code == 303
    assert "Une autre formule porte déjà ce nom court" in text_of(boss.submit("/formules", fields))
    text = text_of(Browser(nugue).get("/formules"))
    assert "12,50 €" in text
    plan_id = show(plan(nugue, "atelier-libre"))
    changed = {**fields, "price-habitant": "14", "valid_from": "2027-03-01", "decision": "n° 13"}
    assert boss.submit(f"/formules/{plan_id}", changed).status_code == 303
    text = text_of(boss.get("/formules"))
    assert "12,50 €" in text
    assert "Atelier libre, à partir du lundi 1er mars 2027 (n° 13)" in text
    nugue.is_at("2027-03-01T00:00")
    assert "14 €" in text_of(Browser(nugue).get("/formules"))
    boss.sign_in(ADMINISTRATOR)
    boss.get("/formules")
    assert "versions passées" in text_of(boss.submit(f"/formules/{plan_id}", changed | {"valid_from": "2027-02-27"}))
    assert boss.submit(f"/formules/{plan_id}/retirer", {}).status_code == 303
    assert "Atelier libre" not in text_of(Browser(nugue).get("/formules"))
    assert boss.submit(f"/formules/{plan_id}/proposer", {}).status_code == 303
    assert [one.act for one in read(nugue, newest, count=9) if one.about == "atelier-libre"] == [
        "people.plans.offer", "people.plans.withdraw", "people.plans.change", "people.plans.create",
    ]  # fmt: skip


def test_the_administrator_keeps_the_categories(nugue: HouseUnderTest) -> None:
    boss = Browser(nugue)
    boss.sign_in(ADMINISTRATOR)
    boss.get("/formules/categories/nouvelle")
    fields = {"key": "benevole", "name": "Bénévole", "family": "reduction", "proof": "", "default": ""}
    assert boss.submit("/formules/categories", fields).status_code == 303
    assert boss.submit("/formules/categories", fields).status_code == 422
    assert boss.submit("/formules/categories", {**fields, "key": "É"}).status_code == 422
    assert boss.submit("/formules/categories/benevole/retirer", {}).status_code == 303
    assert "Retirée" in text_of(boss.get("/formules/categories"))
    assert boss.submit("/formules/categories/benevole/proposer", {}).status_code == 303
    assert boss.submit("/formules/categories/nothing/retirer", {}).status_code == 404


def test_who_may(nugue: HouseUnderTest) -> None:
    sofia = shown(nugue, "u05")
    lucie, member = Browser(nugue), Browser(nugue)
    lucie.sign_in(FAB_MANAGER)
    member.sign_in(MEMBER)
    assert lucie.get(f"/personnes/{sofia}/adhesions").status_code == 200
    assert "Nouvelle formule" not in lucie.get(f"/personnes/{sofia}").text
    for path in (f"/personnes/{sofia}/adhesions/nouvelle", f"/personnes/{sofia}/credits/ajouter", "/formules/nouvelle"):
        assert lucie.get(path).status_code == 403
        assert member.get(path).status_code == 403
    assert member.get(f"/personnes/{sofia}/adhesions").status_code == 403
    assert member.get("/adhesions").status_code == 403


def test_programs_of_staff(nugue: HouseUnderTest) -> None:
    claire, monique = nugue.sign_in(RECEPTION), shown(nugue, "u01")
    path = f"/api/v1/people/{monique}"
    sold = claire.post(f"{path}/memberships", {"plan": show(plan(nugue, MONTH)), "starts_on": "2026-11-24"})
    assert sold.status_code == 201, sold.text
    one = sold.json()["id"]
    body = {"from": "2026-12-01", "until": "2026-12-11", "reason": "asked"}
    assert claire.post(f"/api/v1/memberships/{one}/suspensions", body).status_code == 201
    assert claire.delete(f"/api/v1/memberships/{one}/suspensions").status_code == 204
    assert claire.post(f"/api/v1/memberships/{one}/renewals", {}).status_code == 201
    assert claire.post(f"/api/v1/memberships/{one}/renewals", {}).json()["code"] == "already_renewed"
    given = claire.post(f"{path}/credits", {"kind": "print_minutes", "amount": 60, "about": "q-1"})
    assert given.json()["is_new"] is True
    assert (
        claire.post(f"{path}/credits", {"kind": "print_minutes", "amount": 60, "about": "q-1"}).json()["is_new"]
        is False
    )
    use = {"kind": "print_minutes", "amount": 50, "about": "j-1"}
    assert claire.post(f"{path}/credits/spendings", use).json() == {"id": "j-1", "is_new": True}
    assert claire.post(f"{path}/credits/spendings", use).json() == {"id": "j-1", "is_new": False}
    refused = claire.post(f"{path}/credits/spendings", {**use, "about": "j-2"})
    assert (refused.status_code, refused.json()["code"]) == (422, "credit_too_low")
    category = {"category": "reduit", "how": "seen_benefit_notice", "until": "2027-06-30"}
    assert claire.post(f"{path}/categories", category).status_code == 201
    assert claire.post(f"/api/v1/memberships/{one}/cancellation", {"reason": "mistake"}).status_code == 204
    found = claire.get(f"{path}/memberships").json()
    assert [each["state"] for each in found["memberships"]] == ["to_come", "cancelled"]
    assert found["credits"] == [{"kind": "print_minutes", "left": 10, "expires_at": None}]
    assert {each["category"] for each in found["categories"]} == {"habitant", "reduit"}
    member = nugue.sign_in(MEMBER)
    assert member.get(f"{path}/memberships").status_code == 403
    assert member.post(f"{path}/credits", {"kind": "day", "amount": 1}).status_code == 403


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("people/{p}/memberships", {"plan": "0000000000001", "starts_on": "2026-11-24"}, 404),
        ("people/{p}/memberships", {"plan": "x", "starts_on": "2026-11-24"}, 400),
        ("people/{p}/memberships", {"plan": "0000000000001", "starts_on": "2026-02-30"}, 400),
        ("people/{p}/memberships", {"plan": "0000000000001", "starts_on": 5}, 400),
        ("people/0000000000001/credits", {"kind": "day", "amount": 1}, 404),
        ("people/{p}/credits", {"kind": "gold", "amount": 1}, 400),
        ("people/{p}/credits", {"kind": "day", "amount": 0}, 400),
        ("people/{p}/credits", {"kind": "day", "amount": 10**12}, 400),
        ("people/{p}/credits/spendings", {"kind": "day", "amount": 1, "about": "a b"}, 400),
        ("people/{p}/categories", {"category": "nothing", "how": "declared", "until": "2027-01-01"}, 404),
        ("people/{p}/categories", {"category": "habitant", "how": "declared", "until": "2099-01-01"}, 422),
        ("memberships/0000000000001/cancellation", {"reason": "other"}, 404),
        ("memberships/0000000000001/renewals", {}, 404),
        ("memberships/zz/renewals", {}, 422),
    ],
)
def test_what_programs_may_get_wrong(
    quick_nugue: HouseUnderTest, path: str, body: dict[str, object], status: int
) -> None:
    claire = quick_nugue.sign_in(RECEPTION)
    answer = claire.post(f"/api/v1/{path.format(p=shown(quick_nugue, 'u01'))}", body)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("text", ["", "24.11.2026", "2026-13-01", "29/02/2027", "1999-01-01", "²026-01-01", "x"])
def test_days_that_do_not_exist(text: str) -> None:
    with pytest.raises(ValueError, match="bad_date"):
        day_of(text)


@pytest.mark.parametrize(
    ("text", "cents"), [("12", 1200), ("12,5", 1250), ("12.05 €", 1205), ("0", 0), ("1 200,00", 120_000)]
)
def test_amounts_as_people_write_them(text: str, cents: int) -> None:
    assert cents_of(text) == cents


@pytest.mark.parametrize("text", ["", "-1", "1,234", "12,", "1e3", "١٢", "9999999"])
def test_amounts_that_say_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="bad_price"):
        cents_of(text)
