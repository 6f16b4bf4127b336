"""Prints: pages of exact millimetres for cards, plates, labels and tickets. Black on white, fonts inside, no scaling.

Places are millimetres from the top left corner of a page. What is printed here is cut, stuck or fed through a small
printer, so the page says its own size in all its boxes and asks viewers not to fit it to the paper.
"""

import io
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from litestar import Response
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph

from tierslieu.http import codes
from tierslieu.http.assets import Assets
from tierslieu.http.paper import BOLD, TEXT, marked, register_fonts

LEADING: Final = 1.2
GAP: Final = 0.25
"""The space between two texts, as a share of the size of the first."""
SHRINKING: Final = (1.0, 0.9, 0.8, 0.72, 0.64, 0.56)
HAIR: Final = 0.15


class Box(NamedTuple):
    """A place on a page, in millimetres from its top left corner."""

    x: float
    y: float
    width: float
    height: float


class Line(NamedTuple):
    """A text to be set, at most so many points high."""

    text: str
    size: float
    is_bold: bool = False


class About(NamedTuple):
    """What a document says of itself: its title, whose it is, its language."""

    title: str
    venue: str
    locale: str


class Sheet:
    """Pages of one size; `pdf()` ends them."""

    def __init__(self, assets: Assets, about: About, width: float, height: float) -> None:
        register_fonts(assets)
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, initialFontName=TEXT, lang=about.locale, pageCompression=1)
        self._canvas.setTitle(about.title)
        self._canvas.setAuthor(about.venue)
        self._canvas.setViewerPreference("PrintScaling", "None")
        self._canvas.setViewerPreference("Duplex", "Simplex")
        self.width, self.height = width, height
        self._is_open = False

    def page(self, width: float = 0, height: float = 0) -> None:
        """Begin a page: of the document's size, or of its own from here on."""
        self._end()
        self._is_open = True
        self.width, self.height = width or self.width, height or self.height
        size = (self.width * mm, self.height * mm)
        self._canvas.setPageSize(size)
        for name in ("crop", "bleed", "trim", "art"):
            self._canvas.setCropBox((0, 0, *size), name)
        self._canvas.setLineWidth(HAIR * mm)

    def code(self, text: str, level: codes.Level, x: float, y: float, side: float) -> None:
        """A code of `side` millimetres, its quiet zone included."""
        draw_code(self._canvas, text, level, (x * mm, (self.height - y - side) * mm, side * mm))

    def stroke(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """A thin line."""
        self._canvas.line(x * mm, (self.height - y) * mm, to_x * mm, (self.height - to_y) * mm)

    def circle(self, x: float, y: float, radius: float) -> None:
        """A thin circle around a point."""
        self._canvas.circle(x * mm, (self.height - y) * mm, radius * mm)

    def texts(self, box: Box, lines: Sequence[Line], *, is_centred: bool = False, is_high: bool = False) -> None:
        """Texts one under the other, as large as they may be to stay inside the box, in its middle or at its top.

        What is too much even when small loses its last texts, then its end.
        """
        parts = _fitting([line for line in lines if line.text], box, is_centred)
        top = box.y + (0 if is_high else max(0, box.height - _height(parts)) / 2)
        for part, used in parts:
            part.drawOn(self._canvas, box.x * mm, (self.height - top) * mm - part.height)
            top += used

    def pdf(self) -> bytes:
        """The finished document."""
        self._end()
        self._canvas.save()
        return self._out.getvalue()

    def _end(self) -> None:
        if self._is_open:
            self._canvas.showPage()


class CodeMark(Flowable):  # type: ignore[misc]
    """A code inside a paper that flows, `side` points wide."""

    def __init__(self, text: str, side: float) -> None:
        super().__init__()
        self._text = text
        self.width = self.height = side

    def draw(self) -> None:
        """Called by reportlab, at the place it chose."""
        draw_code(self.canv, self._text, "H", (0, 0, self.width))


def draw_code(canvas: Any, text: str, level: codes.Level, place: tuple[float, float, float]) -> None:
    """The code of a text as one black shape; `place`: its lower left corner and its side, in points."""
    rows = codes.modules(text, level)
    left, bottom, side = place
    module = side / len(rows)
    shape = canvas.beginPath()
    for x, y, length in codes.runs(rows):
        shape.rect(left + x * module, bottom + side - (y + 1) * module, length * module, module)
    canvas.setFillGray(0)
    canvas.drawPath(shape, stroke=0, fill=1)


def answer(body: bytes, name: str) -> Response[bytes]:
    """A document as an answer, which no cache keeps."""
    shown = {"content-disposition": f'inline; filename="{name}.pdf"', "cache-control": "private, no-store"}
    return Response(body, media_type="application/pdf", headers=shown, status_code=200)


def _fitting(lines: list[Line], box: Box, is_centred: bool) -> list[tuple[Paragraph, float]]:
    for scale in SHRINKING:
        parts = [_set(line, scale, box.width, is_centred) for line in lines]
        if _height(parts) <= box.height:
            return parts
    if len(lines) > 1:
        return _fitting(lines[:-1], box, is_centred)
    (last,) = lines
    return _fitting([last._replace(text=last.text[: len(last.text) * 3 // 4] + "…")], box, is_centred)


def _set(line: Line, scale: float, width: float, is_centred: bool) -> tuple[Paragraph, float]:
    size = line.size * scale
    style = ParagraphStyle(
        "print",
        fontName=BOLD if line.is_bold else TEXT,
        fontSize=size,
        leading=size * LEADING,
        alignment=TA_CENTER if is_centred else TA_LEFT,
    )
    part = Paragraph(marked(line.text), style)
    _width, height = part.wrap(width * mm, 10_000)
    return part, height / mm + size * GAP / mm


def _height(parts: list[tuple[Paragraph, float]]) -> float:
    return sum(used for _part, used in parts)
