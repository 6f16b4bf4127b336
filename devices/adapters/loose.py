"""Reading what a stranger's machine says: any JSON of any shape gives a value within bounds, or nothing. PURE.

What is missing, of another type or beyond belief is None or empty, never zero and never an error.
"""

import math
from collections.abc import Mapping
from typing import Final

import msgspec

from devices.wire import Fault, Temperature

MAX_BYTES: Final = 256 * 1024
LONGEST_WORDS: Final = 200
HOTTEST: Final = 1_000.0
LONGEST_S: Final = 31 * 86_400


def parsed(payload: bytes) -> object:
    """The JSON of a message; None for what is too large or no JSON."""
    if len(payload) > MAX_BYTES:
        return None
    try:
        return msgspec.json.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def member(value: object, *path: str) -> object:
    """What stands at a path of nested objects; None where it breaks off."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def number(value: object, low: float, high: float) -> float | None:
    """A number, also one written as text; None outside of the bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > 32:
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and low <= found <= high else None


def whole(value: object, low: int, high: int) -> int | None:
    """The same without its fraction."""
    found = number(value, low, high)
    return None if found is None else int(found)


def seconds(value: object) -> int | None:
    """A duration that a job may last."""
    return whole(value, 0, LONGEST_S)


def words(value: object, limit: int = LONGEST_WORDS) -> str:
    """A short text without control characters; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in value[:limit] if letter.isprintable() and not _is_half(letter))


def _is_half(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff"


def temperature(sensor: str, actual: object, target: object) -> tuple[Temperature, ...]:
    """One reading of a heater, or none; a heater that aims at nothing has no target."""
    found = number(actual, -100, HOTTEST)
    if found is None:
        return ()
    return (Temperature(sensor=sensor, actual=round(found, 1), target=number(target, 1, HOTTEST)),)


def fault(code: str, text: object = "") -> Fault:
    """A fault under one of our codes, with the machine's own words."""
    return Fault(code=code, text=words(text))
