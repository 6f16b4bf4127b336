"""An entrance in front of browsers: a house that can be stopped and opened again, kiosks, badges, what they show."""

import asyncio
import contextlib
import json
import re
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from devices.badges import codec
from tests.support.clients import MEMBER, TUESDAY_MORNING, at
from tests.web.conftest import Served
from tierslieu.access import actions, queries, rules
from tierslieu.access.kiosk import enrolment, snapshot_store
from tierslieu.access.schemas import Issued
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.http.assets import web_folder
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.settings import MqttSettings, Settings
from tierslieu.people.persons.queries import email_holder

SCREEN = "main.kiosk"
KEPT = """new Promise(done => { indexedDB.open('kiosk').onsuccess = ({target: {result}}) => {
  result.transaction('scans').objectStore('scans').getAll().onsuccess = ({target}) => done(target.result) } })"""
ANSWERED = """new Promise(done => { indexedDB.open('kiosk-answered').onsuccess = ({target: {result}}) => {
  result.transaction('rows').objectStore('rows').getAll().onsuccess = ({target}) => done(target.result) } })"""
BURST = """keys => { for (const key of keys) (document.activeElement ?? document.body)
  .dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })); }"""
LIST_KEPT = """new Promise(done => { indexedDB.open('kiosk-facts').onsuccess = ({target: {result}}) => {
  result.transaction('texts').objectStore('texts').get('badges').onsuccess =
    ({target}) => done(target.result ?? '') } })"""
CONTROLLED = """new Promise(done => navigator.serviceWorker.controller ? done()
  : navigator.serviceWorker.addEventListener('controllerchange', done))"""


class Entrance:
    """The demonstration venue on a port of its own, on Tuesday 24 November 2026 at 10:00. Time stands still there."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.clock = SetClock(at(TUESDAY_MORNING) + 2 * 3600)
        self.port = 0
        self.opened: list[BrowserContext] = []

    @property
    def address(self) -> str:
        """Where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Open the house, on the port it had."""
        chosen = Settings(data_dir=self.folder, database_url=self.url, demo=True, mqtt=MqttSettings(url="off"))
        listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            create_app(chosen, self.clock), log_level="error", lifespan="on", timeout_graceful_shutdown=1
        )
        self.server = Served(config)
        self.thread = threading.Thread(target=self.server.run, args=([listening],), daemon=True)
        self.thread.start()
        assert self.server.is_open.wait(30), "the service did not start"

    def stop(self) -> None:
        """Nobody answers any more."""
        self.server.should_exit = True
        self.thread.join(30)

    def copy(self) -> Path:
        """A copy of the database as it is now, as a backup makes one."""
        kept = self.folder / "copy.sqlite3"
        kept.unlink(missing_ok=True)
        with (
            contextlib.closing(sqlite3.connect(self.database)) as now,
            contextlib.closing(sqlite3.connect(kept)) as then,
        ):
            now.backup(then)
        return kept

    def restore(self, kept: Path) -> None:
        """Open the house, which was stopped, with the database of that copy."""
        for suffix in ("-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(kept, self.database)
        self.start()

    @property
    def database(self) -> str:
        """The file of the database."""
        return self.url.removeprefix("sqlite:///")

    def write(self, action: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Run an action on the house's database, beside it: another event loop runs in this thread already."""

        async def run() -> Any:
            db = Database(engine_for(self.url), self.clock)
            await db.start()
            try:
                return await db.write(action, *given, **named)
            finally:
                await db.stop()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, run()).result()

    def passages(self, kiosk: str) -> list[tuple[str, str, str, str]]:
        """What the house holds of a kiosk's passages, in their order: outcome, direction, who decided, flags."""
        wanted = "SELECT outcome, direction, decided_by, flags FROM scan WHERE device = ? ORDER BY device_seq"
        return self.rows(wanted, rules.kiosk_key(kiosk))

    def rows(self, wanted: str, *given: Any) -> list[tuple[Any, ...]]:
        """What the database answers."""
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            return database.execute(wanted, given).fetchall()

    def stop_card(self, token: str) -> None:
        """A card stops working, at the house."""

        def stop(tx: Any) -> None:
            found = queries.badge_of(tx, codec.read(token))
            assert found is not None
            actions.revoke_badge(tx, found.id, "lost")

        self.write(stop)

    def issue(self, email: str = MEMBER) -> Issued:
        """A card just made for a person, in place of the one they may have."""

        def make(tx: Any) -> Issued:
            person_id = email_holder(tx, email)
            assert person_id is not None
            for one in queries.badges_now(tx, person_id):
                if one.kind == "card":
                    actions.revoke_badge(tx, one.id, "replaced")
            return actions.issue_badge(tx, person_id)

        found: Issued = self.write(make)
        return found

    def card(self, email: str = MEMBER) -> str:
        """The text of a new card's code."""
        return self.issue(email).token

    def kiosk(
        self, browser: Browser, name: str = "Entrée", zone: str = "", *, is_timed: bool = False, **options: Any
    ) -> Page:
        """A browser that is a kiosk: enrolled, its page open, its list of badges fetched.

        `is_timed`: the test moves the page's clock. It is there before the page is, or what the service tells of its
        time while the clock is changed would be compared with the year 1970.
        """
        page = self.page(browser, **options)
        if is_timed:
            page.clock.install()
        self.write(snapshot_store.refresh)
        self.enrol(page.context, name, zone)
        page.goto("/kiosk")
        expect(page.locator("[data-part=network]")).to_have_text("Connectée")
        return page

    def enrol(self, context: BrowserContext, name: str, zone: str = "") -> None:
        """Make a browser a kiosk."""
        secret = self.write(lambda tx: enrolment.enrol(tx, enrolment.offer_code(tx, name, zone=zone)))
        context.add_cookies([{"name": "device", "value": secret, "url": self.address, "httpOnly": True}])

    def disable(self, name: str) -> None:
        """Staff stop a kiosk."""
        self.write(enrolment.stop_kiosk, rules.kiosk_key(name))

    def page(self, browser: Browser, **options: Any) -> Page:
        """A browser of its own."""
        view = {"viewport": {"width": 1280, "height": 800}, **options}
        context = browser.new_context(base_url=self.address, locale="fr-FR", reduced_motion="reduce", **view)
        self.opened.append(context)
        return context.new_page()

    def close(self) -> None:
        """Every browser of this entrance goes."""
        for context in self.opened:
            context.close()
        self.opened.clear()


def newer_build(folder: Path) -> Path:
    """The web folder of a next release: another page script under another name, another worker, the old parts gone."""
    made, built = folder / "next", web_folder()
    shutil.copytree(built / "dist", made / "dist", ignore=shutil.ignore_patterns("*.gz"))
    (made / "templates").symlink_to(built / "templates")
    manifest = made / "dist" / "manifest.json"
    names = json.loads(manifest.read_text())
    worker = made / "dist" / "sw.js"
    text = re.sub(r'"kiosk-[0-9A-F]{8}"', '"kiosk-NEXTNEXT"', worker.read_text())
    for part in ("kiosk.js", "decode.worker.js"):
        former, names[part] = names[part], part.replace(".js", "-NEXTNEXT.js")
        (made / "dist" / former).rename(made / "dist" / names[part])
        text = text.replace(former, names[part])
    worker.write_text(text)
    manifest.write_text(json.dumps(names))
    with (made / "dist" / names["kiosk.js"]).open("a") as script:
        script.write("\ndocument.documentElement.dataset.build = 'next';\n")
    return made


def scan(page: Page, text: str) -> None:
    """What a scanner types, with Enter, in one go: on a busy machine keys sent one by one are as slow as a hand."""
    page.evaluate(BURST, [*text, "Enter"])


def shows(page: Page, state: str, text: str = "", **options: Any) -> None:
    """The screen is in this state, with these words."""
    expect(page.locator(SCREEN)).to_have_attribute("data-state", state, **options)
    if text:
        expect(page.locator("[data-part=title]")).to_contain_text(re.compile(re.sub(r"\s", r"\\s", text)))


def network(page: Page, text: str) -> None:
    """What the foot of the screen says of the network."""
    expect(page.locator("[data-part=network]")).to_contain_text(text, timeout=20_000)


def with_shell(kiosk: Page) -> Page:
    """A kiosk whose page, and the pages beside it, are in the hands of its worker: it opens without network."""
    kiosk.evaluate(CONTROLLED)
    kiosk.reload()
    network(kiosk, "Connectée")
    return kiosk


def list_kept(page: Page) -> str:
    """The list of badges on this device, "" when there is none."""
    return str(page.evaluate(LIST_KEPT))


def answered(page: Page) -> list[dict[str, Any]]:
    """The passages on this device that the service has answered for."""
    found: list[dict[str, Any]] = page.evaluate(ANSWERED)
    return found


def kept(page: Page) -> list[dict[str, Any]]:
    """The passages that wait on this device."""
    found: list[dict[str, Any]] = page.evaluate(KEPT)
    return found
