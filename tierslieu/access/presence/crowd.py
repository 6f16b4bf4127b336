"""/affluence: how busy it is, for everybody, live. A word for each zone; no number, no name, no rhythm of passages."""

from typing import Any, Final

import msgspec
from litestar import Controller, Response, get
from litestar.response import Stream

from tierslieu.access.presence.queries import ZoneCountNow, counts
from tierslieu.access.presence.wording import LOOKS
from tierslieu.access.zones.queries import opened_around
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.streams import Feed, feeds, stream
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader

FEWEST: Final = 3
"""Below so many people a zone is calm, whatever its places: who is there could be guessed."""
BEAT: Final = 10.0
"""Seconds between two looks, whatever happens meanwhile."""
FLOW: Final = "crowd"
"""The live topic of this page. Nobody touches it: a look at each passage would give the passages away."""
CROWDS: Final = {**LOOKS, "closed": ("silent", _("Fermé")), "calm": ("free", _("Calme"))}


class CrowdLine(msgspec.Struct, frozen=True):
    """A zone: its name, the look of its chip and its words."""

    name: str
    look: str
    text: str


class Crowd(msgspec.Struct, frozen=True):
    """How busy the zones are at an instant."""

    zones: list[CrowdLine]
    at: int


def crowd(reader: Reader, spoken: Words) -> Crowd:
    """The zones whose places are declared; the others have nothing to be held against."""
    found = [(one.zone.name, CROWDS[_level(reader, one)]) for one in counts(reader) if one.zone.capacity]
    return Crowd([CrowdLine(name, look, spoken.text(text)) for name, (look, text) in found], reader.now)


def _level(reader: Reader, one: ZoneCountNow) -> str:
    opened, _staffed = opened_around(reader, one.zone, reader.now)
    if not any(span.holds(reader.now) for span in opened):
        return "closed"
    if one.count.taken < FEWEST or 2 * one.count.taken < one.zone.capacity:
        return "calm"
    return one.look


class CrowdPages(Controller):
    """/affluence."""

    path = "/affluence"
    include_in_schema = False

    @get("", opt=PUBLIC)
    async def show(self, request: AnyRequest) -> Response[Any]:
        """How busy it is now."""
        view = await house(request).db.read(crowd, words(request))
        return page(request, "access/crowd.html", view=view)

    @get("/flux", opt=PUBLIC)
    async def follow(self, request: AnyRequest) -> Stream:
        """The same while the page is open, on a beat of its own: when it moves tells nothing of who passes."""
        home, spoken = house(request), words(request)
        template = request.app.state.templates[spoken.catalogue].get_template("access/_crowd.html")

        async def render() -> str:
            return str(template.render(view=await home.db.read(crowd, spoken)))

        def make() -> Feed:
            return Feed(home.live, (FLOW,), render, quiet=BEAT)

        return stream(feeds(request.app.state).get(FLOW, spoken.catalogue, make))
