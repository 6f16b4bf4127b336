"""/regles-mineurs: what the house asks of minors, for the whole venue, a space, a kind or one resource.

The rules belong to people/families; their page is here because only here the venue's resources are known.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.families import age_rules, queries
from tierslieu.people.families.actions import MANAGE
from tierslieu.people.families.rules import TARGET, Ages
from tierslieu.people.families.schemas import day_kept
from tierslieu.people.families.wording import SCOPES
from tierslieu.people.persons.schemas import readable
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
EVERYWHERE = "everywhere"
KINDS = {
    "desk_pool": _("tout le coworking"),
    "desk": _("tous les postes de coworking"),
    "room": _("toutes les salles"),
    "workstation": _("tous les postes informatiques"),
    "machine": _("toutes les machines"),
}


def clock_kept(text: str) -> str:
    """A wall clock time. Raises ValueError("bad_hour")."""
    found = CLOCK.fullmatch(text)
    if found is None or int(found[1]) * 60 + int(found[2]) > 24 * 60:
        raise ValueError("bad_hour")
    return text


def minutes(text: str | None) -> int | None:
    """Minutes after midnight."""
    return int(text[:2]) * 60 + int(text[3:]) if text else None


Clock = Annotated[str, AfterValidator(clock_kept)]
Age = Annotated[int, Field(ge=3, le=18)]


class RuleFields(BaseModel):
    """A rule as staff write it. Empty fields ask nothing."""

    model_config = ConfigDict(extra="ignore")

    target: Annotated[str, Field(max_length=60)]
    min_age: Age | None = None
    min_age_alone: Age | None = None
    needs_consent: Literal["account", "machines", "going_home_alone", "outing"] | None = None
    school_from: Clock | None = None
    school_to: Clock | None = None
    free_from: Clock | None = None
    free_to: Clock | None = None

    @field_validator("school_to", "free_to")
    @classmethod
    def _in_order(cls, value: str | None, info: ValidationInfo) -> str | None:
        start = info.data.get(str(info.field_name).replace("_to", "_from"))
        if value and start and value <= start:
            raise ValueError("ends_before_it_starts")
        return value

    @property
    def ages(self) -> Ages:
        """The same for the action."""
        target = "" if self.target == EVERYWHERE else self.target
        times = (minutes(text) for text in (self.school_from, self.school_to, self.free_from, self.free_to))
        return Ages(target, self.min_age, self.min_age_alone, self.needs_consent or "", *times)


class BreakFields(BaseModel):
    """A school break."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=80)]
    first_day: Annotated[str, AfterValidator(day_kept)]
    last_day: Annotated[str, AfterValidator(day_kept)]

    @field_validator("last_day")
    @classmethod
    def _in_order(cls, value: str, info: ValidationInfo) -> str:
        if value < info.data.get("first_day", ""):
            raise ValueError("ends_before_it_starts")
        return value


class Choice(msgspec.Struct, frozen=True):
    """One entry of a list to choose from."""

    value: str
    label: str
    selected: bool = False


class RuleLine(msgspec.Struct, frozen=True):
    """A rule in words."""

    target: str
    name: str
    asks: list[str]


class BreakLine(msgspec.Struct, frozen=True):
    """A school break in words."""

    id: str
    name: str
    days: str


class RulesPage(msgspec.Struct, frozen=True):
    """The page."""

    lines: list[RuleLine]
    breaks: list[BreakLine]
    targets: list[Choice]
    scopes: list[Choice]
    typed: dict[str, str]


class MinorRulesPages(Controller):
    """/regles-mineurs."""

    path = "/regles-mineurs"
    include_in_schema = False

    @get("/", opt=allow(MANAGE))
    async def look(self, request: AnyRequest, target: FromQuery[str] = "") -> Response[bytes]:
        """All rules, and the form filled with the one of a target."""
        return await _show(request, {"target": target[:60]}, {}, 200)

    @post("/", opt=allow(MANAGE))
    async def set_rule(self, request: AnyRequest) -> Response[Any]:
        """What is asked for a target from now on."""
        form = await read_form(request)
        try:
            fields = check(RuleFields, form)
            await _require_target(request, fields.ages.target)
        except FormErrors as error:
            return await _show(request, form, error.fields, 422)
        await house(request).db.write(age_rules.set_rule, fields.ages, by=actor(request))
        return see_other("/regles-mineurs")

    @post("/vacances", opt=allow(MANAGE))
    async def add_break(self, request: AnyRequest) -> Response[Any]:
        """Days without school."""
        form = await read_form(request)
        try:
            fields = check(BreakFields, form)
            days = (fields.name, fields.first_day, fields.last_day)
            await house(request).db.write(age_rules.add_break, *days, by=actor(request))
        except FormErrors as error:
            return await _show(request, form, error.fields, 422)
        except Refused as error:
            return await _show(request, form, {"first_day": error.reasons[0].code}, 422)
        return see_other("/regles-mineurs#t-breaks")

    @post("/vacances/{id:str}/retrait", opt=allow(MANAGE))
    async def remove_break(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """These days have school after all."""
        await read_form(request)
        await house(request).db.write(age_rules.remove_break, read(id), by=actor(request))
        return see_other("/regles-mineurs#t-breaks")


async def _require_target(request: AnyRequest, target: str) -> None:
    known = await house(request).db.read(lambda reader: targets(venue(reader), words(request)))
    if target not in known or re.fullmatch(TARGET, target) is None:
        raise FormErrors("form", {"target": "bad_target"})


def targets(here: VenueMap, spoken: Words) -> dict[str, str]:
    """Everything a rule may be for, by its stored form, the widest first."""
    kinds = {one.kind for one in here.resources}
    return {
        "": spoken.text(_("tout le lieu")),
        **{f"kind:{kind}": spoken.text(text) for kind, text in KINDS.items() if kind in kinds},
        **{f"space:{one.key}": one.name for one in here.spaces.values()},
        **{one.key: one.name for one in here.resources if one.kind != "desk"},
    }


async def _show(request: AnyRequest, typed: dict[str, str], errors: Any, status: int) -> Response[bytes]:
    spoken = words(request)
    view = await house(request).db.read(rules_page, spoken, typed)
    told = {name: sentence(spoken, code, {}) for name, code in errors.items()}
    return page(request, "families/rules.html", status, view=view, errors=told)


def rules_page(reader: Reader, spoken: Words, typed: dict[str, str]) -> RulesPage:
    """The rules in words, and the form: what was typed, else the rule of the target."""
    known, stored = targets(venue(reader), spoken), queries.age_rules(reader)
    target = "" if typed.get("target") == EVERYWHERE else typed.get("target", "")
    if len(typed) == 1:
        typed = form_of(next((one for one in stored if one.target == target), Ages(target)))
    names = {value or EVERYWHERE: label for value, label in known.items()}
    return RulesPage(
        [RuleLine(one.target or EVERYWHERE, known.get(one.target, one.target), asks(one, spoken)) for one in stored],
        [
            BreakLine(show(one.id), one.name, _days(one.first_day, one.last_day, spoken))
            for one in queries.breaks(reader)
        ],
        [Choice(value, label, value == (target or EVERYWHERE)) for value, label in names.items()],
        [Choice("", spoken.text(_("aucune")), not typed.get("needs_consent"))]
        + [
            Choice(scope, spoken.text(text), scope == typed.get("needs_consent"))
            for scope, text in SCOPES.items()
            if not scope.startswith("photo")
        ],
        typed,
    )


def _days(first: str, last: str, spoken: Words) -> str:
    days = {"first": date.fromisoformat(first), "last": date.fromisoformat(last)}
    return spoken.text(_("du {first} au {last}"), **{name: spoken.day(day, "year") for name, day in days.items()})


def form_of(rule: Ages) -> dict[str, str]:
    """The form of a stored rule."""
    times = {name: getattr(rule, name) for name in ("school_from", "school_to", "free_from", "free_to")}
    clocks = {name: "" if at is None else f"{at // 60:02d}:{at % 60:02d}" for name, at in times.items()}
    return {
        "target": rule.target,
        "min_age": str(rule.min_age or ""),
        "min_age_alone": str(rule.min_age_alone or ""),
        "needs_consent": rule.needs_consent,
        **clocks,
    }


def asks(rule: Ages, spoken: Words) -> list[str]:
    """What a rule asks, one sentence each."""
    found = []
    if rule.min_age:
        found.append(spoken.text(_("Dès l’année des {age} ans."), age=rule.min_age))
    if rule.min_age_alone:
        found.append(spoken.text(_("Sans adulte dès l’année des {age} ans."), age=rule.min_age_alone))
    if rule.needs_consent:
        found.append(spoken.text(_("Avec l’autorisation « {scope} »."), scope=spoken.text(SCOPES[rule.needs_consent])))
    days = ((True, _("Jours d’école : de {first} à {last}.")), (False, _("Autres jours : de {first} à {last}.")))
    for is_school, text in days:
        hours = rule.hours(is_school_day=is_school)
        if hours:
            found.append(spoken.text(text, first=spoken.minutes(hours[0]), last=_end(hours[1], spoken)))
    return found


def _end(at: int, spoken: Words) -> str:
    return spoken.text(_("minuit")) if at == 24 * 60 else spoken.minutes(at)
