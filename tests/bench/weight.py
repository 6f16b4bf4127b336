"""What a first visit of « Réserver » weighs in a real browser: requests, bytes, elements of the page."""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import CDPSession, Error, Page, sync_playwright

from tests.bench.serving import serving
from tests.support.clients import TUESDAY_MORNING, at
from tests.support.databases import fill

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
QUIET_MS = 5000
ELEMENTS = "document.querySelectorAll('*').length - document.querySelectorAll('svg *').length"


class Weight(NamedTuple):
    """Requests, kilobytes received (bodies as sent, and headers), elements without the children of drawings."""

    requests: int
    kilobytes: float
    elements: int


def browser_path() -> str | None:
    """The browser to drive: CHROMIUM names one, else the system's."""
    known = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return os.environ.get("CHROMIUM") or next((path for path in known if path), None)


def first_visit(folder: Path, path: str = "/reserver") -> Weight:
    """Visit the demonstration venue with an empty browser."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'demo.sqlite3'}"
    fill(url, "demo")
    with serving(folder, url, at(TUESDAY_MORNING), TIERSLIEU_DEMO="true") as service, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
        try:
            page = browser.new_page(locale="fr-FR")
            return _visit(page, page.context.new_cdp_session(page), service.url + path)
        finally:
            browser.close()


def _visit(page: Page, devtools: CDPSession, address: str) -> Weight:
    asked: set[str] = set()
    received: dict[str, float] = {}

    def on_request(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            asked.add(event["requestId"])

    def on_end(event: dict[str, Any]) -> None:
        received[event["requestId"]] = float(event["encodedDataLength"])

    devtools.on("Network.requestWillBeSent", on_request)
    devtools.on("Network.loadingFinished", on_end)
    devtools.send("Network.enable")
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.status == 200, f"{address} answered {answer.status}"
    page.evaluate("document.fonts.ready.then(() => true)")
    with contextlib.suppress(Error):  # a page with a live stream is never idle
        page.wait_for_load_state("networkidle", timeout=QUIET_MS)
    kilobytes = sum(received.get(one, 0.0) for one in asked) / 1000
    return Weight(len(asked), kilobytes, int(page.evaluate(ELEMENTS)))
