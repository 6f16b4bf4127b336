"""What the pages of closures show, in words."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.actions import CLOSE
from tierslieu.reservations.closures import queries, rules
from tierslieu.reservations.closures.schemas import StoredClosure, StoredDisplacement
from tierslieu.reservations.offers.queries import among_ids
from tierslieu.reservations.offers.schemas import Offer
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

EVERYTHING = "*"
"""How forms name the whole house."""
KINDS = {"closure": _("Fermeture"), "maintenance": _("Entretien ou panne")}
ANSWERS = {
    "open": _("Proposé, pas encore de réponse"),
    "taken": _("Accepté"),
    "declined": _("Refusé : à rappeler"),
    "lapsed": _("Sans réponse : à rappeler"),
    "void": _("Plus possible : à rappeler"),
    "none": _("Rien d’équivalent : à appeler"),
}


class ClosureLine(msgspec.Struct, frozen=True):
    """One closure in words. `state` is now or later; `can_change` for who may lift it."""

    id: str
    name: str
    when: str
    reason: str
    kind: str
    is_now: bool
    can_change: bool


class LostLine(msgspec.Struct, frozen=True):
    """One displaced reservation, for staff: whose, what, and what they get instead."""

    person: str
    person_id: str
    resource: str
    when: str
    instead: str
    state: str
    state_text: str
    offer: str


class Preview(msgspec.Struct, frozen=True):
    """What a closure would do. `seen` is a digest of whom it displaces: what is confirmed is what was seen."""

    lost: list[LostLine]
    kept: int
    seen: str


class ClosurePage(msgspec.Struct, frozen=True):
    """One closure and whom it displaced."""

    line: ClosureLine
    lost: list[LostLine]
    date: str
    clock: str


def closure_lines(reader: Reader, who: Actor, words: Words) -> list[ClosureLine]:
    """What is closed now and later, soonest first."""
    here = venue(reader)
    return [line(here, one, who, words, reader.now) for one in queries.to_come(reader)]


def line(here: VenueMap, one: StoredClosure, who: Actor, words: Words, now: int) -> ClosureLine:
    """A closure in words."""
    place = queries.place_of(here, one)
    is_over = bool(one.lifted_at) or one.ends_at <= now
    return ClosureLine(
        show(one.id),
        place_text(here, place, words),
        when_text(one.span, words),
        one.reason,
        words.text(KINDS[one.kind]),
        one.starts_at <= now < one.ends_at and not one.lifted_at,
        not is_over and rules.may(who, here, place, CLOSE),
    )


def place_text(here: VenueMap, place: str, words: Words) -> str:
    """What people call a place."""
    kind, _colon, key = place.partition(":")
    if place == rules.HOUSE:
        return words.text(_("Tout le lieu"))
    if kind == "site":
        return words.text(_("Site « {site} », en entier"), site=key)
    if kind == "space":
        return next((one.name for one in here.spaces.values() if one.key == key), key)
    return here.by_key[key].name if key in here.by_key else key


def when_text(span: Span, words: Words) -> str:
    """From, until: on one day, or over several."""
    first, last = words.zone.date(span.start), words.zone.date(span.end - 1)
    if Span(words.zone.day(first).start, words.zone.day(last).end) == span:
        days = {"first": words.day(first, "year"), "last": words.day(last, "year")}
        return days["first"] if first == last else words.text(_("du {first} au {last} inclus"), **days)
    if first == last:
        return f"{words.day(first, 'year')}, {words.hours(span)}"
    return words.text(_("du {start} au {end}"), start=words.moment(span.start), end=words.moment(span.end))


def choices(here: VenueMap, who: Actor, chosen: str, words: Words) -> list[Choice]:
    """The places that somebody may close: the house, sites, spaces, then single resources."""
    spaces = list(here.spaces.values())
    places = [
        rules.HOUSE,
        *(f"site:{key}" for key in dict.fromkeys(one.site for one in spaces)),
        *(f"space:{one.key}" for one in spaces),
        *(f"resource:{one.key}" for one in here.resources if not one.parts),
    ]
    return [
        Choice(place or EVERYTHING, place_text(here, place, words), (place or EVERYTHING) == chosen)
        for place in places
        if rules.may(who, here, place, CLOSE) and _is_real(here, place)
    ]


def _is_real(here: VenueMap, place: str) -> bool:
    return bool(rules.units_of(here, place))


def preview(reader: Reader, displaced: Sequence[int], kept: int, words: Words) -> Preview:
    """Whom a closure displaces, as it stands in the transaction that is going to be undone."""
    rows = [row for one in displaced if (row := queries.displacement_of(reader, one)) is not None]
    return Preview(lost_lines(reader, rows, words), kept, digest(displaced))


def digest(displaced: Iterable[int]) -> str:
    """A short name of a set of reservations."""
    return hashlib.sha256(",".join(map(str, sorted(displaced))).encode()).hexdigest()[:16]


def closure_page(reader: Reader, closure_id: int, who: Actor, words: Words) -> ClosurePage:
    """One closure. Raises NotFound."""
    here, one = venue(reader), queries.stored(reader, closure_id)
    lost = lost_lines(reader, queries.displaced_by(reader, closure_id), words)
    day = words.zone.date(one.ends_at)
    shown = line(here, one, who, words, reader.now)
    return ClosurePage(shown, lost, day.isoformat(), words.clock(one.ends_at))


def lost_lines(reader: Reader, rows: Sequence[StoredDisplacement], words: Words) -> list[LostLine]:
    """Displaced reservations in words: four statements, however many they are."""
    here = venue(reader)
    ones = {one.id: one for one in reservations.stored_among(reader, [row.reservation_id for row in rows])}
    names = {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, [r.person_id for r in rows])}
    offers = among_ids(reader, [row.offer_id for row in rows if row.offer_id is not None])
    found = []
    for row in sorted(rows, key=lambda row: ones[row.reservation_id].starts_at):
        one, offer = ones[row.reservation_id], offers.get(row.offer_id or 0)
        state = "none" if offer is None else _state(offer, reader.now)
        found.append(
            LostLine(
                names.get(row.person_id, ""),
                show(row.person_id),
                here.by_id[one.resource_id].name,
                f"{words.day(one.starts_at)}, {words.hours(one.span)}",
                _instead(here, one.span, offer, words),
                state,
                words.text(ANSWERS[state]),
                show(offer.id) if offer is not None and state == "open" else "",
            )
        )
    return found


def _state(offer: Offer, now: int) -> str:
    return "lapsed" if offer.state == "open" and not offer.is_open(now) else offer.state


def _instead(here: VenueMap, former: Span, offer: Offer | None, words: Words) -> str:
    if offer is None:
        return ""
    resource = here.by_id[offer.resource_id].name
    if offer.span == former:
        return words.text(_("{resource}, mêmes heures"), resource=resource)
    return f"{resource}, {words.day(offer.starts_at)}, {words.hours(offer.span)}"
