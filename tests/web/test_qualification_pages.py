"""Pages of qualifications that are reached by links, as a member and as who runs the workshop walk them."""

import pytest
from playwright.sync_api import Browser, Page

from tests.support.clients import FAB_MANAGER, MEMBER
from tests.web.looking import keep_nobody_out_at_any_width
from tests.web.signing import secret


def walk(page: Page, address: str, start: str, *links: str) -> None:
    """From a page, by the first link that holds each text; pages of qualifications on the way let everybody in."""
    page.goto(f"{address}{start}")
    for text in links:
        page.locator(f"a[href*='{text}']").first.click()
        page.wait_for_load_state()
        if "/habilitations" in page.url:
            keep_nobody_out_at_any_width(page)


@pytest.mark.parametrize(
    ("email", "start", "links"),
    [
        (MEMBER, "/habilitations/seances", ("/habilitations/seances/0",)),
        (MEMBER, "/mon-espace", ("/habilitations/verifier/",)),
        (FAB_MANAGER, "/habilitations", ("/personnes/0", "/habilitations/donner/")),
        (FAB_MANAGER, "/habilitations/seances", ("/habilitations/seances/0",)),
        (FAB_MANAGER, "/habilitations/catalogue", ("/habilitations/catalogue/0",)),
    ],
)
def test_pages_behind_links(browser: Browser, address: str, email: str, start: str, links: tuple[str, ...]) -> None:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    try:
        context.add_cookies([{"name": "session", "value": secret(address, email), "url": address}])
        walk(context.new_page(), address, start, *links)
    finally:
        context.close()
