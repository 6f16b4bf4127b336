"""/cartes: the numbered cards that the house lends for a day; /personnes/{id}/badge/pret: lending one."""

from typing import Any, Final

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from devices.badges.codec import show_number
from tierslieu.access.actions import MANAGE
from tierslieu.access.pages import person_page
from tierslieu.access.passes import lending, queries
from tierslieu.access.passes.queries import HouseCardRow
from tierslieu.access.passes.schemas import LentCard
from tierslieu.access.schemas import NamedBadge
from tierslieu.basics.errors import Conflict, Invalid, NotFound
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import ReasonLine, done, done_text, told
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _

HERE: Final = "/cartes"
DONE: Final = {
    "rendue": _("La carte est rendue : elle n’ouvre plus rien, et plus rien ne dit qui l’avait."),
    "retiree": _("La carte est retirée."),
}


class CardLine(msgspec.Struct, frozen=True):
    """A card of the house: free, lent (late after its day) or lost."""

    id: str
    number: str
    state: str
    who: str
    who_id: str
    until_text: str


class HouseCardPages(Controller):
    """/cartes."""

    path = HERE
    include_in_schema = False

    @get("", opt=allow(MANAGE))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """All cards to lend, and who has them."""
        return await _list(request)

    @post("/{id:str}/rendue", opt=allow(MANAGE))
    async def give_back(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """A card came back, or was found again."""
        return await _change(request, lending.give_back, read(id), "rendue")

    @post("/{id:str}/retrait", opt=allow(MANAGE))
    async def retire(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """A card is used no more."""
        return await _change(request, lending.retire, read(id), "retiree")


class LendingPages(Controller):
    """/personnes/{id}/badge: a card is lent to somebody, and comes back."""

    path = "/personnes/{id:str}/badge"
    include_in_schema = False

    @post("/pret", opt=allow(MANAGE))
    async def lend(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Lend a card until tonight."""
        form = await read_form(request)
        try:
            wish = check(LentCard, form)
            await house(request).db.write(lending.lend, read(id), wish.card, by=actor(request))
        except (Conflict, Invalid, NotFound) as error:
            code = error.code if isinstance(error, Conflict) else "no_such_house_card"
            text, typed = sentence(words(request), code, {}), _number(form.get("card", ""))
            return await person_page(request, read(id), errors={"card": text}, typed={"card": typed})
        return see_other(f"/personnes/{id}/badge")

    @post("/rendue", opt=allow(MANAGE))
    async def take_back(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The lent card is in the drawer again."""
        wish = check(NamedBadge, await read_form(request))
        await house(request).db.write(lending.take_back_from, read(id), read(wish.badge), by=actor(request))
        return see_other(f"/personnes/{id}/badge")


def _number(typed: str) -> str:
    """What may be shown again of what was typed: a number, never the text of a code."""
    return typed if len(typed) <= 10 else ""


async def _change(request: AnyRequest, action: Any, card_id: int, code: str) -> Response[Any]:
    await read_form(request)
    try:
        await house(request).db.write(action, card_id, by=actor(request))
    except Conflict as error:
        return await _list(request, told(words(request), error))
    return done(HERE, code)


async def _list(request: AnyRequest, reasons: list[ReasonLine] | None = None) -> Response[Any]:
    spoken = words(request)
    found = await house(request).db.read(queries.house_cards)
    now = house(request).clock.now()
    context: dict[str, Any] = {
        "cards": [_line(spoken, one, now) for one in found],
        "reasons": reasons or [],
        "done": done_text(request, DONE),
    }
    return page(request, "access/house_cards.html", 409 if reasons else 200, **context)


def _line(spoken: Words, card: HouseCardRow, now: int) -> CardLine:
    number, id_ = show_number(card.card_number), show(card.id)
    if card.is_free:
        return CardLine(id_, number, "free", "", "", "")
    who = f"{card.first_name} {card.last_name}" if card.first_name else ""
    who_id = show(card.person_id) if card.person_id else ""
    if card.state != "active":
        return CardLine(id_, number, "lost", who, who_id, "")
    until = card.valid_until or 0
    return CardLine(id_, number, "late" if until <= now else "lent", who, who_id, spoken.moment(until))
