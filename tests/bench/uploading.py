"""Kiosks that were alone for a morning send what they kept, all at once: how long until the last answer."""

import asyncio
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from sqlalchemy import text

from devices.badges.codec import encode
from tests.bench import scene
from tierslieu.basics.clock import SetClock
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.statements import Query

SCANS, KIOSKS, MOST = 500, 3, 100
FIRST_SCAN: Final = 1 << 64
INSIDE = text("SELECT count(*) FROM presence WHERE is_inside = 1")
COUNT: Query[tuple[int]] = Query(sqlite=INSIDE, postgresql=INSIDE)


class Found(NamedTuple):
    """Seconds until all was answered, how many are inside then, and how many should be."""

    seconds: float
    inside: int
    expected: int


def upload(port: int, url: str) -> Found:
    """Everybody comes in at some kiosk, every fifth leaves at another one."""
    kept: list[list[dict[str, Any]]] = [[] for _ in range(KIOSKS)]
    leaving = SCANS // 6
    for number in range(SCANS):
        is_out = number >= SCANS - leaving
        visitor = number - (SCANS - leaving) if is_out else number
        kept[(number + is_out) % KIOSKS].append(_scan(number, visitor, "out" if is_out else "in"))
    began = time.perf_counter()
    with ThreadPoolExecutor(KIOSKS) as pool:
        list(pool.map(lambda kiosk: _send(port, kiosk, kept[kiosk]), range(KIOSKS)))
    seconds = time.perf_counter() - began
    return Found(seconds, asyncio.run(_inside(url)), SCANS - 2 * leaving)


def _scan(number: int, visitor: int, direction: str) -> dict[str, Any]:
    return {
        "scan_id": f"{FIRST_SCAN + number:032x}",
        "badge": encode(scene.badge_secret(visitor)),
        "at_device": scene.NOW - 2 * SCANS + number,
        "device_seq": number,
        "direction": direction,
        "decided": "granted",
    }


def _send(port: int, kiosk: int, scans: list[dict[str, Any]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"authorization": f"Bearer {scene.token('kiosk', kiosk)}", "content-type": "application/json"}
    for first in range(0, len(scans), MOST):
        body = json.dumps({"scans": scans[first : first + MOST]})
        connection.request("POST", "/api/v1/scans/batch", body, headers)
        answer = json.loads(connection.getresponse().read())
        if len(answer.get("answers", ())) != len(scans[first : first + MOST]):
            raise AssertionError(f"not all was taken in: {answer}")
    connection.close()


async def _inside(url: str) -> int:
    db = Database(engine_for(url), SetClock(scene.NOW))
    await db.start()
    try:
        return (await db.read(lambda reader: reader.rows(COUNT)))[0][0]
    finally:
        await db.stop()
