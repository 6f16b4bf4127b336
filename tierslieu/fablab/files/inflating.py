"""The data of a block of binary G-code, made as long again as its head says: deflate or heatshrink. Pure, bounded."""

import zlib
from typing import Final

import heatshrink2

STORED, DEFLATE, HEATSHRINK_11, HEATSHRINK_12 = range(4)
WINDOWS: Final = {HEATSHRINK_11: 11, HEATSHRINK_12: 12}
LOOK_AHEAD: Final = 4
MOST_PACKED: Final = 1024 * 1024
"""A larger block is none for a printer: makers write sixteen times less."""


def inflated(data: bytes, compression: int, size: int) -> bytes:
    """What was packed: `size` bytes, no more and no less. Raises ValueError for anything else.

    Heatshrink makes at most eight bytes of one, and never needs more than nine bits for eight.
    """
    if compression == STORED:
        plain = data
    elif compression == DEFLATE:
        plain = _deflated(data, size)
    elif size > MOST_PACKED or len(data) > size * 9 // 8 + 8:
        raise ValueError("another size than was told")
    else:
        plain = heatshrink2.decompress(data, window_sz2=WINDOWS[compression], lookahead_sz2=LOOK_AHEAD)
    if len(plain) != size:
        raise ValueError("another size than was told")
    return plain


def _deflated(data: bytes, size: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError("not deflated") from error
