"""The page on which somebody looks for a machine's fault, and the report to send to who helps."""

from datetime import UTC, datetime
from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import NotFound
from tierslieu.fablab import queries as machines
from tierslieu.fablab.setup import diagnostics, report, wording
from tierslieu.fablab.setup.actions import SET_UP
from tierslieu.http.guards import allow, house
from tierslieu.http.pages import AnyRequest, page, read_form, words
from tierslieu.http.telling import done, done_text

BY_HAND: Final = (
    *("sudo -u tierslieu-devices ", "/opt/", "tierslieu/", "bin/", "tierslieu-devices "),
    *("--config ", "/var/", "lib/", "tierslieu-devices/", "devices.json ", "--diagnose"),
)
"""What to run on a board that does not call (deploy/machines), in pieces: a narrow screen breaks it between them."""


class DiagnosticPages(Controller):
    """/fablab/reglages/{key}/diagnostic."""

    path = "/fablab/reglages/{key:str}/diagnostic"
    include_in_schema = False

    @get("/", opt=allow(SET_UP))
    async def show(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The last report, and the button that asks for another."""
        home, spoken = house(request), words(request)
        machine = await home.db.read(machines.machine, key)
        found = await diagnostics.last(home, machine.key)
        context: dict[str, Any] = {
            "key": machine.key,
            "name": machine.name,
            "chapters": report.chapters(spoken, found) if found else [],
            "made": spoken.long_date(found.at) if found else "",
            "by_hand": BY_HAND,
            "waits_for": found.agent if found and found.counted is None else "",
        }
        return page(request, "setup/diagnostic.html", done=done_text(request, wording.DONE), **context)

    @post("/", opt=allow(SET_UP))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Ask the machine, its plug and the program that speaks with them."""
        await read_form(request)
        await diagnostics.diagnose(house(request), key)
        return done(f"/fablab/reglages/{key}/diagnostic", "diagnosed")

    @get("/texte", opt=allow(SET_UP))
    async def download(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The last report as a text file."""
        home = house(request)
        machine = await home.db.read(machines.machine, key)
        found = await diagnostics.last(home, machine.key)
        if found is None:
            raise NotFound("no_report")
        day = datetime.fromtimestamp(found.at, UTC).strftime("%Y%m%d")
        headers = {
            "content-disposition": f'attachment; filename="diagnostic-{machine.key}-{day}.txt"',
            "cache-control": "no-store",
        }
        text = report.as_text(words(request), found)
        return Response(text.encode(), media_type="text/plain; charset=utf-8", headers=headers)
