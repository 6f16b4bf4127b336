"""Cards of people on their page: which ones speak for them at terminals."""

from typing import Any

import msgspec
from litestar import Controller, Response, post
from litestar.params import FromPath

from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read, show
from tierslieu.fablab.interlocks import enrolment, queries
from tierslieu.fablab.interlocks.enrolment import MANAGE
from tierslieu.fablab.interlocks.schemas import NewCard
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, field_errors
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known


class CardView(msgspec.Struct, frozen=True):
    """A card in a list: nothing of its number is known."""

    id: str
    text: str


class CardPart(msgspec.Struct, frozen=True):
    """The cards of a person, and those that nobody has and that were just held before a terminal."""

    cards: list[CardView]
    seen: list[Choice]


def person_part(reader: Reader, spoken: Words, person_id: int) -> CardPart | None:
    """What the person's page shows; nothing in a house without terminals."""
    found = reader.rows(queries.CARDS_OF, person=person_id)
    if not found and not reader.rows(queries.TERMINALS):
        return None
    cards = [
        CardView(show(one.id), spoken.text(_("Carte donnée le {day}"), day=spoken.day(one.created_at, "year")))
        for one in found
    ]
    fresh = queries.unknown_cards(reader)
    seen = [
        Choice(digest, spoken.text(_("Carte présentée à {time}, {machine}"), time=spoken.clock(at), machine=machine))
        for digest, at, machine in fresh
    ]
    return CardPart(cards, seen)


class CardPages(Controller):
    """/personnes/{id}/cartes."""

    path = "/personnes/{id:str}/cartes"
    include_in_schema = False

    @post("", opt=allow(MANAGE))
    async def add(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Give the person a card that was just held before a terminal, or one whose number is typed."""
        form = await read_form(request)
        home = house(request)
        try:
            wish = check(NewCard, form)
            digest = wish.seen or enrolment.read_card(wish.number, home.secret)
            await home.db.write(enrolment.add_card, read(id), digest, by=actor(request))
        except Invalid as error:
            return await _again(request, id, field_errors(words(request), error), form.get("number", ""))
        return see_other(f"/personnes/{id}#cartes")

    @post("/{card:str}/retirer", opt=allow(MANAGE))
    async def end(self, request: AnyRequest, id: FromPath[str], card: FromPath[str]) -> Response[Any]:
        """The card opens nothing any more."""
        await read_form(request)
        await house(request).db.write(enrolment.end_card, read(id), read(card), by=actor(request))
        return see_other(f"/personnes/{id}#cartes")


async def _again(request: AnyRequest, id: str, errors: dict[str, str], number: str) -> Response[bytes]:
    """The form once more, with what is wrong beside it."""
    spoken = words(request)

    def load(reader: Reader) -> tuple[Any, CardPart | None]:
        return known(reader, read(id)), person_part(reader, spoken, read(id))

    person, view = await house(request).db.read(load)
    name = f"{person.first_name} {person.last_name}" if person else ""
    context: dict[str, Any] = {"view": view, "id": id, "name": name, "number": number}
    return page(request, "fablab/machine_cards.html", 422, errors=errors, **context)
