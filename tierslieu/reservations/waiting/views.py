"""What the pages of the waiting list show: frozen views, every text ready to read."""

from datetime import date

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.offers.letters import until_text
from tierslieu.reservations.offers.queries import open_for
from tierslieu.reservations.offers.queries import view as offer_view
from tierslieu.reservations.offers.schemas import Offer
from tierslieu.reservations.schemas import moment
from tierslieu.reservations.waiting import queries
from tierslieu.reservations.waiting.rules import Entry
from tierslieu.reservations.waiting.schemas import EntryView
from tierslieu.reservations.waiting.wording import STATES, what_text
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue


class Kept(msgspec.Struct, frozen=True):
    """A time that is kept now."""

    id: str
    what: str
    when: str
    until: str


class Line(msgspec.Struct, frozen=True):
    """An entry in words. `person` and `person_id` for staff only."""

    id: str
    what: str
    days: str
    hours: str
    rank: str
    state: str
    state_text: str
    is_open: bool
    kept: Kept | None
    person: str = ""
    person_id: str = ""


class Movable(msgspec.Struct, frozen=True):
    """A reservation for which an earlier time may be asked."""

    id: str
    text: str


class MinePage(msgspec.Struct, frozen=True):
    """« Ma liste d’attente »."""

    open: list[Line]
    over: list[Line]
    movable: list[Movable]


class Queue(msgspec.Struct, frozen=True):
    """Those who wait for the same thing."""

    what: str
    lines: list[Line]


def mine(reader: Reader, words: Words, person_id: int) -> MinePage:
    """The list of one person."""
    found = queries.of_person(reader, person_id)
    lines = lines_of(reader, words, found)
    waited = {one.reservation_id for one in found if one.is_open}
    here = venue(reader)
    movable = [
        Movable(
            show(one.id), f"{here.by_id[one.resource_id].name}, {words.day(one.starts_at)}, {words.hours(one.span)}"
        )
        for one in reservations.open_of(reader, person_id)
        if one.id not in waited and one.starts_at > reader.now
    ]
    return MinePage([one for one in lines if one.is_open], [one for one in lines if not one.is_open][:5], movable)


def by_target(reader: Reader, words: Words) -> list[Queue]:
    """Everybody who waits, by what they wait for, in the order of arrival: for staff."""
    found = queries.all_open(reader)
    names = {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, [e.person_id for e in found])}
    gathered: dict[str, list[Line]] = {}
    for entry, line in zip(found, lines_of(reader, words, found), strict=True):
        named = msgspec.structs.replace(line, person=names.get(entry.person_id, ""), person_id=show(entry.person_id))
        gathered.setdefault(entry.target, []).append(named)
    here = venue(reader)
    return [Queue(what_text(here, target, words), lines) for target, lines in gathered.items()]


def lines_of(reader: Reader, words: Words, entries: list[Entry]) -> list[Line]:
    """Entries in words: a fixed number of statements for any number of them."""
    here = venue(reader)
    is_open = [one for one in entries if one.is_open]
    kept = open_for(reader, [one.id for one in is_open])
    ranks = queries.ranks(reader, is_open)
    return [_line(here, words, one, kept.get(one.id), ranks.get(one.id, 0), reader.now) for one in entries]


def _line(here: VenueMap, words: Words, one: Entry, kept: Offer | None, rank: int, now: int) -> Line:
    what = what_text(here, one.target, words)
    if one.reservation_id is not None:
        what = words.text(_("Plus tôt : {what}"), what=what)
    ranked = words.text(_("place {rank} sur la liste"), rank=rank) if rank else ""
    return Line(
        show(one.id),
        what,
        days_text(one, words),
        words.text(
            _("{duration} entre {start} et {end}"),
            duration=words.duration(one.minutes * 60),
            start=words.minutes(one.from_minute),
            end=words.minutes(one.to_minute) if one.to_minute < 1440 else words.text(_("minuit")),
        ),
        ranked,
        one.state,
        words.text(STATES[one.state]),
        one.is_open,
        _kept(here, words, kept) if kept is not None and kept.is_open(now) else None,
    )


def _kept(here: VenueMap, words: Words, kept: Offer) -> Kept:
    name = here.by_id[kept.resource_id].name
    when = f"{words.day(kept.starts_at)}, {words.hours(kept.span)}"
    return Kept(show(kept.id), name, when, until_text(kept, words))


def days_text(one: Entry, words: Words) -> str:
    """« jeudi 26 novembre », or from one day to another."""
    first, last = date.fromisoformat(one.first_day), date.fromisoformat(one.last_day)
    if first == last:
        return words.day(first)
    return words.text(_("du {first} au {last}"), first=words.day(first), last=words.day(last))


def api_views(reader: Reader, entries: list[Entry]) -> list[EntryView]:
    """Entries for programs."""
    here, kept = venue(reader), open_for(reader, [one.id for one in entries])
    ranks = queries.ranks(reader, [one for one in entries if one.is_open])
    return [_api_view(here, one, kept.get(one.id), ranks.get(one.id, 0)) for one in entries]


def _api_view(here: VenueMap, one: Entry, kept: Offer | None, rank: int) -> EntryView:
    return EntryView(
        show(one.id),
        one.target,
        date.fromisoformat(one.first_day),
        date.fromisoformat(one.last_day),
        one.from_minute,
        one.to_minute,
        one.minutes,
        one.people,
        one.state,
        rank,
        one.alerts,
        moment(one.until_at),
        show(one.reservation_id) if one.reservation_id is not None else None,
        offer_view(here, kept) if kept is not None else None,
    )
