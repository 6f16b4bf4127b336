"""The preview of a file in a real browser: the way of the tool is drawn, layer by layer, by keys."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fablab.benches import CUBE
from tests.support.clients import MEMBER
from tests.web.looking import keep_nobody_out_at_any_width
from tests.web.signing import secret

INK = """canvas => { const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return data.reduce((sum, value, place) => sum + (place % 4 === 3 && value > 0), 0); }"""


@pytest.fixture
def sofia(browser: Browser, address: str) -> Page:
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": secret(address, MEMBER), "url": address}])
    return context.new_page()


def brought(address: str) -> str:
    token = {"authorization": f"Bearer {secret(address, MEMBER)}"}
    files = {"file": ("cube.gcode", CUBE.read_bytes())}
    answer = httpx.post(f"{address}/api/v1/fablab/files", files=files, headers=token).raise_for_status()
    return str(answer.json()["id"])


def test_layers_are_drawn_and_turned_by_keys(sofia: Page, address: str) -> None:
    sofia.goto(f"{address}/fablab/deposer/{brought(address)}")
    slider, told = sofia.get_by_label("Couche", exact=True), sofia.locator("figure output")
    expect(told).to_contain_text("Couche 8 sur 8, à 1,60")
    canvas = sofia.locator("figure canvas")
    whole = canvas.evaluate(INK)
    assert whole > 500
    slider.focus()
    sofia.keyboard.press("Home")
    expect(told).to_contain_text("Couche 1 sur 8, à 0,20")
    assert slider.get_attribute("aria-valuetext") == told.inner_text()
    assert 0 < canvas.evaluate(INK) < whole
    sofia.get_by_role("button", name="Vue de dessus").click()
    expect(sofia.get_by_role("button", name="Vue de dessus")).to_have_attribute("aria-pressed", "true")
    assert canvas.evaluate(INK) > 0
    keep_nobody_out_at_any_width(sofia)


def test_without_a_toolpath_the_picture_stays(sofia: Page, address: str) -> None:
    sofia.route("**/preview", lambda route: route.abort())
    sofia.goto(f"{address}/fablab/deposer/{brought(address)}")
    sofia.wait_for_load_state("networkidle")
    expect(sofia.locator("figure img")).to_be_visible()
    assert sofia.locator("figure canvas").count() == 0
