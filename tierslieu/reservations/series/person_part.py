"""Series on the pages of others: on a person's page, and on the page of one reservation."""

from datetime import date

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.queries import stored
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.series import queries, views
from tierslieu.reservations.series.lists import series_lines
from tierslieu.reservations.series.rules import read_rule
from tierslieu.reservations.series.schemas import Occurrence
from tierslieu.reservations.series.wording import rule_text

MOST = 10


class PersonPart(msgspec.Struct, frozen=True):
    """Those that go on, the newest first."""

    lines: list[views.SeriesLine]


def person_part(reader: Reader, words: Words, person_id: int) -> PersonPart:
    """The series of a person that are not ended."""
    found = [one for one in queries.of_person(reader, person_id) if one.state == "active"]
    return PersonPart([line for line in series_lines(reader, words, found[:MOST]) if line.state != "done"])


class ReservationPart(msgspec.Struct, frozen=True):
    """To which series a reservation belongs; `day` is the date by which the series knows it, "" once it is over."""

    series_id: str
    name: str
    rule: str
    day: str


def reservation_part(reader: Reader, words: Words, reservation_id: int) -> ReservationPart | None:
    """What the page of one date of a series says of it; nothing for any other reservation."""
    one = stored(reader, reservation_id)
    if one.series_id is None:
        return None
    found = reader.row(queries.BY_ID, id=one.series_id)
    if found is None:
        return None
    days = [each.day for each in queries.occurrences(reader, found.id) if _is(each, one)]
    rule = rule_text(read_rule(found.rule), date.fromisoformat(found.first_day), words)
    return ReservationPart(show(found.id), found.title, rule, days[0].isoformat() if days else "")


def _is(each: Occurrence, one: Stored) -> bool:
    return each.is_alive and each.reservation is not None and each.reservation.id == one.id
