"""A member of staff takes a kiosk with their passkey, in a browser with an authenticator of its own."""

from base64 import b64encode
from collections.abc import Callable

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, Page, expect

from tests.access.kiosk.test_staff_keys import made_for
from tests.people.signin.soft_key import SoftKey
from tests.support.clients import RECEPTION
from tests.web.kiosk.entrances import Entrance
from tests.web.looking import OVERFLOWS, SMALL_TARGETS
from tests.web.test_passkeys_in_a_browser import authenticator
from tierslieu.people.persons.queries import email_holder


def hold(page: Page, key: SoftKey) -> Callable[[bool], object]:
    """The authenticator of this browser holds a key, as a phone or a stick would; says whether it knows its owner."""
    session, device = authenticator(page)
    secret = key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    credential = {
        "credentialId": b64encode(key.id).decode(),
        "isResidentCredential": True,
        "rpId": key.party,
        "privateKey": b64encode(secret).decode(),
        "userHandle": b64encode(b"claire").decode(),
        "signCount": 1,
    }
    session.send("WebAuthn.addCredential", {"authenticatorId": device, "credential": credential})
    return lambda knows: session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": knows})


def test_a_key_opens_staff_mode(entrance: Entrance, chromium: Browser) -> None:
    home = f"http://localhost:{entrance.port}"
    page, key = entrance.page(chromium), SoftKey(origin=home)
    entrance.write(lambda tx: made_for(tx, email_holder(tx, RECEPTION) or 0, key))
    entrance.enrol(page.context, "Clé")
    (device,) = page.context.cookies(entrance.address)
    page.context.add_cookies([{"name": "device", "value": device["value"], "url": home, "httpOnly": True}])
    page.goto(f"{home}/kiosk/equipe")
    expect(page.get_by_role("button", name="Avec ma clé")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 800})
    assert (page.evaluate(SMALL_TARGETS), page.evaluate(OVERFLOWS)) == ([], False)
    knows_its_owner = hold(page, key)
    knows_its_owner(False)
    page.get_by_role("button", name="Avec ma clé").click()
    expect(page.get_by_role("alert")).to_contain_text("n’a pas répondu")
    knows_its_owner(True)
    page.get_by_role("button", name="Avec ma clé").click()
    expect(page.get_by_text("Bonjour Claire")).to_be_visible()
