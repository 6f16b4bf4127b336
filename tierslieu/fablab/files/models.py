"""Shapes and drawings that have to be prepared before a machine can make them: their size, nothing else.

Blocking, and bounded in memory: a mesh of any length goes through in blocks.
"""

import io
import math
import re
import struct
from collections.abc import Iterable
from typing import Any, BinaryIO, Final

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tierslieu.fablab.files.damaged import refusal
from tierslieu.fablab.files.facts import MODEL, Box, Facts
from tierslieu.fablab.files.formats import STL_FACET, STL_HEADER

FARTHEST: Final = 100_000.0
FACETS_AT_ONCE: Final = 8_192
FACET: Final = struct.Struct("<12x9fH")
TEXT_BLOCK: Final = 1024 * 1024
VERTEX: Final = re.compile(rb"\bvertex\s+([-+.\deE]{1,30})\s+([-+.\deE]{1,30})\s+([-+.\deE]{1,30})(?=\s)")
LENGTH: Final = re.compile(r"\s*(\d{1,7}(?:\.\d{1,9})?)\s*(mm|cm|in|pt|pc|q|m)\s*", re.IGNORECASE)
MILLIMETRES: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "q": 0.25}
UNITS_3MF: Final = {
    "micron": 0.001,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}
UNITS_DXF: Final = {1: 25.4, 2: 304.8, 4: 1.0, 5: 10.0, 6: 1000.0, 13: 0.001, 14: 100.0}


class Reach:
    """The box around points; a point that is no number spoils it."""

    def __init__(self) -> None:
        self.low, self.high = [math.inf] * 3, [-math.inf] * 3

    def take(self, axes: Iterable[Iterable[float]]) -> None:
        """All x, all y, all z."""
        for axis, values in enumerate(axes):
            found = list(values)
            if found:
                self.low[axis], self.high[axis] = min(self.low[axis], *found), max(self.high[axis], *found)
                if not math.isfinite(sum(found)):
                    self.low[axis], self.high[axis] = -math.inf, math.inf

    def box(self, unit: float = 1.0) -> Box | None:
        """In millimetres; None when nothing plausible was taken in."""
        low, high = (
            [round(value * unit, 2) for value in ends] if _is_sound(ends) else None for ends in (self.low, self.high)
        )
        if low is None or high is None or not all(abs(value) <= FARTHEST for value in (*low, *high)):
            return None
        return Box((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def _is_sound(ends: list[float]) -> bool:
    return all(map(math.isfinite, ends))


def facts_of(box: Box | None, triangles: int | None = None) -> Facts:
    """Facts of a shape."""
    size = None
    if box is not None:
        width, depth, height = (round(box.high[axis] - box.low[axis], 2) for axis in range(3))
        size = (width, depth, height) if max(width, depth, height) > 0 else None
    sources = {name: MODEL for name, value in (("size_mm", size), ("box", box), ("triangles", triangles)) if value}
    return Facts(
        size_mm=size,
        size_source=MODEL if size else None,
        box=box if size else None,
        triangles=triangles,
        sources=sources,
    )


def read_stl(stream: BinaryIO, is_binary: bool) -> Facts:
    """A mesh of triangles; STL has no unit, every program takes it for millimetres."""
    reach = Reach()
    count = _binary_stl(stream, reach) if is_binary else _text_stl(stream, reach)
    if not count:
        raise refusal("damaged_file")
    return facts_of(reach.box(), count)


def _binary_stl(stream: BinaryIO, reach: Reach) -> int:
    stream.seek(STL_HEADER)
    count = 0
    while block := stream.read(FACETS_AT_ONCE * STL_FACET):
        block = block[: len(block) // STL_FACET * STL_FACET]
        if not block:
            break
        columns = list(zip(*FACET.iter_unpack(block), strict=True))
        reach.take([(*columns[axis], *columns[axis + 3], *columns[axis + 6]) for axis in range(3)])
        count += len(columns[0])
    return count


def _text_stl(stream: BinaryIO, reach: Reach) -> int:
    stream.seek(0)
    count, rest = 0, b""
    while block := stream.read(TEXT_BLOCK):
        data = rest + block
        cut = data.rfind(b"\n") + 1
        rest = data[cut:] if len(data) - cut < TEXT_BLOCK else b""
        try:
            found = [tuple(map(float, match)) for match in VERTEX.findall(data[:cut] + b"\n")]
        except ValueError as error:
            raise refusal("damaged_file") from error
        if found:
            reach.take(zip(*found, strict=True))
        count += len(found)
    return count // 3


def read_3mf(stream: BinaryIO) -> tuple[Box | None, int | None]:
    """The box of a model that holds one mesh and leaves it where it is; unknown for anything more intricate.

    Raises what the reader of XML raises for entities.
    """
    reach, unit = Reach(), 1.0
    points: list[tuple[float, float, float]] = []
    triangles = meshes = 0
    is_simple = True
    above: list[Any] = []
    for event, part in ElementTree.iterparse(stream, events=("start", "end"), forbid_dtd=True):
        name = part.tag.rpartition("}")[2]
        if event == "start":
            above.append(part)
            unit = UNITS_3MF.get(part.get("unit", "millimeter"), math.nan) if name == "model" else unit
            continue
        above.pop()
        if name == "vertex":
            points.append(tuple(_number(part.get(axis)) for axis in "xyz"))  # type: ignore[arg-type]
            if len(points) >= FACETS_AT_ONCE:
                reach.take(zip(*points, strict=True))
                points.clear()
        triangles += name == "triangle"
        meshes += name == "mesh"
        is_simple = is_simple and name not in ("component", "components") and "transform" not in part.attrib
        if above:
            del above[-1][:]  # what was read is let go, else the whole mesh would gather here
    reach.take(zip(*points, strict=True))
    return reach.box(unit) if meshes == 1 and is_simple and unit == unit else None, triangles or None


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def read_svg(head: bytes) -> Facts:
    """The size of a drawing when it tells it in a unit of length; pixels have no size of their own."""
    try:
        _event, root = next(iter(ElementTree.iterparse(io.BytesIO(head), events=("start",))))
    except DefusedXmlException as error:
        raise refusal("unsafe_file") from error
    except (ElementTree.ParseError, StopIteration, ValueError, LookupError) as error:
        raise refusal("damaged_file") from error
    if root.tag.rpartition("}")[2] != "svg":
        raise refusal("unknown_format")
    return _flat(_length(root.get("width")), _length(root.get("height")))


def _length(text: str | None) -> float | None:
    match = LENGTH.fullmatch(text or "")
    return float(match[1]) * MILLIMETRES[match[2].lower()] if match else None


def _flat(width: float | None, height: float | None) -> Facts:
    if width is None or height is None or not (0 < width <= FARTHEST and 0 < height <= FARTHEST):
        return Facts()
    size = (round(width, 2), round(height, 2), 0.0)
    return Facts(size_mm=size, size_source=MODEL, sources={"size_mm": MODEL})


def read_dxf(head: bytes) -> Facts:
    """The extents of a drawing, when it tells them and their unit."""
    lines = [line.strip() for line in head.decode("latin-1").splitlines()]
    found: dict[str, dict[str, str]] = {}
    name = ""
    for code, value in zip(lines[::2], lines[1::2], strict=False):
        if code == "9":
            name = value
        elif code == "0" and value == "ENDSEC" and found:
            break
        elif name in ("$INSUNITS", "$EXTMIN", "$EXTMAX"):
            found.setdefault(name, {}).setdefault(code, value)
    unit = UNITS_DXF.get(_whole(found.get("$INSUNITS", {}).get("70")))
    low, high = found.get("$EXTMIN", {}), found.get("$EXTMAX", {})
    if unit is None:
        return Facts()
    width, height = ((_number(high.get(code)) - _number(low.get(code))) * unit for code in ("10", "20"))
    return _flat(width, height)


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,3}", text) else 0
