"""From a machine's message to a changed pixel of an open page: real broker, service, stream and browser."""

import asyncio
import threading
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Page, sync_playwright

from devices.wire import Availability, Channel, Job, MachineState, Snapshot, build_topic, encode
from tests.bench.serving import serving
from tests.bench.weight import FLAGS, browser_path
from tests.support.databases import fill
from tests.support.postgres import free_port
from tests.support.waiting import until
from tierslieu.basics.clock import SystemClock
from tierslieu.infra.database import Database, engine_for
from tierslieu.people.devices.actions import enrol_device

SITE, DEVICE, BOOT = "oasis", "p3d-1", "boot-bench"
TURNS, PAUSES = 15, (0.9, 1.3, 1.7)
"""No rhythm that the service's own could fall in with."""
WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => requestAnimationFrame(() => requestAnimationFrame(() => {
    const card = document.getElementById('machine-p3d-1');
    window.seen.push([card ? card.textContent : '', performance.timeOrigin + performance.now()]);
  }))).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
SEEN = "text => (window.seen.find(([shown]) => shown.includes(text)) || [null, 0])[1]"


class Pixel(NamedTuple):
    """Milliseconds: the median, the longest, and how much of the screen a message changed."""

    median_ms: float
    longest_ms: float
    is_changed: bool


def pixel(folder: Path) -> Pixel:
    """Let a machine go on, percent by percent, before an open page."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'demo.sqlite3'}"
    fill(url, "demo")
    secret, port = asyncio.run(_enrolled(url)), free_port()
    with (
        serving(
            folder, url, int(time.time()), TIERSLIEU_DEMO="true", TIERSLIEU_MQTT__BIND=f"127.0.0.1:{port}"
        ) as service,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
        client = _connected(port, secret)
        try:
            page = browser.new_page(locale="fr-FR")
            page.goto(f"{service.url}/fablab", wait_until="load")
            page.evaluate(WATCH)
            before = page.screenshot()
            times = [_one(client, page, turn) for turn in range(TURNS)]
            return Pixel(median(times[1:]), max(times[1:]), page.screenshot() != before)
        finally:
            browser.close()
            client.disconnect()
            client.loop_stop()


def _one(client: mqtt.Client, page: Page, turn: int) -> float:
    """Say a new percentage and wait until it was painted; milliseconds."""
    page.wait_for_timeout(1000 * PAUSES[turn % len(PAUSES)])
    percent = turn + 11
    began = time.time()
    _say(client, turn + 1, percent)
    painted = until(lambda: page.evaluate(SEEN, f"{percent}\u00a0%"), "a changed pixel", 20)
    return float(painted) - began * 1000


def _say(client: mqtt.Client, seq: int, percent: int) -> None:
    said = Snapshot(
        state=MachineState.RUNNING,
        boot_id=BOOT,
        seq=seq,
        observed_at=int(time.time()),
        job=Job(job_ref="by-hand", progress_percent=float(percent), outside_queue=True),
    )
    client.publish(build_topic(SITE, DEVICE, Channel.STATE), encode(said), qos=1, retain=True)


def _connected(port: int, secret: str) -> mqtt.Client:
    """The box of a machine, heard and running."""
    client, up = mqtt.Client(CallbackAPIVersion.VERSION2, DEVICE), threading.Event()
    client.username_pw_set(DEVICE, secret)
    client.on_connect = lambda *_: up.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert up.wait(20)
    birth = Availability(online=True, boot_id=BOOT, kind="printer_3d")
    client.publish(build_topic(SITE, DEVICE, Channel.AVAILABILITY), encode(birth), qos=1, retain=True)
    _say(client, 0, 10)
    return client


async def _enrolled(url: str) -> str:
    db = Database(engine_for(url), SystemClock())
    await db.start()
    try:
        return await db.write(enrol_device, DEVICE, "machine", "Prusa MK4S")
    finally:
        await db.stop()
