"""What the pages of presence show: frozen views, every text ready to read."""

import msgspec

from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries as core
from tierslieu.reservations.availability import Run
from tierslieu.reservations.presence import queries, rules
from tierslieu.reservations.presence.letters import consequence
from tierslieu.reservations.rules import Booking, Wish
from tierslieu.reservations.scene import Asker, Scene, scene
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.standing import queries as standing
from tierslieu.reservations.standing.rules import look_back
from tierslieu.reservations.wording import STATES
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

KINDS = {"confirmed": "free", "checked_in": "running", "missed": "fault", "requested": "waiting"}
SYMBOLS = {"confirmed": "clock", "checked_in": "door-open", "missed": "triangle-alert", "requested": "hourglass"}


class Acts(msgspec.Struct, frozen=True):
    """One reservation of somebody and what they may do about it now. `delays` are minutes."""

    id: str
    resource: str
    hours: str
    state_text: str
    kind: str
    symbol: str
    note: str
    can_arrive: bool
    can_leave: bool
    delays: tuple[int, ...]

    @property
    def is_idle(self) -> bool:
        """True when there is nothing to do."""
        return not (self.can_arrive or self.can_leave or self.delays)


class Offer(msgspec.Struct, frozen=True):
    """A time that can be had at once."""

    start: int
    end: int
    text: str


class HerePage(msgspec.Struct, frozen=True):
    """A place, now: what it is, whether it is free, what one may do. `state` is free or taken."""

    code: str
    resource: str
    space: str
    state: str
    headline: str
    next_text: str
    mine: list[Acts]
    offers: list[Offer]
    is_request: bool
    sign_in_href: str


class MissedLine(msgspec.Struct, frozen=True):
    """A no-show that counts."""

    id: str
    text: str


class PersonPart(msgspec.Struct, frozen=True):
    """Presence on a person's page: what to do today, the no-shows that count, and what they lead to."""

    today: list[Acts]
    missed: list[MissedLine]
    standing_text: str


def acts(reader: Reader, one: Stored, words: Words) -> Acts:
    """A reservation with what may be done about it now."""
    resource, policy, now = queries.resource_of(reader, one), standing.policy(reader), reader.now
    kept = queries.kept_until(reader, one)
    is_late = one.state == "confirmed" and one.late_until > now
    notes = []
    if one.state == "confirmed" and kept is not None and now < kept:
        notes.append(words.text(_("Place gardée jusqu’à {hour}."), hour=words.hour(kept)))
    if is_late:
        notes.append(words.text(_("Retard annoncé.")))
    return Acts(
        show(one.id),
        resource.name,
        words.hours(one.span),
        words.text(STATES[one.state]),
        KINDS.get(one.state, "done"),
        SYMBOLS.get(one.state, "check"),
        " ".join(notes),
        rules.can_arrive(one.state, one.span, now),
        rules.can_leave(one.state, one.span, now),
        rules.delays(policy) if rules.can_be_late(one.state, one.span, kept, now) else (),
    )


def here_page(reader: Reader, code: str, person_id: int | None, words: Words) -> HerePage:
    """The page of a code: this very resource, now."""
    resource = queries.resource_of_code(reader, code)
    asker = Asker(person_id)
    today = venue(reader).zone.day(venue(reader).zone.date(reader.now))
    found = scene(reader, asker, [resource], today)
    mine = queries.here_now(reader, person_id, resource) if person_id is not None else []
    run = next((each for each in found.free(resource, today) if each.span.holds(reader.now)), None)
    offers = [] if run is None or mine else _offers(reader, found, resource, run, words)
    headline = _headline(reader, found, resource, run, words)
    return HerePage(
        code,
        resource.name,
        resource.space.name,
        "taken" if run is None else "free",
        headline,
        _next_text(found, resource, today, words) if run is None else "",
        [acts(reader, one, words) for one in mine],
        offers,
        found.venue.by_key[resource.key].needs_approval,
        f"/connexion?next=/ici/{code}" if person_id is None else "",
    )


def _headline(reader: Reader, found: Scene, resource: ResourceFacts, run: Run | None, words: Words) -> str:
    if run is not None:
        return words.text(_("Libre jusqu’à {hour}"), hour=words.hour(run.span.end))
    now = Span(reader.now, reader.now + 1)
    opened = any(each.holds(reader.now) for each in found.venue.hours(resource, words.zone.date(reader.now)))
    if not opened:
        return words.text(_("Fermé en ce moment"))
    taken = [each.end for spans in found.facts.busy.values() for each in spans if each.overlaps(now)]
    if taken:
        return words.text(_("Occupé jusqu’à {hour}"), hour=words.hour(min(taken)))
    return words.text(_("Ne se réserve pas sur place en ce moment"))


def _next_text(found: Scene, resource: ResourceFacts, today: Span, words: Words) -> str:
    later = [each.span.start for each in found.free(resource, today) if each.span.start > found.now]
    return words.text(_("Libre à partir de {hour}"), hour=words.hour(min(later))) if later else ""


def _offers(reader: Reader, found: Scene, resource: ResourceFacts, run: Run, words: Words) -> list[Offer]:
    """What is offered in one tap: decided as the wish itself will be, so that nothing shown is refused."""
    spans = rules.spans_at_once(run.span, run.least, resource.grid_minutes, reader.now)
    return [
        Offer(each.start, each.end, words.text(_("Jusqu’à {hour}"), hour=words.hour(each.end)))
        for each in spans
        if isinstance(found.judge(reader, wish_for(found, resource, each)), Booking)
    ]


def wish_for(found: Scene, resource: ResourceFacts, span: Span) -> Wish:
    """The wish of one tap: as few people as the place asks for."""
    return Wish(resource, span, max(1, found.venue.by_key[resource.key].min_people))


def person_part(reader: Reader, words: Words, person_id: int) -> PersonPart | None:
    """Presence on a person's page; None when there is nothing to say."""
    policy = standing.policy(reader)
    window = Span(reader.now, reader.now + rules.LATE_FROM)
    today = [acts(reader, one, words) for one in core.around(reader, person_id, window)]
    known = venue(reader).by_id
    missed = [
        MissedLine(show(id_), f"{known[resource_id].name}, {words.moment(start)}")
        for id_, resource_id, start in standing.missed_by(reader, person_id, reader.now - look_back(policy))
    ]
    follows = standing.standing(reader, person_id)
    part = PersonPart([one for one in today if not one.is_idle], missed, consequence(follows, words) if follows else "")
    return part if part.today or part.missed else None


def own_part(reader: Reader, words: Words, reservation_id: int) -> Acts | None:
    """What somebody may do about their reservation now, on its page; None when there is nothing to do."""
    one = core.stored(reader, reservation_id)
    if not one.is_active or reader.now < one.starts_at - rules.LATE_FROM:
        return None
    found = acts(reader, one, words)
    return None if found.is_idle else found
