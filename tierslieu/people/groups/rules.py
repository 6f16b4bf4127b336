"""Rules of groups. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

KINDS: Final = ("association", "school_class", "programme", "company", "other")
ROLES: Final = ("member", "contact", "leader")
MOST_LEVELS: Final = 6
IMPORT_LIVES: Final = 3600
"""Seconds for which the lines of a file wait to be confirmed."""
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
SCHOOL_YEAR_BEGINS: Final = 8
"""The month from which a day belongs to the school year that begins in its own year."""


def school_year(day: date) -> int:
    """The year in which the school year of a day began."""
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def total(levels: Iterable[tuple[str, int]], headcount: int | None) -> int | None:
    """How many come: the sum of the levels when there are any, else the headcount."""
    counts = [count for _level, count in levels]
    return sum(counts) if counts else headcount


def harmless(cell: str) -> str:
    """A cell of an export that no spreadsheet computes: an apostrophe goes before what would be a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Lines for a French spreadsheet: semicolons, every cell in quotes and harmless, with the mark of UTF-8."""
    lines = (";".join('"' + harmless(cell).replace('"', '""') + '"' for cell in row) for row in rows)
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)
