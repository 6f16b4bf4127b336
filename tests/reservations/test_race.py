"""32 clients in 2 processes, against 2 processes of the service, race for one slot, again and again."""

import asyncio
import multiprocessing
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from tests.reservations.checks import count_claims, count_overlaps
from tests.reservations.crowd import Client, make_crowd
from tests.support.service import running

ROUNDS = {"postgresql": 200, "sqlite": 60}
"""Fewer where there is one writer at a time anyway."""
PROCESSES, THREADS = 2, 16
ROUNDS_A_PERSON = 6
SPAWN = multiprocessing.get_context("spawn")


def hours_to_race_for(client: Client, count: int) -> list[tuple[str, str, str]]:
    """(desk, from, until) of free hours in the coming weeks, none of them twice."""
    found: list[tuple[str, str, str]] = []
    day = datetime.now(UTC).date()
    while len(found) < count:
        day += timedelta(days=1)
        for number, desk in enumerate(("D01", "D02", "D03")):
            for run in client.call("GET", f"/api/v1/resources/{desk}/free?day={day}").body:
                found.extend((desk, *hour) for hour in hours_of(run, 3 * number))
    return found[:count]


def hours_of(run: dict[str, str], first: int) -> list[tuple[str, str]]:
    """Three hours of a free run, from its hour `first`: other hours for each desk, so that nobody has two at once."""
    start, end = (datetime.fromisoformat(run[edge]) for edge in ("starts_at", "ends_at"))
    edges = [start + timedelta(hours=first + step) for step in range(4)]
    return [(left.isoformat(), right.isoformat()) for left, right in pairwise(edges) if right <= end]


def race(port: int, barrier: Barrier, wishes: list[Any], tokens: list[list[str]], answers: Any) -> None:
    """One process of clients: all threads of all processes start each round together."""

    def run(mine: list[str]) -> None:
        client = Client(port)
        for number, (desk, start, end) in enumerate(wishes):
            client.token = mine[number // ROUNDS_A_PERSON]
            barrier.wait(60)
            answer = client.call(
                "POST", "/api/v1/reservations", {"resources": [desk], "starts_at": start, "ends_at": end}
            )
            code = answer.body.get("code", "") if answer.body else "no answer"
            answers.put((number, answer.status, code))
        client.close()

    threads = [threading.Thread(target=run, args=(mine,)) for mine in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_one_winner_each_time_and_every_loser_is_told(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue(f"{'sqlite' if kind == 'sqlite' else 'postgres'}_templates").make("demo")
    rounds = ROUNDS[kind]
    persons = -(-rounds // ROUNDS_A_PERSON)
    crowd = asyncio.run(make_crowd(url, PROCESSES * THREADS * persons))
    tokens = [[m.token for m in crowd[n * persons : (n + 1) * persons]] for n in range(PROCESSES * THREADS)]
    env = {"TIERSLIEU_DATABASE_URL": url, "TIERSLIEU_MQTT__URL": "off"}
    with running(tmp_path / "a", **env) as one, running(tmp_path / "b", **env) as two:
        asker = Client(one.port)
        wishes = hours_to_race_for(asker, rounds)
        asker.close()
        results = run_race((one.port, two.port), wishes, tokens)
    winners = [number for number, status, _ in results if status == 201]
    losers = {(status, code) for _, status, code in results if status != 201}
    assert sorted(winners) == list(range(rounds))
    assert losers <= {(409, "slot_taken"), (409, "slot_taken_now")}, losers
    assert count_overlaps(url) == 0
    assert count_claims(url) == rounds


def run_race(ports: tuple[int, ...], wishes: list[Any], tokens: list[list[str]]) -> list[tuple[int, int, str]]:
    """All rounds; returns every answer."""
    barrier, answers = SPAWN.Barrier(PROCESSES * THREADS), SPAWN.Queue()
    children = [
        SPAWN.Process(target=race, args=(port, barrier, wishes, tokens[n * THREADS : (n + 1) * THREADS], answers))
        for n, port in enumerate(ports)
    ]
    for child in children:
        child.start()
    results = [answers.get(timeout=120) for _ in range(len(wishes) * PROCESSES * THREADS)]
    for child in children:
        child.join(30)
    return results
