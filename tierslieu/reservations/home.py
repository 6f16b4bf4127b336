"""The first page, help and the pages the law asks for."""

from urllib.parse import urlencode

import msgspec
from litestar import Controller, Response, get

from tierslieu.basics.hours import Period
from tierslieu.basics.spans import DAY, Span
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.wording import SENTENCES
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import board
from tierslieu.reservations.closings import KnownClosure, closures_in
from tierslieu.reservations.scene import Asker, Scene, facts
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, SpaceFacts, VenueMap

NOW_SHOWN = 6
CLOSED_SHOWN, CLOSED_SOON = 3, 7 * DAY


class FreeNow(msgspec.Struct, frozen=True):
    """A resource that one may have at once, and until when."""

    href: str
    name: str
    until: str


class HomePage(msgspec.Struct, frozen=True):
    """The first page: open until when, what is free now, the week's hours."""

    open_text: str
    figures: list[tuple[str, str]]
    opening: list[tuple[str, str]]
    address: list[str]
    free_now: list[FreeNow] = []
    closures: list[str] = []


class HousePages(Controller):
    """/, /aide, /aide/messages, /accessibilite, /mentions-legales."""

    @get("/", opt=PUBLIC, include_in_schema=False)
    async def home(self, request: AnyRequest) -> Response[bytes]:
        """Where to go from here, and what is going on now."""
        settings = house(request).settings
        view = await house(request).db.read(home_page, words(request), (settings.venue_name, settings.venue_town))
        return page(request, "home.html", view=view)

    @get("/aide", opt=PUBLIC, include_in_schema=False)
    async def help(self, request: AnyRequest) -> Response[bytes]:
        """How to do things."""
        return page(request, "help.html")

    @get("/aide/messages", opt=PUBLIC, include_in_schema=False)
    async def answers(self, request: AnyRequest) -> Response[bytes]:
        """Every answer that the house may give: where the type of a problem points."""
        spoken = words(request)
        plain = [(code, spoken.text(text)) for code, text in SENTENCES.items() if "{" not in text]
        return page(request, "answers.html", sentences=plain)

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
    here = venue_for(reader, None)
    spaces = list(here.spaces.values())
    if not spaces:
        return HomePage(spoken.text("Le lieu n’est pas encore décrit."), [], [], list(address))
    listed = board.listed_in(here, "")
    today = here.zone.day(here.zone.date(reader.now))
    seen = Scene(facts(reader, Asker(), here, listed, today), Asker(), reader.now)
    free = [line for one in listed if (line := _free_now(seen, one, today, spoken)) is not None]
    figures = [(str(len(free)), spoken.plural("espace libre", "espaces libres", len(free)))]
    open_text = _open_text(here, spaces[0], spoken, reader.now)
    week, closed = _week(spaces[0], spoken), _closures(reader, here, spoken)
    return HomePage(open_text, figures, week, list(address), free[:NOW_SHOWN], closed)


def _free_now(seen: Scene, resource: ResourceFacts, today: Span, spoken: Words) -> FreeNow | None:
    """What one tap proposes from now on; None when the resource cannot be had now."""
    now = Span(seen.now, seen.now + resource.min_minutes * 60)
    runs = [run for run in seen.free(resource, today) if run.span.start <= now.start and now.end <= run.span.end]
    if not runs:
        return None
    longest = max(runs, key=lambda run: run.span.end)
    step = seen.now - seen.now % 60 - spoken.zone.minutes(seen.now) % resource.grid_minutes * 60
    start = max(step, longest.span.start)  # hours may begin off the grid
    wish = {"date": spoken.zone.date(start).isoformat(), "resource": resource.key, "from": spoken.clock(start)}
    until = spoken.text("libre jusqu’à {hour}", hour=spoken.hour(longest.span.end))
    return FreeNow(f"/reserver?{urlencode(wish)}#choice", resource.name, until)


def _closures(reader: Reader, here: VenueMap, spoken: Words) -> list[str]:
    """What is closed now or in the coming days, and why."""
    found = closures_in(reader, Span(reader.now, reader.now + CLOSED_SOON))
    return [_closure(here, one, reader.now, spoken) for one in found[:CLOSED_SHOWN]]


def _closure(here: VenueMap, one: KnownClosure, now: int, spoken: Words) -> str:
    known, (kind, _sign, key) = here.by_id.get(one.resource_id or 0), one.place.partition(":")
    names = {f"space:{each.key}": each.name for each in here.spaces.values()}
    place = known.name if known else names.get(one.place, key if kind == "site" else spoken.text("Tout le lieu"))
    if one.starts_at <= now:
        when = spoken.text("fermé jusqu’au {moment}", moment=spoken.moment(one.ends_at))
    else:
        when = spoken.text("fermé à partir du {moment}", moment=spoken.moment(one.starts_at))
    return f"{place}, {when}" + (f" ({one.reason})" if one.reason else "")


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
