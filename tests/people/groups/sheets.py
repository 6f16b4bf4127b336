"""Spreadsheet files made by hand, for tests."""

import io
import zipfile

from tierslieu.people.groups.ods_writing import MANIFEST, content, pack


def cell(text: str, repeated: int = 1, **attributes: str) -> str:
    """One cell; `repeated` columns of it."""
    more = "".join(f' office:{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    times = f' table:number-columns-repeated="{repeated}"' if repeated != 1 else ""
    return f"<table:table-cell{times}{more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, repeated: int = 1) -> str:
    """One row of cells that are XML already."""
    times = f' table:number-rows-repeated="{repeated}"' if repeated != 1 else ""
    return f"<table:table-row{times}>{''.join(cells)}</table:table-row>"


def empty(repeated: int) -> str:
    """Empty rows, as spreadsheets write them after the last line."""
    return row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=repeated)


def ods(*rows: str) -> bytes:
    """A file with these rows."""
    return pack(content(rows))


def raw_zip(**parts: bytes) -> bytes:
    """An archive of any parts: `content_xml` becomes content.xml."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        for name, data in parts.items():
            archive.writestr(name.replace("_", "."), data)
    return target.getvalue()
