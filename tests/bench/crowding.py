"""Many people race for one slot: when the winner knows, beside somebody who reserves alone in the same minutes."""

import selectors
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from tests.bench import scene
from tests.bench.client import post
from tests.bench.load import Line
from tests.bench.scenarios import wish

PEOPLE, ROUNDS = 80, 25
WARM = 5


class Found(NamedTuple):
    """Medians over the rounds, in milliseconds; `others` counts answers that were neither 201 nor 409."""

    alone_ms: float
    winner_ms: float
    last_ms: float
    others: int

    @property
    def ratio(self) -> float:
        """How many times longer the winner waits than somebody alone."""
        return self.winner_ms / self.alone_ms


def race(port: int) -> Found:
    """Rounds of one alone, then of everybody at once on one slot. Raises when a round has not one winner."""
    lines = [Line(port) for _ in range(PEOPLE)]
    alone, winners, lasts, others = [], [], [], 0
    try:
        for number in range(ROUNDS + WARM):
            answers = _together(lines[:1], [_request(2 * number, PEOPLE * (ROUNDS + WARM) + number)])
            crowd = [_request(2 * number + 1, number * PEOPLE + place) for place in range(PEOPLE)]
            told = _together(lines, crowd)
            won = [seconds for status, seconds in told if status == 201]
            if len(won) != 1 or answers[0][0] != 201:
                raise AssertionError(f"{len(won)} winners, alone {answers[0][0]}")
            others += sum(1 for status, _seconds in told if status not in (201, 409))
            if number >= WARM:
                alone.append(answers[0][1])
                winners.append(won[0])
                lasts.append(max(seconds for _status, seconds in told))
    finally:
        for line in lines:
            line.socket.close()
    alone_ms, winner_ms, last_ms = (1000 * median(found) for found in (alone, winners, lasts))
    return Found(alone_ms, winner_ms, last_ms, others)


def _request(slot: int, who: int) -> bytes:
    body = wish(scene.free_slot(slot))
    return post("/api/v1/reservations", body, scene.token("person", who % scene.CALLERS)).encode()


def _together(lines: Sequence[Line], requests: Sequence[bytes]) -> list[tuple[int, float]]:
    """Send a request on each line, then take all answers: (status, seconds since it was sent)."""
    answers: list[tuple[int, float]] = []
    with selectors.DefaultSelector() as selector:
        for line, request in zip(lines, requests, strict=True):
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send(request)
        while len(answers) < len(lines):
            for key, _events in selector.select(30):
                seconds = key.data.take()
                if seconds:
                    answers.append((key.data.status, seconds))
                    selector.unregister(key.fileobj)
    return answers
