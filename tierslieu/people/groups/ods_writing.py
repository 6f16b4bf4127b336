"""Writing the smallest ODS file that LibreOffice opens: one sheet of text cells."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES: Final = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"'
)
MANIFEST: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_ods(rows: Iterable[Sequence[str]]) -> bytes:
    """The file, with these cells as text."""
    return pack(content(_row(cells) for cells in rows))


def _row(cells: Sequence[str]) -> str:
    each = (
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row>{''.join(each)}</table:table-row>"


def content(rows: Iterable[str]) -> str:
    """The document around rows that are XML already."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}><office:body><office:spreadsheet>'
        f'<table:table table:name="Liste">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def pack(document: str, manifest: str = MANIFEST) -> bytes:
    """The archive: its type comes first and is not compressed, as the standard asks."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", document)
    return target.getvalue()
