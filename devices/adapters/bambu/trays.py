"""What a Bambu printer has to print with: the trays of its units, and the spool outside of them. PURE."""

import re
from collections.abc import Iterator
from typing import Final

from devices.adapters.loose import member, number, whole, words
from devices.wire import Loaded

EXTERNAL: Final = frozenset({254, 255})
"""Spools outside of any unit; as what feeds, 255 says that nothing does."""
NOTHING: Final = 255
_TRAYS_OF_A_UNIT: Final = 4
_SINGLE: Final = range(128, 136)
"""Units with one tray count as that tray."""
_COLOUR: Final = re.compile(r"([0-9A-Fa-f]{6})[0-9A-Fa-f]{2}")
_MOST: Final = 32


def slots_of(report: object) -> tuple[Loaded, ...] | None:
    """What is loaded; None while the printer has told nothing of it. A tray without a material is empty, unless the
    printer says that something lies in it."""
    units, outside = member(report, "ams", "ams"), member(report, "vt_tray")
    if not isinstance(units, list) and outside is None:
        return None
    feeding = whole(member(report, "ams", "tray_now"), 0, NOTHING - 1)
    there = _bits(member(report, "ams", "tray_exist_bits"))
    found: dict[int, Loaded] = {}
    for slot, tray in (*_trays(units), (whole(member(outside, "id"), 254, 255) or 254, outside)):
        one = _loaded(slot, tray, is_feeding=slot == feeding)
        if (one.material or there >> slot & 1) and len(found) < _MOST:
            found.setdefault(slot, one)
    return tuple(found[slot] for slot in sorted(found))


def _trays(units: object) -> Iterator[tuple[int, object]]:
    for unit in units if isinstance(units, list) else ():
        at, trays = whole(member(unit, "id"), 0, _SINGLE[-1]), member(unit, "tray")
        for tray in trays if at is not None and isinstance(trays, list) else ():
            place = whole(member(tray, "id"), 0, _TRAYS_OF_A_UNIT - 1)
            if at is not None and at in _SINGLE:
                yield at, tray
            elif at is not None and place is not None and at < _SINGLE[0] // _TRAYS_OF_A_UNIT:
                yield at * _TRAYS_OF_A_UNIT + place, tray


def _loaded(slot: int, tray: object, *, is_feeding: bool) -> Loaded:
    """Only a spool with a tag knows how much is left of it: of others the printer says 0 or less."""
    is_tagged = bool(words(member(tray, "tag_uid")).strip("0"))
    colour = _COLOUR.fullmatch(words(member(tray, "tray_color")))
    material = words(member(tray, "tray_type"), 40).strip()
    is_clear = colour is None or colour[0].endswith("00") or not material
    return Loaded(
        slot=slot,
        material=material,
        colour=None if colour is None or is_clear else f"#{colour[1].upper()}",
        left_percent=number(member(tray, "remain"), 0, 100) if is_tagged else None,
        is_tagged=is_tagged,
        is_feeding=is_feeding,
    )


def _bits(told: object) -> int:
    try:
        return int(words(told, 16), 16)
    except ValueError:
        return 0
