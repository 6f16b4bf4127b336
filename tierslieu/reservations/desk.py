"""The desk's page: who is expected today, what waits for an answer, and finding a person."""

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromQuery

from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.counts import counts
from tierslieu.http.guards import allow, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.words import Words
from tierslieu.infra.feature import Finder
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.list_pages import look_for
from tierslieu.people.persons.noting import note_search
from tierslieu.people.persons.screens import birth_text, file_text
from tierslieu.people.persons.searching import as_read
from tierslieu.reservations import actions, queries
from tierslieu.reservations.schemas import Expected
from tierslieu.reservations.wording import STATES
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

CALLS = "/appels"
"""The page of calls from kiosks, in houses that have any."""


class ExpectedLine(msgspec.Struct, frozen=True):
    """One reservation of the day, in words. `person` is first name and family name: staff only."""

    id: str
    person: str
    person_id: str
    resource: str
    hours: str
    state: str
    state_text: str
    can_check_in: bool


class FoundPerson(msgspec.Struct, frozen=True):
    """A person the search found."""

    id: str
    name: str
    birth: str
    file: str


class DeskPage(msgspec.Struct, frozen=True):
    """« Accueil »: today and the requests."""

    day_text: str
    expected: list[ExpectedLine]
    requests: list[ExpectedLine]
    search: str
    people: list[FoundPerson]


class DeskPages(Controller):
    """/accueil, for staff."""

    path = "/accueil"

    @get("/", opt=allow(actions.FOR_OTHERS), include_in_schema=False)
    async def show_desk(self, request: AnyRequest, q: FromQuery[str] = "") -> Response[bytes]:
        """Today, the requests, and the people whose name holds what was typed."""
        typed, finders = as_read(q), house(request).finders
        view = await house(request).db.read(desk_page, words(request), typed, finders)
        if typed:
            note_search(request, "desk", len(view.people))
        calls = (await counts(request, CALLS)).get(CALLS, 0)
        return page(request, "reservations/desk.html", view=view, calls=calls)


def desk_page(reader: Reader, spoken: Words, text: str, finders: tuple[Finder, ...] = ()) -> DeskPage:
    """The page as it is now."""
    here = venue(reader)
    today = here.zone.day(here.zone.date(reader.now))
    found = queries.expected(reader, today)
    requests = queries.requests(reader)
    people = [
        FoundPerson(show(one.id), one.name, birth_text(one.birth_year, spoken), file_text(one.id))
        for one in look_for(reader, text, finders)
    ]
    return DeskPage(
        spoken.day(today.start),
        [_line(here, one, spoken, is_today=True) for one in found],
        [_line(here, one, spoken, is_today=False) for one in requests],
        text,
        people,
    )


def _line(here: VenueMap, one: Expected, spoken: Words, *, is_today: bool) -> ExpectedLine:
    hours = spoken.hours(Span(one.starts_at, one.ends_at))
    return ExpectedLine(
        show(one.id),
        f"{one.first_name} {one.last_name}",
        show(one.person_id),
        here.by_id[one.resource_id].name,
        hours if is_today else f"{spoken.day(one.starts_at)}, {hours}",
        one.state,
        spoken.text(STATES[one.state]),
        is_today and one.state == "confirmed",
    )
