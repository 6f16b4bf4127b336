"""The page of calls in a real browser: it sounds only after a touch, says so, and can be silenced."""

import re
import secrets

import httpx
from playwright.sync_api import Browser, expect

from tests.support.clients import RECEPTION
from tests.web.looking import OVERFLOWS, SMALL_TARGETS
from tests.web.signing import secret

HEARD = """window.heard = 0;
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) { window.heard += 1; return begin.call(this, at); };"""
"""Counts the notes that are played."""
PLAYED = "() => window.heard"


def kiosk_secret(address: str) -> str:
    """The secret of a kiosk just enrolled by forms, as a device without script does it."""
    with httpx.Client(base_url=address, cookies={"session": secret(address, RECEPTION)}) as desk:
        code = _sent(desk, "/bornes", name="Vestiaire").split("one-time-code")[1]
    with httpx.Client(base_url=address) as tablet:
        _sent(tablet, "/kiosk/enrolment", code=re.sub(r"\D", "", code.split(">", 1)[1].split("<")[0]))
        return str(tablet.cookies["device"])


def _sent(client: httpx.Client, path: str, **typed: str) -> str:
    token = client.get(path).text.split('name="_csrf" value="')[1].split('"')[0]
    answer = client.post(path, data={"_csrf": token, **typed})
    assert answer.status_code in (200, 303), answer.text
    return answer.text


def test_a_call_sounds_after_a_touch_until_it_is_muted(browser: Browser, address: str) -> None:
    device = {"cookie": f"device={kiosk_secret(address)}"}
    context = browser.new_context(locale="fr-FR", viewport={"width": 320, "height": 800})
    context.add_cookies([{"name": "session", "value": secret(address, RECEPTION), "url": address}])
    context.add_init_script(HEARD)
    page = context.new_page()
    page.goto(f"{address}/appels")
    status = page.locator("[data-sound] [role=status]")
    expect(status).to_contain_text("attend un geste")
    expect(page).to_have_title(re.compile("^Appels des bornes"))
    assert (page.evaluate(SMALL_TARGETS), page.evaluate(OVERFLOWS), page.evaluate(PLAYED)) == ([], False, 0)
    page.get_by_role("button", name="Essayer le son").click()
    expect(status).to_contain_text("Un appel sonne ici")
    page.wait_for_function("() => window.heard === 2")
    call = {"call_id": secrets.token_hex(16)}
    answer = httpx.post(f"{address}/api/v1/kiosk/calls", json=call, headers={**device, "x-requested-with": "kiosk"})
    assert answer.status_code == 200, answer.text
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.wait_for_function("() => window.heard >= 4")
    expect(page.locator("#calls")).to_contain_text("Vestiaire")
    mute = page.get_by_role("button", name="Couper le son")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(status).to_contain_text("Le son est coupé")
    page.get_by_role("button", name="Essayer le son").click()
    assert page.evaluate(PLAYED) == 0
    context.close()
