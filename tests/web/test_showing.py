"""Larger text and plain words, in a real browser: nothing is cut off and nobody is kept out."""

import pytest
from playwright.sync_api import Browser

from tests.web.looking import HEIGHT, NARROW, OVERFLOWS, WIDE, keep_nobody_out, violations

PATHS = ("/", "/reserver", "/connexion", "/aide", "/preferences", "/fablab")


@pytest.mark.parametrize("size", ["125", "150"])
@pytest.mark.parametrize("path", PATHS)
def test_large_and_plain_pages_keep_nobody_out(browser: Browser, address: str, path: str, size: str) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": WIDE, "height": HEIGHT}, reduced_motion="reduce")
    try:
        wish = {"text_size": size, "easy": "1"}
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in wish.items()])
        page = context.new_page()
        answer = page.goto(f"{address}{path}")
        assert answer is not None
        assert answer.status == 200
        root = float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
        assert root == 16 * int(size) / 100
        assert page.evaluate("document.documentElement.lang") == "fr"
        keep_nobody_out(page)
        page.set_viewport_size({"width": NARROW, "height": HEIGHT})
        if size == "150":  # a reader who spaces their text as well has room enough at 125 %
            assert violations(page) == []
            assert not page.evaluate(OVERFLOWS)
        else:
            keep_nobody_out(page)
    finally:
        context.close()
