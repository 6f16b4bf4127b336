"""The printed table: one line a figure, its target and verdict beside it."""

from collections.abc import Sequence
from typing import NamedTuple

HEAD = ("what", "database", "rows", "clients", "req/s", "of bare", "cpu ms", "pg ms", "p50 ms", "p95 ms")
FIGURES = ("target", "verdict")


class Entry(NamedTuple):
    """One line. `cells` are the columns of HEAD; no verdict when nothing is aimed at."""

    cells: Sequence[str]
    target: str = ""
    is_ok: bool | None = None


def figure(what: str, value: str, target: str = "", is_ok: bool | None = None, where: Sequence[str] = ()) -> Entry:
    """A line with one figure only; `where` fills database and rows."""
    place = [*where, "", ""][:2]
    return Entry((what, *place, "", value, *[""] * (len(HEAD) - 5)), target, is_ok)


def rows_text(count: int) -> str:
    """« 10k », « 1M »."""
    return f"{count // 1_000_000}M" if count >= 1_000_000 else f"{count // 1000}k"


def verdict(entry: Entry) -> str:
    """ok, over, or nothing."""
    return "" if entry.is_ok is None else ("ok" if entry.is_ok else "OVER")


def show(entries: Sequence[Entry], notes: Sequence[str] = ()) -> str:
    """The whole table and the notes under it."""
    lines = [(*HEAD, *FIGURES), *((*entry.cells, entry.target, verdict(entry)) for entry in entries)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    texts = ["  ".join(_cell(text, widths[place], place) for place, text in enumerate(line)).rstrip() for line in lines]
    rule = "-" * max(len(text) for text in texts)
    return "\n".join([texts[0], rule, *texts[1:], rule, *notes])


def _cell(text: str, width: int, place: int) -> str:
    is_word = place < 2 or place >= len(HEAD)
    return text.ljust(width) if is_word else text.rjust(width)
