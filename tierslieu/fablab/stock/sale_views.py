"""Sales of material as pages and programs show them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from tierslieu.basics.ids import show
from tierslieu.fablab.stock import rules, wording
from tierslieu.fablab.stock.queries import Sale
from tierslieu.fablab.stock.schemas import SaleView
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among


class SaleLine(msgspec.Struct, frozen=True):
    """A sale in a list; `who` for staff, `person` the id of their page."""

    id: str
    what: str
    when: str
    price: str
    look: str
    state_text: str
    who: str
    person: str
    is_due: bool


def sale_view(one: Sale) -> SaleView:
    """A sale for programs."""
    quantity, made = rules.shown(one.kind, one.amount), datetime.fromtimestamp(one.made_at, UTC)
    unit = wording.unit_of(one.kind)
    return SaleView(show(one.id), one.number, one.name, quantity, unit, one.cents, one.state, made)


def sale_lines(reader: Reader, found: Sequence[Sale], words: Words, *, is_staff: bool) -> list[SaleLine]:
    """Sales in words, with names for staff."""
    names: dict[int, str] = {}
    if is_staff:
        people = known_among(reader, sorted({one.person_id for one in found}))
        names = {one.id: f"{one.first_name} {one.last_name}" for one in people}
    looks = {"due": "waiting", "settled": "done", "waived": "taken"}
    return [
        SaleLine(
            show(one.id),
            f"{wording.amount(words, one.kind, one.amount)}, {one.name}",
            words.day(one.made_at, "short"),
            words.money(one.cents),
            looks[one.state],
            words.text(wording.SALES[one.state]),
            names.get(one.person_id, ""),
            show(one.person_id),
            one.state == "due",
        )
        for one in found
    ]
