"""A stranger's picture made anew: only what we drew ourselves is ever shown. Blocking: call it in a thread."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image

from tierslieu.fablab.files.thumbnails import Thumbnail

LARGEST_SIDE: Final = 640
MOST_PIXELS: Final = 4_000_000


def best_picture(pictures: Sequence[Thumbnail]) -> bytes | None:
    """The largest picture that can be read, as a fresh PNG."""
    for picture in sorted(pictures, key=lambda one: one.width * one.height, reverse=True):
        if picture.width * picture.height <= MOST_PIXELS and (fresh := _again(picture)) is not None:
            return fresh
    return None


def _again(given: Thumbnail) -> bytes | None:
    try:
        with Image.open(io.BytesIO(given.data), formats=[given.kind]) as picture:
            if picture.size != (given.width, given.height):
                return None  # what it says of itself is not what the file says: it may be far larger
            plain = picture.convert("RGBA")
        plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        out = io.BytesIO()
        plain.save(out, "PNG", optimize=True)
    except Exception:  # whatever a damaged picture makes the reader raise: there is no picture
        return None
    return out.getvalue()
