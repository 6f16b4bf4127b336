"""Which of the materials that a machine tells of itself feed a job. Pure.

What a machine does not tell is no reason against anything: a tray of unknown material may hold what is wanted.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from devices.wire import Loaded
from tierslieu.fablab.files.facts import Tool

COLOURS: Final[dict[str, tuple[str, ...]]] = {
    "000000": ("noir", "noire", "black"),
    "FFFFFF": ("blanc", "blanche", "white"),
    "808080": ("gris", "grise", "gray", "grey"),
    "C0C0C0": ("argent", "argenté", "silver"),
    "D02020": ("rouge", "red"),
    "F27830": ("orange",),
    "F8D820": ("jaune", "yellow"),
    "20A040": ("vert", "verte", "green"),
    "2050C0": ("bleu", "bleue", "blue"),
    "60B0E8": ("bleu clair", "light blue"),
    "20B8B0": ("turquoise", "cyan"),
    "8040B0": ("violet", "violette", "purple"),
    "F080B0": ("rose", "pink"),
    "7A4A28": ("marron", "brun", "brown"),
    "E0CFA8": ("beige",),
    "C8A040": ("or", "doré", "dorée", "gold"),
}
"""Colours as people name them, each as one that stands for it."""
WORDS: Final = {word: colour for colour, words in COLOURS.items() for word in words}
OUTSIDE: Final = frozenset({254, 255})
SINGLES: Final = 128


class Wanted(msgspec.Struct, frozen=True):
    """What one tool of a file asks for. `colour` is a word of a person, `shade` what the slicer drew it in."""

    tool: int
    material: str = ""
    colour: str = ""
    shade: str | None = None


def told(slots: str) -> tuple[Loaded, ...]:
    """What a machine said was loaded, from the JSON it is stored as; nothing for a machine that says nothing."""
    return msgspec.json.decode(slots, type=tuple[Loaded, ...]) if slots else ()


def speaks(loaded: Iterable[Loaded]) -> bool:
    """True when a machine tells what at least one of its trays holds: that is believed before what staff noted."""
    return any(one.material for one in loaded)


def wanted_by(material: str, colour: str, tools: Sequence[Tool]) -> tuple[Wanted, ...]:
    """What a job asks for: with one tool what its person chose comes first, with several what the file names."""
    if len(tools) > 1:
        return tuple(Wanted(one.tool, one.material or "", "", one.colour) for one in tools)
    one = tools[0] if tools else Tool(0)
    return (Wanted(one.tool, material or one.material or "", colour, one.colour),)


def able(wanted: Wanted, loaded: Iterable[Loaded]) -> list[Loaded]:
    """What may feed a tool, the best first: the nearest colour, then the fullest. Where the file names no material,
    nothing is chosen among several."""
    known = [one for one in loaded if one.material]
    if not wanted.material and len({one.material.casefold() for one in known}) > 1:
        return []
    shade = WORDS.get(wanted.colour.casefold().strip())
    same = [one for one in known if is_same(one.material, wanted.material or one.material)]
    if shade is not None:
        same = [one for one in same if one.colour is None or nearest(one.colour) == shade]
    aim = shade or (wanted.shade or "")[1:7]
    return sorted(same, key=lambda one: (_apart(one.colour, aim), -(one.left_percent or 0), one.slot))


def feeding(wanted: Iterable[Wanted], loaded: Sequence[Loaded]) -> dict[int, Loaded | None]:
    """What feeds each tool; None where nobody can tell. The only tray of unknown material may feed the only tool that
    nothing else does."""
    found = {one: next(iter(able(one, loaded)), None) for one in wanted}
    missing = [one for one, slot in found.items() if slot is None]
    unknown = [one for one in loaded if not one.material]
    if len(missing) == len(unknown) == 1 and missing[0].material:
        found[missing[0]] = unknown[0]
    return {one.tool: slot for one, slot in found.items()}


def mapping(wanted: Iterable[Wanted], loaded: Sequence[Loaded]) -> tuple[int, ...] | None:
    """The slot of each tool up to the last, -1 for one that lays nothing; None when some tool has no slot."""
    fed = feeding(wanted, loaded)
    slots = {tool: one.slot for tool, one in fed.items() if one is not None}
    return tuple(slots.get(tool, -1) for tool in range(max(slots) + 1)) if len(slots) == len(fed) else None


def is_same(one: str, other: str) -> bool:
    """True for the same name of a material or a colour, however it is written."""
    return one.casefold().strip() == other.casefold().strip()


def nearest(colour: str) -> str:
    """The colour with a name that comes closest to #RRGGBB."""
    return min(COLOURS, key=lambda named: _apart(colour, named))


def word_of(colour: str | None) -> str:
    """The first word for a colour, "" for one that is not told."""
    return COLOURS[nearest(colour)][0] if colour else ""


def _apart(colour: str | None, aim: str) -> int:
    """How far two colours lie apart; 0 when one of them is not known."""
    if not colour or not aim:
        return 0
    pairs = zip(bytes.fromhex(colour[1:7]), bytes.fromhex(aim), strict=True)
    return sum(weight * (one - other) ** 2 for weight, (one, other) in zip((3, 4, 2), pairs, strict=True))


def place_of(slot: int) -> str:
    """A2 for the second tray of the first unit, HT-1 for a unit of one tray; "" for a spool outside of any."""
    if slot in OUTSIDE:
        return ""
    return f"HT-{slot - SINGLES + 1}" if slot >= SINGLES else f"{chr(ord('A') + slot // 4)}{slot % 4 + 1}"
