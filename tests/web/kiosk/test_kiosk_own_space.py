"""A person's own space at the kiosk, with card and PIN, in a real browser at both widths."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.clients import MEMBER
from tests.web.kiosk.entrances import Entrance
from tests.web.looking import OVERFLOWS, SMALL_TARGETS, WIDTHS, violations
from tierslieu.people.persons.queries import email_holder
from tierslieu.people.pins import actions as pins

PIN = "280417"


def look_at_kiosk(kiosk: Page) -> None:
    """The same, but for the one rule that a kiosk breaks on purpose: a page left alone must close (WCAG 2.2.1: it
    is everybody's screen, and what is on it is one person's)."""
    for width in WIDTHS:
        kiosk.set_viewport_size({"width": width, "height": 800})
        assert [one for one in violations(kiosk) if not one.startswith("meta-refresh:")] == []
        assert kiosk.evaluate(SMALL_TARGETS) == []
        assert not kiosk.evaluate(OVERFLOWS)


@pytest.mark.parametrize("has_script", [True, False])
def test_card_and_pin(entrance: Entrance, chromium: Browser, has_script: bool) -> None:
    kiosk = entrance.page(chromium, java_script_enabled=has_script)
    entrance.enrol(kiosk.context, f"Espace {has_script}")
    card = entrance.card()
    entrance.write(lambda tx: pins.allow(tx, email_holder(tx, MEMBER) or 0))
    kiosk.goto("/kiosk")
    kiosk.get_by_role("link", name="Mon espace avec ma carte").click()
    kiosk.wait_for_url("**/kiosk/espace")
    if has_script:
        look_at_kiosk(kiosk)
    kiosk.get_by_role("link", name="Choisir un nouveau code").click()
    _show(kiosk, card)
    for typed in ("111111", PIN):
        kiosk.fill("#pin", typed)
        kiosk.fill("#again", typed)
        if has_script:
            look_at_kiosk(kiosk)
        kiosk.press("#again", "Enter")
    kiosk.get_by_role("link", name="Ouvrir mon espace").click()
    _show(kiosk, card)
    if has_script:
        look_at_kiosk(kiosk)
    kiosk.fill("#pin", "739164")
    kiosk.press("#pin", "Enter")
    kiosk.get_by_role("alert").wait_for()
    if has_script:
        look_at_kiosk(kiosk)
    _show(kiosk, card)
    kiosk.fill("#pin", PIN)
    kiosk.press("#pin", "Enter")
    kiosk.wait_for_url("**/mon-espace")
    kiosk.get_by_role("button", name="Terminer").click()
    kiosk.wait_for_url("**/kiosk")
    assert {one["name"] for one in kiosk.context.cookies()} <= {"device", "visitor", "browser"}


def _show(kiosk: Page, card: str) -> None:
    """A scanner types the card's text, and Enter."""
    expect(kiosk.locator("#badge")).to_be_focused()
    kiosk.keyboard.type(card)
    kiosk.keyboard.press("Enter")
    kiosk.locator("#pin").wait_for()
