"""From the first picture of a card to the welcome on the kiosk's screen, in a real browser with a filmed card."""

from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

from tests.bench.weight import FLAGS, browser_path
from tests.support.clients import MEMBER
from tests.support.databases import fill
from tests.web.kiosk import films
from tests.web.kiosk.entrances import Entrance
from tierslieu.access import actions
from tierslieu.people.persons.queries import email_holder

CARDS = 4
PICTURES = 24
WANTED = 12
WITHIN_MS = 60_000
MEASURE = """([wanted, within]) => new Promise((done) => {
  const video = document.querySelector('video'), main = document.querySelector('main');
  const small = Object.assign(document.createElement('canvas'), {width: 8, height: 8});
  const context = small.getContext('2d', {willReadFrequently: true});
  const found = [];
  let seenAt = 0, wasBright = true;
  const look = () => {
    context.drawImage(video, video.videoWidth / 2 - 90, video.videoHeight / 2 - 90, 180, 180, 0, 0, 8, 8);
    const light = context.getImageData(0, 0, 8, 8).data.reduce((sum, value) => sum + value, 0) / 256;
    const isBright = light > 140;
    if (isBright && !wasBright) seenAt = performance.now();
    wasBright = isBright;
    video.requestVideoFrameCallback(look);
  };
  look();
  new MutationObserver(() => {
    if (main.dataset.state !== 'granted' || !seenAt) return;
    found.push(performance.now() - seenAt);
    seenAt = 0;
    if (found.length >= wanted) done(found);
  }).observe(main, {attributes: true, attributeFilter: ['data-state']});
  setTimeout(() => done(found), within);
})"""


class Answers(NamedTuple):
    """How long cards waited: the median, of so many."""

    median_ms: float
    cards: int


def first_answers(folder: Path) -> Answers:
    """Hold cards before the camera of a kiosk."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'demo.sqlite3'}"
    fill(url, "demo")
    entrance = Entrance(url, folder)
    entrance.start()
    try:
        times = _times(entrance, folder)
    finally:
        entrance.stop()
    return Answers(median(times) if times else 0, len(times))


def _times(entrance: Entrance, folder: Path) -> list[float]:
    cards = [entrance.write(_labelled, str(number)) for number in range(CARDS)]
    scenes = [scene for card in cards for scene in (([], PICTURES), ([card], PICTURES))]
    clip = films.film(folder / "cards.mjpeg", scenes)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=browser_path(), args=["--headless=new", *FLAGS, *films.flags(clip)]
        )
        try:
            page = entrance.kiosk(browser, "Mesure", "site", permissions=["camera"])
            page.locator("video").wait_for()
            found: list[float] = page.evaluate(MEASURE, [WANTED, WITHIN_MS])
            return found
        finally:
            entrance.close()
            browser.close()


def _labelled(tx: Any, label: str) -> str:
    person_id = email_holder(tx, MEMBER)
    assert person_id is not None
    return actions.issue_badge(tx, person_id, label=f"mesure {label}").token
