"""The picture behind a plan, from a file that somebody sent: cleaned, or drawn anew. Blocking: call it in a thread."""

import hashlib
import io
import warnings
from typing import Final, NamedTuple

from PIL import Image, ImageOps

from tierslieu.basics.errors import Invalid
from tierslieu.venue.plans.queries import WIDTH
from tierslieu.venue.plans.svg import cleaned, refusal

LARGEST: Final = 2_000_000
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 2000
SCANS: Final = ["PNG", "JPEG"]


class Backdrop(NamedTuple):
    """A picture ready to be kept: its name says its content; `height` is for a plan as wide as all plans."""

    name: str
    media_type: str
    content: bytes
    height: int


def read_picture(data: bytes) -> Backdrop:
    """A plan's picture from the bytes of a file. Raises Invalid with a code in plain words."""
    if not data:
        raise Invalid("missing", {"file": "missing"})
    if len(data) > LARGEST:
        raise Invalid("file_too_large", {"file": "file_too_large"}, limit=LARGEST)
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _scan(data)
    if b"<svg" in data[:100_000]:
        drawing = cleaned(data)
        return _named(drawing.text.encode(), "svg", "image/svg+xml", drawing.height / drawing.width)
    raise refusal("not_a_plan")


def _scan(data: bytes) -> Backdrop:
    """A scan, turned upright, not larger than screens need, its hidden notes left behind."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=SCANS) as picture:
            warnings.simplefilter("error")
            if picture.width * picture.height > MOST_PIXELS or not 0.1 <= picture.height / picture.width <= 10:
                raise refusal("svg_without_size")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Invalid:
        raise
    except Exception as error:  # whatever a damaged file makes the decoder say
        raise refusal("not_a_plan") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82, optimize=True)
    return _named(out.getvalue(), "jpg", "image/jpeg", upright.height / upright.width)


def _named(content: bytes, ending: str, media_type: str, ratio: float) -> Backdrop:
    name = f"{hashlib.sha256(content).hexdigest()[:32]}.{ending}"
    return Backdrop(name, media_type, content, max(round(WIDTH * ratio), 1))
