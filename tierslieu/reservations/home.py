"""The first page, help and the pages the law asks for."""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.datastructures import State

from tierslieu.basics.hours import Period
from tierslieu.basics.spans import Span
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import page, words
from tierslieu.http.wording import SENTENCES
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import board, queries, rules
from tierslieu.venue.map import SpaceFacts, VenueMap
from tierslieu.venue.queries import venue

AnyRequest = Request[Any, Any, State]


class HomePage(msgspec.Struct, frozen=True):
    """The first page: open until when, what is free now, the week's hours."""

    open_text: str
    figures: list[tuple[str, str]]
    opening: list[tuple[str, str]]
    address: list[str]


class HousePages(Controller):
    """/, /aide, /accessibilite, /mentions-legales."""

    @get("/", opt=PUBLIC, include_in_schema=False)
    async def home(self, request: AnyRequest) -> Response[bytes]:
        """Where to go from here, and what is going on now."""
        settings = house(request).settings
        view = await house(request).db.read(home_page, words(request), (settings.venue_name, settings.venue_town))
        return page(request, "home.html", view=view)

    @get("/aide", opt=PUBLIC, include_in_schema=False)
    async def help(self, request: AnyRequest) -> Response[bytes]:
        """How to do things, and every answer that the house may give."""
        spoken = words(request)
        plain = [(code, spoken.text(text)) for code, text in SENTENCES.items() if "{" not in text]
        return page(request, "help.html", sentences=plain)

    @get("/accessibilite", opt=PUBLIC, include_in_schema=False)
    async def accessibility(self, request: AnyRequest) -> Response[bytes]:
        """The accessibility statement."""
        return page(request, "accessibility.html")

    @get("/mentions-legales", opt=PUBLIC, include_in_schema=False)
    async def legal(self, request: AnyRequest) -> Response[bytes]:
        """Who publishes this site."""
        return page(request, "legal.html")


def home_page(reader: Reader, spoken: Words, address: tuple[str, str]) -> HomePage:
    """The first page as it is now. The desk's space, the first of the venue, tells the hours."""
    here = venue(reader)
    spaces = list(here.spaces.values())
    if not spaces:
        return HomePage(spoken.text("Le lieu n’est pas encore décrit."), [], [], list(address))
    listed = board.listed_in(here, "")
    units = {unit for resource in listed for unit in resource.units}
    now = Span(reader.now, reader.now + 1)
    busy = queries.busy_around(reader, units, now)
    free = sum(1 for one in listed if _is_free_now(here, busy, one, now))
    figures = [(str(free), spoken.plural("espace libre", "espaces libres", free))]
    return HomePage(_open_text(here, spaces[0], spoken, reader.now), figures, _week(spaces[0], spoken), list(address))


def _is_free_now(here: VenueMap, busy: rules.Busy, resource: Any, now: Span) -> bool:
    runs = rules.free_runs(here, busy, resource, here.zone.day(here.zone.date(now.start)), now.start)
    return any(run.span.holds(now.start) for run in runs)


def _open_text(here: VenueMap, space: SpaceFacts, spoken: Words, now: int) -> str:
    today = here.zone.date(now)
    for span in here.open_spans(space, today):
        if span.holds(now):
            return spoken.text("Ouvert jusqu’à {hour}", hour=spoken.hour(span.end))
        if span.start > now:
            return spoken.text("Fermé, ouvre à {hour}", hour=spoken.hour(span.start))
    return spoken.text("Fermé pour aujourd’hui")


def _week(space: SpaceFacts, spoken: Words) -> list[tuple[str, str]]:
    days = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
    if spoken.locale == "en":
        days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return [(day, _periods(periods, spoken)) for day, periods in zip(days, space.opening.week, strict=True)]


def _periods(periods: tuple[Period, ...], spoken: Words) -> str:
    if not periods:
        return spoken.text("fermé")
    return ", ".join(f"{spoken.minutes(p.opens)} – {spoken.minutes(p.closes)}" for p in periods)
