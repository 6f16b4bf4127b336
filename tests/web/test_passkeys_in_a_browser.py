"""Passkeys in a real browser with a virtual authenticator: made in one's own space, then used to sign in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.support.clients import MEMBER, RECEPTION, shown_code
from tests.web.looking import keep_nobody_out
from tierslieu.demo.people import PASSWORD

SECURITY = "/mon-espace/connexion"
OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser that reaches the house by a name: passkeys need one."""
    home = address.replace("127.0.0.1", "localhost")
    found = browser.new_context(base_url=home, locale="fr-FR", reduced_motion="reduce")
    yield found
    found.close()


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A device that knows its owner, without anybody touching it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    return session, str(made["authenticatorId"])


def give_password(page: Page, email: str) -> None:
    page.goto("/connexion/mot-de-passe")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def add_key(page: Page, name: str) -> None:
    page.goto(SECURITY)
    page.get_by_label("Nom de la clé").fill(name)
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.get_by_text(name, exact=True)).to_be_visible()


def test_a_member_makes_a_key_and_comes_back_with_it(context: BrowserContext) -> None:
    page = context.new_page()
    authenticator(page)
    give_password(page, MEMBER)
    add_key(page, "Ordinateur du salon")
    keep_nobody_out(page)
    page.goto(SECURITY)
    page.get_by_role("button", name="Déconnexion").click()
    page.goto("/connexion?next=/mes-reservations")
    page.get_by_role("button", name="Avec une clé d’accès").click()
    page.wait_for_url("**/mes-reservations")
    expect(page.get_by_role("button", name="Déconnexion")).to_be_visible()


def test_for_staff_a_key_is_both_factors(context: BrowserContext) -> None:
    page = context.new_page()
    authenticator(page)
    give_password(page, RECEPTION)
    page.wait_for_url("**/second-facteur**")
    page.get_by_label("Code").fill(shown_code(page.inner_text("main")))
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/")
    add_key(page, "Clé de l’accueil")
    page.get_by_role("button", name="Déconnexion").click()
    page.goto("/connexion?next=/accueil")
    page.get_by_role("button", name="Avec une clé d’accès").click()
    page.wait_for_url("**/accueil")


def test_a_device_that_does_not_know_its_owner_is_told(context: BrowserContext) -> None:
    page = context.new_page()
    session, device = authenticator(page)
    give_password(page, MEMBER)
    add_key(page, "Tablette")
    page.get_by_role("button", name="Déconnexion").click()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/connexion")
    page.get_by_role("button", name="Avec une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("n’a pas répondu")
    assert page.url.endswith("/connexion")


def test_without_script_the_other_ways_are_there(browser: Browser, address: str) -> None:
    home = address.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=home, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto("/connexion")
    assert page.get_by_role("button", name="Recevoir un lien").is_visible()
    assert not page.get_by_role("button", name="Avec une clé d’accès").is_visible()
    context.close()
