"""« Trouver un créneau »: search by time first, with links and forms only."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import Acting, acted_for
from tierslieu.people.persons.correcting import SEE
from tierslieu.reservations import actions
from tierslieu.reservations.scene import Asker
from tierslieu.reservations.schemas import KEY_PATTERN
from tierslieu.reservations.screens import reason_lines
from tierslieu.reservations.search import screens
from tierslieu.reservations.search.actions import reserve_in_turn
from tierslieu.reservations.search.asking import Asked, read_day, read_search
from tierslieu.reservations.search.matching import Search
from tierslieu.reservations.search.queries import Answer, search_for
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import VenueMap

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
LONGEST = 60


class BothFields(BaseModel):
    """Two resources, one after the other: the first from `from` to `to`, the second from there until `until`."""

    model_config = ConfigDict(extra="ignore")

    resource: Annotated[str, Field(pattern=KEY_PATTERN)]
    second: Annotated[str, Field(pattern=KEY_PATTERN)]
    date: Annotated[str, Field(max_length=10)]
    start: Annotated[str, Field(alias="from", pattern=CLOCK)]
    middle: Annotated[str, Field(alias="to", pattern=CLOCK)]
    until: Annotated[str, Field(pattern=CLOCK)]
    people: Annotated[int, Field(ge=1, le=1000)] = 1

    def spans(self, zone: Zone, now: int) -> tuple[Span, Span]:
        """When the first and when the second. Raises Invalid for a day that does not exist."""
        day = read_day(self.date, zone.date(now))
        if day is None:
            raise Invalid("bad_date", {"date": "bad_date"})
        ends = [int(text[:2]) * 60 + int(text[3:]) for text in (self.start, self.middle, self.until)]
        start, middle, until = (zone.instant(day, minutes) for minutes in ends)
        return Span(start, middle), Span(middle, until)


class SearchPages(Controller):
    """Asking, and reserving a proposal made of two parts."""

    path = "/recherche"

    @get("/", opt=PUBLIC, include_in_schema=False)
    async def search(self, request: AnyRequest) -> Response[bytes]:
        """The form; with fields in the address, what is free or comes close."""
        return await show(request, asked_in(request))

    @post("/deux-lieux", opt=allow("reservations.make"), include_in_schema=False)
    async def both(self, request: AnyRequest) -> Response[Any]:
        """Reserve both parts or none; a refusal shows the page with its reasons."""
        home, who = house(request), actor(request)
        form = await read_form(request)
        pour = form.get("pour", "")
        acting = await home.db.read(acted_for, who, pour, actions.FOR_OTHERS) if pour else None
        fields = check(BothFields, form)
        first, second = fields.spans(home.zone, home.clock.now())
        whom = acting.person_id if acting else who.person_id or 0
        wishes = [
            actions.Request((key,), span, fields.people, whom)
            for key, span in ((fields.resource, first), (fields.second, second))
        ]
        try:
            await home.db.write(reserve_in_turn, wishes, by=who)
        except Refused as refused:
            asked = Asked(fields.date, fields.start, fields.until, people=str(fields.people), pour=pour)
            return await show(request, asked, refused)
        if acting is not None and who.may(SEE):
            return see_other(f"/personnes/{acting.id}?fait=reservee#reservations")
        return see_other(f"/mes-reservations?pour={acting.id}" if acting else "/mes-reservations")


def asked_in(request: AnyRequest) -> Asked:
    """The fields of the address; what is too long to be one is cut."""
    given = request.query_params
    names = {"date": "date", "from": "start", "to": "end", "part": "part", "minutes": "minutes"}
    names |= {"people": "people", "kind": "kind", "pour": "pour"}
    texts = {field: str(given.get(name, ""))[:LONGEST] for name, field in names.items()}
    tags = {name: tuple(dict.fromkeys(given.getall(name, []))) for name in ("equipment", "access")}
    return Asked(**texts, equipment=tags["equipment"], access=tags["access"])


async def show(request: AnyRequest, asked: Asked, refused: Refused | None = None) -> Response[bytes]:
    """The page; after a refusal, with its status and its reasons."""
    home, spoken, who = house(request), words(request), actor(request)
    now = home.clock.now()
    search, errors = (None, {}) if asked.is_blank else read_search(asked, home.zone, now)
    here, answer, acting = await home.db.read(_answer, asked, search, who)
    form = screens.form_of(asked, here, spoken, errors, now)
    view = screens.search_page(form, search, answer, asked, spoken)
    status = 422 if errors else 200
    if refused is not None:
        status = 409 if refused.is_conflict else 422
    reasons = reason_lines(refused.reasons, spoken, asked.pour) if refused else []
    return page(request, "reservations/search.html", status, view=view, acting=acting, reasons=reasons)


def _answer(
    reader: Reader, asked: Asked, search: Search | None, who: Actor
) -> tuple[VenueMap, Answer | None, Acting | None]:
    """The venue as the person may use it, what is found for them, and for whom one acts."""
    acting = acted_for(reader, who, asked.pour, actions.FOR_OTHERS)
    whom = acting.person_id if acting else who.person_id
    asker = Asker(whom, who.person_id, has_authority=who.may(actions.FOR_OTHERS))
    if search is None:
        return venue_for(reader, whom), None, acting
    answer = search_for(reader, asker, search)
    return answer.venue, answer, acting
