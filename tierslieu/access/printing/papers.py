"""The documents that the printing page answers: cards of people, of a group, of the house; tickets of guests."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from devices.badges import codec
from tierslieu.access import queries
from tierslieu.access.badges import cards, tickets
from tierslieu.access.badges.cards import Card
from tierslieu.access.passes import queries as passes
from tierslieu.access.passes.actions import guest_text
from tierslieu.access.passes.lending import MadeCard
from tierslieu.access.printing.actions import MemberCard
from tierslieu.access.zones.queries import zones
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.http.assets import Assets
from tierslieu.http.guards import house
from tierslieu.http.labels import A4
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.prints import About, Box, Line, Sheet
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader

ROW: Final = 8
ROWS_A_PAGE: Final = 30


def about(request: AnyRequest, title: str) -> About:
    """What a document says of itself."""
    return About(title, house(request).settings.venue_name, words(request).locale)


async def cards_pdf(request: AnyRequest, wanted: str, found: Sequence[Card]) -> bytes:
    """Cards in one of the formats."""
    return await _drawn(cards.draw, request.app.state.assets, wanted, about(request, _title(request)), found)


async def group_pdf(request: AnyRequest, wanted: str, made: Sequence[MemberCard], *, with_name: bool) -> bytes:
    """Cards of a group; on sheets, with the list of who gets which number, to be signed."""
    found = [_member_card(request, one, with_name=with_name) for one in made]
    if wanted != "a4":
        return await cards_pdf(request, wanted, found)
    rows = [(codec.show_number(one.number), f"{one.first_name} {one.last_name}") for one in made]
    spoken = words(request)
    return await _drawn(
        _sheets_and_list, request.app.state.assets, about(request, _title(request)), found, rows, spoken
    )


def _sheets_and_list(
    assets: Assets, said: About, found: Sequence[Card], rows: list[tuple[str, str]], spoken: Words
) -> bytes:
    sheet = Sheet(assets, said, *A4)
    cards.on_sheets(sheet, said.venue, found)
    for at in range(0, len(rows), ROWS_A_PAGE):
        sheet.page()
        head = spoken.text(_("Qui reçoit quelle carte. À garder à l’accueil."))
        sheet.texts(Box(20, 12, 170, 14), [Line(head, 13, True)], is_high=True)
        for row, (number, name) in enumerate(rows[at : at + ROWS_A_PAGE]):
            y = 30 + row * ROW
            sheet.texts(Box(20, y, 28, ROW), [Line(number, 12, True)])
            sheet.texts(Box(50, y, 85, ROW), [Line(name, 11)])
            sheet.stroke(20, y + ROW, 190, y + ROW)
    return sheet.pdf()


def house_card(request: AnyRequest, one: MadeCard) -> Card:
    """A card to lend for a day: no name, it goes from hand to hand."""
    return Card(one.token, one.number, words(request).text(_("Prêtée pour la journée")), _found(request))


def _member_card(request: AnyRequest, one: MemberCard, *, with_name: bool) -> Card:
    name = f"{one.first_name} {one.last_name[:1]}." if with_name else ""
    return Card(one.token, one.number, name, _found(request))


async def person_card(request: AnyRequest, token: str, *, with_name: bool) -> Card:
    """The card of that code. Raises NotFound, Conflict."""
    number, name = await house(request).db.read(_card_behind, token)
    return Card(codec.clean(token), number, name if with_name else "", _found(request))


def _card_behind(reader: Reader, token: str) -> tuple[str, str]:
    reading = codec.read(token)
    badge = queries.badge_of(reader, reading) if reading.secret else None
    if badge is None or badge.kind != "card":
        raise NotFound("no_such_badge")
    if not badge.is_active:
        raise Conflict("badge_revoked")
    person, _badges = queries.badges_of(reader, badge.person_id)
    return badge.card_number, person.first_name


async def guest_ticket(request: AnyRequest, guest_id: int) -> tickets.Ticket:
    """What the pass of a guest says on paper. Raises NotFound, Conflict."""
    return await house(request).db.read(_ticket, guest_id, words(request))


def _ticket(reader: Reader, guest_id: int, spoken: Words) -> tickets.Ticket:
    row = passes.guest(reader, guest_id)
    if not row.is_active:
        raise Conflict("guest_pass_stopped")
    zone = next((one.name for one in zones(reader) if one.number == row.zone), "")
    span = [spoken.text(_("Du {moment}"), moment=spoken.moment(row.valid_from))]
    span.append(spoken.text(_("au {moment}"), moment=spoken.moment(row.valid_until)))
    lines = [line for line in (row.first_name, *span, zone) if line]
    return tickets.Ticket(guest_text(reader, row), spoken.text(_("Laissez-passer")), lines)


async def ticket_pdf(request: AnyRequest, wanted: str, ticket: tickets.Ticket) -> bytes:
    """A ticket in one of the formats."""
    said = about(request, ticket.title)
    return await _drawn(tickets.draw, request.app.state.assets, wanted, said, ticket, words(request))


async def _drawn(draw: Callable[..., bytes], *given: object) -> bytes:
    return await asyncio.to_thread(draw, *given)


def _title(request: AnyRequest) -> str:
    return words(request).text(_("Cartes"))


def _found(request: AnyRequest) -> str:
    settings = house(request).settings
    return cards.found_text(settings.venue_name, settings.venue_town, settings.phone, words(request))
