"""The links beside the kiosk's screen when nobody answers: the tablet never stands before a page it cannot leave."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.web.kiosk.entrances import Entrance, network, scan, shows, with_shell
from tests.web.looking import OVERFLOWS, SMALL_TARGETS
from tierslieu.access import rules

SENTENCE = "[data-part=sentence]"
LINKS = {"own_space": "demande le réseau", "staff": "demande le réseau"}
MARKED = "[data-offline]:visible"
SIZES = [(800, 1280), (320, 640), (1280, 800)]


def is_back(kiosk: Page, title: str = "Hors ligne : pas de réponse") -> None:
    """The kiosk's page says that what was wanted got no answer, and its address asks for nothing more."""
    shows(kiosk, "called", title)
    expect(kiosk.locator(SENTENCE)).to_contain_text("Rien n’est confirmé")
    assert re.search(r"/kiosk$", kiosk.url)


def fits(kiosk: Page) -> None:
    """Nothing is cut off, and every button can be hit, at the size of each tablet."""
    for width, height in SIZES:
        kiosk.set_viewport_size({"width": width, "height": height})
        assert (kiosk.evaluate(OVERFLOWS), kiosk.evaluate(SMALL_TARGETS)) == (False, [])


def test_links_say_that_the_kiosk_is_offline_and_stay(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Liens", "site", service_workers="block")
    entrance.stop()
    try:
        for name, text in LINKS.items():
            kiosk.locator(f"[data-do={name}]").click()
            shows(kiosk, "called", "Hors ligne :")
            expect(kiosk.locator(SENTENCE)).to_contain_text(text)
            expect(kiosk.locator("[data-part=help]")).to_have_attribute("open", "")
            kiosk.locator("[data-do=done]").click()
            shows(kiosk, "waiting")
        fits(kiosk)
        expect(kiosk.locator("[data-do=own_space]")).to_be_hidden()
        expect(kiosk.locator(MARKED)).to_have_count(1)
        scan(kiosk, card)
        shows(kiosk, "granted", "onjour Sofia")
        kiosk.locator("[data-do=done]").click()
    finally:
        entrance.start()
    network(kiosk, "Connectée")
    expect(kiosk.locator(MARKED)).to_have_count(0)
    kiosk.locator("[data-do=staff]").click()
    kiosk.wait_for_url("**/kiosk/equipe/entrer")


def test_a_form_that_meets_a_dead_service_ends_at_the_kiosk(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    kiosk = with_shell(entrance.kiosk(chromium, "Formulaires", "site"))
    kiosk.locator("[data-do=no_badge]").click()
    kiosk.wait_for_url("**/sans-badge")
    team = kiosk.context.new_page()
    team.goto("/kiosk/equipe/entrer")
    entrance.stop()
    try:
        team.fill("#badge", card)
        team.press("#badge", "Enter")
        is_back(team)
        team.close()
        kiosk.get_by_role("button", name="Adulte").click()
        is_back(kiosk)
        kiosk.reload()
        shows(kiosk, "waiting", "Présentez votre badge")
        kiosk.goto("/mon-espace")
        is_back(kiosk)
        scan(kiosk, card)
        shows(kiosk, "granted", "onjour Sofia")
    finally:
        entrance.start()
    visits = "SELECT count(*) FROM scan WHERE kind = 'walk_in' AND device = ?"
    assert entrance.rows(visits, rules.kiosk_key("Formulaires")) == [(0,)]
