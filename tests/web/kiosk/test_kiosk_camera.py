"""The camera, from drawn badges to the welcome: nothing, two codes at once, a card, a telephone."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.clients import OTHER_MEMBER, RECEPTION
from tests.web.conftest import CHROMIUM, FLAGS
from tests.web.kiosk import films
from tests.web.kiosk.entrances import Entrance
from tierslieu.access import actions
from tierslieu.access.passes.actions import phone_texts
from tierslieu.basics.spans import Span
from tierslieu.people.persons.queries import email_holder

WATCH = """(() => { const title = document.querySelector('[data-part=title]'); let told = '';
  new MutationObserver(() => {
    if (!told.endsWith(title.textContent)) told += ` | ${title.textContent}`;
    document.documentElement.dataset.told = told;
  }).observe(title, {childList: true, characterData: true, subtree: true}) })()"""
ALL_TOLD = re.compile("(?=.*Sofia)(?=.*Thomas)(?=.*Un seul)")
BLANK, SHOWN = 15, 30


def phone_pass(entrance: Entrance, email: str) -> str:
    """What a person's telephone shows now."""

    def carry(tx: Any) -> str:
        person_id = email_holder(tx, email)
        assert person_id is not None
        handle = actions.carry_badge(tx, person_id).badge.handle
        ((_start, text), *_later) = phone_texts(tx, handle, [Span(tx.now, tx.now + 30)])
        return text

    return str(entrance.write(carry))


def sent_by(page: Page) -> list[str]:
    """The badges that a page sends from now on."""
    found: list[str] = []
    page.on(
        "request",
        lambda one: found.append(json.loads(one.post_data or "{}")["badge"]) if one.url.endswith("/scans") else None,
    )
    return found


def test_the_camera_takes_the_one_badge_it_sees(entrance: Entrance, chromium: Browser, tmp_path: Path) -> None:
    card, phone = entrance.card(), phone_pass(entrance, OTHER_MEMBER)
    neighbours = [entrance.card(RECEPTION), entrance.card("lucie@example.org")]
    scenes = [([], BLANK), (neighbours, SHOWN), ([], BLANK), ([card], SHOWN), ([], BLANK), ([phone], SHOWN)]
    clip = films.film(tmp_path / "day.mjpeg", scenes)
    opened = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *films.flags(clip)])
    try:
        page = entrance.kiosk(opened, "Caméra", permissions=["camera"], service_workers="block")
        page.evaluate(WATCH)
        sent = sent_by(page)
        expect(page.locator("video")).to_be_visible()
        expect(page.locator("[data-part=camera]")).to_be_hidden()
        expect(page.locator("html")).to_have_attribute("data-told", ALL_TOLD, timeout=20_000)
        assert set(sent) == {card, phone}
        assert not re.search("Claire|Lucie|pas un badge", page.get_attribute("html", "data-told") or "")
    finally:
        entrance.close()
        opened.close()
