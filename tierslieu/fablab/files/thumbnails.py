"""Pictures inside a G-code: PNG only, length and form checked, bounded in number and size. Pure."""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Final

import msgspec

BEGIN: Final = re.compile(r"^;\s*thumbnail begin (\d{1,4})\s*x\s*(\d{1,4})\s+(\d{1,7})\s*$")
END: Final = re.compile(r"^;\s*thumbnail end\s*$")
MOST: Final = 8
MOST_BYTES: Final = 1024 * 1024
PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


class Thumbnail(msgspec.Struct, frozen=True):
    """A picture as it stood in the file. The bytes are a stranger's: make a new picture of them before showing."""

    width: int
    height: int
    png: bytes


def thumbnails(lines: Iterable[str]) -> list[Thumbnail]:
    """The pictures in the comments of a file, in order; damaged ones are left out."""
    found: list[Thumbnail] = []
    rows: list[str] = []
    length = 0
    head: tuple[int, int, int] | None = None
    room = MOST_BYTES
    for line in lines:
        if begin := BEGIN.match(line):
            head, rows, length = (int(begin[1]), int(begin[2]), int(begin[3])), [], 0
        elif head is None:
            continue
        elif END.match(line):
            picture = _picture(head, "".join(rows), room)
            if picture is not None:
                found.append(picture)
                room -= len(picture.png)
            head = None
            if len(found) == MOST:
                break
        elif line.startswith(";") and length <= head[2]:
            rows.append(line[1:].strip())
            length += len(rows[-1])
        else:
            head = None
    return found


def _picture(head: tuple[int, int, int], text: str, room: int) -> Thumbnail | None:
    width, height, length = head
    if len(text) != length or length > room * 4 // 3 + 4:
        return None
    try:
        png = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    if not png.startswith(PNG) or len(png) < 33 or len(png) > room:
        return None
    size = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    return Thumbnail(width, height, png) if size == (width, height) and width > 0 and height > 0 else None
