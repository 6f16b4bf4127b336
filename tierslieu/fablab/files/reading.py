"""From a stored file to its format, its facts, a picture that may be shown and a preview. Blocking: use a thread."""

from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from tierslieu.fablab.files import bgcode, gcode, models, packages, plates
from tierslieu.fablab.files.damaged import refusal
from tierslieu.fablab.files.facts import Facts
from tierslieu.fablab.files.formats import FORMAT_OF, content_kind, is_binary_stl, is_misnamed
from tierslieu.fablab.files.pictures import best_picture
from tierslieu.fablab.files.survey import survey
from tierslieu.fablab.files.thumbnails import Thumbnail

HEAD: Final = 512 * 1024
"""How much of a file is looked at to know what it is."""
Found = tuple[str, Facts, list[Thumbnail], bytes | None]


class Examined(msgspec.Struct, frozen=True):
    """What was read of a file: its format (formats.py), a fresh PNG of its best picture, its preview (tracing.py)."""

    format: str
    facts: Facts
    picture: bytes | None
    preview: bytes | None


def examine(path: Path, name: str, plate: int | None = None) -> Examined:
    """Read a file by its content, whatever its name says; of a sliced package one plate, the first unless told.

    Raises Invalid: empty_file, unknown_format, damaged_file, unsafe_file; unknown_plate also for what has no plates.
    """
    with path.open("rb") as stream:
        kind, facts, pictures, preview = _read(stream, path.stat().st_size, plate)
    if plate is not None and facts.plate != plate:
        raise refusal("unknown_plate")
    if is_misnamed(name, kind):
        facts = msgspec.structs.replace(facts, is_misnamed=True)
    return Examined(FORMAT_OF[kind], facts, best_picture(pictures), preview)


def _read(stream: BinaryIO, size: int, plate: int | None) -> Found:
    head = stream.read(HEAD)
    if not head.strip():
        raise refusal("empty_file")
    kind = content_kind(head, size)
    stream.seek(0)
    if kind == "bgcode":
        return (kind, *bgcode.read(stream))
    if kind == "zip":
        return _package(stream, plate)
    if kind == "stl":
        return kind, models.read_stl(stream, is_binary_stl(head, size)), [], None
    if kind == "svg":
        return kind, models.read_svg(head), [], None
    if kind == "dxf":
        return kind, models.read_dxf(head), [], None
    if kind != "text" or not gcode.is_gcode(head):
        raise refusal("unknown_format")
    found = survey(stream)
    facts, pictures = gcode.read(found.head, found.tail)
    return "gcode", gcode.with_survey(facts, found), pictures, found.preview


def _package(stream: BinaryIO, plate: int | None) -> Found:
    with packages.opened(stream) as package:
        if package.plates:
            return ("sliced_3mf", *plates.read_sliced(package, plate))
        if packages.MODEL not in package.entries:
            raise refusal("unknown_format")
        return ("3mf", *packages.read_model(package), None)
