"""Pages of sign-in by other houses, in a real browser at both widths, with a real provider."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.clients import TUESDAY_MORNING, at
from tests.support.databases import SqliteTemplates
from tests.support.oidc_provider import OidcProvider, serving
from tests.web.conftest import Served
from tests.web.looking import WIDTHS, keep_nobody_out
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.infra.oidc_settings import FranceConnectSettings, OidcSettings
from tierslieu.infra.settings import MqttSettings, Settings

ANNE = {
    "id": "anne",
    "given_name": "Anne",
    "usual_name": "Lambert",
    "email": "anne@example.org",
    "email_verified": True,
}


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    """FranceConnect, nearly."""
    made = OidcProvider(person=dict(ANNE), clock=lambda: at(TUESDAY_MORNING))
    with serving(made):
        yield made


@pytest.fixture(scope="module")
def address(
    provider: OidcProvider, sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demonstration venue on a real port, with the provider."""
    folder: Path = tmp_path_factory.mktemp("federated")
    chosen = Settings(
        data_dir=folder,
        database_url=sqlite_templates.make("demo"),
        demo=True,
        mqtt=MqttSettings(url="off"),
        oidc=OidcSettings(franceconnect=FranceConnectSettings(**provider.settings())),
    )
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        app = create_app(chosen, SetClock(at(TUESDAY_MORNING)))
        server = Served(uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        assert server.is_open.wait(30), "the service did not start"
        own = f"http://127.0.0.1:{listening.getsockname()[1]}"
        provider.redirect_uris = frozenset({f"{own}/connexion/franceconnect/retour"})
        provider.back_uris = frozenset({f"{own}/deconnexion/franceconnect/retour"})
        yield own
        server.should_exit = True
        thread.join(30)


def look(page: Page) -> None:
    """At both widths."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        keep_nobody_out(page)


@pytest.mark.parametrize("has_script", [True, False])
def test_there_and_back(browser: Browser, provider: OidcProvider, address: str, has_script: bool) -> None:
    provider.person = {**ANNE, "id": f"anne-{has_script}", "email": f"anne-{has_script}@example.org".lower()}
    context: BrowserContext = browser.new_context(
        base_url=address, locale="fr-FR", java_script_enabled=has_script, reduced_motion="reduce"
    )
    try:
        page = context.new_page()
        page.goto("/connexion?next=/fablab")
        page.get_by_role("button", name="S’identifier avec FranceConnect").click()
        page.wait_for_url("**/suite")
        if has_script:
            look(page)
        page.get_by_role("button", name="Créer mon compte").click()
        page.wait_for_url("**/fablab")
        page.get_by_role("button", name="Déconnexion").click()
        page.wait_for_url("**/deconnexion/franceconnect")
        if has_script:
            look(page)
        page.get_by_role("button", name="Se déconnecter aussi de FranceConnect").click()
        page.wait_for_url(re.compile("/deconnexion/franceconnect/retour"))
        assert "aussi déconnecté" in page.inner_text("main")
        provider.faults = {"down_token"}
        page.goto("/connexion/franceconnect")
        if has_script:
            look(page)
        page.get_by_role("button", name="S’identifier avec FranceConnect").click()
        page.get_by_role("alert").wait_for()
        if has_script:
            look(page)
    finally:
        provider.faults = set()
        context.close()
