"""The pages beside the kiosk's screen: at both widths for everybody, and the screen itself without any script."""

from playwright.sync_api import Browser, Page

from tests.people.pins.kiosks import PIN
from tests.support.clients import MEMBER, RECEPTION
from tests.web.kiosk.entrances import Entrance
from tests.web.looking import HEIGHT, OVERFLOWS, SMALL_TARGETS, WIDTHS, violations
from tierslieu.access.kiosk import calls
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import email_holder
from tierslieu.people.pins.actions import Card, allow, card_name, choose
from tierslieu.people.signin import passwords

TEAM = "/kiosk/equipe"
MOST_ELEMENTS = 120
ELEMENTS = "[...document.querySelectorAll('*')].filter(one => !one.closest('svg') || one.tagName === 'svg').length"


def look(kiosk: Page) -> None:
    """At both widths; that a page left alone closes is meant: it is everybody's screen."""
    for width in WIDTHS:
        kiosk.set_viewport_size({"width": width, "height": HEIGHT})
        assert [one for one in violations(kiosk) if not one.startswith("meta-refresh:")] == []
        assert kiosk.evaluate(SMALL_TARGETS) == []
        assert not kiosk.evaluate(OVERFLOWS), (kiosk.url, width)
        assert kiosk.evaluate(ELEMENTS) <= MOST_ELEMENTS


def give_pin(tx: Tx, email: str, pin_hash: str) -> None:
    """A pin, without the pages."""
    person_id = email_holder(tx, email) or 0
    allow(tx, person_id)
    choose(tx, Card(card_name(person_id), person_id, ""), pin_hash)


def test_staff_and_visitors_at_any_width(chromium: Browser, entrance: Entrance) -> None:
    kiosk, card = entrance.kiosk(chromium, "Accueil", "accueil"), entrance.card(RECEPTION)
    entrance.write(give_pin, RECEPTION, passwords.make(PIN))
    look(kiosk)
    kiosk.get_by_role("link", name="Je n’ai pas de badge").click()
    kiosk.wait_for_url("**/sans-badge")
    look(kiosk)
    kiosk.get_by_role("button", name="Adulte").click()
    kiosk.get_by_text("sans votre nom").wait_for()
    look(kiosk)
    kiosk.get_by_role("button", name="annuler").press("Enter")
    kiosk.get_by_role("heading", name="C’est annulé").wait_for()
    kiosk.get_by_role("link", name="Choisir de nouveau").click()
    kiosk.get_by_role("button", name="Je pars").press("Enter")
    kiosk.get_by_role("heading", name="Au revoir").wait_for()
    kiosk.goto("/kiosk/sans-badge")
    kiosk.get_by_role("button", name="Appeler quelqu’un").click()
    kiosk.get_by_role("heading", name="L’accueil est prévenu").wait_for()
    look(kiosk)
    entrance.write(lambda tx: calls.answer(tx, calls.open_calls(tx)[0].id))
    kiosk.goto("/kiosk/appel")
    kiosk.get_by_role("heading", name="Quelqu’un arrive").wait_for()
    kiosk.goto(f"{TEAM}/entrer")
    look(kiosk)
    kiosk.fill("#badge", card)
    kiosk.press("#badge", "Enter")
    kiosk.fill("#pin", PIN)
    look(kiosk)
    kiosk.press("#pin", "Enter")
    kiosk.fill("#q", "mor")
    kiosk.press("#q", "Enter")
    kiosk.get_by_text("Sofia M.").wait_for()
    look(kiosk)
    kiosk.get_by_role("button", name="Noter son arrivée").first.click()
    kiosk.get_by_text("Son arrivée est notée").wait_for()
    kiosk.get_by_role("button", name="Préparer").click()
    kiosk.get_by_role("heading", name="Laissez-passer").wait_for()
    look(kiosk)
    kiosk.goto(f"{TEAM}/evacuation")
    kiosk.get_by_text("Sofia M.").wait_for()
    look(kiosk)


def test_the_screen_without_script(chromium: Browser, entrance: Entrance) -> None:
    kiosk = entrance.page(chromium, java_script_enabled=False)
    entrance.enrol(kiosk.context, "Sans script", "accueil")
    card = entrance.card(MEMBER)
    kiosk.goto("/kiosk")
    kiosk.fill("#badge", card)
    kiosk.press("#badge", "Enter")
    kiosk.get_by_role("heading", name="Sofia").wait_for()
    kiosk.get_by_role("button", name="Prendre un bureau libre maintenant").click()
    kiosk.get_by_role("heading", name="Un bureau est à vous").wait_for()
    kiosk.get_by_role("link", name="Terminé").click()
    kiosk.get_by_role("link", name="Je pars").click()
    kiosk.fill("#badge", card)
    kiosk.press("#badge", "Enter")
    kiosk.get_by_role("heading", name="Au revoir Sofia").wait_for()
    kiosk.get_by_role("button", name="Appeler quelqu’un").click()
    kiosk.get_by_role("heading", name="prévenu").wait_for()
