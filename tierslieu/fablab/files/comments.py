"""Comments of a G-code as keys and values, and the checked numbers in them. Pure."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

KEY_VALUE: Final = re.compile(r"^;\s*([A-Za-z][^=:;]{0,79}?)\s*[=:]\s*(.{0,2000})$")
NUMBER: Final = re.compile(r"[-+]?\d{1,12}(?:\.\d{1,12})?(?![\d.])")
DURATION: Final = re.compile(r"\s*(?:(\d{1,4})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,8})m)?\s*(?:(\d{1,9})(?:\.\d+)?s)?\s*")
MAX_KEYS: Final = 5_000
CURA_CHUNK: Final = re.compile(r"^;SETTING_3 (.{1,400})$")
CURA_MOST: Final = 256 * 1024
CURA_SETTING: Final = re.compile(r"^([a-z][a-z0-9_]{1,79}) = (.{1,200})$", re.M)


def pairs(lines: Iterable[str]) -> Mapping[str, str]:
    """Every `; key = value` or `;KEY:value`, keys in small letters. The first that has a value wins."""
    found: dict[str, str] = {}
    for line in lines:
        if not line.startswith(";"):
            continue
        for part in _statements(line):
            match = KEY_VALUE.match(part)
            if match and match[2].strip() and len(found) < MAX_KEYS:
                found.setdefault(match[1].strip().lower(), match[2].strip())
    return found


def _statements(line: str) -> Iterable[str]:
    """Bambu writes two on one line: `; model printing time: 5m; total estimated time: 6m`."""
    if "printing time:" in line or "estimated time:" in line:
        return [f";{part}" for part in line.split(";") if part.strip()]
    return (line,)


def cura_settings(lines: Iterable[str]) -> Mapping[str, str]:
    """What Cura keeps of its settings at the end of a file: JSON in pieces, that holds pages of `key = value`."""
    text = "".join(match[1] for line in lines if (match := CURA_CHUNK.match(line)))
    if not text or len(text) > CURA_MOST:
        return {}
    try:
        kept = msgspec.json.decode(text, type=dict[str, str | list[str]])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return {}
    found: dict[str, str] = {}
    for pages in kept.values():
        for page in pages if isinstance(pages, list) else [pages]:
            for key, value in CURA_SETTING.findall(page.replace("\\n", "\n")):
                if len(found) < MAX_KEYS:
                    found.setdefault(key, value.strip())
    return found


def number(text: str | None, low: float, high: float) -> float | None:
    """The number that a text begins with, None when there is none or it is not plausible."""
    match = NUMBER.match((text or "").strip().strip('"'))
    if match is None:
        return None
    value = float(match[0])
    return value if math.isfinite(value) and low <= value <= high else None


def numbers(text: str | None, low: float, high: float) -> tuple[float, ...]:
    """A list per tool. One part that is not plausible spoils all of it: half a sum would mislead."""
    if not text:
        return ()
    found = [number(part, low, high) for part in re.split(r"[,;]", text)[:32]]
    values = tuple(value for value in found if value is not None)
    return values if len(values) == len(found) and any(values) else ()


def seconds(text: str | None, most: int) -> int | None:
    """`1d 2h 3m 4s` in seconds, None when it is not a plausible duration."""
    match = DURATION.fullmatch(text or "")
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + rest
    return total if 0 < total <= most else None


def words(text: str | None, most: int = 8) -> tuple[str, ...]:
    """A list of short names: `PLA;PETG`, quoted or not; signs that cannot be shown are left out."""
    parts = re.split(r"[;,]", text or "")[:most]
    plain = ("".join(sign for sign in part if sign.isprintable()).strip(' "')[:80] for part in parts)
    return tuple(part for part in plain if part)
