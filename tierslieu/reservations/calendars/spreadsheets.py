"""Tables for spreadsheets, as CSV or ODS. Pure: cells in, bytes out.

CSV is what French spreadsheets open without asking: semicolons, UTF-8 with its mark, decimals with a comma, and no
cell that would be computed. In ODS, dates, hours and numbers keep their kind.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, time
from typing import Final
from xml.sax.saxutils import escape

import msgspec

from tierslieu.people.groups.ods_writing import MEDIA_TYPE as ODS_TYPE
from tierslieu.people.groups.ods_writing import content, pack
from tierslieu.people.persons.exporting import MARK, cell
from tierslieu.reservations.ical import FORBIDDEN

Cell = str | int | float | date | time
CSV, ODS = "csv", "ods"
BLANKS: Final = dict.fromkeys(FORBIDDEN, " ") | {10: " ", 0xFFFE: " ", 0xFFFF: " "}
TYPES: Final = {CSV: "text/csv", ODS: ODS_TYPE}


class Sheet(msgspec.Struct, frozen=True):
    """A table: its file's name without ending, its headings, its rows."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_csv(sheet: Sheet, *, has_mark: bool = True) -> bytes:
    """The table as CSV; without the mark at its start for programs that stumble over it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(_clean(text)) for text in sheet.headings])
    writer.writerows([_plain(one) for one in row] for row in sheet.rows)
    return ((MARK if has_mark else "") + out.getvalue()).encode()


def _plain(value: Cell) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", ",")
    return cell(_clean(value)) if isinstance(value, str) else str(value)


def write_ods(sheet: Sheet) -> bytes:
    """The table as ODS."""
    return pack(content(_row(row) for row in (sheet.headings, *sheet.rows)))


def _row(row: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(_cell(one) for one in row)}</table:table-row>"


def _cell(value: Cell) -> str:
    text = f"<text:p>{escape(_clean(value) if isinstance(value, str) else _plain(value))}</text:p>"
    if isinstance(value, time):
        kind = f'office:value-type="time" office:time-value="PT{value:%HH%MM%SS}"'
    elif isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}>{text}</table:table-cell>"


def _clean(text: str) -> str:
    """One line, without signs that XML cannot hold."""
    return text.translate(BLANKS)
