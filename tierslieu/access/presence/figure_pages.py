"""Figures of how many people come, for the team and for who answers to the town."""

from datetime import date as Date
from typing import Any

from litestar import Controller, Response, get
from litestar.params import FromQuery

from tierslieu.access.presence import figures
from tierslieu.http.guards import allow, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.people.groups.rules import csv_text

SEE_FIGURES = "access.see_figures"
CSV = "text/csv; charset=utf-8"


class FigurePages(Controller):
    """/presence/chiffres."""

    path = "/presence"
    include_in_schema = False

    @get("/chiffres", opt=allow(SEE_FIGURES))
    async def show(self, request: AnyRequest, date: FromQuery[str] = "") -> Response[Any]:
        """A week: by day, hour, zone and age band."""
        view = await house(request).db.read_long(figures.figures_view, words(request), _day(request, date))
        return page(request, "access/presence_figures.html", view=view)

    @get("/chiffres.csv", opt=allow(SEE_FIGURES))
    async def table(self, request: AnyRequest, date: FromQuery[str] = "") -> Response[str]:
        """The same for a spreadsheet."""
        day = _day(request, date)
        rows = await house(request).db.read_long(figures.csv_rows, words(request), day)
        headers = {"content-disposition": f'attachment; filename="frequentation-{day}.csv"'}
        return Response(csv_text(rows), media_type=CSV, headers=headers)


def _day(request: AnyRequest, text: str) -> Date:
    """The day of the address; today when it is none."""
    try:
        found = Date.fromisoformat(text)
    except ValueError:
        found = house(request).zone.date(house(request).clock.now())
    return min(max(found, Date(2020, 1, 6)), Date(2099, 12, 28))
