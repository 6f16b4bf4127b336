"""Binary G-code: a chain of blocks with their sizes. What is told is read, and every command.

Layout, all little-endian: mark, version, kind of checksum; then blocks of type, compression, size, compressed size
if compressed, parameters, data, checksum. Commands are opened block by block; an unknown encoding is stepped over.
"""

import io
import re
import struct
import zlib
from typing import Any, BinaryIO, Final

import msgspec

from tierslieu.fablab.files.damaged import refusal
from tierslieu.fablab.files.facts import SLICER, Facts
from tierslieu.fablab.files.figures import figures
from tierslieu.fablab.files.flagged import BLOCK
from tierslieu.fablab.files.formats import BGCODE_MAGIC
from tierslieu.fablab.files.gcode import with_survey
from tierslieu.fablab.files.inflating import HEATSHRINK_12, MOST_PACKED, STORED, inflated
from tierslieu.fablab.files.meatpack import unpacked
from tierslieu.fablab.files.survey import Survey, survey
from tierslieu.fablab.files.thumbnails import MOST, MOST_BYTES, Thumbnail, checked

HEADER: Final = struct.Struct("<4sIH")
BLOCK_HEAD: Final = struct.Struct("<HHI")
FILE_META, GCODE, SLICER_META, PRINTER_META, PRINT_META, THUMBNAIL = range(6)
NO_CHECKSUM, CRC32 = 0, 1
ENCODING: Final = struct.Struct("<H")
PLAIN_TEXT, MEATPACK, MEATPACK_COMMENTS = range(3)
PICTURES: Final = {0: "PNG", 1: "JPEG", 2: "QOI"}
MOST_META: Final = 1024 * 1024
MOST_GCODE_BLOCK: Final = 4 * 1024 * 1024
MOST_GCODE: Final = 2 * 1024 * 1024 * 1024
MOST_RATIO, SMALL = 100, 1024 * 1024
"""Commands shrink to a tenth or so; what shrinks a hundredfold is a trap."""
MOST_BLOCKS: Final = 100_000
PAIR: Final = re.compile(r"^([^=\r\n]{1,80}?)\s*=\s*(.{1,4000})$", re.M)


class Block(msgspec.Struct, frozen=True):
    """One block: where its parameters begin, how long its data is as stored and as meant."""

    kind: int
    compression: int
    start: int
    size: int
    stored: int
    has_checksum: bool

    @property
    def head(self) -> int:
        """Where the block begins."""
        return self.start - BLOCK_HEAD.size - (0 if self.compression == STORED else 4)

    @property
    def parameters(self) -> int:
        """Bytes between the head of the block and its data."""
        return 6 if self.kind == THUMBNAIL else 2

    @property
    def end(self) -> int:
        """Where the next block begins."""
        return self.start + self.parameters + self.stored + (4 if self.has_checksum else 0)


def read(stream: BinaryIO) -> tuple[Facts, list[Thumbnail], bytes | None]:
    """Facts, pictures and preview. Raises Invalid("damaged_file" or "unsafe_file")."""
    blocks = _blocks(stream)
    said: dict[str, str] = {}
    for kind in (PRINT_META, PRINTER_META, SLICER_META, FILE_META):
        for block in blocks:
            if block.kind == kind:
                for key, value in PAIR.findall(_data(stream, block, MOST_META).decode("utf-8", "replace")):
                    said.setdefault(key.strip().lower(), value.strip())
    facts = Facts(**figures(said, _producer(said)))
    objects = _objects(said)
    if objects:
        sources = {**facts.sources, "objects": SLICER}
        facts = msgspec.structs.replace(facts, objects=objects, sources=sources)
    found = _walk(stream, [block for block in blocks if block.kind == GCODE])
    pictures = _pictures(stream, [block for block in blocks if block.kind == THUMBNAIL])
    if found is None:
        return msgspec.structs.replace(facts, is_opaque=True), pictures, None
    return with_survey(facts, found), pictures, found.preview


def _blocks(stream: BinaryIO) -> list[Block]:
    total = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    mark, version, checksum = _unpack(HEADER, stream.read(HEADER.size))
    if mark != BGCODE_MAGIC or version != 1 or checksum not in (NO_CHECKSUM, CRC32):
        raise refusal("damaged_file")
    found: list[Block] = []
    place = HEADER.size
    while place < total:
        stream.seek(place)
        block = _block(stream, checksum == CRC32)
        if block.end > total or len(found) == MOST_BLOCKS:
            raise refusal("damaged_file")
        found.append(block)
        place = block.end
    if not any(block.kind == GCODE for block in found):
        raise refusal("damaged_file")
    return found


def _block(stream: BinaryIO, has_checksum: bool) -> Block:
    kind, compression, size = _unpack(BLOCK_HEAD, stream.read(BLOCK_HEAD.size))
    if kind > THUMBNAIL or compression > HEATSHRINK_12:
        raise refusal("damaged_file")
    stored = size
    if compression != STORED:
        (stored,) = _unpack(struct.Struct("<I"), stream.read(4))
    return Block(kind, compression, stream.tell(), size, stored, has_checksum)


def _unpack(form: struct.Struct, data: bytes) -> tuple[Any, ...]:
    if len(data) != form.size:
        raise refusal("damaged_file")
    return form.unpack(data)


def _data(stream: BinaryIO, block: Block, most: int) -> bytes:
    """The data of a block, inflated and compared with its checksum."""
    if block.size > most or block.stored > most + 1024:
        raise refusal("unsafe_file")
    stream.seek(block.head)
    whole = stream.read(block.start - block.head + block.parameters + block.stored)
    if block.has_checksum and stream.read(4) != struct.pack("<I", zlib.crc32(whole)):
        raise refusal("damaged_file")
    try:
        return inflated(whole[block.start - block.head + block.parameters :], block.compression, block.size)
    except ValueError as error:
        raise refusal("damaged_file") from error


class Joined:
    """The commands of all blocks as one stream; blocks that are longer than they may be when opened are refused."""

    def __init__(self, stream: BinaryIO, blocks: list[Block]) -> None:
        self._stream, self._blocks, self._rest = stream, iter(blocks), b""
        self._room = MOST_GCODE

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`; nothing after the last block."""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._rest = _commands(self._stream, block)
            self._room -= len(self._rest)
            if self._room < 0:
                raise refusal("unsafe_file")
        wanted = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:wanted], self._rest[wanted:]
        return found


def _commands(stream: BinaryIO, block: Block) -> bytes:
    data = _data(stream, block, MOST_GCODE_BLOCK)
    if _encoding(stream, block) == PLAIN_TEXT:
        return data
    if len(data) > MOST_PACKED:
        raise refusal("unsafe_file")
    try:
        return unpacked(data)
    except ValueError as error:
        raise refusal("damaged_file") from error


def _encoding(stream: BinaryIO, block: Block) -> int:
    stream.seek(block.start)
    (encoding,) = _unpack(ENCODING, stream.read(ENCODING.size))
    return int(encoding)


def _walk(stream: BinaryIO, blocks: list[Block]) -> Survey | None:
    """A walk through the commands; None when they are written in a way that nobody told us."""
    stored = sum(block.stored for block in blocks)
    if sum(block.size for block in blocks) > MOST_RATIO * stored + SMALL:
        raise refusal("unsafe_file")
    if any(_encoding(stream, block) > MEATPACK_COMMENTS for block in blocks):
        _require_whole(stream, blocks)
        return None
    return survey(Joined(stream, blocks))


def _require_whole(stream: BinaryIO, blocks: list[Block]) -> None:
    """Compare what is not opened with its checksums too."""
    for block in blocks:
        if not block.has_checksum:
            continue
        stream.seek(block.head)
        left, checksum = block.end - 4 - block.head, 0
        while left and (data := stream.read(min(left, BLOCK))):
            left, checksum = left - len(data), zlib.crc32(data, checksum)
        if stream.read(4) != struct.pack("<I", checksum):
            raise refusal("damaged_file")


def _pictures(stream: BinaryIO, blocks: list[Block]) -> list[Thumbnail]:
    found: list[Thumbnail] = []
    room = MOST_BYTES
    for block in blocks[:MOST]:
        stream.seek(block.start)
        form, width, height = _unpack(struct.Struct("<HHH"), stream.read(6))
        if form not in PICTURES or block.size > room:
            continue
        picture = checked(PICTURES[form], width, height, _data(stream, block, MOST_BYTES), room)
        if picture is not None:
            found.append(picture)
            room -= len(picture.data)
    return found


def _producer(said: dict[str, str]) -> str | None:
    text = said.get("producer", "")
    return text[:60] if re.fullmatch(r"[\w .+()-]{3,200}", text) else None


def _objects(said: dict[str, str]) -> int | None:
    try:
        listed = msgspec.json.decode(said.get("objects_info", "{}"), type=dict[str, msgspec.Raw]).get("objects")
        return len(msgspec.json.decode(listed, type=list[msgspec.Raw])) or None if listed else None
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
