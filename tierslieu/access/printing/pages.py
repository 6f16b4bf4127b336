"""« Impression » : what the house prints, chosen on one page; each document is made when it is asked for, and not kept.

The secret of a card is known only when it is made: the document is the answer to the form that makes it.
"""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.access.actions import MANAGE
from tierslieu.access.badges import cards, tickets
from tierslieu.access.passes import lending
from tierslieu.access.printing import papers
from tierslieu.access.printing.actions import make_group_cards
from tierslieu.access.printing.schemas import CardWish, DayCardsWish, GroupCardsWish
from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import read, show
from tierslieu.http import prints
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.labels import FORMATS
from tierslieu.http.pages import AnyRequest, Form, FormErrors, check, page, read_form, words
from tierslieu.http.telling import Choice, ReasonLine, field_errors, told
from tierslieu.infra.feature import Printable
from tierslieu.infra.transaction import Reader
from tierslieu.people.groups.actions import MANAGE as MANAGE_GROUPS
from tierslieu.people.groups.queries import Summary, groups

PRINT = "access.print_codes"


class Section(msgspec.Struct, frozen=True):
    """Things with codes to choose from, and the sizes in which they are printed."""

    name: str
    title: str
    path: str
    field: str
    formats: list[Choice]
    things: list[tuple[str, str]]


class PrintPages(Controller):
    """/impression."""

    path = "/impression"
    include_in_schema = False

    @get("/", opt=allow(PRINT))
    async def show(self, request: AnyRequest) -> Response[bytes]:
        """Everything that the one who looks may print."""
        return await _page(request)

    @post("/carte", opt=allow(MANAGE))
    async def card(self, request: AnyRequest) -> Response[Any]:
        """A card that was just made: its code comes in the form, from the page that shows it this once."""
        wish = check(CardWish, await read_form(request))
        card = await papers.person_card(request, wish.token, with_name=wish.with_name)
        return prints.answer(await papers.cards_pdf(request, wish.format, [card]), "carte")

    @post("/cartes-du-jour", opt=allow(MANAGE))
    async def day_cards(self, request: AnyRequest) -> Response[Any]:
        """A batch of numbered cards for the drawer."""
        form = await read_form(request)
        try:
            wish = check(DayCardsWish, form)
        except FormErrors as error:
            return await _page(request, form, field_errors(words(request), error))
        made = await house(request).db.write(lending.make_cards, wish.count, by=actor(request))
        found = [papers.house_card(request, one) for one in made]
        return prints.answer(await papers.cards_pdf(request, wish.format, found), "cartes-du-jour")

    @post("/groupe", opt=allow(MANAGE))
    async def group_cards(self, request: AnyRequest) -> Response[Any]:
        """A new card for everybody in a group."""
        form = await read_form(request)
        try:
            wish = check(GroupCardsWish, form)
            made = await house(request).db.write(make_group_cards, read(wish.group), by=actor(request))
        except FormErrors as error:
            return await _page(request, form, field_errors(words(request), error))
        except Refused as error:
            return await _page(request, form, reasons=told(words(request), error))
        return prints.answer(await papers.group_pdf(request, wish.format, made, with_name=wish.with_name), "cartes")

    @get("/laissez-passer/{id:str}", opt=allow(MANAGE))
    async def ticket(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The paper of a guest's pass: as often as it is asked for, the same."""
        wanted = request.query_params.get("format", "")
        ticket = await papers.guest_ticket(request, read(id))
        body = await papers.ticket_pdf(request, wanted if wanted in tickets.FORMATS else "80mm", ticket)
        return prints.answer(body, "laissez-passer")


async def _page(
    request: AnyRequest,
    typed: Form | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    spoken, form = words(request), typed or {"group": request.query_params.get("group", "")}
    found, known = await house(request).db.read(_choices, request)
    status = 422 if errors or reasons else 200
    return page(
        request,
        "printing/index.html",
        status,
        sections=found,
        groups=[Choice(show(one.id), _counted(one), show(one.id) == form.get("group")) for one in known],
        formats=[
            Choice(value, spoken.text(text), value == form.get("format")) for value, text in cards.FORMATS.items()
        ],
        can_make=actor(request).may(MANAGE),
        typed=form,
        errors=errors or {},
        reasons=reasons or [],
    )


def _choices(reader: Reader, request: AnyRequest) -> tuple[list[Section], list[Summary]]:
    who = actor(request)
    found = [_section(reader, request, one) for one in house(request).printables if who.may(one.permission)]
    is_shown = who.may(MANAGE) and who.may(MANAGE_GROUPS)
    return found, [one for one in groups(reader) if one.members and not one.closed_at] if is_shown else []


def _section(reader: Reader, request: AnyRequest, one: Printable) -> Section:
    spoken = words(request)
    formats = [Choice(value, spoken.text(FORMATS[value].title)) for value in one.formats]
    things = one.read(reader, spoken, actor(request))
    return Section(one.name, spoken.text(one.title), one.path, one.field, formats, things)


def _counted(group: Summary) -> str:
    return f"{group.name} ({group.members})"
