"""The page that tries a badge reader: what it typed, and which of its settings is wrong. Nothing of it is kept."""

from typing import Any

from litestar import Controller, Response, get, post

from devices.badges import codec
from tierslieu.http.guards import PUBLIC
from tierslieu.http.pages import AnyRequest, page, read_form

LONGEST = 400


class ReaderPages(Controller):
    """/kiosk/lecteur: a script shows each key; without script, a field shows how a text is read."""

    path = "/kiosk/lecteur"
    include_in_schema = False

    @get("", opt=PUBLIC)
    async def show(self, request: AnyRequest) -> Response[Any]:
        """Where a badge is shown to the reader."""
        return page(request, "access/reader.html", found="")

    @post("", opt=PUBLIC, status_code=200)
    async def tried(self, request: AnyRequest) -> Response[Any]:
        """How a typed text is read: read, misread or other."""
        form = await read_form(request)
        reading = codec.read(form.get("text", "")[:LONGEST])
        found = "read" if reading.kind in ("card", "phone", "guest") else reading.result
        return page(request, "access/reader.html", found="misread" if found == "misread" else found)
