"""Material that people take: seen before it is charged, charged once, settled or waived at the desk."""

from tests.fablab.benches import Fablab, codes
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER
from tests.support.inside import read
from tierslieu.basics.ids import show
from tierslieu.fablab.stock import queries
from tierslieu.people.persons.queries import by_key


def number_of(fablab: Fablab, name: str) -> int:
    return int(
        next(one["number"] for one in fablab.manager.get("/api/v1/fablab/stock").json() if one["material"] == name)
    )


def test_somebody_takes_vinyl_and_pays_at_the_desk(fablab: Fablab) -> None:
    number = number_of(fablab, "Vinyle adhésif")
    before = read(fablab.house, queries.item, number).left
    browser = Browser(fablab.house)
    browser.sign_in(OTHER_MEMBER)
    assert "Je prends" in browser.get(f"/bobines/{number}").text
    asked = browser.get(f"/bobines/{number}/prendre?quantite=2500")
    assert "4,50" in asked.text  # 0.25 m² at 18 €
    act = asked.text.split('name="act" value="')[1].split('"')[0]
    for _time in range(2):
        taken = browser.submit(f"/bobines/{number}/prendre", {"quantity": "2500", "act": act})
        assert taken.headers["location"] == "/fablab/mes-achats?fait=taken"
    assert before - read(fablab.house, queries.item, number).left == 250_000
    mine = browser.get("/fablab/mes-achats").text
    assert mine.count("Vinyle adhésif") == 1
    assert "À régler à l’accueil" in mine

    desk = Browser(fablab.house)
    desk.sign_in(FAB_MANAGER)
    page = desk.get("/fablab/ventes").text
    assert "Thomas Girard" in page
    sale = next(one for one in read(fablab.house, queries.due) if one.number == number)
    assert desk.submit(f"/fablab/ventes/{show(sale.id)}/regler", {}).status_code == 303
    again = desk.submit(f"/fablab/ventes/{show(sale.id)}/regler", {})
    assert again.status_code == 422
    assert "déjà réglée" in again.text
    assert "Réglé" in browser.get("/fablab/mes-achats").text


def test_a_program_that_sends_a_sale_twice_sells_once(quick_fablab: Fablab) -> None:
    number = number_of(quick_fablab, "Vinyle adhésif")
    wish, key = {"item": number, "quantity": 100}, {"idempotency-key": "achat-1"}
    first = quick_fablab.maker.post("/api/v1/fablab/sales", wish, headers=key)
    second = quick_fablab.maker.post("/api/v1/fablab/sales", wish, headers=key)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert [one["id"] for one in quick_fablab.maker.get("/api/v1/fablab/sales").json() if one["item"] == number] == [
        first.json()["id"]
    ]


def test_what_is_not_free_to_take_is_taken_with_the_team(quick_fablab: Fablab) -> None:
    number = number_of(quick_fablab, "Acrylique coulé 3 mm")
    wish = {"item": number, "quantity": 100}
    assert codes(quick_fablab.maker.post("/api/v1/fablab/sales", wish)) == {"ask_team_for_it"}
    other = read(quick_fablab.house, lambda reader: by_key(reader, "u09"))
    assert other is not None
    for_other = quick_fablab.maker.post("/api/v1/fablab/sales", {**wish, "person": show(other.id)})
    assert for_other.status_code == 403
    sold = quick_fablab.manager.post("/api/v1/fablab/sales", {**wish, "person": show(other.id)})
    assert (sold.status_code, sold.json()["cents"]) == (201, 48)
    too_much = quick_fablab.manager.post("/api/v1/fablab/sales", {"item": number, "quantity": 999_999})
    assert codes(too_much) == {"not_enough_left"}


def test_what_comes_back_is_there_again_and_what_is_offered_has_a_reason(quick_fablab: Fablab) -> None:
    number = number_of(quick_fablab, "Vinyle adhésif")
    before = read(quick_fablab.house, queries.item, number).left
    first, second = (
        quick_fablab.maker.post("/api/v1/fablab/sales", {"item": number, "quantity": 100}).json() for _ in range(2)
    )
    back = f"/api/v1/fablab/sales/{first['id']}/take-back"
    assert quick_fablab.manager.post(back).status_code == 204
    assert codes(quick_fablab.manager.post(back)) == {"sale_closed"}
    assert before - read(quick_fablab.house, queries.item, number).left == 10_000
    assert quick_fablab.maker.post(f"/api/v1/fablab/sales/{second['id']}/settle").status_code == 403
    desk = Browser(quick_fablab.house)
    desk.sign_in(FAB_MANAGER)
    desk.get("/fablab/ventes")
    short = desk.submit(f"/fablab/ventes/{second['id']}/offrir", {"reason": "x"})
    assert (short.status_code, 'value="x"' in short.text) == (422, True)
    assert desk.submit(f"/fablab/ventes/{second['id']}/offrir", {"reason": "Essai offert"}).status_code == 303
    states = {one["id"]: one["state"] for one in quick_fablab.maker.get("/api/v1/fablab/sales").json()}
    assert (states[first["id"]], states[second["id"]]) == ("waived", "waived")


def test_a_price_that_nobody_set_is_not_free(quick_fablab: Fablab) -> None:
    wish = {"kind": "other", "type": "Vis", "name": "Vis M3", "is_free_to_take": True}
    material = quick_fablab.manager.post("/api/v1/fablab/materials", wish).json()
    number = quick_fablab.manager.post(
        f"/api/v1/fablab/materials/{material['id']}/deliveries", {"quantity": 50}
    ).json()[0]["number"]
    assert codes(quick_fablab.maker.post("/api/v1/fablab/sales", {"item": number, "quantity": 1})) == {"no_price"}
    assert "Je prends" not in quick_fablab.maker.get(f"/bobines/{number}").text


def test_purchases_stand_on_a_persons_page_and_in_their_space(quick_fablab: Fablab) -> None:
    buyer = Browser(quick_fablab.house)
    buyer.sign_in(MEMBER)
    assert "Matière du FabLab" in buyer.get("/mon-espace").text


def test_the_desk_finds_the_person_and_sells(quick_fablab: Fablab) -> None:
    number = number_of(quick_fablab, "Acrylique coulé 3 mm")
    desk = Browser(quick_fablab.house)
    desk.sign_in(FAB_MANAGER)
    assert "Vendre à quelqu’un" in desk.get(f"/bobines/{number}").text
    found = desk.get(f"/bobines/{number}/vendre?q=mor").text
    assert "Sofia Moreau" in found
    person = found.split("prendre?pour=")[1].split('"')[0]
    asked = desk.get(f"/bobines/{number}/prendre?pour={person}&quantite=100").text
    act = asked.split('name="act" value="')[1].split('"')[0]
    sold = desk.submit(f"/bobines/{number}/prendre", {"quantity": "100", "act": act, "pour": person})
    assert sold.headers["location"] == f"/personnes/{person}?fait=sold"
    assert "Acrylique" in desk.get(f"/personnes/{person}").text
