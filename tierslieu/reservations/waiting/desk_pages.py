"""/accueil/attente: everybody who waits, by what they wait for; and the part of a person's page."""

import msgspec
from litestar import Controller, Response, get

from tierslieu.http.guards import allow, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.telling import done_text
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.waiting import queries, views
from tierslieu.reservations.waiting.wording import DONE


class PersonPart(msgspec.Struct, frozen=True):
    """What a person waits for, on their page."""

    lines: list[views.Line]


class WaitingDeskPages(Controller):
    """/accueil/attente, for staff."""

    path = "/accueil/attente"
    include_in_schema = False

    @get("/", opt=allow(FOR_OTHERS))
    async def everybody(self, request: AnyRequest) -> Response[bytes]:
        """Who waits for what, in the order of arrival; accept, decline or withdraw for somebody at the phone."""
        queues = await house(request).db.read(views.by_target, words(request))
        count = sum(len(one.lines) for one in queues)
        return page(request, "waiting/desk.html", queues=queues, count=count, done=done_text(request, DONE))


def person_part(reader: Reader, words: Words, person_id: int) -> PersonPart:
    """What a person waits for now."""
    return PersonPart(views.lines_of(reader, words, queries.open_of(reader, person_id)))
