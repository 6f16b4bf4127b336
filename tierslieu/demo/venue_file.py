"""Reading the demonstration file: spaces, desks, machines and people as data, hours from the OSM notation."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from tierslieu.basics.hours import Period
from tierslieu.venue.plans.queries import FloorPlan

FILE = Path(__file__).parent / "nugue.json"
PLAN = Path(__file__).parent / "plan.json"
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@lru_cache(maxsize=1)
def read() -> dict[str, Any]:
    """The whole file."""
    found: dict[str, Any] = msgspec.json.decode(FILE.read_bytes())
    return found


def read_plans() -> dict[str, FloorPlan]:
    """The floor plans: the venue's, and the coworking room's with its desks."""
    found = msgspec.json.decode(PLAN.read_bytes())
    return {plan["key"]: msgspec.convert(plan, FloorPlan) for plan in found}


def weekly_periods(text: str) -> tuple[tuple[int, Period], ...]:
    """The part of the OSM opening_hours notation that the file uses: "Tu-Fr 08:30-19:00; Sa 09:30-12:30; PH off"."""
    found: list[tuple[int, Period]] = []
    for rule in text.split(";"):
        days, _, hours = rule.strip().partition(" ")
        if days == "PH":
            continue
        periods = [Period(int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in HOURS.findall(hours)]
        found.extend((day, period) for day in _days(days) for period in periods)
    return tuple(found)


def _days(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.extend(range(DAYS.index(first), DAYS.index(last or first) + 1))
    return found
