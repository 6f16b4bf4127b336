"""A new release while passages wait: the worker changes, the outbox stays, the page goes over when all is sent."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.clients import OTHER_MEMBER
from tests.web.kiosk.entrances import (
    CONTROLLED,
    Entrance,
    answered,
    kept,
    network,
    newer_build,
    scan,
    shows,
)
from tierslieu.access import rules
from tierslieu.http import assets

BUILD = "document.documentElement.dataset.build ?? 'former'"
OTHER_WORKER = """new Promise(done => {
  navigator.serviceWorker.addEventListener('controllerchange', () => done(caches.keys()));
  navigator.serviceWorker.getRegistration().then(found => found.update()); })"""
OWN_PART = "fetch(document.querySelector('main').dataset.worker).then(answer => answer.ok)"
NO_DISK = "indexedDB.open = () => { throw new DOMException('private window', 'SecurityError'); }"


def asks(kiosk: Page) -> None:
    """The kiosk asks how things are, and has been answered."""
    with kiosk.expect_response("**/api/v1/kiosk/health"):
        kiosk.evaluate("dispatchEvent(new Event('online'))")


def test_a_browser_that_keeps_nothing_says_so_there_and_to_the_service(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    page = entrance.page(chromium)
    page.context.add_init_script(NO_DISK)
    entrance.enrol(page.context, "Privée", "site")
    page.goto("/kiosk")
    network(page, "ne pas fermer cette page")
    scan(page, card)
    shows(page, "granted", "onjour")
    asks(page)
    assert entrance.rows("SELECT is_durable FROM kiosk_health WHERE key = ?", rules.kiosk_key("Privée")) == [(0,)]


def test_a_new_release_with_a_full_outbox(
    entrance: Entrance, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = [entrance.card(), entrance.card(OTHER_MEMBER)]
    kiosk = entrance.kiosk(chromium, "Échange", "site")
    kiosk.evaluate(CONTROLLED)
    kiosk.reload()
    network(kiosk, "Connectée")
    kiosk.context.route("**/api/v1/scans**", lambda route: route.abort())
    for card, name in zip(cards, ("Sofia", "Thomas"), strict=True):
        scan(kiosk, card)
        shows(kiosk, "granted", f"onjour {name}")
    waiting = kept(kiosk)
    assert len(waiting) == 2
    kiosk.locator("[data-do=done]").click()
    entrance.stop()
    build = newer_build(tmp_path)
    monkeypatch.setattr(assets, "web_folder", lambda: build)
    entrance.start()
    assert "kiosk-NEXTNEXT" in kiosk.evaluate(OTHER_WORKER)
    asks(kiosk)
    shows(kiosk, "waiting")
    assert kiosk.evaluate(BUILD) == "former"
    assert kept(kiosk) == waiting
    assert kiosk.evaluate(OWN_PART), "the page of before has no parts left"
    assert entrance.passages("Échange") == []
    kiosk.context.unroute("**/api/v1/scans**")
    with kiosk.expect_navigation():
        kiosk.evaluate("dispatchEvent(new Event('online'))")
    network(kiosk, "Connectée")
    assert kiosk.evaluate(BUILD) == "next"
    assert kept(kiosk) == []
    assert [row[:3] for row in entrance.passages("Échange")] == [("granted", "in", "kiosk")] * 2
    assert {one["scan_id"] for one in answered(kiosk)} == {one["scan_id"] for one in waiting}
