"""The screen at a door in a real browser: it follows the room, says when it has no news, and takes a badge."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.clients import MEMBER, RECEPTION, iso
from tests.web.looking import keep_nobody_out
from tests.web.signing import secret

BUDGET = 120


def screen_of(browser: Browser, address: str, key: str) -> tuple[BrowserContext, Page]:
    """A tablet that the reception made the screen of a door."""
    staff = browser.new_context(locale="fr-FR")
    staff.add_cookies([{"name": "session", "value": secret(address, RECEPTION), "url": address}])
    page = staff.new_page()
    page.goto(f"{address}/bornes")
    page.fill("#name", f"Porte {key}")
    page.select_option("#door", key)
    page.click("form.panel button[type=submit]")
    code = re.sub(r"\D", "", page.inner_text(".one-time-code"))
    staff.close()
    tablet = browser.new_context(locale="fr-FR", viewport={"width": 1024, "height": 600}, reduced_motion="reduce")
    screen = tablet.new_page()
    screen.goto(f"{address}/kiosk/enrolment")
    screen.fill("#code", code)
    screen.click("main button[type=submit]")
    screen.wait_for_url(f"{address}/porte")
    return tablet, screen


def test_the_screen_follows_its_room_and_says_when_it_has_no_news(browser: Browser, address: str) -> None:
    tablet, screen = screen_of(browser, address, "bureau-1")
    try:
        expect(screen.locator("main")).to_have_attribute("data-state", "waiting")
        keep_nobody_out(screen)
        assert screen.evaluate("document.querySelectorAll('*').length") <= BUDGET
        body = {
            "resources": ["bureau-1"],
            "starts_at": iso("2026-11-24T09:00"),
            "ends_at": iso("2026-11-24T10:00"),
        }
        headers = {"authorization": f"Bearer {secret(address, MEMBER)}"}
        assert httpx.post(f"{address}/api/v1/reservations", json=body, headers=headers).status_code == 201
        expect(screen.locator("[data-part=day]")).to_contain_text("occupé", ignore_case=True)
        tablet.set_offline(True)
        screen.fill("#badge", "123456")
        screen.click("form button")
        expect(screen.locator("[data-part=lost]")).to_be_visible()
        expect(screen.locator("[data-part=network]")).to_contain_text("Hors ligne")
        tablet.set_offline(False)
        screen.fill("#badge", "123456")
        screen.click("form button")
        expect(screen.locator("[data-answer]")).to_be_visible()
        expect(screen.locator("main")).to_have_attribute("data-state", "denied")
        screen.get_by_role("link", name="Terminé").click()
        screen.fill("#badge", "999999")
        screen.click("form button")
        expect(screen.locator("#pin")).to_be_focused()
        keep_nobody_out(screen)
        screen.keyboard.type("904171")
        screen.keyboard.press("Enter")
        expect(screen.locator("[data-answer]")).to_contain_text("Le code n’est pas le bon")
    finally:
        tablet.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_use_it(browser: Browser, address: str, width: int) -> None:
    tablet, screen = screen_of(browser, address, "visio-1")
    try:
        screen.set_viewport_size({"width": width, "height": 800})
        keep_nobody_out(screen)
    finally:
        tablet.close()
