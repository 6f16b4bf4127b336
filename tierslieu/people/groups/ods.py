"""Reading the first sheet of an ODS file (OpenDocument, LibreOffice), never more of it than a list needs.

The archive is looked at before anything is unpacked, the document is read as a stream, and cells are kept only
inside the bounds of a list: a file that says "repeat this a million times" costs nothing.
"""

import io
import zipfile
import zlib
from typing import Final
from xml.parsers import expat

from tierslieu.basics.errors import Invalid
from tierslieu.people.groups.sheets import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row, limited, refuse, trimmed

MOST_UNPACKED: Final = 50_000_000
MOST_PARTS: Final = 1000
BLOCK: Final = 65_536
CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
LAST_ROW: Final = 100_000
"""Empty lines between people are passed over, up to here."""


def read_ods(data: bytes) -> list[Row]:
    """The lines of the first sheet that hold something. Raises Invalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_bounded(archive)
            if "encryption-data" in archive.read(MANIFEST).decode("utf-8", "replace"):
                raise refuse("sheet_is_locked")
            return limited(_rows(archive))
    except Invalid:
        raise
    except RuntimeError as error:  # zipfile's word for a password
        raise refuse("sheet_is_locked") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise refuse("broken_sheet") from error


def _require_bounded(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refuse("sheet_too_heavy", limit=MOST_UNPACKED)
    if any(part.flag_bits & 1 for part in parts):
        raise refuse("sheet_is_locked")


def _rows(archive: zipfile.ZipFile) -> list[Row]:
    sheet = _Sheet()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = sheet.refuse_doctype
    parser.StartElementHandler = sheet.start
    parser.EndElementHandler = sheet.end
    parser.CharacterDataHandler = sheet.write
    read = 0
    with archive.open(CONTENT) as stream:
        while not sheet.is_over and (block := stream.read(BLOCK)):
            read += len(block)
            if read > MOST_UNPACKED:
                raise refuse("sheet_too_heavy", limit=MOST_UNPACKED)
            try:
                parser.Parse(block, False)
            except expat.ExpatError as error:
                raise refuse("broken_sheet") from error
    if not sheet.is_over:
        raise refuse("broken_sheet")
    return sheet.rows


class _Sheet:
    """Takes the events of the XML reader in and keeps the cells of the first table."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.is_over = False
        self._number = 0
        self._row_repeats = 1
        self._cells: list[str] = []
        self._cell_repeats = 1
        self._value = ""
        self._parts: list[str] = []
        self._length = 0
        self._depth_of_note = 0
        self._is_in_cell = self._is_in_text = self._is_in_table = False

    def refuse_doctype(self, *_parts: object) -> None:
        """No document type: entities could grow without end."""
        raise refuse("broken_sheet")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(" ")[2]
        given = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if local == "annotation" or self._depth_of_note:
            self._depth_of_note += 1
        elif local == "table":
            self._is_in_table = True
        elif local == "table-row" and self._is_in_table:
            self._cells, self._row_repeats = [], _count(given.get("number-rows-repeated", "1"))
        elif local in ("table-cell", "covered-table-cell"):
            self._open_cell(given)
        elif self._is_in_cell:
            self._open_text(local, given)

    def _open_cell(self, given: dict[str, str]) -> None:
        self._is_in_cell, self._parts, self._length = True, [], 0
        self._cell_repeats = _count(given.get("number-columns-repeated", "1"))
        self._value = _plain_value(given)

    def _open_text(self, local: str, given: dict[str, str]) -> None:
        if local == "p":
            self._is_in_text = True
            if self._parts:
                self.write(" ")
        elif local in ("s", "tab", "line-break"):
            self.write(" " * min(_count(given.get("c", "1")), LONGEST_CELL + 1))

    def write(self, data: str) -> None:
        """Some text."""
        if self._is_in_text and not self._depth_of_note and self._length <= LONGEST_CELL:
            self._parts.append(data)
            self._length += len(data)

    def end(self, name: str) -> None:
        """An element ends."""
        local = name.rpartition(" ")[2]
        if self._depth_of_note:
            self._depth_of_note -= 1
        elif local == "p":
            self._is_in_text = False
        elif local in ("table-cell", "covered-table-cell"):
            self._close_cell()
        elif local == "table-row":
            self._close_row()
        elif local == "table":
            self.is_over, self._is_in_table = True, False

    def _close_cell(self) -> None:
        text = self._value or "".join(self._parts)
        self._is_in_cell = self._is_in_text = False
        room = MOST_COLUMNS + 1 - len(self._cells)
        self._cells.extend([text] * min(self._cell_repeats, room))
        if text.strip() and len(self._cells) > MOST_COLUMNS:
            raise refuse("too_many_columns", count=MOST_COLUMNS, line=self._number + 1)

    def _close_row(self) -> None:
        cells = trimmed(self._cells)
        if cells:
            if self._number > LAST_ROW or len(self.rows) + self._row_repeats > MOST_ROWS + 1:
                raise refuse("too_many_rows", count=MOST_ROWS)
            self.rows.extend(Row(self._number + 1 + step, cells) for step in range(self._row_repeats))
        self._number += self._row_repeats


def _count(text: str) -> int:
    """A number of repetitions; what is none counts as broken."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise refuse("broken_sheet")
    return int(text)


def _plain_value(given: dict[str, str]) -> str:
    """The value of a cell that is no text: a year must not become « 2 012 » as it is shown."""
    kind = given.get("value-type", "")
    if kind == "date":
        return given.get("date-value", "")[:10]
    if kind in ("float", "percentage", "currency"):
        value = given.get("value", "")
        return value.removesuffix(".0")[:40]
    return ""
