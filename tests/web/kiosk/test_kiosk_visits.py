"""Visitors without a badge while the service is dead: kept on the tablet, counted once when it is back."""

from playwright.sync_api import Browser, Page, expect

from tests.web.kiosk.entrances import CONTROLLED, Entrance, kept, network, shows
from tests.web.looking import OVERFLOWS, SMALL_TARGETS
from tierslieu.access import rules

TABLETS = [(800, 1280), (1280, 800), (1024, 600)]
SIZES = [*TABLETS, (320, 640)]
IS_LONG = "document.documentElement.scrollHeight > innerHeight"
VISITS = "SELECT direction, band, people, outcome FROM scan WHERE kind = 'walk_in' AND device = ? ORDER BY device_seq"


def do(kiosk: Page, name: str) -> None:
    """Press a button of the screen."""
    kiosk.locator(f"[data-do={name}]:visible").click()


def fits(kiosk: Page) -> None:
    """Nothing is cut off at any size, and a tablet shows all of it without scrolling."""
    for width, height in SIZES:
        kiosk.set_viewport_size({"width": width, "height": height})
        found = (kiosk.evaluate(OVERFLOWS), kiosk.evaluate(SMALL_TARGETS), kiosk.evaluate(IS_LONG))
        assert found == (False, [], (width, height) not in TABLETS), (width, height)


def come(kiosk: Page, band: str, people: str = "1") -> None:
    """So many people without a badge come in."""
    do(kiosk, "no_badge")
    shows(kiosk, "visits", "sans donner mon nom")
    kiosk.locator("#people").select_option(people)
    kiosk.get_by_role("button", name=band).click()
    shows(kiosk, "kept", "Noté sur cette tablette")


def test_visits_outlive_a_closed_tab_and_a_dead_service(entrance: Entrance, chromium: Browser) -> None:
    kiosk = entrance.kiosk(chromium, "Visites", "site")
    kiosk.evaluate(CONTROLLED)
    kiosk.reload()
    network(kiosk, "Connectée")
    fits(kiosk)
    entrance.stop()
    try:
        come(kiosk, "Enfant", "3")
        network(kiosk, "1 passage gardé ici")
        do(kiosk, "visit_undo")
        shows(kiosk, "called", "C’est annulé")
        assert kept(kiosk) == []
        do(kiosk, "visit_again")
        shows(kiosk, "visits")
        fits(kiosk)
        expect(kiosk.locator("#people")).to_have_value("1")
        kiosk.get_by_role("button", name="Enfant").click()
        shows(kiosk, "kept", "Noté sur cette tablette")
        do(kiosk, "done")
        come(kiosk, "Adulte", "2")
        other = kiosk.context.new_page()
        kiosk.close()
        other.goto("/kiosk")
        network(other, "2 passages gardés ici")
        do(other, "no_badge")
        do(other, "visit_out")
        shows(other, "kept", "Noté sur cette tablette")
        assert [one["kind"] for one in kept(other)] == ["visit"] * 3
    finally:
        entrance.clock.instant += 60
        entrance.start()
    other.evaluate("dispatchEvent(new Event('online'))")
    network(other, "Connectée")
    assert kept(other) == []
    assert entrance.rows(VISITS, rules.kiosk_key("Visites")) == [
        ("in", "child", 1, "granted"),
        ("in", "adult", 2, "granted"),
        ("out", "", 1, "granted"),
    ]
