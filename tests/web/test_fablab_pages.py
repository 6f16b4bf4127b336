"""The pages of the FabLab, for everyone, in a real browser at both widths."""

import pytest
from playwright.sync_api import Browser

from tests.support.clients import MEMBER
from tests.web.looking import look_as

PAGES: list[tuple[str, str]] = [
    (MEMBER, "/fablab"),
]
"""Who looks, and at what."""


@pytest.mark.parametrize(("email", "path"), PAGES)
def test_nobody_is_kept_out(browser: Browser, address: str, email: str, path: str) -> None:
    look_as(browser, email, address, path)
