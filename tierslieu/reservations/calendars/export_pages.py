"""The addresses of tables: /exports/….csv and ….ods, each for those who see its screen."""

from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import FromQuery, QueryParameter
from msgspec.structs import replace

from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, words
from tierslieu.people.persons.acting import acted_for
from tierslieu.reservations.actions import ANSWER, FOR_OTHERS
from tierslieu.reservations.api import day_of, week_of
from tierslieu.reservations.calendars import exporting
from tierslieu.reservations.calendars.exporting import Shown
from tierslieu.reservations.calendars.spreadsheets import CSV, ODS, TYPES, Sheet, write_csv, write_ods

Day = Annotated[str, QueryParameter(name="date")]


class ExportPages(Controller):
    """/exports. `mark=0` leaves out the mark at the start of a CSV file."""

    path = "/exports"
    include_in_schema = False

    @get(["/mes-reservations.csv", "/mes-reservations.ods"], opt=allow("reservations.make"))
    async def mine(
        self, request: AnyRequest, show: FromQuery[str] = "upcoming", pour: FromQuery[str] = ""
    ) -> Response[bytes]:
        """One's own reservations, or of somebody one acts for."""
        home, who = house(request), actor(request)
        acting = await home.db.read(acted_for, who, pour, FOR_OTHERS) if pour else None
        whom = acting.person_id if acting else who.person_id or 0
        sheet = await home.db.read(exporting.mine, whom, words(request), is_past=show == "past")
        return _file(request, sheet)

    @get(["/attendus.csv", "/attendus.ods"], opt=allow(FOR_OTHERS))
    async def day(self, request: AnyRequest) -> Response[bytes]:
        """Who is expected today."""
        return _file(request, await house(request).db.write(exporting.day, words(request), by=actor(request)))

    @get(["/demandes.csv", "/demandes.ods"], opt=allow(ANSWER))
    async def requests(self, request: AnyRequest) -> Response[bytes]:
        """The requests that one may answer."""
        return _file(request, await house(request).db.write(exporting.requests, words(request), by=actor(request)))

    @get(["/semaine.csv", "/semaine.ods"], opt=PUBLIC)
    async def week(self, request: AnyRequest, day: Day = "") -> Response[bytes]:
        """What is free in a week: anybody sees it."""
        home = house(request)
        window = week_of(day_of(day, home.zone, home.clock.now()), home.zone)
        return _file(request, await home.db.read(exporting.week, window, words(request)))

    @get(["/planning.csv", "/planning.ods"], opt=allow(FOR_OTHERS))
    async def planning(
        self,
        request: AnyRequest,
        day: Day = "",
        vue: FromQuery[str] = "",
        espace: FromQuery[str] = "",
        sorte: FromQuery[str] = "",
        resource: FromQuery[str] = "",
    ) -> Response[bytes]:
        """A day of everything, or with `vue=semaine` its week; the filters are those of the screen."""
        home = house(request)
        shown = Shown(day_of(day, home.zone, home.clock.now()), 1, espace, sorte, resource)
        if vue == "semaine":
            shown = replace(shown, first=home.zone.date(week_of(shown.first, home.zone).start), days=7)
        return _file(request, await home.db.write(exporting.planning, shown, words(request), by=actor(request)))


def _file(request: AnyRequest, sheet: Sheet) -> Response[bytes]:
    kind = ODS if request.url.path.endswith(ODS) else CSV
    has_mark = request.query_params.get("mark") != "0"
    body = write_ods(sheet) if kind == ODS else write_csv(sheet, has_mark=has_mark)
    headers = {"content-disposition": f'attachment; filename="{sheet.name}.{kind}"', "cache-control": "no-store"}
    return Response(body, media_type=TYPES[kind], headers=headers)
