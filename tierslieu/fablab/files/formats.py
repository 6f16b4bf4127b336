"""The formats of job files: how each is recognised by its content, and what its name should end with. Pure."""

import re
import struct
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

GCODE: Final = "gcode"
BGCODE: Final = "bgcode"
SLICED_3MF: Final = "sliced_3mf"
MODEL: Final = "model"
DRAWING: Final = "drawing"

READY: Final = frozenset({GCODE, BGCODE, SLICED_3MF})
"""A machine can make these as they are; the others have to be prepared first."""
BUS_ENDINGS: Final[Mapping[str, str]] = {GCODE: ".gcode", BGCODE: ".bgcode", SLICED_3MF: ".gcode.3mf"}
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "gcode": (".gcode", ".gco", ".g", ".gc"),
    "bgcode": (".bgcode", ".bgc"),
    "sliced_3mf": (".gcode.3mf", ".3mf"),
    "3mf": (".3mf",),
    "stl": (".stl",),
    "svg": (".svg",),
    "dxf": (".dxf",),
}
"""Endings of names by the kind of content."""
FORMAT_OF: Final[Mapping[str, str]] = {
    "gcode": GCODE,
    "bgcode": BGCODE,
    "sliced_3mf": SLICED_3MF,
    "3mf": MODEL,
    "stl": MODEL,
    "svg": DRAWING,
    "dxf": DRAWING,
}
ACCEPT: Final = ",".join(
    dict.fromkeys(ending for endings in ENDINGS.values() for ending in endings if ending.count(".") == 1)
)
"""For the file field of a form."""

BGCODE_MAGIC: Final = b"GCDE"
ZIP_MAGIC: Final = b"PK\x03\x04"
STL_HEADER: Final = 84
STL_FACET: Final = 50
DXF_BINARY: Final = b"AutoCAD Binary DXF\r\n\x1a\x00"
DXF_TEXT: Final = re.compile(rb"\A\s*(?:999[ \t]*\r?\n[^\n]*\n\s*)*0[ \t]*\r?\n[ \t]*SECTION[ \t]*\r?\n")
SVG: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?svg[\s>/]")
MARKUP: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE|!--|[\w.-]{0,40}:?svg)", re.IGNORECASE)
STL_TEXT: Final = re.compile(rb"\A\s*solid\b[^\n]{0,2000}\n\s*(?:facet\s+normal|endsolid)\b", re.IGNORECASE)


def content_kind(head: bytes, size: int) -> str | None:
    """The kind of a file by its first bytes, a key of ENDINGS; text and packages are told apart by their readers.

    "zip" for a package, "text" for what may be a G-code, None for what is none of ours.
    """
    if head.startswith(BGCODE_MAGIC):
        return "bgcode"
    if head.startswith(ZIP_MAGIC):
        return "zip"
    if head.startswith(DXF_BINARY) or DXF_TEXT.match(head):
        return "dxf"
    if STL_TEXT.match(head) or is_binary_stl(head, size):
        return "stl"
    if MARKUP.match(head):
        return "svg" if SVG.search(head) else None
    return None if b"\x00" in head else "text"


def is_binary_stl(head: bytes, size: int) -> bool:
    """True when the number of triangles explains the size of the file."""
    if len(head) < STL_HEADER:
        return False
    (count,) = struct.unpack_from("<I", head, 80)
    return bool(count) and size == STL_HEADER + STL_FACET * count


def is_misnamed(name: str, kind: str) -> bool:
    """True when a name has an ending, and it is not one of this content's."""
    low = name.lower()
    if kind == "3mf" and low.endswith(".gcode.3mf"):
        return True
    return bool(PurePosixPath(low).suffix) and not low.endswith(ENDINGS[kind])


def bus_name(ref: str, file_format: str) -> str:
    """How a machine knows the file of a job: `J000123.bgcode`. A format no machine reads is left as it is called."""
    return f"{ref}{BUS_ENDINGS.get(file_format, '.gcode')}"


def download_name(stem: str, file_format: str, name: str) -> str:
    """A name of our own for a file that is fetched: what has to be prepared keeps the ending its programs know."""
    if file_format in READY:
        return bus_name(stem, file_format)
    known = (ending for kind, endings in ENDINGS.items() if FORMAT_OF[kind] == file_format for ending in endings)
    return stem + next((ending for ending in known if name.lower().endswith(ending)), "")
