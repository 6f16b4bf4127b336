"""From a stored file to its facts and a picture that may be shown. Blocking: call it in a thread."""

import io
import warnings
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from PIL import Image

from tierslieu.basics.errors import Invalid
from tierslieu.fablab.files import flagged, gcode
from tierslieu.fablab.files.facts import Facts
from tierslieu.fablab.files.thumbnails import Thumbnail

ENDINGS: Final = (".gcode", ".gco", ".g", ".gc")
LARGEST_SIDE: Final = 640
MOST_PIXELS: Final = 4_000_000


def require_ending(name: str) -> None:
    """Raises Invalid("wrong_ending") for a name that is not a text G-code's."""
    if not name.lower().endswith(ENDINGS):
        raise Invalid("wrong_ending", {"file": "wrong_ending"})


def read_file(path: Path) -> tuple[Facts, bytes | None]:
    """The facts of a file and a fresh PNG of its best picture. Raises Invalid("empty_file" or "not_gcode")."""
    with path.open("rb") as stream:
        head, tail = read_ends(stream)
        if not head.strip():
            raise Invalid("empty_file", {"file": "empty_file"})
        if not gcode.is_gcode(head):
            raise Invalid("not_gcode", {"file": "not_gcode"})
        facts, pictures = gcode.read(head, tail)
        stream.seek(0)
        flags, count = flagged.scan(stream)
    return msgspec.structs.replace(facts, flags=flags, flag_count=count), best_picture(pictures)


def read_ends(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The first and the last bytes; the second is empty when the first is everything."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size <= 2 * gcode.PART:
        return stream.read(2 * gcode.PART), b""
    head = stream.read(gcode.PART)
    stream.seek(size - gcode.PART)
    return head, stream.read(gcode.PART)


def best_picture(pictures: list[Thumbnail]) -> bytes | None:
    """The largest picture that can be read, made anew: a stranger's bytes are never shown."""
    for picture in sorted(pictures, key=lambda one: one.width * one.height, reverse=True):
        if picture.width * picture.height <= MOST_PIXELS and (fresh := _again(picture.png)) is not None:
            return fresh
    return None


def _again(png: bytes) -> bytes | None:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
            warnings.simplefilter("error")
            plain = picture.convert("RGBA")
        plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        out = io.BytesIO()
        plain.save(out, "PNG", optimize=True)
    except Exception:  # whatever a damaged picture makes the reader raise: there is no picture
        return None
    return out.getvalue()
