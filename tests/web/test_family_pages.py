"""The pages of families and groups, whose addresses hold ids: reached by their links, at both widths."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.clients import RECEPTION
from tests.web.looking import keep_nobody_out_at_any_width
from tests.web.signing import secret

KARINE = "karine.martin@example.org"
LIST = "prénom;nom;année de naissance;remarque\nZoé;Inconnue;1990;x\nMonique;Lefèvre;1948;\nTom;;2010;\n"


def look(browser: Browser, address: str, email: str) -> Page:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": secret(address, email), "url": address}])
    return context.new_page()


@pytest.fixture
def claire(browser: Browser, address: str) -> Iterator[Page]:
    page = look(browser, address, RECEPTION)
    yield page
    page.context.close()


@pytest.fixture
def karine(browser: Browser, address: str) -> Iterator[Page]:
    page = look(browser, address, KARINE)
    yield page
    page.context.close()


def click(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    page.wait_for_load_state()
    keep_nobody_out_at_any_width(page)


def test_a_group_from_the_list_to_the_import(claire: Page, address: str) -> None:
    claire.goto(f"{address}/groupes")
    keep_nobody_out_at_any_width(claire)
    click(claire, "Animation seniors")
    click(claire, "Liste à imprimer")
    click(claire, "Revenir au groupe")
    click(claire, "Modifier")
    claire.go_back()
    click(claire, "Importer une liste")
    claire.locator("#file").set_input_files({"name": "l.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    claire.get_by_role("button", name="Voir ce qui va se passer").click()
    claire.wait_for_url("**/importer/*")
    keep_nobody_out_at_any_width(claire)
    claire.get_by_role("button", name="Importer").click()
    claire.get_by_role("alert").wait_for()
    claire.wait_for_load_state()
    keep_nobody_out_at_any_width(claire)


def test_a_childs_links_and_consents(claire: Page, address: str) -> None:
    claire.goto(f"{address}/personnes?q=hugo+martin")
    click(claire, "Hugo Martin")
    click(claire, "Liens et âge")
    claire.goto(f"{claire.url}?q=lambert")
    keep_nobody_out_at_any_width(claire)
    click(claire, "Revenir à la fiche")
    claire.locator("#families").get_by_role("link", name="Autorisations").click()
    claire.wait_for_url("**/autorisations")
    keep_nobody_out_at_any_width(claire)
    claire.goto(f"{address}/regles-mineurs?target=laser-1")
    keep_nobody_out_at_any_width(claire)


def test_a_mother_sees_her_son(karine: Page, address: str) -> None:
    karine.goto(f"{address}/mon-espace")
    click(karine, "Réservations et autorisations de Hugo")
    click(karine, "Voir ou annuler ses réservations")
