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
OVERFULL_LISTS = """[...document.querySelectorAll('.scroll:has(.table-list)')]
  .filter(box => box.scrollWidth > box.clientWidth).map(box => box.innerText.slice(0, 80))"""
TARGETS = "a:not(.plan a, .len1 a), button, select, summary, input:not([type=hidden], [type=checkbox], [type=radio])"
SMALL_TARGETS = f"""[...document.querySelectorAll('{TARGETS}')]
  .map(element => [element.outerHTML.slice(0, 120), element.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 44 || box.height < 44) && box.top >= 0)
  .map(([text]) => text)"""
SPREAD = """text => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }"""
UNSPREAD = "document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1)"
FIND = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})
  .then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""

WITHOUT_SYMBOL = """async () => {
  const uses = [...document.querySelectorAll('use')].map(use => use.getAttribute('href').split('#'));
  const drawn = uses.length ? await (await fetch(uses[0][0])).text() : '';
  return uses.map(([, name]) => name).filter(name => !drawn.includes(`id="${name}"`));
}"""

NARROW, WIDE = WIDTHS = (320, 1280)
HEIGHT = 800

_opened: dict[tuple[Browser, str], Page] = {}


def violations(page: Page) -> list[str]:
    """What axe finds, in short."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run python web/frontend.py")
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    return [str(one) for one in page.evaluate(FIND, RULES)]


def keep_nobody_out(page: Page) -> None:
    """No axe violation, no small target, no sideways scrolling, not even with wide text spacing."""
    found, small = violations(page), page.evaluate(SMALL_TARGETS)
    assert not found, found
    assert not small, small
    assert not page.evaluate(OVERFLOWS), "scrolls sideways"
    assert page.evaluate(OVERFULL_LISTS) == [], "a table that becomes a list scrolls in its box"
    page.evaluate(SPREAD, SPACING)
    assert not page.evaluate(OVERFLOWS), "scrolls sideways with wide text spacing"
    page.evaluate(UNSPREAD)


def keep_nobody_out_at_any_width(page: Page) -> None:
    """The same at both widths of one open page: a telephone held upright, and a desk."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        keep_nobody_out(page)


def look_as(browser: Browser, email: str, address: str, path: str) -> None:
    """Somebody opens a page: it keeps nobody out."""
    page = _signed_in(browser, email, address)
    answer = page.goto(f"{address}{path}")
    assert answer is not None
    assert answer.status == 200
    assert page.evaluate(WITHOUT_SYMBOL) == [], "symbols that are not in the sprite"
    keep_nobody_out_at_any_width(page)


def _signed_in(browser: Browser, email: str, address: str) -> Page:
    """One tab a person, which ends with its browser: a sign-in and a process for each page cost more than the page."""
    found = _opened.get((browser, email))
    if found is None:
        context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
        context.add_cookies([{"name": "session", "value": secret(address, email), "url": address}])
        _opened[browser, email] = found = context.new_page()
    return found
