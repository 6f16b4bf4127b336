"""One reservation of the planning: who, what for, at what price, and the form that moves it."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.reservations import queries
from tierslieu.reservations.api import day_of
from tierslieu.reservations.pages import CLOCK, minutes_of
from tierslieu.reservations.planning.views import href
from tierslieu.reservations.schemas import ID_PATTERN, KEY_PATTERN
from tierslieu.reservations.wording import STATES
from tierslieu.venue.queries import venue

SYMBOLS = {"requested": "hourglass", "confirmed": "clock", "checked_in": "door-open"}


class MoveForm(BaseModel):
    """Where a reservation goes, and which version of it was seen."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    version: Annotated[int, Field(ge=0)]
    resource: Annotated[str, Field(pattern=KEY_PATTERN)]
    date: Annotated[str, Field(max_length=10)]
    start: Annotated[str, Field(alias="from", pattern=CLOCK)]
    end: Annotated[str, Field(alias="to", pattern=CLOCK)]

    def span(self, zone: Zone, now: int) -> Span:
        """The span of the wall clock. Raises Invalid."""
        day = day_of(self.date, zone, now)
        return Span(zone.instant(day, minutes_of(self.start)), zone.instant(day, minutes_of(self.end)))


class OnePage(msgspec.Struct, frozen=True):
    """The page. `version` is what a move must still find."""

    id: str
    version: int
    person: str
    person_id: str
    resource: str
    when: str
    state: str
    state_text: str
    symbol: str
    facts: list[tuple[str, str]]
    resources: list[Choice]
    typed: dict[str, str]
    back: str
    can_move: bool
    can_cancel: bool
    can_arrive: bool


def one_page(reader: Reader, reservation_id: int, typed: Mapping[str, str], words: Words) -> OnePage:
    """One reservation as it is now, with what was typed into its form. Raises NotFound."""
    here, one = venue(reader), queries.stored(reader, reservation_id)
    resource, person = here.by_id[one.resource_id], known(reader, one.person_id)
    day = words.zone.date(one.starts_at)
    given = {
        "date": day.isoformat(),
        "from": words.clock(one.starts_at),
        "to": words.clock(one.ends_at),
        "resource": resource.key,
    }
    kept = {name: typed.get(name, text) for name, text in given.items()}
    facts = [(words.text(_("Personnes")), str(one.people)), (words.text(_("Prix")), words.money(one.price_cents))]
    if one.title:
        facts.insert(0, (words.text(_("Pour")), one.title))
    return OnePage(
        show(one.id),
        one.sequence,
        f"{person.first_name} {person.last_name}" if person else words.text(_("Personne effacée")),
        show(one.person_id),
        resource.name,
        f"{words.day(day, 'year')}, {words.hours(one.span)}",
        one.state,
        words.text(STATES[one.state]),
        SYMBOLS.get(one.state, "check"),
        facts,
        [
            Choice(each.key, each.name, each.key == kept["resource"])
            for each in here.resources
            if each.is_bookable or each.id == resource.id
        ],
        kept,
        href(day),
        one.state in ("requested", "confirmed"),
        one.is_active and one.state != "checked_in",
        one.state == "confirmed" and day == words.zone.date(reader.now),
    )
