"""Rules of materials: amounts, what a job took, what is too little. Pure. Unknown is None and never 0."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import pi
from typing import Final, NamedTuple

import msgspec

KINDS: Final = ("filament", "resin", "sheet", "vinyl", "other")
TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "filament": ("PLA", "PETG", "TPU", "ABS", "ASA"),
    "sheet": ("Contreplaqué", "Acrylique", "MDF", "Carton"),
    "vinyl": ("Adhésif", "Flex"),
}
LARGEST: Final = 10**12


class Measure(NamedTuple):
    """How a kind is counted: the unit people type, what it is in stored amounts, and for how much prices are."""

    unit: str
    in_unit: int
    in_price: int


MASS: Final = Measure("g", 1_000, 1_000_000)
AREA: Final = Measure("cm2", 100, 1_000_000)
PIECE: Final = Measure("piece", 1, 1)
MEASURES: Final[Mapping[str, Measure]] = {
    "filament": MASS,
    "resin": MASS,
    "sheet": AREA,
    "vinyl": AREA,
    "other": PIECE,
}
DENSITIES: Final[Mapping[str, float]] = {"PLA": 1.24, "PETG": 1.27, "TPU": 1.21, "ABS": 1.04, "ASA": 1.07}
"""Grams per cm³ as makers give them, for materials whose own density nobody noted."""
USUAL_DIAMETER: Final = 1.75


class Taken(msgspec.Struct, frozen=True):
    """What a job took through one tool, and where the figure comes from; None: nobody knows."""

    tool: int
    amount: int | None
    source: str


def stored(kind: str, typed: float | Decimal) -> int:
    """A typed quantity (g, cm², pieces) as it is stored."""
    return int((Decimal(str(typed)) * MEASURES[kind].in_unit).quantize(Decimal(1), ROUND_HALF_UP))


def shown(kind: str, amount: int) -> float:
    """A stored amount in the unit people type."""
    return amount / MEASURES[kind].in_unit


def price(kind: str, amount: int, cents: int | None) -> int | None:
    """What an amount costs, rounded to the cent; None when nobody set a price."""
    if cents is None:
        return None
    return int((Decimal(amount) * cents / MEASURES[kind].in_price).quantize(Decimal(1), ROUND_HALF_UP))


def mg_of_length(length_mm: float, type_: str, density: float | None, diameter_mm: float | None) -> int | None:
    """The mass of a length of filament: section times density. None for a type whose density nobody knows."""
    known = density or DENSITIES.get(type_.upper())
    if known is None:
        return None
    section = pi * (diameter_mm or USUAL_DIAMETER) ** 2 / 4
    return round(length_mm * section * known)  # mm³ × g/cm³ = mg


def net_of(gross_mg: int, empty_mg: int) -> int:
    """What a spool on the scales holds."""
    return max(0, gross_mg - empty_mg)


def taken(
    real_mm: float | None,
    sliced: Sequence[tuple[float | None, float | None]],
    part_done: float | None,
    loaded: Mapping[int, tuple[str, float | None, float | None]],
) -> list[Taken]:
    """What one attempt took of what was loaded.

    `real_mm`: what the machine measured, of all tools together. `sliced`: what the slicer meant each tool to take
    (mm, g). `part_done`: how much of the work was done (1: all of it), None when nobody knows. `loaded`: type,
    density and diameter of what lay on each tool.
    """
    tools = _tools(sliced, loaded)
    whole_mm = sum(sliced[tool][0] or 0.0 for tool in tools if tool < len(sliced))
    found = []
    for tool in tools:
        mm, grams = sliced[tool] if tool < len(sliced) else (None, None)
        share = 1.0 if len(tools) == 1 else (mm / whole_mm if mm and whole_mm else None)
        if real_mm is not None and share is not None:
            found.append(Taken(tool, mg_of_length(real_mm * share, *loaded[tool]), "machine"))
        else:
            found.append(Taken(tool, _sliced_mg(mm, grams, part_done, loaded[tool]), "slicer"))
    return found


def _tools(sliced: Sequence[tuple[float | None, float | None]], loaded: Mapping[int, object]) -> list[int]:
    """The loaded tools that the file uses; where it names none, those of a machine with one tool."""
    used = [tool for tool, (mm, grams) in enumerate(sliced) if mm or grams]
    if not used:
        return list(loaded) if len(loaded) == 1 else []
    return [tool for tool in used if tool in loaded]


def _sliced_mg(
    mm: float | None, grams: float | None, part_done: float | None, material: tuple[str, float | None, float | None]
) -> int | None:
    if part_done is None:
        return None
    if grams:
        return round(grams * 1_000 * part_done)
    return mg_of_length(mm * part_done, *material) if mm else None


def part_done(outcome: str, seconds_spent: int | None, seconds_meant: int | None) -> float | None:
    """How much of a job was made: all of a good one; of another, the part of its time that it ran, if known."""
    if outcome == "good":
        return 1.0
    if seconds_spent is None or not seconds_meant:
        return None
    return min(1.0, max(0.0, seconds_spent / seconds_meant))


def is_low(on_hand: int, promised: int, threshold: int) -> bool:
    """True when what is there, less what waits in the queue, is under the threshold. Without one, never."""
    return threshold > 0 and on_hand - promised < threshold


def rest_of_cut(width: int, height: int, cut_width: int, cut_height: int) -> bool:
    """True when a rectangle can be cut from a sheet, turned by a quarter or not."""
    return (cut_width <= width and cut_height <= height) or (cut_height <= width and cut_width <= height)


def number_text(number: int) -> str:
    """The number as labels show it: B0042."""
    return f"B{number:04d}"
