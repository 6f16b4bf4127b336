"""From sets of rules to what their pages show, in words."""

from collections.abc import Iterable, Mapping

import msgspec

from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.telling import Choice
from tierslieu.http.wording import reason_text
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.plans.queries import plan_views
from tierslieu.people.persons.queries import known_among
from tierslieu.people.roles.wording import LABELS
from tierslieu.reservations.terms import queries, wording
from tierslieu.reservations.terms.replay import Replay
from tierslieu.reservations.terms.rules import NO_PLAN, Line, rule_of
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

SHOWN = 100


class LineText(msgspec.Struct, frozen=True):
    """A line in words."""

    id: str
    target: str
    audience: str
    name: str
    value: str


class SetLine(msgspec.Struct, frozen=True):
    """A set in a list."""

    id: str
    name: str
    state: str
    state_text: str
    since: str


class SetPage(msgspec.Struct, frozen=True):
    """A set with its lines; `choices` fill the form of a draft."""

    id: str
    name: str
    state: str
    state_text: str
    lines: list[LineText]
    targets: list[Choice]
    audiences: list[Choice]
    names: list[Choice]
    value: str


class RefusedLine(msgspec.Struct, frozen=True):
    """A reservation that the draft would have refused."""

    when: str
    resource: str
    person: str
    reasons: list[str]


class TrialPage(msgspec.Struct, frozen=True):
    """What a trial found."""

    id: str
    name: str
    months: int
    sentence: str
    newly_accepted: int
    lines: list[RefusedLine]
    is_cut: bool


def target_names(here: VenueMap, words: Words) -> dict[str, str]:
    """What a line may mean, from everything to one resource."""
    kinds = {f"kind:{one.kind}" for one in here.resources}
    return {
        "": words.text(wording.EVERYTHING),
        **{f"kind:{kind}": words.text(text) for kind, text in wording.KINDS.items() if f"kind:{kind}" in kinds},
        **{f"space:{one.key}": words.text("Espace : {name}", name=one.name) for one in here.spaces.values()},
        **{one.key: one.name for one in here.resources},
    }


def audience_names(reader: Reader, words: Words) -> dict[str, str]:
    """Whom a line may mean."""
    plans = {f"plan:{one.key}": words.text("Formule : {name}", name=one.name) for one in plan_views(reader)}
    roles = {f"role:{role}": words.text("Rôle : {name}", name=words.text(text)) for role, text in LABELS.items()}
    return {"": words.text(wording.EVERYBODY), NO_PLAN: words.text(wording.WITHOUT_PLAN), **plans, **roles}


def set_lines(reader: Reader, words: Words) -> list[SetLine]:
    """All sets, the newest first."""
    return [
        SetLine(
            show(one.id),
            one.name,
            one.state,
            words.text(wording.STATES[one.state]),
            words.day(one.in_force_at or one.created_at, "year"),
        )
        for one in queries.sets(reader)
    ]


def line_texts(reader: Reader, lines: Iterable[tuple[str, Line]], words: Words) -> list[LineText]:
    """Lines in words, with the ids by which they are removed."""
    targets, audiences = target_names(venue(reader), words), audience_names(reader, words)
    return [
        LineText(
            id_,
            targets.get(line.target, line.target),
            audiences.get(line.audience, line.audience),
            words.text(wording.NAMES[line.name]) if line.name in wording.NAMES else line.name,
            wording.value_text(words, line.name, line.value),
        )
        for id_, line in lines
    ]


def set_page(reader: Reader, set_id: int, words: Words, typed: Mapping[str, str]) -> SetPage:
    """One set; what was typed in the form stays."""
    one = queries.stored_set(reader, set_id)
    lines = [(show(line.id), line.line) for line in queries.lines_of(reader, set_id)]
    targets, audiences = target_names(venue(reader), words), audience_names(reader, words)

    def choices(found: Mapping[str, str], chosen: str) -> list[Choice]:
        return [Choice(key or "everything", text, (key or "everything") == chosen) for key, text in found.items()]

    return SetPage(
        show(one.id),
        one.name,
        one.state,
        words.text(wording.STATES[one.state]),
        line_texts(reader, lines, words),
        choices(targets, typed.get("target", "")),
        choices(audiences, typed.get("audience", "")),
        [
            Choice(key, words.text(text), key == typed.get("name"))
            for key, text in wording.NAMES.items()
            if rule_of(key)
        ],
        typed.get("value", ""),
    )


def trial_page(reader: Reader, set_id: int, found: Replay, months: int, words: Words) -> TrialPage:
    """What the draft would have refused, the latest first."""
    one, here = queries.stored_set(reader, set_id), venue(reader)
    shown = found.refused[:SHOWN]
    names = {who.id: who for who in known_among(reader, [each.past.person_id for each in shown])}
    lines = [
        RefusedLine(
            f"{words.day(each.past.starts_at)}, {words.hours(Span(each.past.starts_at, each.past.ends_at))}",
            here.by_id[each.past.resource_id].name,
            " ".join((who.first_name, who.last_name)) if (who := names.get(each.past.person_id)) else "",
            [reason_text(words, reason) for reason in each.reasons],
        )
        for each in shown
    ]
    sentence = words.text(
        "{count} réservations sur {seen} auraient été refusées, à {people} personnes.",
        count=len(found.refused),
        seen=found.seen,
        people=found.people,
    )
    return TrialPage(show(one.id), one.name, months, sentence, found.newly_accepted, lines, len(found.refused) > SHOWN)
