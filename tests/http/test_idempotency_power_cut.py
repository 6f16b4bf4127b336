"""The power goes between the commit and the answer: the caller sends the call again, and has reserved once."""

import asyncio
import http.client
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.reservations.checks import ask, count_overlaps
from tests.reservations.crowd import Member, make_crowd
from tests.support.clients import iso
from tests.support.service import Service
from tests.support.waiting import until

CALLERS, HOURS = 8, 6


def wish(number: int) -> dict[str, object]:
    """Another desk or day for each call: nothing else can refuse it."""
    day = datetime.now(UTC).date() + timedelta(days=7)
    day += timedelta(days=(1 - day.weekday()) % 7 + number // HOURS % 3)
    hour = 10 + number % HOURS
    return {
        "resources": [("D01", "D02", "D03")[number // HOURS // 3]],
        "starts_at": iso(f"{day}T{hour}:00"),
        "ends_at": iso(f"{day}T{hour + 1}:00"),
    }


def send(port: int, who: Member, number: int) -> tuple[int, str, str]:
    """One call under its own key: status, whether it was an answer from before, body. Status 0: no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"authorization": f"Bearer {who.token}", "content-type": "application/json"}
    try:
        connection.request(
            "POST", "/api/v1/reservations", json.dumps(wish(number)), {**headers, "idempotency-key": f"call-{number}"}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers.get("idempotency-replayed", ""), answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, "", ""
    finally:
        connection.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
def test_each_call_has_its_effect_once(demo_url: str, tmp_path: Path) -> None:
    before = rows(demo_url)
    crowd = asyncio.run(make_crowd(demo_url, CALLERS))
    service = Service(tmp_path, ("serve",), {"TIERSLIEU_DATABASE_URL": demo_url, "TIERSLIEU_MQTT__URL": "off"})
    service.start()
    numbers, answers = list(range(CALLERS * HOURS)), {}

    def call(mine: list[int]) -> None:
        for number in mine:
            answers[number] = send(service.port, crowd[number // HOURS], number)

    threads = [threading.Thread(target=call, args=(numbers[n * HOURS : (n + 1) * HOURS],)) for n in range(CALLERS)]
    for thread in threads:
        thread.start()
    until(lambda: rows(demo_url) - before >= CALLERS, "some of the calls committed")
    service.kill()
    for thread in threads:
        thread.join(60)
    committed = rows(demo_url) - before
    acknowledged = sum(status == 201 for status, _, _ in answers.values())
    assert acknowledged <= committed
    service.start()
    try:
        again = {number: send(service.port, crowd[number // HOURS], number) for number in numbers}
    finally:
        assert service.stop() == 0
    assert {status for status, _, _ in again.values()} == {201}
    assert sum(replayed == "true" for _, replayed, _ in again.values()) == committed
    for number, (status, _, body) in answers.items():
        assert status == 0 or body == again[number][2]
    assert rows(demo_url) - before == len(numbers)
    assert count_overlaps(demo_url) == 0


def rows(url: str) -> int:
    """All reservations, counted past the product's code."""
    return int(ask(url, "SELECT count(*) FROM reservation")[0][0])
