"""What pages of qualifications share: lines ready to read, spoken refusals, the notice after a change."""

from collections.abc import Iterable, Mapping

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Reason
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.telling import Choice, ReasonLine, reason_lines
from tierslieu.http.wording import LEVELS
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.people.qualifications import queries, rules, training
from tierslieu.people.qualifications.rules import Skill
from tierslieu.people.qualifications.training import Training

STAFF_SEE_ALL = "people.see_qualifications"


class TrainingLine(msgspec.Struct, frozen=True):
    """A session, ready to show. `names` has first and family name of the trainer only for staff."""

    id: str
    title: str
    when: str
    place: str
    free_text: str
    is_mine: bool
    is_full: bool
    is_cancelled: bool


class Advice(msgspec.Struct, frozen=True):
    """What somebody may do at a machine, why not more, and which training to attend."""

    text: str
    kind: str
    reasons: list[ReasonLine]
    sessions: list[TrainingLine]
    is_signed_in: bool


def level_choices(spoken: Words, chosen: str, *levels: str) -> list[Choice]:
    """Levels to choose from."""
    return [Choice(one, spoken.text(LEVELS[one]), one == chosen) for one in levels or rules.LEVELS]


def names_of(reader: Reader, ids: Iterable[int]) -> dict[int, str]:
    """First and family names, for those who may see them."""
    return {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, list(ids))}


def training_line(spoken: Words, one: Training, skills: Mapping[int, Skill], mine: set[int]) -> TrainingLine:
    """A session for anyone who is signed in: nobody's name."""
    return TrainingLine(
        show(one.id),
        skills[one.qualification_id].name,
        f"{spoken.day(one.starts_at)}, {spoken.hours(Span(one.starts_at, one.ends_at))}",
        one.place,
        free_text(spoken, one),
        one.id in mine,
        one.free <= 0,
        one.state == "cancelled",
    )


def free_text(spoken: Words, one: Training) -> str:
    """How many seats are left."""
    if one.free <= 0:
        return spoken.text(_("Complet"))
    return spoken.plural("{count} place libre", "{count} places libres", one.free)


def advice(reader: Reader, spoken: Words, who: Actor, key: str, more: tuple[Reason, ...] = ()) -> Advice | None:
    """What to say on a machine's page; `more` are reasons that do not come from qualifications. None when the
    catalogue does not know the key."""
    catalogue = queries.skills(reader)
    skill = queries.skill_by_key(catalogue, key)
    if skill is None:
        return None
    mine = training.mine(reader, who.person_id) if who.person_id else set()
    found = training.coming(reader, skill.id)[: training.NEXT_SHOWN]
    sessions = [training_line(spoken, one, catalogue, mine) for one in found]
    if who.person_id is None:
        text = spoken.text(_("Cette machine demande l’habilitation « {qualification} »."), qualification=skill.name)
        return Advice(text, "info", [], sessions, False)
    standing = queries.standing(reader, who.person_id, key, reader.now)
    missing = (*standing.missing, *more)
    if missing:
        is_beside = standing.may_use_accompanied
        return Advice(_text_beside(spoken, is_beside=is_beside), "wait", reason_lines(spoken, missing), sessions, True)
    return Advice(_text_alone(spoken, standing.valid_until), "done", [], [], True)


def _text_alone(spoken: Words, until: int | None) -> str:
    if until is None:
        return spoken.text(_("Vous pouvez utiliser cette machine seul ou seule."))
    day = spoken.day(until - 1, "year")
    return spoken.text(_("Vous pouvez utiliser cette machine seul ou seule jusqu’au {day}."), day=day)


def _text_beside(spoken: Words, *, is_beside: bool) -> str:
    if is_beside:
        return spoken.text(_("Vous pouvez utiliser cette machine à côté de quelqu’un qui la connaît."))
    return spoken.text(_("Vous ne pouvez pas encore utiliser cette machine seul ou seule. L’équipe peut vous aider."))
