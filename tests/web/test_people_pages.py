"""The pages of people, for members and staff, in a real browser at both widths."""

import httpx
import pytest
from playwright.sync_api import Browser

from tests.support.clients import MEMBER
from tests.web.looking import WIDTHS, keep_nobody_out
from tierslieu.demo.people import PASSWORD

PAGES: list[tuple[str, str]] = [
    (MEMBER, "/mes-reservations"),
]
"""Who looks, and at what."""


def secret(address: str, email: str) -> str:
    """The secret of a new session."""
    answer = httpx.post(f"{address}/api/v1/sessions", json={"email": email, "password": PASSWORD})
    return str(answer.raise_for_status().json()["token"])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("email", "path"), PAGES)
def test_nobody_is_kept_out(browser: Browser, address: str, email: str, path: str, width: int) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": width, "height": 800}, reduced_motion="reduce")
    try:
        context.add_cookies([{"name": "session", "value": secret(address, email), "url": address}])
        page = context.new_page()
        answer = page.goto(f"{address}{path}")
        assert answer is not None
        assert answer.status == 200
        keep_nobody_out(page)
    finally:
        context.close()
