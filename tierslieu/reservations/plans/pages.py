"""« Plan »: picking on the floor plan by links, or in the list beside it; and the pictures behind plans."""

from litestar import Controller, Response, get
from litestar.params import FromPath

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.http.guards import PUBLIC, actor, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import Acting, acted_for
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.api import day_of
from tierslieu.reservations.plans.showing import Look, PlanPage, plan_page
from tierslieu.reservations.scene import Asker
from tierslieu.reservations.search.asking import CLOCK
from tierslieu.venue.plans import queries

FOREVER = "public, max-age=31536000, immutable"
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The policy of a picture looked at by itself: it runs nothing and fetches nothing."""


class PlanPages(Controller):
    """The plan, and what is drawn behind it."""

    path = "/plan"

    @get("/", opt=PUBLIC, include_in_schema=False)
    async def choose(self, request: AnyRequest) -> Response[bytes]:
        """A plan at a day and hours of the address; now without."""
        home, spoken = house(request), words(request)
        look = look_in(request, home.zone, home.clock.now())
        view, acting = await home.db.read(_page, look, actor(request), spoken)
        return page(request, "reservations/plan.html", view=view, acting=acting)

    @get("/fond/{name:str}", opt=PUBLIC, include_in_schema=False)
    async def picture(self, request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
        """A picture behind a plan: its name says its content, so it never changes."""
        found = await house(request).db.read(queries.picture, name[:80])
        headers = {"cache-control": FOREVER, "content-security-policy": ALONE}
        return Response(found.content, media_type=found.media_type, headers=headers)


def look_in(request: AnyRequest, zone: Zone, now: int) -> Look:
    """What an address asks to look at. Raises Invalid for days and hours that do not exist."""
    given = request.query_params
    texts = {name: str(given.get(name, "")) for name in ("plan", "date", "from", "to", "people", "pour")}
    day = day_of(texts["date"], zone, now)
    people = int(texts["people"]) if texts["people"].isascii() and texts["people"].isdecimal() else 1
    span = None
    if texts["from"] and texts["to"]:
        ends = [_minutes(texts[name], name) for name in ("from", "to")]
        span = Span(zone.instant(day, ends[0]), zone.instant(day, ends[1]))
        if not span.is_real:
            raise Invalid("ends_before_it_starts", {"to": "ends_before_it_starts"})
    return Look(texts["plan"][:40], day, span, min(max(people, 1), 1000), texts["pour"])


def _minutes(clock: str, name: str) -> int:
    if not CLOCK.fullmatch(clock):
        raise Invalid("bad_hour", {name: "bad_hour"})
    return int(clock[:2]) * 60 + int(clock[3:])


def _page(reader: Reader, look: Look, who: Actor, spoken: Words) -> tuple[PlanPage | None, Acting | None]:
    acting = acted_for(reader, who, look.pour, FOR_OTHERS)
    whom = acting.person_id if acting else who.person_id
    asker = Asker(whom, who.person_id, has_authority=who.may(FOR_OTHERS))
    return plan_page(reader, asker, look, spoken), acting
