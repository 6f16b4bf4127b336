"""What happens to printed codes before a camera sees them: pages as pictures, worn in known ways, and read again."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tierslieu.http.codes import QUIET_MODULES, modules

Picture = NDArray[np.uint8]
POINT = 25.4 / 72
BLUR, MOTION = 0.43, 1.0
"""How many modules a picture may be out of focus, or smeared, and still be read from one frame alone."""
Camera = float
"""Pixels a millimetre: how near the camera is."""


class Printed:
    """One page of a document: its size in millimetres, its words, and its picture as a camera takes it."""

    def __init__(self, page: Any, camera: Camera) -> None:
        self.size = tuple(round(value * POINT, 2) for value in page.get_size())
        self.boxes = {tuple(box()) for box in (page.get_mediabox, page.get_cropbox, page.get_trimbox)}
        self.camera = camera
        self.picture: Picture = np.asarray(page.render(scale=camera * POINT, grayscale=True).to_pil())
        self.words = " ".join(page.get_textpage().get_text_range().split())

    def codes(self) -> list[Any]:
        """The codes on the page as zxing finds them."""
        return list(zxingcpp.read_barcodes(self.picture))

    def keep_codes(self) -> None:
        """Let the rest of the page be: a camera sees what is before it."""
        corners = [at for code in self.codes() for at in (code.position.top_left, code.position.bottom_right)]
        left, right = (int(edge(at.x for at in corners)) for edge in (min, max))
        top, bottom = (int(edge(at.y for at in corners)) for edge in (min, max))
        margin = int(5 * self.camera)
        self.picture = self.picture[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]

    def millimetres(self, code: Any) -> float:
        """How wide a code is on paper, without its quiet zone."""
        at = code.position
        pixels = math.dist((at.top_left.x, at.top_left.y), (at.top_right.x, at.top_right.y))
        return pixels / self.camera

    def module(self, code: Any) -> float:
        """How many pixels wide a module is in the picture."""
        count = len(modules(code.text, code.ec_level)) - 2 * QUIET_MODULES
        return self.millimetres(code) * self.camera / count


def pages(pdf: bytes, camera: Camera) -> list[Printed]:
    """All pages of a document."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [Printed(page, camera) for page in document]
    finally:
        document.close()


def texts(picture: Picture) -> list[str]:
    """What a camera reads, in order of the alphabet."""
    return sorted(code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray(picture)))


def turned(picture: Picture, degrees: float) -> Picture:
    """Held at an angle."""
    return np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=255))


def blurred(picture: Picture, radius: float) -> Picture:
    """Out of focus."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def moved(picture: Picture, length: int) -> Picture:
    """Moved while the picture was taken."""
    wide = np.pad(picture, ((0, 0), (length // 2, length - 1 - length // 2)), mode="edge")
    sums = np.cumsum(wide, axis=1, dtype=np.uint32)
    sums = np.pad(sums, ((0, 0), (1, 0)))
    return ((sums[:, length:] - sums[:, :-length]) // length).astype(np.uint8)


def faded(picture: Picture, gap: int, dark: int = 100) -> Picture:
    """Black and white only `gap` levels of 255 apart."""
    return (picture.astype(np.uint16) * gap // 255 + dark).astype(np.uint8)


def dim(picture: Picture) -> Picture:
    """In a dark corridor: little light, from one side, and the noise of the sensor."""
    light = np.linspace(0.16, 0.4, picture.shape[1])[None, :]
    noise = np.random.default_rng(1).normal(0, 4, picture.shape)
    return np.clip(picture * light + 12 + noise, 0, 255).astype(np.uint8)


def blotted(picture: Picture, codes: list[Any], share: float, *, is_corner: bool, shade: int = 255) -> Picture:
    """An opaque blot over so much of each code: in its middle, or in the corner that holds no mark of position."""
    stained = picture.copy()
    for code in codes:
        corners = [getattr(code.position, name) for name in ("top_left", "top_right", "bottom_left", "bottom_right")]
        left, right = min(at.x for at in corners), max(at.x for at in corners)
        top, bottom = min(at.y for at in corners), max(at.y for at in corners)
        side = round((right - left) * math.sqrt(share))
        x, y = (right - side, bottom - side) if is_corner else ((left + right - side) // 2, (top + bottom - side) // 2)
        stained[y : y + side, x : x + side] = shade
    return stained


Wear = tuple[str, Callable[[Picture], Picture]]


def wears(page: Printed) -> Iterator[Wear]:
    """Every way in which a print is worn. Blur and motion are shares of a module, as decoders feel them."""
    codes = page.codes()
    module = min(page.module(code) for code in codes)
    yield "new", lambda picture: picture
    yield "blurred", lambda picture: blurred(picture, BLUR * module)
    yield "moved", lambda picture: moved(picture, round(MOTION * module))
    yield "faded", lambda picture: faded(picture, 40)
    yield "dim", dim
    yield "blot at the corner", lambda picture: blotted(picture, codes, 0.2, is_corner=True)
    yield "ink at the corner", lambda picture: blotted(picture, codes, 0.2, is_corner=True, shade=0)
    yield "blot in the middle", lambda picture: blotted(picture, codes, 0.1, is_corner=False)
    for degrees in (33, 90, 180, 261):
        yield f"turned {degrees}", partial(turned, degrees=degrees)
