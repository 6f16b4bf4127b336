"""What the search page shows: frozen views, every text ready to read. Pure."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec

from tierslieu.basics.spans import MINUTE, Span
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _
from tierslieu.reservations.rules import price_cents
from tierslieu.reservations.search.asking import LENGTHS, Asked
from tierslieu.reservations.search.matching import Found, Search
from tierslieu.reservations.search.queries import Answer
from tierslieu.reservations.search.rules import Proposal
from tierslieu.reservations.views import Choice
from tierslieu.venue.facts import ACCESS, EQUIPMENT
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.wording import ACCESS as ACCESS_WORDS
from tierslieu.venue.wording import equipment_text

KIND_WORDS: Final[Mapping[str, str]] = {
    "": _("Tout"),
    "seat": _("Un poste de travail"),
    "room": _("Une salle"),
    "workstation": _("Un ordinateur"),
    "machine": _("Une machine"),
    "loan_item": _("Du matériel à emprunter"),
    "staff_time": _("Le temps d’une personne"),
}
PART_WORDS: Final[Mapping[str, str]] = {
    "": _("Toute la journée"),
    "morning": _("Le matin"),
    "afternoon": _("L’après-midi"),
    "evening": _("Le soir"),
}
PROPOSAL_WORDS: Final[Mapping[str, str]] = {
    "shift": _("À une autre heure"),
    "shorter": _("Plus court"),
    "longer": _("Plus long : la durée la plus courte permise"),
    "resource": _("Ailleurs, à la même heure"),
    "day": _("Un autre jour"),
    "split": _("En deux lieux, l’un après l’autre"),
}
LACKING: Final = _("Sans tout l’équipement demandé")
FIRST_HOUR, LAST_HOUR = 8 * 60, 22 * 60


class Tag(msgspec.Struct, frozen=True):
    """A box to tick: equipment or an accessibility fact."""

    value: str
    label: str
    checked: bool


class Form(msgspec.Struct, frozen=True):
    """The form, as it was filled."""

    date: str
    min_date: str
    starts: list[Choice]
    ends: list[Choice]
    lengths: list[Choice]
    parts: list[Choice]
    people: str
    kinds: list[Choice]
    equipment: list[Tag]
    access: list[Tag]
    errors: dict[str, str]
    pour: str
    has_more: bool


class Line(msgspec.Struct, frozen=True):
    """Something free. `href` leads to its confirmation; `both` are the fields of a form that reserves two at once."""

    title: str
    label: str
    weekday: str
    day: str
    month: str
    when: str
    details: str
    note: str
    href: str
    action: str
    both: dict[str, str]


class SearchPage(msgspec.Struct, frozen=True):
    """« Trouver un créneau »."""

    form: Form
    is_asked: bool
    summary: str
    found: list[Line]
    close: list[Line]
    wait_href: str = ""
    """Where one may ask to be told when it becomes free after all."""


def form_of(asked: Asked, venue: VenueMap, words: Words, errors: Mapping[str, str], now: int) -> Form:
    """The form with what was asked; only equipment and accessibility facts that exist here are offered."""
    today = words.zone.date(now).isoformat()
    lengths = {str(each): words.duration(each * MINUTE) for each in LENGTHS}
    told = {name: sentence(words, code, {}) for name, code in errors.items()}
    open_ = [one for one in venue.resources if one.is_bookable]
    tags = ({tag for one in open_ for tag in one.equipment} & set(EQUIPMENT)) | set(asked.equipment)
    access = {fact for one in open_ for fact in one.space.access} | set(asked.access)
    return Form(
        asked.date or today,
        today,
        hour_choices(words, asked.start),
        hour_choices(words, asked.end),
        _choices({"": words.text("Toute la plage"), **lengths}, asked.minutes),
        _choices({part: words.text(text) for part, text in PART_WORDS.items()}, asked.part),
        asked.people or "1",
        _choices({kind: words.text(text) for kind, text in KIND_WORDS.items()}, asked.kind),
        sorted(
            (Tag(tag, equipment_text(words, tag), tag in asked.equipment) for tag in tags), key=lambda tag: tag.label
        ),
        [Tag(fact, words.text(ACCESS_WORDS[fact]), fact in asked.access) for fact in ACCESS if fact in access],
        told,
        asked.pour,
        bool(asked.equipment or asked.access),
    )


def hour_choices(words: Words, chosen: str) -> list[Choice]:
    """The hours of a list; the one that was asked stays in it whatever it is."""
    clocks = [f"{at // 60:02d}:{at % 60:02d}" for at in range(FIRST_HOUR, LAST_HOUR + 1, 30)]
    return _choices(
        {"": words.text("Peu importe"), **{clock: words.minutes(_minutes(clock)) for clock in clocks}}, chosen
    )


def _choices(named: Mapping[str, str], chosen: str) -> list[Choice]:
    known = {**named} if chosen in named else {**named, chosen: chosen}
    return [Choice(value, label, value == chosen) for value, label in known.items()]


def _minutes(clock: str) -> int:
    hour, _sign, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def search_page(form: Form, search: Search | None, answer: Answer | None, asked: Asked, words: Words) -> SearchPage:
    """The whole page; without a search, the form alone."""
    if search is None or answer is None:
        return SearchPage(form, False, "", [], [])
    found = [found_line(one, search, asked, words) for one in answer.found]
    close = [proposal_line(one, answer, search, asked, words) for one in answer.alternatives]
    wait = ""
    if answer.best is not None and search.is_exact:
        wait = wish_href(answer.best, search.window, search, asked, words, "/attente/nouvelle")
    return SearchPage(form, True, _summary(answer, words), found, close, wait)


def _summary(answer: Answer, words: Words) -> str:
    if answer.found:
        return words.plural("{count} possibilité", "{count} possibilités", len(answer.found))
    if not answer.count:
        return words.text("Rien ici ne répond à ces critères, quelle que soit l’heure. Demandez conseil à l’accueil.")
    if answer.alternatives:
        return words.text("Rien n’est libre exactement comme demandé. Voici ce qui s’en approche.")
    return words.text("Rien n’est libre à ce moment-là, ni les jours suivants. Essayez un autre jour.")


def found_line(one: Found, search: Search, asked: Asked, words: Words) -> Line:
    """One result."""
    note = words.text("À confirmer par l’accueil") if one.state == "requested" else ""
    return _line(one.resource, one.span, "", note, wish_href(one.resource, one.span, search, asked, words), words)


def proposal_line(one: Proposal, answer: Answer, search: Search, asked: Asked, words: Words) -> Line:
    """One alternative: what changes is said first."""
    is_lacking = one.kind == "resource" and one.given_up
    label = words.text(LACKING if is_lacking else PROPOSAL_WORDS[one.kind])
    is_request = any(answer.state_of(resource) == "requested" for resource, _span in one.parts)
    notes = [words.text("À confirmer par l’accueil")] if is_request else []
    if one.given_up:
        missing = ", ".join(equipment_text(words, tag).lower() for tag in one.given_up)
        notes.insert(0, words.text("Sans : {equipment}", equipment=missing))
    href = wish_href(one.resource, one.span, search, asked, words)
    line = _line(one.resource, one.span, label, ". ".join(notes), href, words)
    if one.second is None or one.second_span is None:
        return line
    both = words.text("{first} puis {second}", first=one.resource.name, second=one.second.name)
    hours = ", ".join(words.text("{hours} : {name}", hours=words.hours(span), name=r.name) for r, span in one.parts)
    cents = sum(price_cents(resource, span) for resource, span in one.parts)
    fields = both_fields(one, search, asked, words)
    details = f"{one.resource.space.name}, {words.money(cents)}"
    return msgspec.structs.replace(
        line, title=both, when=hours, details=details, href="", action="/recherche/deux-lieux", both=fields
    )


def _line(resource: ResourceFacts, span: Span, label: str, note: str, href: str, words: Words) -> Line:
    size = words.plural("{count} place", "{count} places", resource.capacity)
    count = len(resource.units) if resource.pick == "one" else 0
    size = words.plural("{count} poste", "{count} postes", count) if count else size
    place = "" if resource.space.name == resource.name else f"{resource.space.name}, "
    return Line(
        resource.name,
        label,
        words.day(span.start, "weekday"),
        str(words.zone.date(span.start).day),
        words.day(span.start, "month"),
        words.hours(span),
        f"{place}{size}, {words.money(price_cents(resource, span))}",
        note,
        href,
        "",
        {},
    )


def wish_fields(resource: ResourceFacts, span: Span, people: int, words: Words) -> dict[str, str]:
    """The fields of the page that confirms a wish."""
    return {
        "resource": resource.key,
        "date": words.zone.date(span.start).isoformat(),
        "from": words.clock(span.start),
        "to": ending(span.end, words),
        "people": str(people),
    }


def wish_href(
    resource: ResourceFacts, span: Span, search: Search, asked: Asked, words: Words, path: str = "/reserver"
) -> str:
    """Where a wish is confirmed: the second of two taps."""
    fields = wish_fields(resource, span, search.people, words)
    mark = "#choice" if path == "/reserver" else ""
    return f"{path}?{urlencode({**fields, **({'pour': asked.pour} if asked.pour else {})})}{mark}"


def ending(instant: int, words: Words) -> str:
    """The clock at which something ends: midnight ends its day."""
    clock = words.clock(instant)
    return "24:00" if clock == "00:00" else clock


def both_fields(one: Proposal, search: Search, asked: Asked, words: Words) -> dict[str, str]:
    """The fields of the form that reserves two resources, one after the other."""
    second = one.second or one.resource
    fields = wish_fields(one.resource, one.span, search.people, words)
    end = one.second_span.end if one.second_span else one.span.end
    more = {"second": second.key, "until": ending(end, words), "pour": asked.pour}
    return {name: value for name, value in {**fields, **more}.items() if value}
