"""Packages, as they come: zip files of a stranger, read with limits; and the models in them. Sliced ones: plates.py.

Nothing is unpacked to disk and no name of the package becomes a path: entries are looked up by their known names.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tierslieu.fablab.files import models
from tierslieu.fablab.files.damaged import refusal
from tierslieu.fablab.files.facts import Facts
from tierslieu.fablab.files.thumbnails import MOST_BYTES, Thumbnail, of_png

MOST_ENTRIES: Final = 5_000
MOST_DIRECTORY: Final = 1024 * 1024
MOST_GCODE: Final = 1024 * 1024 * 1024
MOST_MODEL: Final = 48 * 1024 * 1024
"""A larger model is kept, and not measured."""
MOST_RATIO, SMALL = 100, 1024 * 1024
"""G-code shrinks to a fifth or so; what shrinks a hundredfold is a trap."""
OPENED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PLATE: Final = re.compile(r"Metadata/plate_(\d{1,3})\.gcode")
MODEL: Final = "3D/3dmodel.model"
OF_PLATE: Final = ("Metadata/plate_{plate}.png", "Metadata/plate_{plate}_small.png")
OF_ALL: Final = ("Metadata/thumbnail.png",)


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


def pictures(package: Package, plate: int | None = None) -> list[Thumbnail]:
    """The pictures of one plate, or of the whole package."""
    found = []
    for form in OF_ALL if plate is None else OF_PLATE:
        entry = package.entries.get(form.format(plate=plate))
        if entry is not None and entry.file_size <= MOST_BYTES:
            picture = of_png(package.read(entry.filename, MOST_BYTES) or b"")
            if picture is not None:
                found.append(picture)
    return found


def read_model(package: Package) -> tuple[Facts, list[Thumbnail]]:
    """What a model says: its size when it is told cheaply, its picture."""
    found = pictures(package) or pictures(package, 1)
    if package.entries[MODEL].file_size > MOST_MODEL:
        return Facts(), found
    with package.open(MODEL) as stream:
        return models.facts_of(*models.read_3mf(stream)), found
