"""The signed list of badges that a kiosk keeps for when there is no network: its size and what it costs to give."""

import gzip
import http.client
import json
from statistics import median
from typing import Final, NamedTuple

from tests.bench import scene
from tests.bench.processes import milliseconds, spent

PEOPLE: Final = scene.VISITORS
TURNS: Final = 5
PATH: Final = "/api/v1/kiosk/snapshot"


class Found(NamedTuple):
    """How many badges the list holds, its size as a browser gets it and unpacked, and processor time of the service.

    `whole_ms` is for the whole list, `same_ms` for asking whether anything changed.
    """

    badges: int
    received: float
    unpacked: float
    whole_ms: float
    same_ms: float


def listing(port: int, pid: int) -> Found:
    """Fetch the whole list some times, then what changed since."""
    received, body = _fetch(port, 0)  # makes the list, which is then kept
    payload = json.loads(body.partition(b"\n")[2])
    whole = [_cost(port, pid, 0) for _ in range(TURNS)]
    same = [_cost(port, pid, payload["rev"]) for _ in range(TURNS)]
    return Found(payload["count"], received / 1000, len(body) / 1000, median(whole), median(same))


def _cost(port: int, pid: int, since: int) -> float:
    before = spent(pid)
    _fetch(port, since)
    return milliseconds(before, spent(pid))


def _fetch(port: int, since: int) -> tuple[int, bytes]:
    """How many bytes came, and the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"authorization": f"Bearer {scene.token('kiosk', 0)}", "accept-encoding": "gzip, deflate, br"}
    connection.request("GET", f"{PATH}?since={since}", headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise AssertionError(f"no list: {answer.status} {body[:300]!r}")
    is_packed = answer.getheader("content-encoding") == "gzip"
    return len(body), gzip.decompress(body) if is_packed else body
