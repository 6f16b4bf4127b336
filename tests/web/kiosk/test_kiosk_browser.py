"""A kiosk's day in a real browser: enrolment, badges by scanner and by hand, everybody served, nobody kept out."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.kiosk.entrances import Entrance, network, scan, shows
from tests.web.looking import AXE, OVERFLOWS, RULES, SMALL_TARGETS
from tierslieu.access.kiosk import enrolment

STATES = ["waiting", "typing", "pin", "granted", "denied", "kept", "called", "blocked", "list"]
MOST_ELEMENTS, MOST_REQUESTS, MOST_BYTES = 120, 12, 600 * 1024
TOPS = """[...document.querySelectorAll('.kiosk button, .kiosk a')]
  .map(element => element.getBoundingClientRect()).filter(box => box.height).map(box => box.top)"""
DOM = "[...document.querySelectorAll('*')].filter(e => !e.parentElement?.closest('svg')).length"


def test_a_code_from_the_desk_makes_a_device_a_kiosk(entrance: Entrance, chromium: Browser) -> None:
    code = entrance.write(enrolment.offer_code, "À la main")
    page = entrance.page(chromium)
    page.goto("/kiosk")
    page.fill("[name=code]", code)
    page.press("[name=code]", "Enter")
    shows(page, "waiting", "Présentez votre badge")
    network(page, "Connectée")


def test_a_scanner_gets_a_welcome_whose_name_leaves_before_the_message(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Scanner", "site", is_timed=True)
    title = kiosk.locator("[data-part=title]")
    scan(kiosk, card)
    shows(kiosk, "granted", "onjour Sofia")
    kiosk.clock.run_for(8000)
    expect(title).not_to_contain_text("Sofia")
    shows(kiosk, "granted", "onjour")
    kiosk.keyboard.press("Shift")
    kiosk.clock.run_for(13_000)
    shows(kiosk, "granted")
    kiosk.clock.run_for(7500)
    shows(kiosk, "waiting", "Présentez votre badge")
    scan(kiosk, card)
    shows(kiosk, "granted", "onjour Sofia")
    kiosk.locator("[data-do=leave]").click()
    shows(kiosk, "granted", "Au revoir")
    assert [row[:2] for row in entrance.passages("Scanner")] == [
        ("granted", "in"),
        ("granted", "in"),
        ("granted", "out"),
    ]


def test_a_badge_that_is_not_ours_is_said_without_asking_the_service(entrance: Entrance, chromium: Browser) -> None:
    kiosk = entrance.kiosk(chromium, "Refus")
    asked: list[str] = []
    kiosk.on("request", lambda request: asked.append(request.url) if "/scans" in request.url else None)
    scan(kiosk, "https://example.org/")
    shows(kiosk, "denied", "pas un badge")
    assert asked == []


def test_a_number_is_typed_by_hand_and_a_scan_leaves_the_field_alone(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.issue()
    kiosk = entrance.kiosk(chromium, "Numéro")
    kiosk.get_by_role("button", name="Saisir mon numéro").click()
    expect(kiosk.locator("#badge")).to_be_focused()
    kiosk.keyboard.type("12 34", delay=60)
    kiosk.keyboard.press("Enter")
    shows(kiosk, "denied")
    kiosk.locator("[data-do=done]").click()
    kiosk.get_by_role("button", name="Saisir mon numéro").click()
    kiosk.keyboard.type(card.badge.card_number, delay=60)
    kiosk.get_by_role("button", name="Valider").click()
    shows(kiosk, "granted", "onjour")
    kiosk.locator("[data-do=done]").click()
    kiosk.get_by_role("button", name="Saisir mon numéro").click()
    kiosk.keyboard.type("12", delay=60)
    scan(kiosk, card.token)
    shows(kiosk, "granted", "Sofia")
    assert kiosk.input_value("#badge") == "12"


def test_the_next_person_finds_the_houses_language_size_and_silence(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Langue")
    kiosk.get_by_role("button", name="English").click()
    expect(kiosk.locator("html")).to_have_attribute("lang", "en")
    for button in ("larger", "speak"):
        kiosk.locator(f"[data-do={button}]").click()
        expect(kiosk.locator(f"[data-do={button}]")).to_have_attribute("aria-pressed", "true")
    scan(kiosk, card)
    shows(kiosk, "granted")
    kiosk.locator("[data-do=done]").click()
    expect(kiosk.locator("html")).to_have_attribute("lang", "fr")
    expect(kiosk.locator("html")).not_to_have_attribute("data-large", "")
    expect(kiosk.locator("[data-do=speak]")).to_have_attribute("aria-pressed", "false")


def test_somebody_is_called_and_a_desk_taken(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Aide", "site")
    scan(kiosk, card)
    shows(kiosk, "granted")
    kiosk.locator("[data-do=desk]").click()
    shows(kiosk, "granted", "Un bureau est à vous")
    kiosk.locator("[data-do=done]").click()
    kiosk.locator("[data-do=call]").click()
    shows(kiosk, "called", "L’accueil est prévenu")
    kiosk.context.set_offline(True)
    kiosk.locator("[data-do=done]").click()
    kiosk.locator("[data-do=call]").click()
    shows(kiosk, "called", "pas parti")
    expect(kiosk.locator("[data-part=help] strong")).to_be_visible()


@pytest.fixture(scope="module")
def bare(house: Entrance, chromium: Browser) -> Iterator[Page]:
    """A kiosk whose policy lets the accessibility checker in."""
    page = house.kiosk(chromium, "Contrôle", bypass_csp=True, service_workers="block")
    page.add_script_tag(path=AXE)
    house.opened.remove(page.context)
    yield page
    page.context.close()


def test_nobody_is_kept_out_in_any_state(bare: Page) -> None:
    for state in STATES:
        bare.evaluate("state => { document.querySelector('main').dataset.state = state }", state)
        bare.evaluate(
            "state => document.querySelectorAll(`[data-part=${state}]`).forEach(e => { e.hidden = false })", state
        )
        found = bare.evaluate("rules => axe.run({runOnly: rules})", RULES)
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == [], state
        assert bare.evaluate(SMALL_TARGETS) == [], state


def test_the_kiosk_fits_its_screen_and_controls_are_within_reach(bare: Page) -> None:
    bare.reload()
    network(bare, "Connectée")
    for width, height in [(320, 640), (640, 400), (800, 1280), (1280, 800)]:
        bare.set_viewport_size({"width": width, "height": height})
        for _each in range(2):
            assert bare.evaluate(OVERFLOWS) is False, width
            bare.locator("[data-do=larger]").click()
    bare.set_viewport_size({"width": 800, "height": 1280})
    tops = bare.evaluate(TOPS)
    assert min(tops) > 1280 / 3
    bare.set_viewport_size({"width": 1280, "height": 800})
    assert bare.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_the_kiosk_is_light_and_can_be_installed(entrance: Entrance, chromium: Browser) -> None:
    page = entrance.kiosk(chromium, "Budget", service_workers="block")
    requests: list[Any] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.reload()
    network(page, "Connectée")
    assert page.evaluate(DOM) <= MOST_ELEMENTS
    assert len(requests) <= MOST_REQUESTS, [request.url for request in requests]
    sizes = [request.sizes() for request in requests]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= MOST_BYTES
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then(answer => answer.json())")
    assert (manifest["display"], manifest["start_url"]) == ("fullscreen", "/kiosk")
    for icon in manifest["icons"]:
        size = page.evaluate(
            "src => new Promise(done => { const i = new Image(); i.onload = () => done(i.naturalWidth); i.src = src })",
            icon["src"],
        )
        assert icon["sizes"] == f"{size}x{size}"


def test_without_script_the_form_answers(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    page = entrance.page(chromium, java_script_enabled=False)
    entrance.enrol(page.context, "Sans script")
    page.goto("/kiosk")
    expect(page.locator("#badge")).to_be_focused()
    page.fill("#badge", card)
    page.get_by_role("button", name="Valider").click()
    shows(page, "granted", "onjour Sofia")
    page.get_by_role("link", name="Terminé").click()
    shows(page, "waiting")


def test_a_reader_is_tried_and_its_wrong_setting_named(entrance: Entrance, chromium: Browser) -> None:
    page = entrance.page(chromium)
    page.goto("/kiosk/lecteur")
    page.keyboard.type(entrance.card(), delay=3)
    expect(page.locator("[data-finding=suffix]")).to_be_visible()
    expect(page.locator("[data-finding=read]")).to_be_visible()
    expect(page.locator("[data-finding=layout]")).to_be_hidden()
    without = entrance.page(chromium, java_script_enabled=False)
    without.goto("/kiosk/lecteur")
    without.fill("#text", "https://example.org/")
    without.get_by_role("button", name="Lire ce texte").click()
    expect(without.locator("[data-finding=other]")).to_be_visible()
