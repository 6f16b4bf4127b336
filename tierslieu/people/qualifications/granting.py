"""Giving a level to one person, taking it back, and the part of their page that shows it all."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, NotFound, Reason, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.zone import Zone
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, ReasonLine, field_errors, reason_lines, told
from tierslieu.http.wording import LEVELS
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications import actions, queries, rules, training
from tierslieu.people.qualifications.board import state_of
from tierslieu.people.qualifications.queries import GrantLine
from tierslieu.people.qualifications.rules import Held, Skill
from tierslieu.people.qualifications.schemas import NewGrant, Wish, Withdrawal
from tierslieu.people.qualifications.showing import TrainingLine, level_choices, training_line
from tierslieu.people.qualifications.wording import END_REASONS, NOTES, STATES
from tierslieu.people.relations.queries import zone_of

SECTION = "qualifications"
ENDED = ("withdrawn", "replaced")


class GrantForm(msgspec.Struct, frozen=True):
    """Whom, what, which level. `seen` holds the grants in force by qualification."""

    person_id: str
    name: str
    qualifications: list[Choice]
    levels: list[Choice]
    notes: list[Choice]
    seen: dict[str, str]


class Line(msgspec.Struct, frozen=True):
    """A grant in words. `missing` is what stands against working alone now."""

    id: str
    qualification: str
    level: str
    granted: str
    until: str
    state: str
    state_text: str
    missing: list[ReasonLine]


class Part(msgspec.Struct, frozen=True):
    """The part of a person's page."""

    current: list[Line]
    past: list[Line]
    sessions: list[TrainingLine]
    offered: list[Choice]
    reasons: list[Choice]


class GrantPages(Controller):
    """Giving and taking back, for staff; who may is decided for each qualification."""

    path = "/habilitations"
    include_in_schema = False

    @get("/donner/{id:str}", opt=allow(actions.SEE_ALL))
    async def ask(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form for one person."""
        return await _form(request, read(id), {}, {}, [], 200)

    @post("/donner/{id:str}", opt=allow(actions.SEE_ALL))
    async def give(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Give the level, or say all that stands against it."""
        form, spoken, person_id = await read_form(request), words(request), read(id)
        seen = form.get(f"seen_{form.get('qualification', '')}", "")
        try:
            fields = {name: form[name] for name in ("qualification", "level", "note") if name in form}
            new = check(NewGrant, {**fields, "seen": seen})
            wish = Wish(person_id, read(new.qualification), new.level, new.note, seen=read(seen) if seen else 0)
            await house(request).db.write(actions.grant, wish, by=actor(request))
        except FormErrors as error:
            return await _form(request, person_id, form, field_errors(spoken, error), [], 422)
        except (Refused, Conflict) as error:
            return await _form(request, person_id, form, {}, told(spoken, error), 422)
        return see_other(f"/personnes/{id}#{SECTION}")

    @post("/retirer/{id:str}", opt=allow(actions.SEE_ALL))
    async def withdraw(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Take a level back, with a reason."""
        wish = check(Withdrawal, {"reason": (await read_form(request)).get("reason", "")})
        person_id = await house(request).db.write(actions.withdraw, read(id), wish.reason, by=actor(request))
        return see_other(f"/personnes/{show(person_id)}#{SECTION}")


async def _form(
    request: AnyRequest,
    person_id: int,
    form: Mapping[str, str],
    errors: dict[str, str],
    reasons: list[ReasonLine],
    status: int,
) -> Response[bytes]:
    view = await house(request).db.read(read_grant_form, words(request), actor(request), person_id, form)
    return page(request, "qualifications/grant.html", status, view=view, errors=errors, reasons=reasons)


def read_grant_form(reader: Reader, spoken: Words, who: Actor, person_id: int, form: Mapping[str, str]) -> GrantForm:
    """The form for one person, with the qualifications that the giver trains. Raises NotFound."""
    person = known(reader, person_id)
    if person is None:
        raise NotFound("no_such_person")
    catalogue, held = queries.skills(reader), queries.held_by(reader, [person_id])[person_id]
    mine = [one for one in catalogue.values() if one.is_active and actions.trains(reader, who, one)]
    levels = rules.LEVELS if actions.manages(who) else rules.LEVELS[: rules.rank(rules.HIGHEST_BY_TRAINERS) + 1]
    asked, note = form.get("qualification", ""), form.get("note", "")
    return GrantForm(
        show(person_id),
        f"{person.first_name} {person.last_name}",
        [Choice(show(one.id), one.name, show(one.id) == asked) for one in mine],
        level_choices(spoken, form.get("level", rules.ALONE), *levels),
        [Choice(code, spoken.text(text), code == note) for code, text in NOTES.items()],
        {show(one.id): show(held[one.id].id) if one.id in held else "" for one in mine},
    )


# -- the part of a person's page -----------------------------------------------------------------------------


def read_part(reader: Reader, spoken: Words, person_id: int) -> Part:
    """A person's qualifications, their trainings, and what they can still enrol in. Seven statements, whatever
    they hold."""
    catalogue, zone = queries.skills(reader), zone_of(reader)
    held = queries.held_by(reader, [person_id])[person_id]
    lines = []
    for one in queries.grants_of(reader, person_id):
        found = () if one.ended_at is not None else _missing(catalogue, held, one, zone, reader.now)
        lines.append(_line(spoken, catalogue[one.qualification_id], one, zone, reader.now, found))
    enrolled, coming = training.mine(reader, person_id), training.coming(reader)
    return Part(
        [line for line in lines if line.state not in ENDED],
        [line for line in lines if line.state in ENDED],
        [training_line(spoken, one, catalogue, enrolled) for one in coming if one.id in enrolled],
        [_offer(spoken, catalogue, one) for one in coming if one.id not in enrolled and one.free > 0],
        [Choice(code, spoken.text(END_REASONS[code])) for code in rules.END_REASONS],
    )


def _missing(
    catalogue: dict[int, Skill], held: dict[int, Held], one: GrantLine, zone: Zone, now: int
) -> tuple[Reason, ...]:
    return rules.standing_of(catalogue[one.qualification_id], catalogue, held, zone, now)[2]


def _offer(spoken: Words, catalogue: Mapping[int, Skill], one: training.Training) -> Choice:
    line = training_line(spoken, one, catalogue, set())
    return Choice(line.id, f"{line.title}, {line.when}")


def _line(spoken: Words, skill: Skill, one: GrantLine, zone: Zone, now: int, missing: tuple[Reason, ...]) -> Line:
    end = rules.ends_at(skill, one.held, zone)
    if one.ended_at is not None:
        state = "replaced" if one.end_reason == "replaced" else "withdrawn"
    else:
        state = state_of(end, now)
    text = END_REASONS[one.end_reason] if one.end_reason else STATES[state]
    return Line(
        show(one.id),
        skill.name,
        spoken.text(LEVELS[one.level]),
        spoken.day(one.granted_at, "year"),
        spoken.day(end - 1, "year") if end is not None else "",
        state,
        spoken.text(text),
        reason_lines(spoken, missing),
    )
