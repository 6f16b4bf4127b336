"""Papers: PDF documents to keep or print, with real text, a title and a language.

One font writes the Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic alphabets; Chinese, Japanese and
Korean names use the fonts that PDF readers bring along. Letters of other scripts show as empty boxes.
"""

import io
from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from tierslieu.http.assets import Assets

TEXT: Final = "Paper"
BOLD: Final = "Paper-Bold"
FONTS: Final = {TEXT: "paper.ttf", BOLD: "paper-bold.ttf"}
KANA: Final = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D))
HANGUL: Final = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7A3))
HAN: Final = ((0x2E80, 0x2FDF), (0x3000, 0x303F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
FAR: Final = ((HANGUL, "HYSMyeongJo-Medium"), (KANA, "HeiseiMin-W3"), (HAN, "STSong-Light"))
INK, QUIET = HexColor("#17231F"), HexColor("#4B5750")
STYLES: Final = {
    "title": ParagraphStyle("title", fontName=BOLD, fontSize=20, leading=25, spaceAfter=8, textColor=INK),
    "heading": ParagraphStyle("heading", fontName=BOLD, fontSize=13, leading=17, spaceBefore=12, spaceAfter=4),
    "text": ParagraphStyle("text", fontName=TEXT, fontSize=10.5, leading=15, spaceAfter=4, textColor=INK),
    "quiet": ParagraphStyle("quiet", fontName=TEXT, fontSize=9, leading=12.5, textColor=QUIET),
}
CELL = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
)


class Paper:
    """One document, built from top to bottom; `pdf()` ends it."""

    def __init__(self, assets: Assets, title: str, author: str, locale: str) -> None:
        register_fonts(assets)
        self._title, self._author, self._locale = title, author, locale
        self._parts: list[Flowable] = [_line(title, "title")]

    def heading(self, text: str) -> None:
        """The head of a part."""
        self._parts.append(_line(text, "heading"))

    def text(self, text: str, style: str = "text") -> None:
        """A paragraph; `style` "quiet" is for notes."""
        self._parts.append(_line(text, style))

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Terms and their values, in two columns."""
        if pairs:
            rows = [[_line(term, "quiet"), _line(value, "text")] for term, value in pairs]
            self._parts += [Table(rows, colWidths=[55 * mm, 115 * mm], style=CELL, hAlign="LEFT"), Spacer(1, 3 * mm)]

    def add(self, part: Flowable) -> None:
        """Anything else that reportlab can set on a page."""
        self._parts.append(part)

    def pdf(self) -> bytes:
        """The finished document."""
        out = io.BytesIO()
        document = SimpleDocTemplate(
            out,
            pagesize=A4,
            title=self._title,
            author=self._author,
            lang=self._locale,
            initialFontName=TEXT,
            leftMargin=20 * mm,
            rightMargin=20 * mm,
            topMargin=18 * mm,
            bottomMargin=18 * mm,
        )
        document.build(self._parts, onFirstPage=_number, onLaterPages=_number)
        return out.getvalue()


def marked(text: str) -> str:
    """Text as reportlab's markup: escaped, with the font that has its letters."""
    lines = []
    for font, letters in groupby(text.replace("\r", ""), _font):
        run = escape("".join(letters)).replace("\n", "<br/>")
        lines.append(f'<font name="{font}">{run}</font>' if font else run)
    return "".join(lines)


def _line(text: str, style: str) -> Paragraph:
    return Paragraph(marked(text), STYLES[style])


def _font(letter: str) -> str:
    code = ord(letter)
    if code < 0x1100:
        return ""
    for ranges, font in FAR:
        if any(first <= code <= last for first, last in ranges):
            return font
    return ""


def _number(canvas: Any, _document: Any) -> None:
    canvas.setFont(TEXT, 9)
    canvas.drawRightString(A4[0] - 20 * mm, 10 * mm, str(canvas.getPageNumber()))


def register_fonts(assets: Assets) -> None:
    """Make the house's fonts known to reportlab, once a process."""
    known = set(pdfmetrics.getRegisteredFontNames())
    for name, file in FONTS.items():
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(_path(assets, file))))
    for _ranges, name in FAR:
        if name not in known:
            pdfmetrics.registerFont(UnicodeCIDFont(name))


def _path(assets: Assets, name: str) -> Path:
    return assets.folder / Path(assets.url(name)).name
