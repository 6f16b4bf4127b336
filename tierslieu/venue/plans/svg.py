"""Reading an SVG that somebody sent: only shapes, groups and words come out, written anew. Pure.

The strict XML parser of the standard library reads it with entities and documents of other places refused; elements and
attributes that are not on the list are left out, those that could act or fetch anything make the file refused.
"""

import math
import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from tierslieu.basics.errors import Invalid

SVG: Final = "http://www.w3.org/2000/svg"
SEPARATOR: Final = " "
MOST_ELEMENTS: Final = 20_000
DEEPEST: Final = 60
LONGEST_VALUE: Final = 100_000
LONGEST_TEXT: Final = 200
LARGEST_SIDE: Final = 100_000.0

SHAPES: Final = frozenset(
    {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"}
)
REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("script", "handler", "set", "animate", "animateMotion", "animateTransform"), "svg_acts"),
    **dict.fromkeys(("foreignObject", "iframe", "audio", "video", "canvas", "object", "embed"), "svg_acts"),
    **dict.fromkeys(("a", "use", "image", "feImage", "mpath"), "svg_has_links"),
    "style": "svg_has_styles",
}
"""Elements for which a file is refused, and why; unknown ones are left out with all they hold."""

NUMBERS: Final = re.compile(r"[-+0-9.,eE%\s]*(?:px|pt|mm|cm|in)?")
PATH: Final = re.compile(r"[MmZzLlHhVvCcSsQqTtAa0-9eE+.,\s-]*")
PAINT: Final = re.compile(r"none|currentColor|[a-zA-Z]{3,20}|#[0-9a-fA-F]{3,8}|(?:rgb|hsl)a?\([0-9.,%\s]*\)")
WORD: Final = re.compile(r"[a-zA-Z-]{1,20}")
FONT: Final = re.compile(r"[a-zA-Z0-9 ,'\"-]{1,80}")
TRANSFORM: Final = re.compile(r"\s*(?:(?:matrix|translate|scale|rotate|skewX|skewY)\([-+0-9.,eE\s]*\)[\s,]*)*")
VALUES: Final[Mapping[str, re.Pattern[str]]] = {
    **dict.fromkeys(("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2"), NUMBERS),
    **dict.fromkeys(("dx", "dy", "points", "stroke-width", "stroke-dasharray", "stroke-dashoffset"), NUMBERS),
    **dict.fromkeys(("stroke-miterlimit", "opacity", "fill-opacity", "stroke-opacity", "font-size"), NUMBERS),
    **dict.fromkeys(("stroke-linecap", "stroke-linejoin", "fill-rule", "text-anchor", "font-style"), WORD),
    **dict.fromkeys(("display", "visibility", "dominant-baseline"), WORD),
    **dict.fromkeys(("fill", "stroke", "color"), PAINT),
    "font-weight": re.compile(r"[a-z]{1,10}|[1-9]00"),
    "font-family": FONT,
    "d": PATH,
    "transform": TRANSFORM,
}
"""The attributes that are kept, and the form their values have; others are left out."""
POSITIONS: Final = frozenset({"x", "y", "width", "height"})


class Drawing(NamedTuple):
    """A cleaned drawing: its SVG text, its width and height."""

    text: str
    width: float
    height: float


def cleaned(data: bytes) -> Drawing:
    """What may be shown of an SVG. Raises Invalid with a code that says in plain words what to change."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise refusal("svg_unreadable") from error
    except ValueError as error:  # the parser's own limits: encodings it does not know
        raise refusal("svg_unreadable") from error
    if reader.box is None:
        raise refusal("svg_unreadable")
    if not reader.has_shapes:
        raise refusal("svg_empty")
    left, top, width, height = reader.box
    head = f'<svg xmlns="{SVG}" viewBox="{_short(left)} {_short(top)} {_short(width)} {_short(height)}">'
    return Drawing(head + "".join(reader.parts) + "</svg>", width, height)


def refusal(code: str) -> Invalid:
    """A file that is refused, said at its field."""
    return Invalid(code, {"file": code})


class _Reader:
    """Takes the events of the parser and writes the parts that are kept."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=SEPARATOR)
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.EntityDeclHandler = self._refuse_entities
        self.parser.ExternalEntityRefHandler = self._refuse_reference
        self.parser.ProcessingInstructionHandler = self._refuse_instruction
        self.parts: list[str] = []
        self.open: list[str] = []
        self.skipped = 0
        self.count = 0
        self.words = 0
        self.box: tuple[float, float, float, float] | None = None
        self.has_shapes = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(SEPARATOR)
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.open) + self.skipped >= DEEPEST:
            raise refusal("svg_too_detailed")
        if local in REFUSED:
            raise refusal(REFUSED[local])
        _require_harmless(attributes)
        if self.box is None:
            if local != "svg" or space not in (SVG, ""):
                raise refusal("svg_unreadable")
            self.box = _view_box(attributes)
            self.open.append("")
        elif self.skipped or space not in (SVG, "") or local not in SHAPES or local == "svg":
            self.skipped += 1
        else:
            self.has_shapes = self.has_shapes or local not in ("g", "text", "tspan")
            self.parts.append(f"<{local}{''.join(_kept(attributes))}>")
            self.open.append(local)

    def _end(self, _name: str) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        local = self.open.pop()
        if local:
            self.parts.append(f"</{local}>")
        self.words = 0

    def _words(self, text: str) -> None:
        if not self.skipped and self.open and self.open[-1] in ("text", "tspan"):
            self.words += len(text)
            if self.words <= LONGEST_TEXT:
                self.parts.append(escape(text))

    def _refuse_entities(self, *_declaration: object) -> None:
        raise refusal("svg_has_entities")

    def _refuse_reference(self, *_reference: object) -> int:
        raise refusal("svg_has_entities")

    def _refuse_instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            raise refusal("svg_has_styles")


def _require_harmless(attributes: Mapping[str, str]) -> None:
    """Raise Invalid for what would act or fetch."""
    for name, value in attributes.items():
        local = name.rpartition(SEPARATOR)[2].lower()
        if local.startswith("on"):
            raise refusal("svg_acts")
        is_link = local in ("href", "src") and not value.startswith("#")
        if is_link or "javascript:" in value.lower():
            raise refusal("svg_has_links")


def _kept(attributes: Mapping[str, str]) -> list[str]:
    """The attributes on the list whose values have their form; a style attribute is read as such attributes."""
    given = {name: value for name, value in attributes.items() if SEPARATOR not in name}
    for declaration in given.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if name.strip() in VALUES:
            given[name.strip()] = value.strip()
    return [
        f" {name}={quoteattr(value)}"
        for name, value in given.items()
        if name in VALUES and len(value) <= LONGEST_VALUE and VALUES[name].fullmatch(value.strip())
    ]


def _view_box(attributes: Mapping[str, str]) -> tuple[float, float, float, float]:
    """The drawn part: the view box, else the size. Raises Invalid("svg_without_size")."""
    texts = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    if len(texts) != 4:
        texts = [
            "0",
            "0",
            *(re.sub(r"(px|pt|mm|cm|in)$", "", attributes.get(side, "")) for side in ("width", "height")),
        ]
    try:
        left, top, width, height = (float(text) for text in texts)
    except ValueError as error:
        raise refusal("svg_without_size") from error
    is_sound = all(math.isfinite(side) and abs(side) <= LARGEST_SIDE for side in (left, top, width, height))
    if not is_sound or width < 1 or height < 1 or not 0.1 <= height / width <= 10:
        raise refusal("svg_without_size")
    return left, top, width, height


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
