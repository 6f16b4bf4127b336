"""A kiosk's day in a real browser: enrolment, badges by scanner, by camera and by hand, and no network."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.access.test_badge_qr import decode, rasterise
from tests.support.clients import MEMBER, RECEPTION
from tests.web.conftest import CHROMIUM, FLAGS
from tests.web.looking import AXE, OVERFLOWS, RULES, SMALL_TARGETS
from tests.web.signing import secret
from tierslieu.demo.people import PASSWORD

STATES = ["waiting", "typing", "granted", "denied", "kept", "blocked"]
MOST_ELEMENTS, MOST_REQUESTS, MOST_BYTES = 120, 10, 600 * 1024
IS_CONTROLLED = """new Promise(done => navigator.serviceWorker.controller ? done()
  : navigator.serviceWorker.addEventListener('controllerchange', done))"""
WAITING_SCANS = """new Promise(done => { indexedDB.open('kiosk').onsuccess = ({target: {result}}) => {
  result.transaction('scans').objectStore('scans').count().onsuccess = ({target}) => done(target.result) } })"""
DRAWING = "new XMLSerializer().serializeToString(document.querySelector('.badge-card svg'))"
DOM = "[...document.querySelectorAll('*')].filter(e => !e.parentElement?.closest('svg')).length"


class Hall:
    """The entrance: a desk where Claire works, and kiosks."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.opened: list[BrowserContext] = []
        self.desk = self.page()
        session = {"name": "session", "value": secret(address, RECEPTION), "url": address}
        self.desk.context.add_cookies([session])  # type: ignore[list-item]
        self.desk.goto("/accueil")
        expect(self.desk.get_by_role("button", name="Déconnexion")).to_be_visible()

    def page(self, browser: Browser | None = None, **options: Any) -> Page:
        """A browser of its own."""
        context = (browser or self.browser).new_context(
            base_url=self.address,
            locale="fr-FR",
            viewport={"width": 1280, "height": 800},
            reduced_motion="reduce",
            **options,
        )
        self.opened.append(context)
        return context.new_page()

    def card(self, email: str = MEMBER) -> tuple[str, str]:
        """A card just printed at the desk: the text of its code, its drawing."""
        self.desk.goto(f"/personnes/{self.person(email)}/badge")
        self.desk.locator("main form.panel button").click()
        expect(self.desk.locator(".badge-card")).to_be_visible()
        drawing: str = self.desk.evaluate(DRAWING)
        return decode(rasterise(drawing))[0], drawing

    def person(self, email: str) -> str:
        """The id of a person."""
        token = httpx.post(f"{self.address}/api/v1/sessions", json={"email": email, "password": PASSWORD}).json()
        headers = {"authorization": f"Bearer {token['token']}"}
        return str(httpx.get(f"{self.address}/api/v1/me", headers=headers).json()["id"])

    def kiosk(self, name: str, browser: Browser | None = None, **options: Any) -> Page:
        """A device made a kiosk by hand, with a code from the desk."""
        self.desk.goto("/bornes")
        self.desk.fill("#name", name)
        self.desk.press("#name", "Enter")
        code = self.desk.inner_text(".one-time-code")
        page = self.page(browser, **options)
        page.goto("/kiosk")
        page.fill("[name=code]", code)
        page.press("[name=code]", "Enter")
        expect(page.locator("main.kiosk")).to_have_attribute("data-state", re.compile("waiting|reading|granted"))
        if options.get("java_script_enabled", True):
            expect(page.locator("[data-part=network]")).to_have_text("Connectée")
        return page


def scan(page: Page, text: str) -> None:
    """What a scanner types, fast, with Enter."""
    page.keyboard.type(text, delay=3)
    page.keyboard.press("Enter")


def shows(page: Page, state: str, text: str = "") -> None:
    expect(page.locator("main.kiosk")).to_have_attribute("data-state", state)
    if text:
        expect(page.locator("[data-part=title]")).to_contain_text(re.compile(re.sub(r"\s", r"\\s", text)))


@pytest.fixture
def hall(browser: Browser, address: str) -> Iterator[Hall]:
    found = Hall(browser, address)
    yield found
    for context in found.opened:
        context.close()


@pytest.fixture
def card(hall: Hall) -> str:
    return hall.card()[0]


def test_a_scanner_gets_a_welcome_and_the_screen_is_free_again(hall: Hall, card: str) -> None:
    kiosk = hall.kiosk("Scanner")
    expect(kiosk.locator("[data-part=network]")).to_have_text("Connectée")
    scan(kiosk, card)
    shows(kiosk, "granted", "Bonjour Sofia")
    kiosk.get_by_role("link", name="Terminé").click()
    shows(kiosk, "waiting", "Présentez votre badge")


def test_a_badge_that_is_not_ours_is_said_without_asking_the_service(hall: Hall) -> None:
    kiosk = hall.kiosk("Refus")
    asked: list[str] = []
    kiosk.on("request", lambda request: asked.append(request.url) if "/scans" in request.url else None)
    scan(kiosk, "https://example.org/")
    shows(kiosk, "denied", "pas un badge")
    assert asked == []


def test_a_number_is_typed_by_hand(hall: Hall, card: str) -> None:
    number = hall.desk.inner_text(".badge-card b")
    kiosk = hall.kiosk("Numéro")
    kiosk.get_by_role("button", name="Saisir mon numéro").click()
    expect(kiosk.locator("#badge")).to_be_focused()
    kiosk.keyboard.type("12 34 56", delay=80)
    kiosk.keyboard.press("Enter")
    shows(kiosk, "denied")
    kiosk.get_by_role("link", name="Terminé").click()
    kiosk.get_by_role("button", name="Saisir mon numéro").click()
    kiosk.keyboard.type(number, delay=80)
    kiosk.get_by_role("button", name="Valider").click()
    shows(kiosk, "granted", "Bonjour")


def test_a_scan_with_a_field_in_focus_leaves_the_field_alone(hall: Hall, card: str) -> None:
    kiosk = hall.kiosk("Champ")
    kiosk.get_by_role("button", name="Saisir mon numéro").click()
    kiosk.keyboard.type("12", delay=80)
    scan(kiosk, card)
    shows(kiosk, "granted", "Bonjour Sofia")
    assert kiosk.input_value("#badge") == "12"


def test_without_network_passages_are_kept_through_a_reload_and_sent_once(hall: Hall, card: str) -> None:
    kiosk = hall.kiosk("Panne")
    kiosk.evaluate(IS_CONTROLLED)
    kiosk.reload()
    network = kiosk.locator("[data-part=network]")
    expect(network).to_have_text("Connectée")
    kiosk.context.set_offline(True)
    scan(kiosk, card)
    shows(kiosk, "kept", "Passage gardé ici")
    expect(network).to_contain_text("1 passage gardé ici")
    kiosk.reload()
    shows(kiosk, "waiting")
    expect(network).to_contain_text("1 passage gardé ici")
    with kiosk.expect_response(lambda answer: answer.url.endswith("/batch")) as batch:
        kiosk.context.set_offline(False)
    assert [answer["outcome"] for answer in batch.value.json()["answers"]] == ["granted"]
    expect(network).to_have_text("Connectée", timeout=20_000)
    assert kiosk.evaluate(WAITING_SCANS) == 0


def test_a_lost_answer_is_asked_for_again_with_the_same_scan(hall: Hall, card: str) -> None:
    kiosk = hall.kiosk("Réponse")
    ids: list[str] = []

    def lose(route: Any) -> None:
        ids.append(route.request.post_data_json["scan_id"])
        route.fetch()
        route.abort()

    kiosk.route("**/api/v1/scans", lose)
    answers: list[Any] = []
    kiosk.on("response", lambda answer: answers.append(answer.json()) if answer.url.endswith("/batch") else None)
    scan(kiosk, card)
    shows(kiosk, "kept")
    expect(kiosk.locator("[data-part=network]")).to_have_text("Connectée", timeout=20_000)
    (answer,) = answers[0]["answers"]
    assert (answer["scan_id"], answer["duplicate"]) == (ids[0], True)


def test_a_kiosk_put_out_of_service_keeps_its_passages(hall: Hall, card: str) -> None:
    kiosk = hall.kiosk("Arrêt")
    hall.desk.goto("/bornes")
    hall.desk.get_by_role("button", name="Arrêter Arrêt").click()
    scan(kiosk, card)
    shows(kiosk, "blocked", "pas en service")
    assert kiosk.evaluate(WAITING_SCANS) == 1


def test_the_next_person_finds_the_houses_language_and_size(hall: Hall, card: str) -> None:
    kiosk = hall.kiosk("Langue")
    kiosk.get_by_role("button", name="English").click()
    expect(kiosk.locator("html")).to_have_attribute("lang", "en")
    kiosk.locator("[data-do=larger]").click()
    expect(kiosk.locator("html")).to_have_attribute("data-large", "")
    scan(kiosk, card)
    shows(kiosk, "granted")
    kiosk.locator("[data-do=done]").click()
    expect(kiosk.locator("html")).to_have_attribute("lang", "fr")
    expect(kiosk.locator("html")).not_to_have_attribute("data-large", "")


def test_the_camera_reads_a_card_once(hall: Hall, tmp_path: Path) -> None:
    token, drawing = hall.card()
    clip = film(drawing, tmp_path / "card.mjpeg")
    fake = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    ]
    with_camera = hall.browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *fake])
    try:
        sent: list[str] = []
        page = hall.kiosk("Caméra", with_camera, permissions=["camera"], service_workers="block")
        page.on("request", lambda request: sent.append(request.post_data or "") if "/scans" in request.url else None)
        shows(page, "granted", "Bonjour Sofia")
        page.get_by_role("link", name="Terminé").click()
        page.wait_for_timeout(1000)
        assert len([body for body in sent if token in body]) <= 1
    finally:
        with_camera.close()


def film(drawing: str, path: Path) -> Path:
    """A short film of a card held by a hand that is not quite still."""
    code, chance = Image.fromarray(rasterise(drawing)), np.random.default_rng(1)
    with path.open("wb") as file:
        for turn in range(12):
            scene = Image.new("L", (1280, 720), 90)
            scene.paste(code.rotate(8 * np.sin(turn), expand=True, fillcolor=200), (480, 190))
            noisy = np.asarray(scene).astype(int) + chance.integers(-12, 12, (720, 1280))
            Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).convert("RGB").save(file, "JPEG", quality=80)
    return path


@pytest.fixture(scope="module")
def bare(browser: Browser, address: str) -> Iterator[Page]:
    """A kiosk whose policy lets the accessibility checker in."""
    hall = Hall(browser, address)
    yield hall.kiosk("Contrôle", bypass_csp=True, service_workers="block")
    for context in hall.opened:
        context.close()


@pytest.mark.parametrize("state", STATES)
def test_nobody_is_kept_out_in_any_state(bare: Page, state: str) -> None:
    bare.goto("/kiosk")
    expect(bare.locator("[data-part=network]")).to_have_text("Connectée")
    if state == "typing":
        bare.get_by_role("button", name="Saisir mon numéro").click()
    else:
        bare.evaluate("state => { document.querySelector('main').dataset.state = state }", state)
    bare.add_script_tag(path=AXE)
    found = bare.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert bare.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("width", [320, 800, 1280])
def test_the_kiosk_fits_its_screen(bare: Page, width: int) -> None:
    bare.set_viewport_size({"width": width, "height": 900})
    bare.goto("/kiosk")
    assert bare.evaluate(OVERFLOWS) is False
    bare.locator("[data-do=larger]").click()
    assert bare.evaluate(OVERFLOWS) is False
    bare.set_viewport_size({"width": 1280, "height": 800})


def test_the_kiosk_is_light(hall: Hall) -> None:
    page = hall.kiosk("Budget", service_workers="block")
    requests: list[Any] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.reload()
    expect(page.locator("[data-part=network]")).to_have_text("Connectée")
    assert page.evaluate(DOM) <= MOST_ELEMENTS
    assert len(requests) <= MOST_REQUESTS, [request.url for request in requests]
    sizes = [request.sizes() for request in requests]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= MOST_BYTES


def test_without_script_the_form_answers(hall: Hall, card: str) -> None:
    page = hall.kiosk("Sans script", java_script_enabled=False)
    expect(page.locator("#badge")).to_be_focused()
    page.fill("#badge", card)
    page.get_by_role("button", name="Valider").click()
    shows(page, "granted", "Bonjour Sofia")
    page.get_by_role("link", name="Terminé").click()
    shows(page, "waiting")
