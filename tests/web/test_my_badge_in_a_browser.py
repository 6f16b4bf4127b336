"""« Mon badge » on a phone: a new code each half minute, also without network, and nothing left when it is put down."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from devices.badges import codec
from tests.access.test_badge_qr import decode, rasterise
from tests.support.clients import MEMBER
from tests.web.looking import keep_nobody_out
from tests.web.signing import secret

DRAWING = "new XMLSerializer().serializeToString(document.querySelector('.badge-card svg'))"
KEPT = "localStorage.getItem('pass-book')"
IN_SIGHT = """(({top, bottom}) => top >= 0 && bottom <= innerHeight)(
  document.querySelector('.badge-code').getBoundingClientRect())"""
# Waits are given as functions: the pages' policy forbids eval, which a text would need at every second look.
IS_READY = "() => navigator.serviceWorker.ready.then(found => found.active.state)"
IS_KEPT = f"() => {KEPT} !== null"
IS_FORGOTTEN = f"() => {KEPT} === null"


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """Sofia's phone."""
    context = browser.new_context(base_url=address, locale="fr-FR", viewport={"width": 360, "height": 740})
    session = {"name": "session", "value": secret(address, MEMBER), "url": address}
    context.add_cookies([session])  # type: ignore[list-item]
    yield context.new_page()
    context.close()


def shown(page: Page) -> codec.PhoneClaims:
    """What the code on the page says, read by an independent reader."""
    reading = codec.read(decode(rasterise(page.evaluate(DRAWING)))[0])
    assert isinstance(reading.claims, codec.PhoneClaims)
    return reading.claims


def test_a_phone_shows_its_codes_without_network_and_forgets_them(phone: Page) -> None:
    phone.clock.install()
    phone.goto("/mon-badge")
    phone.get_by_role("button", name="Porter mon badge").click()
    expect(phone.get_by_text("garde des codes")).to_be_visible()
    first = shown(phone)
    assert phone.evaluate(IN_SIGHT)
    phone.set_viewport_size({"width": 740, "height": 360})
    phone.reload()
    assert phone.evaluate(IN_SIGHT), "a phone that lies on its side"
    phone.set_viewport_size({"width": 360, "height": 740})
    keep_nobody_out(phone)
    phone.wait_for_function(IS_READY)
    phone.clock.fast_forward(30_000)
    phone.wait_for_function(f"() => document.querySelector('[data-part=left]').value > 0 && {KEPT}.length > 1000")
    second = shown(phone)
    assert (second.handle, second.slot) == (first.handle, first.slot + 1)
    phone.context.set_offline(True)
    phone.goto("/mon-badge")
    expect(phone.get_by_text("Sans réseau : les codes gardés")).to_be_visible()
    expect(phone.locator("[data-part=name]")).to_have_text("Sofia")
    assert shown(phone).handle == first.handle
    keep_nobody_out(phone)
    phone.context.set_offline(False)
    phone.goto("/mon-badge")
    phone.get_by_role("button", name="Ne plus porter").click()
    expect(phone.get_by_text("ne porte plus votre badge")).to_be_visible()
    assert phone.evaluate(KEPT) is None


def test_who_signs_out_leaves_no_code_behind(phone: Page) -> None:
    phone.goto("/mon-badge")
    phone.get_by_role("button", name="Porter mon badge").click()
    phone.wait_for_function(IS_KEPT)
    phone.context.clear_cookies()
    phone.goto("/")
    phone.wait_for_function(IS_FORGOTTEN)
