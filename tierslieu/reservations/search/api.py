"""Search by time first, for programs."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.openapi.spec import Example
from litestar.params import JSONBody, QueryParameter

from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read
from tierslieu.basics.spans import Span
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.reservations import actions
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.rules import price_cents
from tierslieu.reservations.scene import Asker
from tierslieu.reservations.schemas import Made, moment
from tierslieu.reservations.search.actions import reserve_in_turn
from tierslieu.reservations.search.asking import Asked, read_search
from tierslieu.reservations.search.queries import Answer, search_for
from tierslieu.reservations.search.schemas import FoundView, InTurn, ProposalView, SearchView
from tierslieu.venue.map import ResourceFacts


def shown(name: str, description: str, example: str) -> QueryParameter:
    """A parameter of the address, described and with an example."""
    return QueryParameter(name=name, description=description, examples=[Example(value=example)])


DAY = shown("date", "a day of the venue (ISO), or a word: demain, jeudi", "2026-11-26")
FROM = shown("from", "wall clock of the venue", "14:00")
TO = shown("to", "wall clock of the venue", "16:00")
MINUTES = shown("minutes", "how long, when any time between `from` and `to` will do", "60")
PEOPLE = shown("people", "for how many people", "4")
KIND = shown("kind", "seat, room, workstation, machine, loan_item or staff_time", "room")
EQUIPMENT = shown("equipment", "equipment that is wished for, separated by commas", "screen,whiteboard")
ACCESS = shown("access", "accessibility facts that are needed, separated by commas", "step_free")


class SearchApi(Controller):
    """What is free then."""

    path = "/api/v1"
    tags = ("reservations",)

    @get("/search", opt=PUBLIC)
    async def search(
        self,
        request: AnyRequest,
        day: Annotated[str, DAY] = "",
        start: Annotated[str, FROM] = "",
        end: Annotated[str, TO] = "",
        minutes: Annotated[str, MINUTES] = "",
        people: Annotated[str, PEOPLE] = "1",
        kind: Annotated[str, KIND] = "",
        equipment: Annotated[str, EQUIPMENT] = "",
        access: Annotated[str, ACCESS] = "",
    ) -> SearchView:
        """What is free for what is asked, else what comes close. All of it would be accepted now, from this caller."""
        home, who = house(request), actor(request)
        asked = Asked(day, start, end, "", minutes, people, kind, _tags(equipment), _tags(access))
        search, wrong = read_search(asked, home.zone, home.clock.now())
        if search is None:
            raise Invalid("invalid_input", wrong)
        asker = Asker(who.person_id, who.person_id, has_authority=who.may(FOR_OTHERS))
        return view(await home.db.read(search_for, asker, search))

    @post("/search/in-turn", opt=allow("reservations.make"))
    async def in_turn(self, request: AnyRequest, data: JSONBody[InTurn]) -> Made:
        """Reserve several resources one after the other: all of them or none."""
        who = actor(request)
        person_id = read(data.person) if data.person else who.person_id or 0
        parts = [actions.Request((part.resource,), part.span, data.people, person_id) for part in data.parts]
        return await house(request).db.write(reserve_in_turn, parts, by=who)


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in text[:1000].split(",") if tag.strip()))


def view(answer: Answer) -> SearchView:
    """The answer as programs get it."""
    found = [_part(one.resource, one.span, one.state) for one in answer.found]
    close = [
        ProposalView(one.kind, [_part(*part, answer.state_of(part[0])) for part in one.parts], list(one.given_up))
        for one in answer.alternatives
    ]
    return SearchView(found, close)


def _part(resource: ResourceFacts, span: Span, state: str) -> FoundView:
    return FoundView(
        resource.key,
        resource.name,
        resource.space.name,
        moment(span.start),
        moment(span.end),
        price_cents(resource, span),
        state,
    )
