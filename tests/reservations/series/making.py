"""Making series in tests, and reading what became of their dates."""

from typing import Any

from tests.support.clients import Caller

MARNE = {"resource": "visio-1", "from": "10:00", "to": "12:00", "people": 2}


def series(**more: Any) -> dict[str, Any]:
    """A series on Wednesdays, from the next one on."""
    return {**MARNE, "first_day": "2026-11-25", "rule": "FREQ=WEEKLY;COUNT=4", **more}


def make(caller: Caller, **more: Any) -> dict[str, Any]:
    """Make it; the answer."""
    answer = caller.post("/api/v1/series", series(**more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def states(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Each date and its state."""
    return [(one["day"], one["state"]) for one in found["dates"]]


def hours(found: dict[str, Any]) -> list[str]:
    """The hour (UTC) at which each date begins."""
    return [one["starts_at"][11:16] for one in found["dates"]]


def left_of(found: dict[str, Any]) -> dict[str, list[str]]:
    """The dates that the act could not have, and why."""
    return {one["day"]: one["reasons"] for one in found["left"]}
