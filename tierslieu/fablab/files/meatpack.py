"""MeatPack, as it lies in a block of a binary G-code: two frequent signs in a byte, the others whole. Pure.

The lower half of a byte is the first sign. A half of ones announces a whole byte that follows; two bytes of ones
announce an order to the reader. Where spaces are left out, they are set again before each word of a G command.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

SIGNS: Final = "0123456789. \nGX"
NEW_LINE, WHOLE = 12, 15
ORDER: Final = re.compile(rb"\xff\xff(.)", re.DOTALL)
SPACES_OUT_OFF, SPACES_OUT_ON, RESET, PACKING_OFF, PACKING_ON = 246, 247, 249, 250, 251
MARK: Final = b"\x1f"
"""Where a space may have been left out: before a letter that was read in packed text without spaces."""
EMPTY_LINES: Final = re.compile(rb"\n{2,}")
"""Packing fills odd lines up with a second new line."""
NO_MOVE: Final = re.compile(rb"^[^G\n][^\n]*", re.MULTILINE)


def _pairs(signs: Sequence[str]) -> tuple[str, ...]:
    """What each byte says; nothing for one that needs a byte after it. After a new line there is no second sign."""
    found = []
    for byte in range(256):
        first, second = byte & 15, byte >> 4
        if first == NEW_LINE:
            found.append("\n")
        else:
            found.append("" if WHOLE in (first, second) else signs[first] + signs[second])
    return tuple(found)


class _Table:
    """How packed text is read, with spaces or without. A sign is a letter of Latin-1: joining strings takes a tenth of
    the memory that joining bytes takes."""

    def __init__(self, *, has_spaces: bool) -> None:
        mark = "" if has_spaces else MARK.decode()
        self.signs = list(SIGNS)
        if not has_spaces:
            self.signs[11], self.signs[14] = f"{mark}E", f"{mark}X"
        self.pairs = _pairs(self.signs)
        self.whole = tuple(mark * ("A" <= chr(one) <= "Z") + chr(one) for one in range(256))

    def text(self, packed: bytes) -> bytes:
        """Raises ValueError when a byte is missing at the end."""
        rest, pairs = iter(packed), self.pairs
        try:
            return "".join([pairs[byte] or self._with_whole(byte, rest) for byte in rest]).encode("latin-1")
        except StopIteration as end:
            raise ValueError("cut short") from end

    def _with_whole(self, byte: int, rest: Iterator[int]) -> str:
        first, second = byte & 15, byte >> 4
        start = self.whole[next(rest)] if first == WHOLE else self.signs[first]
        return start + (self.whole[next(rest)] if second == WHOLE else self.signs[second])


_SPACED, _UNSPACED = _Table(has_spaces=True), _Table(has_spaces=False)


def unpacked(data: bytes) -> bytes:
    """The text of one block, without its empty lines. Raises ValueError for what ends in the middle of a sign."""
    first, *others = ORDER.split(data)
    parts, is_packed, table = [first], False, _SPACED
    for order, part in zip(others[::2], others[1::2], strict=True):
        code = order[0]
        if code in (PACKING_ON, PACKING_OFF, RESET):
            is_packed = code == PACKING_ON
        if code in (SPACES_OUT_ON, SPACES_OUT_OFF, RESET):
            table = _UNSPACED if code == SPACES_OUT_ON else _SPACED
        parts.append(table.text(part) if is_packed else part)
    return EMPTY_LINES.sub(b"\n", _respaced(b"".join(parts)))


def _respaced(text: bytes) -> bytes:
    """Spaces were left out of G commands only: in other lines the marks mean nothing."""
    if MARK not in text:
        return text
    text = NO_MOVE.sub(lambda line: line[0].replace(MARK, b""), text)
    return text.replace(b" " + MARK, b" ").replace(MARK, b" ")
