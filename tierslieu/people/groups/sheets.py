"""Sheets: what a list may hold at most, and reading those kept as CSV of any usual kind. Pure: bytes in, rows out.

Everything is bounded before it is read. Formulas count as the values they had when the file was saved; nothing
is ever computed. Refusals are Invalid with a stable code under the field `file`.
"""

import csv
import io
from typing import Any, Final, NamedTuple

from tierslieu.basics.errors import Invalid

MOST_ROWS: Final = 2000
"""Lines of people, the line of headings not counted."""
MOST_COLUMNS: Final = 30
LONGEST_CELL: Final = 2000
WIDEST_LINE: Final = 1000
"""Separators in one line from which the file is no list of people, whatever it holds."""
SEPARATORS: Final = (";", "\t", ",")


class Row(NamedTuple):
    """One line of the sheet. `number` is the one people see in their spreadsheet or editor."""

    number: int
    cells: tuple[str, ...]


def refuse(code: str, **facts: object) -> Invalid:
    """The refusal of a file."""
    return Invalid(code, {"file": code}, **facts)


def read_csv(data: bytes) -> list[Row]:
    """Comma, semicolon or tab separated lines, in the encodings that spreadsheets write."""
    text = decoded(data)
    if "\0" in text:
        raise refuse("sheet_with_nul")
    sign = separator(text)
    if any(line.count(sign) > WIDEST_LINE for line in text.split("\n")):
        raise refuse("too_many_columns", count=MOST_COLUMNS)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    return limited(_csv_rows(lines))


def _csv_rows(lines: Any) -> list[Row]:
    found: list[Row] = []
    while len(found) <= MOST_ROWS + 1:
        number = lines.line_num + 1
        try:
            cells = next(lines, None)
        except csv.Error as error:
            raise refuse(_csv_code(str(error)), line=number) from error
        if cells is None:
            break
        row = Row(number, trimmed(cells))
        if row.cells:
            found.append(row)
    return found


def _csv_code(message: str) -> str:
    if "field limit" in message:
        return "cell_too_long"
    return "unclosed_quote" if "unexpected end" in message else "bad_quotes"


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 (or UTF-16 with its mark), else what Windows or older spreadsheets write.

    Windows-1252 has letters where ISO-8859-15 has nothing (0x80 to 0x9F): their presence tells which it is.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        is_windows = any(0x80 <= sign <= 0x9F for sign in data)
    return _strictly(data, "cp1252" if is_windows else "iso8859-15")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse("unknown_encoding") from error


def separator(text: str) -> str:
    """The sign between cells: the most frequent one in the first line that holds something, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(part for number, part in enumerate(first.split('"')) if number % 2 == 0)
    return max(SEPARATORS, key=bare.count)


def trimmed(cells: list[str]) -> tuple[str, ...]:
    """The cells of a line without spaces around them, and without empty ones at the end."""
    kept = [cell.strip() for cell in cells]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def limited(rows: list[Row]) -> list[Row]:
    """The same rows. Raises Invalid when there are too many, or one is too wide, or a cell too long."""
    if not rows:
        raise refuse("empty_sheet")
    if len(rows) > MOST_ROWS + 1:
        raise refuse("too_many_rows", count=MOST_ROWS)
    for row in rows:
        if len(row.cells) > MOST_COLUMNS:
            raise refuse("too_many_columns", count=MOST_COLUMNS, line=row.number)
        if any(len(cell) > LONGEST_CELL for cell in row.cells):
            raise refuse("cell_too_long", line=row.number)
    return rows
