"""Measuring a running service: short rounds of a scenario and of the bare endpoint in turn, and their medians."""

import http.client
import re
import time
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from tests.bench.client import Loader
from tests.bench.load import Order
from tests.bench.processes import milliseconds, spent
from tests.bench.scenarios import BARE, Scenario

WAITING = re.compile(r"^tierslieu_jobs_waiting ([0-9.]+)$", re.MULTILINE)
DRAIN_SECONDS = 60
DRAIN_STEP = 0.02
POLLS = 40
CLIENTS = (1, 8)


class Sample(NamedTuple):
    """One round: answers per second, milliseconds of processor per answer here and in the database server."""

    rate: float
    own_ms: float
    database_ms: float
    latencies: list[float]


class Result(NamedTuple):
    """Medians over the rounds. `share` is the rate against the bare endpoint's in the same minute."""

    scenario: Scenario
    clients: int
    rate: float
    share: float
    own_ms: float
    database_ms: float
    p50_ms: float
    p95_ms: float


class Meter:
    """One running service under measure, with the server of its database when that is another process."""

    def __init__(self, port: int, service: int, database: int | None, loader: Loader) -> None:
        self._port = port
        self._service = service
        self._database = database
        self._loader = loader
        self._made: dict[str, int] = {}
        self._poll_ms = 0.0
        self._poll_ms = self._cost_of_a_poll()

    def answers(self, scenario: Scenario) -> bool:
        """False when the service does not have the scenario's address (yet)."""
        head, _, rest = scenario.request(0).partition(" ")
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        connection.request(head, rest.split(" ")[0])
        status = connection.getresponse().status
        connection.close()
        return status != 404

    def measure(self, scenario: Scenario, clients: int, rounds: int, size: float = 1.0) -> Result:
        """Rounds of the scenario, each beside one of the bare endpoint, after a small one that warms up."""
        self._round(scenario, clients, 2 * clients)
        counts = [max(int(one.per_round * size), 3 * clients) for one in (BARE, scenario)]
        pairs = [
            (self._round(BARE, clients, counts[0]), self._round(scenario, clients, counts[1])) for _ in range(rounds)
        ]
        own = [sample for _, sample in pairs]
        latencies = sorted(one for sample in own for one in sample.latencies)
        return Result(
            scenario,
            clients,
            median(sample.rate for sample in own),
            median(sample.rate / bare.rate for bare, sample in pairs),
            median(sample.own_ms for sample in own),
            median(sample.database_ms for sample in own),
            1000 * latencies[len(latencies) // 2],
            1000 * latencies[len(latencies) * 95 // 100],
        )

    def _round(self, scenario: Scenario, clients: int, count: int) -> Sample:
        """What the requests set going in the background counts: the round ends when no job waits."""
        first = self._made.get(scenario.name, 0)
        self._made[scenario.name] = first + count
        requests = [scenario.request(number) for number in range(first, first + count)]
        before = self._spent()
        outcome = self._loader.run(Order(self._port, clients, requests, scenario.status, scenario.marker))
        polls = self._drain()
        own, database = (milliseconds(a, b) for a, b in zip(before, self._spent(), strict=True))
        own -= polls * self._poll_ms
        return Sample(count / outcome.seconds, own / count, database / count, outcome.latencies)

    def _spent(self) -> Sequence[dict[int, int]]:
        return spent(self._service), spent(self._database) if self._database else {}

    def _drain(self) -> int:
        """Wait until no job waits; returns how often the service was asked."""
        end = time.monotonic() + DRAIN_SECONDS
        polls = 1
        while self._waiting():
            if time.monotonic() > end:
                raise AssertionError("jobs still wait after the round")
            time.sleep(DRAIN_STEP)
            polls += 1
        return polls

    def _waiting(self) -> float:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        connection.request("GET", "/metrics")
        found = WAITING.search(connection.getresponse().read().decode())
        connection.close()
        assert found is not None
        return float(found.group(1))

    def _cost_of_a_poll(self) -> float:
        """The processor time that one look at the queue costs the service, taken off each round."""
        self._drain()
        before = spent(self._service)
        for _ in range(POLLS):
            self._waiting()
        return milliseconds(before, spent(self._service)) / POLLS
