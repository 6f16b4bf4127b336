"""What the pages of requests show: frozen views, every text ready to read."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations.approvals import queries, rules
from tierslieu.reservations.approvals.actions import request
from tierslieu.reservations.approvals.letters import alternatives
from tierslieu.reservations.approvals.rules import Waiting
from tierslieu.reservations.approvals.schemas import RequestView
from tierslieu.reservations.offers.letters import until_text
from tierslieu.reservations.offers.queries import open_for
from tierslieu.reservations.offers.schemas import Offer
from tierslieu.reservations.scene import Asker
from tierslieu.reservations.schemas import Stored, moment
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

TIMES = {
    "held": _("Créneau gardé"),
    "free": _("Libre, pas gardé"),
    "taken": _("Pris depuis"),
}
DONE = {
    "accord": _("C’est accordé. La personne est prévenue."),
    "refus": _("C’est refusé. La personne est prévenue."),
    "propose": _("C’est proposé. La personne peut accepter d’un geste."),
    "reponses": _("Les réponses sont parties."),
}


class Line(msgspec.Struct, frozen=True):
    """A request in words. `time` is held, free or taken; `rivals` are the others who want the same."""

    id: str
    resource: str
    when: str
    person: str
    person_id: str
    size: str
    title: str
    price: str
    asked: str
    until: str
    time: str
    time_text: str
    rivals: list[str]
    proposed: str


class Group(msgspec.Struct, frozen=True):
    """Requests that stand in each other's way, or one alone."""

    lines: list[Line]


class Fields(msgspec.Struct, frozen=True):
    """A proposal as its form needs it, and in words."""

    key: str
    date: str
    start: str
    end: str
    text: str


class RequestPage(msgspec.Struct, frozen=True):
    """One request, and what could be proposed instead."""

    line: Line
    instead: list[Fields]
    resources: list[tuple[str, str]]
    typed: Fields


class Facts(msgspec.Struct, frozen=True):
    """What lines are made of, loaded once for all of them."""

    here: VenueMap
    names: dict[int, str]
    times: dict[int, str]
    rivals: dict[int, list[int]]
    proposed: dict[int, Offer]
    found: dict[int, Waiting]


def facts_of(reader: Reader, found: list[Waiting]) -> Facts:
    """A fixed number of statements, however many requests there are."""
    here, ones = venue(reader), [each.one for each in found]
    people = known_among(reader, [one.person_id for one in ones])
    return Facts(
        here,
        {one.id: f"{one.first_name} {one.last_name}" for one in people},
        queries.times(reader, ones),
        rules.rivalries(ones, here.by_id),
        open_for(reader, [one.id for one in ones]),
        {each.one.id: each for each in found},
    )


def queue(reader: Reader, who: Actor, words: Words, settings: Settings) -> list[Group]:
    """The requests that somebody may answer, soonest first, rivals beside each other."""
    found = queries.waiting_for(reader, who)
    facts, seen, groups = facts_of(reader, found), set[int](), []
    for each in found:
        if each.one.id not in seen:
            together = _together(each.one.id, facts.rivals)
            seen |= set(together)
            groups.append(Group([line(facts, facts.found[id_], words, settings) for id_ in together]))
    return groups


def _together(start: int, rivals: dict[int, list[int]]) -> list[int]:
    """A request with its rivals, and theirs, in order of arrival."""
    found, front = {start}, [start]
    while front:
        front = [other for id_ in front for other in rivals[id_] if other not in found]
        found |= set(front)
    return sorted(found)


def line(facts: Facts, each: Waiting, words: Words, settings: Settings) -> Line:
    """One request in words."""
    one, here = each.one, facts.here
    resource, time = here.by_id[one.resource_id], facts.times[one.id]
    ends = queries.lapse_of(resource, each, settings)
    proposed = facts.proposed.get(one.id)
    return Line(
        show(one.id),
        resource.name,
        when_text(one, words),
        facts.names.get(one.person_id, ""),
        show(one.person_id),
        words.plural("{count} personne", "{count} personnes", one.people),
        one.title,
        words.money(one.price_cents),
        words.moment(each.created_at),
        words.moment(ends),
        time,
        words.text(TIMES[time]),
        [_rival(facts, id_, words) for id_ in facts.rivals[one.id]],
        _proposed(here, proposed, words) if proposed is not None else "",
    )


def _rival(facts: Facts, id_: int, words: Words) -> str:
    other = facts.found[id_].one
    return f"{facts.names.get(other.person_id, '')}, {words.hours(other.span)}"


def _proposed(here: VenueMap, one: Offer, words: Words) -> str:
    when = f"{words.day(one.starts_at)}, {words.hours(one.span)}"
    text = _("Proposé : {resource}, {when} ; réponse attendue jusqu’à {until}")
    return words.text(text, resource=here.by_id[one.resource_id].name, when=when, until=until_text(one, words))


def when_text(one: Stored, words: Words) -> str:
    """« vendredi 4 décembre, 9 h – 12 h »."""
    return f"{words.day(one.starts_at)}, {words.hours(one.span)}"


def request_page(reader: Reader, who: Actor, reservation_id: int, words: Words, settings: Settings) -> RequestPage:
    """One request that somebody may answer, beside its rivals. Raises NotFound for others."""
    one = request(reader, reservation_id)
    facts = facts_of(reader, queries.waiting_for(reader, who))
    here = facts.here
    each = facts.found.get(one.id)
    if each is None:
        raise NotFound("no_such_request")
    asker = Asker(has_authority=True)  # what is free: who answers may pass over what the person has used up
    instead = [
        Fields(
            found.resource.key,
            words.zone.date(found.span.start).isoformat(),
            words.clock(found.span.start),
            words.clock(found.span.end),
            f"{found.resource.name}, {words.day(found.span.start)}, {words.hours(found.span)}",
        )
        for found in alternatives(reader, one, asker)
    ]
    own = here.by_id[one.resource_id]
    day = words.zone.date(one.starts_at).isoformat()
    typed = Fields(own.key, day, words.clock(one.starts_at), words.clock(one.ends_at), "")
    resources = [(resource.key, resource.name) for resource in [own, *here.alternatives(own)]]
    return RequestPage(line(facts, each, words, settings), instead, resources, typed)


def api_views(reader: Reader, who: Actor, settings: Settings) -> list[RequestView]:
    """The requests that somebody may answer, for programs."""
    found = queries.waiting_for(reader, who)
    facts = facts_of(reader, found)
    return [_api_view(facts, each, settings) for each in found]


def _api_view(facts: Facts, each: Waiting, settings: Settings) -> RequestView:
    one = each.one
    resource = facts.here.by_id[one.resource_id]
    return RequestView(
        show(one.id),
        show(one.person_id),
        resource.key,
        resource.name,
        moment(one.starts_at),
        moment(one.ends_at),
        one.people,
        one.title,
        one.price_cents,
        moment(each.created_at),
        moment(queries.lapse_of(resource, each, settings)),
        facts.times[one.id],
        [show(id_) for id_ in facts.rivals[one.id]],
    )
