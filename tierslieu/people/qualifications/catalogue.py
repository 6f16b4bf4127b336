"""The catalogue's pages: which qualifications there are, what they need, how long they last."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.telling import Choice, ReasonLine, done, done_text, field_errors, told
from tierslieu.http.wording import LEVELS
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications import actions, queries, rules
from tierslieu.people.qualifications.rules import Skill
from tierslieu.people.qualifications.schemas import NewSkill
from tierslieu.people.qualifications.wording import DONE

NEW = "nouvelle"
TEXTS = ("key", "name", "description", "valid_months", "unused_months", "training_minutes", "min_age")


class Entry(msgspec.Struct, frozen=True):
    """One qualification of the catalogue, in words."""

    id: str
    name: str
    facts: list[tuple[str, str]]
    is_active: bool
    is_enforced: bool


class Need(msgspec.Struct, frozen=True):
    """A possible prerequisite with its levels to choose from."""

    key: str
    name: str
    levels: list[Choice]


class EntryForm(msgspec.Struct, frozen=True):
    """The form of one qualification; `id` is "nouvelle" for a new one."""

    id: str
    title: str
    texts: dict[str, str]
    levels: list[Choice]
    needs: list[Need]
    is_active: bool
    is_enforced: bool


class CataloguePages(Controller):
    """/habilitations/catalogue, for who manages the workshop."""

    path = "/habilitations/catalogue"
    include_in_schema = False

    @get("/", opt=allow(actions.GRANT))
    async def catalogue(self, request: AnyRequest) -> Response[bytes]:
        """All qualifications."""
        entries = await house(request).db.read(read_entries, words(request))
        return page(request, "qualifications/catalogue.html", entries=entries, done=done_text(request, DONE))

    @get("/{id:str}", opt=allow(actions.GRANT))
    async def ask(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form of one, or of a new one."""
        return await _form(request, id, None, {}, [], 200)

    @post("/{id:str}", opt=allow(actions.GRANT))
    async def save(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Keep it; what cannot be kept comes back with reasons."""
        form, spoken = await read_form(request), words(request)
        try:
            new = check_skill(form)
            await house(request).db.write(actions.put_skill, new, None if id == NEW else read(id), by=actor(request))
        except FormErrors as error:
            return await _form(request, id, form, field_errors(spoken, error), [], 422)
        except Refused as error:
            return await _form(request, id, form, {}, told(spoken, error), 422)
        return done("/habilitations/catalogue", "saved")


def check_skill(form: Mapping[str, str]) -> NewSkill:
    """The form as a command: levels and prerequisites come as one field each. Raises FormErrors."""
    levels = [level for level in rules.LEVELS if form.get(f"level_{level}")]
    needs = [(name.removeprefix("need_"), level) for name, level in form.items() if name.startswith("need_") and level]
    if not levels:
        raise FormErrors("form", {"level_discovery": "no_level_chosen"})
    flags = {name: "true" for name in ("is_active", "is_enforced") if form.get(name)}
    texts = {name: form[name].strip() for name in TEXTS if name in form}
    given: dict[str, Any] = {**texts, **flags, "levels": tuple(levels), "needs": tuple(needs)}
    return check(NewSkill, given)


async def _form(
    request: AnyRequest,
    id: str,
    form: Mapping[str, str] | None,
    errors: dict[str, str],
    reasons: list[ReasonLine],
    status: int,
) -> Response[bytes]:
    view = await house(request).db.read(read_form_of, words(request), id, form)
    return page(request, "qualifications/entry.html", status, view=view, errors=errors, reasons=reasons)


def read_entries(reader: Reader, spoken: Words) -> list[Entry]:
    """The catalogue in words, with the machines that each entry covers."""
    machines: dict[str, list[str]] = {}
    for one in queries.all_covered(reader):
        machines.setdefault(one.qualification_key, []).append(one.name)
    return [_entry(spoken, one, machines.get(one.key, [])) for one in queries.skills(reader).values()]


def _entry(spoken: Words, one: Skill, machines: list[str]) -> Entry:
    facts = [
        (spoken.text(_("Niveaux")), ", ".join(spoken.text(LEVELS[level]) for level in one.levels)),
        (spoken.text(_("Formation")), spoken.duration(one.training_minutes * 60)),
        (spoken.text(_("Durée")), _months(spoken, one.valid_months)),
    ]
    if one.unused_months is not None:
        facts.append((spoken.text(_("Sans usage")), _months(spoken, one.unused_months)))
    if one.min_age is not None:
        facts.append((spoken.text(_("Âge")), spoken.text(_("{age} ans au moins"), age=one.min_age)))
    if one.needs:
        names = ", ".join(f"{need.name} ({spoken.text(LEVELS[need.min_level])})" for need in one.needs)
        facts.append((spoken.text(_("Il faut avant")), names))
    if machines:
        facts.append((spoken.text(_("Machines")), ", ".join(machines)))
    return Entry(show(one.id), one.name, facts, one.is_active, one.is_enforced)


def _months(spoken: Words, months: int | None) -> str:
    return spoken.text(_("Sans limite")) if months is None else spoken.text(_("{months} mois"), months=months)


def read_form_of(reader: Reader, spoken: Words, id: str, form: Mapping[str, str] | None) -> EntryForm:
    """The form as it was typed, else as the catalogue has it. Raises NotFound."""
    catalogue = queries.skills(reader)
    skill = None if id == NEW else catalogue.get(read(id))
    if id != NEW and skill is None:
        raise NotFound("unknown_qualification")
    given = _given(skill) if form is None else dict(form)
    others = [one for one in catalogue.values() if skill is None or one.id != skill.id]
    return EntryForm(
        id,
        skill.name if skill else spoken.text(_("Nouvelle habilitation")),
        {name: given.get(name, "") for name in TEXTS},
        [Choice(one, spoken.text(LEVELS[one]), bool(given.get(f"level_{one}"))) for one in rules.LEVELS],
        [Need(one.key, one.name, _levels(spoken, given.get(f"need_{one.key}", ""))) for one in others],
        bool(given.get("is_active")),
        bool(given.get("is_enforced")),
    )


def _levels(spoken: Words, chosen: str) -> list[Choice]:
    none = Choice("", spoken.text(_("Pas demandée")), not chosen)
    return [none, *(Choice(one, spoken.text(LEVELS[one]), one == chosen) for one in rules.LEVELS)]


def _given(skill: Skill | None) -> dict[str, str]:
    if skill is None:
        usual = {f"level_{level}": "1" for level in rules.LEVELS}
        return {"training_minutes": "60", "valid_months": "24", "is_active": "1", **usual}
    facts = {name: getattr(skill, name) for name in TEXTS}
    found = {name: "" if value is None else str(value) for name, value in facts.items()}
    found |= {f"level_{level}": "1" for level in skill.levels}
    found |= {f"need_{need.key}": need.min_level for need in skill.needs}
    found |= {name: "1" for name in ("is_active", "is_enforced") if getattr(skill, name)}
    return found
