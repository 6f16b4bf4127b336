"""Looking at a page as everybody must be able to: axe, target sizes, reflow, text spacing."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.signing import secret

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-block-end:2em!important}"
)
OVERFLOWS = "document.documentElement.scrollWidth > innerWidth"
TARGETS = "a:not(.plan a, .len1 a), button, select, summary, input:not([type=hidden], [type=checkbox], [type=radio])"
SMALL_TARGETS = f"""[...document.querySelectorAll('{TARGETS}')]
  .map(element => [element.outerHTML.slice(0, 120), element.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 44 || box.height < 44) && box.top >= 0)
  .map(([text]) => text)"""
ADD_STYLE = """text => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }"""

WIDTHS = [320, 1280]


def violations(page: Page) -> list[str]:
    """What axe finds, in short."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run python web/frontend.py")
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{item['id']}: {item['nodes'][0]['html'][:160]}" for item in found["violations"]]


def keep_nobody_out(page: Page) -> None:
    """No axe violation, no small target, no sideways scrolling, not even with wide text spacing."""
    assert violations(page) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert not page.evaluate(OVERFLOWS), "scrolls sideways"
    page.evaluate(ADD_STYLE, SPACING)
    assert not page.evaluate(OVERFLOWS), "scrolls sideways with wide text spacing"


def look_as(browser: Browser, email: str, address: str, path: str, width: int) -> None:
    """Somebody opens a page at a width: it keeps nobody out."""
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
