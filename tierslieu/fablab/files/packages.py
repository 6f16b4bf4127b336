"""Packages: sliced .gcode.3mf (Bambu Studio, OrcaSlicer) and .3mf models. Zip files of a stranger, read with limits.

Nothing is unpacked to disk and no name of the package becomes a path: entries are looked up by their known names.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import msgspec
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tierslieu.fablab.files import comments, gcode, models
from tierslieu.fablab.files.damaged import refusal
from tierslieu.fablab.files.facts import SETTINGS, SLICER, Facts, Tool
from tierslieu.fablab.files.figures import COLOUR, figures
from tierslieu.fablab.files.survey import survey
from tierslieu.fablab.files.thumbnails import MOST_BYTES, Thumbnail, of_png

MOST_ENTRIES: Final = 5_000
MOST_DIRECTORY: Final = 1024 * 1024
MOST_XML: Final = 512 * 1024
MOST_SETTINGS: Final = 2 * 1024 * 1024
MOST_GCODE: Final = 1024 * 1024 * 1024
MOST_MODEL: Final = 48 * 1024 * 1024
"""A larger model is kept, and not measured."""
MOST_RATIO, SMALL = 100, 1024 * 1024
"""G-code shrinks to a fifth or so; what shrinks a hundredfold is a trap."""
OPENED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PLATE: Final = re.compile(r"Metadata/plate_(\d{1,3})\.gcode")
MODEL: Final = "3D/3dmodel.model"
PICTURES: Final = ("Metadata/plate_{plate}.png", "Metadata/thumbnail.png", "Metadata/plate_{plate}_small.png")


class Careful(io.RawIOBase):
    """Refuses to read much at once: a directory of millions of entries never gets into memory."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        """At most MOST_DIRECTORY bytes; more is refused."""
        wanted = MOST_DIRECTORY + 1 if size is None or size < 0 else size
        if wanted > MOST_DIRECTORY + 1:
            raise zipfile.BadZipFile("too much at once")
        data = self._stream.read(wanted)
        if len(data) > MOST_DIRECTORY:
            raise zipfile.BadZipFile("too much at once")
        return data

    def seek(self, place: int, whence: int = 0, /) -> int:
        """As of the file itself."""
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        """As of the file itself."""
        return self._stream.tell()

    def seekable(self) -> bool:
        """A file on disk is."""
        return True


class Package:
    """An opened package."""

    def __init__(self, files: zipfile.ZipFile) -> None:
        self._files = files
        self.entries = {one.filename: one for one in files.infolist()}

    @property
    def plates(self) -> list[int]:
        """Numbers of the plates that are sliced, in order."""
        return sorted(int(match[1]) for name in self.entries if (match := PLATE.fullmatch(name)))

    def read(self, name: str, most: int) -> bytes | None:
        """One entry, None when it is not there. Raises Invalid("unsafe_file") when it is larger than it may be."""
        if name not in self.entries:
            return None
        with self.open(name) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise refusal("unsafe_file")
        return data

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """One entry as a stream."""
        entry = self.entries[name]
        if entry.flag_bits & 1 or entry.compress_type not in OPENED:
            raise refusal("damaged_file")
        if entry.file_size > MOST_RATIO * entry.compress_size + SMALL or entry.file_size > MOST_GCODE:
            raise refusal("unsafe_file")
        with self._files.open(entry) as stream:
            yield stream  # type: ignore[misc]


@contextmanager
def opened(stream: BinaryIO) -> Iterator[Package]:
    """The package in a file. Raises Invalid: damaged_file, unsafe_file."""
    try:
        with zipfile.ZipFile(Careful(stream)) as files:
            if len(files.infolist()) > MOST_ENTRIES:
                raise refusal("unsafe_file")
            yield Package(files)
    except DefusedXmlException as error:
        raise refusal("unsafe_file") from error
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError),
        *(ElementTree.ParseError, OverflowError, LookupError),
    ) as error:
        raise refusal("damaged_file") from error


def read_sliced(package: Package) -> tuple[Facts, list[Thumbnail], bytes | None]:
    """Facts, pictures and preview of the first plate."""
    plates = package.plates
    plate = plates[0]
    with package.open(f"Metadata/plate_{plate}.gcode") as stream:
        found = survey(stream)
    if not gcode.is_gcode(found.head):
        raise refusal("damaged_file")
    own, pictures = gcode.read(found.head, found.tail)
    facts = gcode.with_survey(_completed(package, plate, own), found)
    facts = msgspec.structs.replace(facts, plate=plate, plates=len(plates))
    return facts, [*_pictures(package, plate), *pictures], found.preview


def _completed(package: Package, plate: int, own: Facts) -> Facts:
    """What the package says of a plate, where its G-code says nothing."""
    told = {**_settings(package), **_slice_info(package, plate)}
    tools = told.pop("tools", ())
    more = figures({key: value for key, value in told.items() if isinstance(value, str)}, own.slicer)
    if tools and not own.filament_by_tool:
        more["filament_by_tool"] = tools
        more["filament_g"] = _amounts(tools, "g")
        more["filament_mm"] = _amounts(tools, "mm")
        more["materials"] = tuple(tool.material for tool in tools if tool.material)[:8]
        more["filament_source"] = own.slicer or "package"
        known = ("filament_by_tool", "filament_g", "filament_mm", "materials")
        more["sources"].update({name: SLICER for name in known if more[name]})
    empty = Facts()
    fields = {
        name: more[name]
        for name in more
        if name not in ("sources", "slicer") and getattr(own, name) == getattr(empty, name) and more[name]
    }
    sources = {
        **{name: more["sources"].get(name, SETTINGS) for name in fields if name in more["sources"]},
        **own.sources,
    }
    return msgspec.structs.replace(own, **fields, sources=sources)


def _amounts(tools: tuple[Tool, ...], name: str) -> tuple[float, ...]:
    """Per tool, only when every tool tells it."""
    found = [getattr(tool, name) for tool in tools]
    if not found or any(value is None for value in found):
        return ()
    values = dict(zip((tool.tool for tool in tools), found, strict=True))
    return tuple(values.get(tool, 0.0) for tool in range(max(values) + 1))


def _settings(package: Package) -> dict[str, Any]:
    """The settings of the project as keys and values; lists as slicers write them into comments."""
    data = package.read("Metadata/project_settings.config", MOST_SETTINGS)
    try:
        found = msgspec.json.decode(data or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}
    plain: dict[str, Any] = {}
    for key, value in list(found.items())[: comments.MAX_KEYS]:
        if isinstance(value, str):
            plain[key] = value[:2000]
        elif isinstance(value, list) and all(isinstance(part, str) for part in value):
            plain[key] = ";".join(value[:32])[:2000]
    return plain


def _slice_info(package: Package, plate: int) -> dict[str, Any]:
    """What the slicer noted of a plate: time, printer, nozzle, filaments."""
    data = package.read("Metadata/slice_info.config", MOST_XML)
    if data is None:
        return {}
    root = ElementTree.fromstring(data, forbid_dtd=True)
    for one in root.iter("plate"):
        noted = {part.get("key", ""): part.get("value", "")[:2000] for part in one.iter("metadata")}
        if noted.get("index") == str(plate):
            kept = {key: noted[key] for key in ("prediction", "printer_model_id", "nozzle_diameters") if noted.get(key)}
            tools = tuple(tool for part in list(one.iter("filament"))[:32] if (tool := _tool(part.attrib)))
            return {**kept, "tools": tools}
    return {}


def _tool(said: dict[str, str]) -> Tool | None:
    number = comments.number(said.get("id"), 1, 64)
    metres, grams = comments.number(said.get("used_m"), 0, 1e4), comments.number(said.get("used_g"), 0, 1e5)
    if number is None:
        return None
    colour = said.get("color", "")
    kind = next(iter(comments.words(said.get("type"), 1)), None)
    return Tool(
        int(number) - 1,
        round(metres * 1000, 3) if metres else None,
        grams or None,
        None,
        kind,
        colour if COLOUR.fullmatch(colour) else None,
    )


def _pictures(package: Package, plate: int) -> list[Thumbnail]:
    found = []
    for form in PICTURES:
        entry = package.entries.get(form.format(plate=plate))
        if entry is not None and entry.file_size <= MOST_BYTES:
            picture = of_png(package.read(entry.filename, MOST_BYTES) or b"")
            if picture is not None:
                found.append(picture)
    return found


def read_model(package: Package) -> tuple[Facts, list[Thumbnail]]:
    """What a model says: its size when it is told cheaply, its picture."""
    pictures = _pictures(package, 1)
    if package.entries[MODEL].file_size > MOST_MODEL:
        return Facts(), pictures
    with package.open(MODEL) as stream:
        return models.facts_of(*models.read_3mf(stream)), pictures
