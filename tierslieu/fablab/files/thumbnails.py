"""Pictures inside a G-code: PNG, JPEG and QOI, length and form checked, bounded in number and size. Pure."""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Final

import msgspec

BEGIN: Final = re.compile(r"^;\s*thumbnail(|_PNG|_JPG|_QOI) begin (\d{1,4})\s*x\s*(\d{1,4})\s+(\d{1,7})\s*$")
END: Final = re.compile(r"^;\s*thumbnail(?:_PNG|_JPG|_QOI)? end\s*$")
MOST: Final = 8
MOST_BYTES: Final = 1024 * 1024
KINDS: Final = {"": "PNG", "_PNG": "PNG", "_JPG": "JPEG", "_QOI": "QOI"}
BEGINNINGS: Final = {"PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "JPEG": b"\xff\xd8\xff", "QOI": b"qoif"}
PLACES: Final = {"PNG": 16, "QOI": 4}
"""Where a picture says its own size; a JPEG says it deeper inside, and is checked when it is opened."""
SHORTEST: Final = 33


class Thumbnail(msgspec.Struct, frozen=True):
    """A picture as it stood in the file. The bytes are a stranger's: make a new picture of them before showing."""

    width: int
    height: int
    data: bytes
    kind: str = "PNG"


def thumbnails(lines: Iterable[str]) -> list[Thumbnail]:
    """The pictures in the comments of a file, in order; damaged ones are left out."""
    found: list[Thumbnail] = []
    rows: list[str] = []
    length = 0
    head: tuple[str, int, int, int] | None = None
    room = MOST_BYTES
    for line in lines:
        if begin := BEGIN.match(line):
            head = (KINDS[begin[1]], int(begin[2]), int(begin[3]), int(begin[4]))
            rows, length = [], 0
        elif head is None:
            continue
        elif END.match(line):
            picture = _decoded(head, "".join(rows), room)
            if picture is not None:
                found.append(picture)
                room -= len(picture.data)
            head = None
            if len(found) == MOST:
                break
        elif line.startswith(";") and length <= head[3]:
            rows.append(line[1:].strip())
            length += len(rows[-1])
        else:
            head = None
    return found


def _decoded(head: tuple[str, int, int, int], text: str, room: int) -> Thumbnail | None:
    kind, width, height, length = head
    if len(text) != length or length > room * 4 // 3 + 4:
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return checked(kind, width, height, data, room)


def checked(kind: str, width: int, height: int, data: bytes, room: int = MOST_BYTES) -> Thumbnail | None:
    """A picture of the told kind and form, None when it is another one."""
    if not data.startswith(BEGINNINGS[kind]) or not SHORTEST <= len(data) <= room or width <= 0 or height <= 0:
        return None
    if kind in PLACES:
        place = PLACES[kind]
        told = tuple(int.from_bytes(data[start : start + 4], "big") for start in (place, place + 4))
        if told != (width, height):
            return None
    return Thumbnail(width, height, data, kind)


def of_png(data: bytes) -> Thumbnail | None:
    """A PNG that says its own size."""
    if len(data) < SHORTEST:
        return None
    return checked("PNG", int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"), data)
