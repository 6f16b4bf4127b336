"""One walk through a whole G-code, however long: its two ends, its commands, its moves. Bounded memory."""

from typing import Final, Protocol

import msgspec

from tierslieu.fablab.files.facts import MOTION, MOTION_PART, Box, Size
from tierslieu.fablab.files.flagged import BLOCK, Scan
from tierslieu.fablab.files.motion import Motion
from tierslieu.fablab.files.tracing import Trace

PART: Final = 512 * 1024
"""How much of each end of a file is read for what its maker says of it."""
MOST_FOLLOWED: Final = 256 * 1024 * 1024
"""Moves are followed so far; beyond, only those of the end."""


class Survey(msgspec.Struct, frozen=True):
    """What a walk through a file found. `tail` is empty when `head` is the whole file."""

    head: bytes
    tail: bytes
    scan: Scan
    size: Size | None
    box: Box | None
    size_source: str
    preview: bytes | None


class Readable(Protocol):
    """What can be read in blocks."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, none at the end."""
        ...


def survey(stream: Readable) -> Survey:
    """Read a stream to its end. Blocking: call it in a thread."""
    scan, trace = Scan(), Trace()
    motion = Motion(trace)
    head, tail = bytearray(), b""
    length = 0
    while block := stream.read(BLOCK):
        length += len(block)
        room = 2 * PART - len(head)
        head += block[: max(0, room)]
        tail = (tail + block[max(0, room) :])[-PART - BLOCK :] if room < len(block) else tail
        lines = scan.take(block)
        if length <= MOST_FOLLOWED:
            motion.take(lines)
    motion.take(scan.finish())
    first, last = _ends(bytes(head), tail)
    if length > MOST_FOLLOWED:
        motion.forget()
        motion.take(last)
    source = MOTION if length <= MOST_FOLLOWED else MOTION_PART
    return Survey(first, last, scan, motion.size, motion.box, source, trace.pack())


def _ends(head: bytes, tail: bytes) -> tuple[bytes, bytes]:
    """A file of up to two parts is its own head; of a longer one the first and the last part are kept."""
    if not tail:
        return head, b""
    return head[:PART], (head + tail)[-PART:]
