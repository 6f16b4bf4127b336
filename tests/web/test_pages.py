"""Public pages in a real browser: nobody is kept out, nothing is too heavy."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.support.clients import MEMBER
from tests.web.looking import keep_nobody_out_at_any_width
from tierslieu.demo.people import PASSWORD

WISH = "/reserver?date=2026-11-24&resource=visio-1&from=14:00&to=16:00&people=4"
REFUSED = "/reserver?date=2026-11-29&resource=visio-1&from=10:00&to=11:00&people=40"
PAGES = [
    "/",
    "/reserver?date=2026-11-24",
    WISH,
    REFUSED,
    "/semaine?date=2026-11-24",
    "/connexion",
    "/aide",
    "/accessibilite",
    "/mentions-legales",
    "/nowhere",
]
MOST_ELEMENTS, MOST_REQUESTS, MOST_BYTES = 330, 8, 90 * 1024
Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Open a path in a fresh browser profile."""
    contexts = []

    def go(path: str, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            locale="fr-FR",
            base_url=address,
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_kept_out(visit: Open, path: str) -> None:
    keep_nobody_out_at_any_width(visit(path))


@pytest.mark.parametrize("path", PAGES)
def test_light_enough(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(base_url=address, locale="fr-FR")
    page = context.new_page()
    done: list[Request] = []
    page.on("requestfinished", lambda request: done.append(request))
    page.goto(path, wait_until="networkidle")
    sizes = [request.sizes() for request in done]
    weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    elements = page.evaluate("document.querySelectorAll('*').length - document.querySelectorAll('svg *').length")
    context.close()
    assert elements <= MOST_ELEMENTS
    assert len(done) <= MOST_REQUESTS
    assert weight <= MOST_BYTES


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_role("link", name="Avec un mot de passe").click()
    page.get_by_label("Adresse électronique").fill(MEMBER)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Se connecter").click()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_reserve_and_cancel(visit: Open, has_script: bool) -> None:
    """The whole way of a member, with and without JavaScript."""
    page = visit(WISH, java_script_enabled=has_script)
    page.get_by_role("link", name="Se connecter pour réserver").click()
    sign_in(page)
    page.get_by_role("button", name="Confirmer la réservation").click()
    assert "/mes-reservations/" in page.url
    assert "Salle de visio Marne" in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Annuler cette réservation").click()
    page.get_by_role("link", name="Réserver", exact=True).click()
    page.get_by_role("button", name="Déconnexion").click()
    assert page.get_by_role("link", name="Connexion").is_visible()


def test_a_wrong_password_is_told_and_the_address_kept(visit: Open) -> None:
    page = visit("/connexion")
    sign_in(page, "not the password")
    alert = page.get_by_role("alert")
    assert "mot de passe" in alert.inner_text()
    assert page.get_by_label("Adresse électronique").input_value() == MEMBER
    assert alert.evaluate("element => element === document.activeElement")


def test_states_do_not_hang_on_colour(visit: Open) -> None:
    """In forced colours each state is still told by a word."""
    page = visit(WISH, forced_colors="active")
    board = page.get_by_role("region", name="Heure par heure").inner_text()
    assert "Libre" in board
    assert "Votre choix" in board


def test_the_skip_link_comes_first(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
