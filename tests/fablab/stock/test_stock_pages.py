"""Pages of the stock: forms that lose nothing, labels to print, a list for the spreadsheet."""

import pytest

from tests.fablab.benches import Fablab
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER
from tests.support.inside import read
from tierslieu.fablab.stock import queries


@pytest.fixture
def desk(quick_fablab: Fablab) -> Browser:
    browser = Browser(quick_fablab.house)
    browser.sign_in(FAB_MANAGER)
    return browser


def test_a_material_is_described_delivered_and_labelled(quick_fablab: Fablab, desk: Browser) -> None:
    desk.get("/fablab/stock/matieres/nouvelle")
    wish = {
        "kind": "filament",
        "type": "ABS",
        "name": "ABS bleu",
        "colour": "Bleu",
        "price": "31,50",
        "threshold": "500",
    }
    bad = desk.submit("/fablab/stock/matieres/nouvelle", {**wish, "price": "cher", "colour_hex": "bleu"})
    assert bad.status_code == 422
    assert 'value="cher"' in bad.text
    assert 'value="ABS bleu"' in bad.text
    made = desk.submit("/fablab/stock/matieres/nouvelle", wish)
    assert made.status_code == 303, made.text
    path = made.headers["location"].partition("?")[0]
    assert 'value="31,50"' in desk.get(path).text
    twice = desk.submit("/fablab/stock/matieres/nouvelle", wish)
    assert "porte déjà ce nom" in twice.text

    desk.get(path)
    nothing = desk.submit(f"{path}/livraison", {"count": "2", "location": "Étagère B"})
    assert (nothing.status_code, 'value="Étagère B"' in nothing.text) == (422, True)
    assert desk.submit(f"{path}/livraison", {"count": "2", "quantity": "1 000", "empty_g": "245,5"}).status_code == 303
    found = [one for one in read(quick_fablab.house, queries.items) if one.name == "ABS bleu"]
    assert [(one.left, one.empty_mg) for one in found] == [(1_000_000, 245_500)] * 2
    labels = desk.get(f"/fablab/stock/etiquettes.pdf?n={found[0].number}&n={found[1].number}")
    assert labels.content.startswith(b"%PDF")


def test_a_form_of_an_item_keeps_what_was_typed(quick_fablab: Fablab, desk: Browser) -> None:
    desk.get("/bobines/1")
    light = desk.submit("/bobines/1/peser", {"gross_g": "12"})
    assert (light.status_code, 'value="12"' in light.text) == (422, True)
    assert "moins que la bobine vide" in light.text
    assert desk.submit("/bobines/1/peser", {"gross_g": "900,5"}).status_code == 303
    assert read(quick_fablab.house, queries.item, 1).left == 670_500
    assert desk.submit("/bobines/1/charger", {"machine": "p3d-2", "tool": "0"}).status_code == 303
    assert read(quick_fablab.house, queries.item, 1).machine_id is not None
    assert desk.submit("/bobines/1/charger", {"machine": "nulle-part", "tool": "0"}).status_code == 404
    assert desk.submit("/bobines/1/perte", {"quantity": "999999"}).status_code == 422
    assert desk.submit("/bobines/1/ranger", {"location": "Étagère C"}).status_code == 303
    assert desk.submit("/bobines/1/finir", {}).status_code == 303
    assert "Finie" in desk.get("/bobines/1").text


def test_the_list_shows_what_to_buy_and_goes_to_a_spreadsheet(desk: Browser) -> None:
    low = desk.get("/fablab/stock?racheter=1").text
    assert "TPU gris" in low
    assert "PLA blanc" not in low
    csv = desk.get("/fablab/stock/stock.csv?racheter=1")
    assert csv.headers["content-type"].startswith("text/csv")
    assert '"TPU gris"' in csv.text
    sheets = desk.get("/fablab/stock?sorte=sheet").text
    assert "Contreplaqué" in sheets
    assert "PETG" not in sheets


TYPED: tuple[tuple[str, dict[str, str]], ...] = (
    ("/bobines/1/peser", {"gross_g": "1e400"}),
    ("/bobines/1/peser", {"gross_g": "nan"}),
    ("/bobines/1/compter", {"quantity": "-1"}),
    ("/bobines/1/couper", {"width_mm": "1.5"}),
    ("/bobines/99999999999999999999/peser", {"gross_g": "1"}),
    ("/bobines/0/prendre", {"quantity": "1"}),
    ("/fablab/stock/matieres/0000000000000/livraison", {"count": "1", "quantity": "1"}),
    ("/fablab/ventes/0000000000000/regler", {}),
)


def test_nothing_that_is_typed_trips_the_house(desk: Browser) -> None:
    desk.get("/bobines/1")
    for path, fields in TYPED:
        assert desk.submit(path, fields).status_code in (404, 422), path


def test_strangers_and_members_see_no_stock(quick_fablab: Fablab) -> None:
    assert quick_fablab.maker.get("/fablab/stock").status_code == 403
    assert quick_fablab.maker.post("/api/v1/fablab/stock/1/weigh", {"gross_g": 500}).status_code == 403
    assert quick_fablab.maker.get("/bobines/1").status_code == 200
    assert quick_fablab.house.stranger.get("/api/v1/fablab/sales").status_code == 401
