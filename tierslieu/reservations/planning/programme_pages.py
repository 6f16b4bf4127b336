"""« Programme du jour »: a page to print, and the same as a PDF; with names for the desk, without for doors."""

import asyncio

from litestar import Controller, Response, get
from litestar.params import FromQuery

from tierslieu.http.guards import allow, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.api import day_of
from tierslieu.reservations.planning.programme import DOOR, Programme, paper, programme


class ProgrammePages(Controller):
    """/planning/programme."""

    path = "/planning"
    include_in_schema = False

    @get("/programme", opt=allow(FOR_OTHERS))
    async def show_programme(
        self, request: AnyRequest, date: FromQuery[str] = "", porte: FromQuery[str] = ""
    ) -> Response[bytes]:
        """The programme as a page."""
        view = await _view(request, date, porte)
        return page(request, "planning/programme.html", view=view)

    @get("/programme.pdf", opt=allow(FOR_OTHERS))
    async def print_programme(
        self, request: AnyRequest, date: FromQuery[str] = "", porte: FromQuery[str] = ""
    ) -> Response[bytes]:
        """The programme as a PDF."""
        view = await _view(request, date, porte)
        name = house(request).settings.venue_name
        content = await asyncio.to_thread(paper, view, request.app.state.assets, name, words(request))
        headers = {"content-disposition": f'attachment; filename="programme-{view.date}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)


async def _view(request: AnyRequest, date: str, porte: str) -> Programme:
    home = house(request)
    day = day_of(date, home.zone, home.clock.now())
    names = DOOR if porte else home.settings.programme.names
    return await home.db.read(programme, day, names, words(request))
