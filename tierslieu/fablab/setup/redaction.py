"""What may leave the house in a diagnostic report. PURE.

Only words and figures of known names pass, and only where they look like a code, a version or a topic: a key, an
address or a file's name has no way through. What is secret is struck out of the rest too, should a machine echo it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from devices.descriptions import DESCRIPTIONS, FieldDescription
from tierslieu.fablab.setup.schemas import Way

FLAGS: Final = ("is_connected", "is_listening", "is_connected_to_machine", "is_connected_to_broker", "needs_signature")
AGES: Final = ("asked_s_ago", "last_answer_age_s", "last_message_age_s", "last_measure_age_s")
FIGURES: Final = (
    *("failures", "heard", "missed_answers", "own_queue", "requests", "failures_in_a_row", "connections", "messages"),
    *("unreadable_messages", "retained_orders_wiped"),
)
CODES: Final = ("state", "last_error", "klippy", "mode")
VERSIONS: Final = ("software",)
PARTS: Final = ("", "machine_", "meter_")
SET: Final = "set"
STRUCK: Final = "…"
SHORTEST_SECRET: Final = 3
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION: Final = re.compile(r"(?=.*\d)[A-Za-z][\w .+()-]{0,59}")
_TOPIC: Final = re.compile(r"[\w%/.-]{1,120}")


def code(value: object) -> str:
    """A stable word, or nothing."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else ""


def version(value: object) -> str:
    """The name and number of a program, or nothing."""
    return value if isinstance(value, str) and _VERSION.fullmatch(value) else ""


def counted(found: Mapping[str, Any], secrets: Iterable[str] = ()) -> dict[str, str | int]:
    """Of what a program counted for one machine: what is known, looks like it, and holds nothing secret."""
    kept: dict[str, str | int] = {}
    for part in PARTS:
        for name in (*FLAGS, *AGES, *FIGURES):
            value = found.get(part + name)
            if isinstance(value, int) and abs(value) < 1e12 and struck(str(value), secrets) == str(value):
                kept[part + name] = int(value)
        kept |= {part + name: word for name in CODES if (word := code(found.get(part + name)))}
        kept |= {part + name: word for name in VERSIONS if (word := version(found.get(part + name)))}
    return {name: struck(value, secrets) if isinstance(value, str) else value for name, value in kept.items()}


def settings(way: Way) -> dict[str, str]:
    """Of each setting whether there is one; of topics, figures and choices also what."""
    description = DESCRIPTIONS.get(way.kind)
    if description is None:
        return {}
    return {one.label: _setting(one, way.settings.get(one.name, "")) for one in description.fields}


def _setting(one: FieldDescription, value: str) -> str:
    if one.kind in ("topic", "number", "choice") and not one.is_secret and _TOPIC.fullmatch(value):
        return value
    return SET if value else ""


def secrets_of(ways: Iterable[Way], *others: str) -> tuple[str, ...]:
    """All that must be in no report: keys, passwords, addresses and their parts; the longest first."""
    found = set(others)
    for way in ways:
        for one in DESCRIPTIONS[way.kind].fields if way.kind in DESCRIPTIONS else ():
            if one.is_secret or one.kind in ("address", "text"):
                found |= _pieces(way.settings.get(one.name, ""), is_address=one.kind == "address")
    return tuple(sorted((one for one in found if len(one) >= SHORTEST_SECRET), key=len, reverse=True))


def _pieces(value: str, *, is_address: bool) -> set[str]:
    if not is_address:
        return {value}
    try:
        parts = urlsplit(value if "://" in value else f"//{value}")
        found = {value, parts.hostname or "", parts.username or "", parts.password or "", parts.netloc, parts.fragment}
        found |= {word for pair in parse_qsl(parts.query, keep_blank_values=True) for word in pair}
        return found | {unquote(one) for one in found}
    except ValueError:
        return {value}


def struck(text: str, secrets: Iterable[str]) -> str:
    """The text without any of these, in capitals or not: names of computers come back either way."""
    for one in secrets:
        text = re.sub(re.escape(one), STRUCK, text, flags=re.IGNORECASE)
    return text
