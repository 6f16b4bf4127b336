"""Upkeep in (Pydantic) and out (frozen structs)."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from tierslieu.fablab.schemas import ID_PATTERN
from tierslieu.people.persons.schemas import readable

MOST_STEPS = 30
Kind = Literal["does_not_work", "poor_quality", "danger", "missing", "dirty"]
Title = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=120)]
Note = Annotated[str, AfterValidator(readable), Field(max_length=500)]


def lines(value: object) -> object:
    """A text of a form as its lines that say something; a list stays one."""
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


Lines = Annotated[list[Title], BeforeValidator(lines), Field(max_length=MOST_STEPS)]


class Strict(BaseModel):
    """A command: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


def _example(**fields: JsonValue) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [fields]})


class NewPlan(Strict):
    """Something to do every so many hours of work, jobs, metres of filament, or days."""

    model_config = _example(title="Graisser les axes", measure="hours", every=200, steps=["Nettoyer", "Graisser"])

    title: Title
    measure: Literal["hours", "jobs", "metres", "days"]
    every: Annotated[int, Field(ge=1, le=1_000_000)]
    steps: Lines = []
    is_blocking: Annotated[bool, Field(description="overdue, it takes the machine out of service")] = False


class PlanChange(NewPlan):
    """A plan as it is from now on; one that is not active is not asked for any more."""

    is_active: bool = True


class Part(Strict):
    """A spare part from the stock."""

    item: Annotated[int, Field(ge=1, le=999_999_999)]
    quantity: Annotated[int, Field(ge=1, le=1000)] = 1


class Done(Strict):
    """An upkeep that was done: the steps by their place in the list, the parts it took."""

    model_config = _example(steps=[0, 1], note="Rien à signaler", parts=[{"item": 12, "quantity": 1}])

    steps: Annotated[list[Annotated[int, Field(ge=0, lt=MOST_STEPS)]], Field(max_length=MOST_STEPS)] = []
    note: Note = ""
    parts: Annotated[list[Part], Field(max_length=10)] = []


class Counter(Strict):
    """What the machine's own counter shows: hours at work, jobs, metres."""

    model_config = _example(hours=1250, jobs=830, metres=4100)

    hours: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    jobs: Annotated[int | None, Field(ge=0, le=10_000_000)] = None
    metres: Annotated[int | None, Field(ge=0, le=100_000_000)] = None


class NewIncident(Strict):
    """What is wrong with a machine. A danger takes it out of service at once."""

    model_config = _example(kind="poor_quality", text="Les couches se décollent")

    kind: Kind
    text: Annotated[str, AfterValidator(readable), Field(min_length=3, max_length=500)]


class Follow(Strict):
    """What was done about an incident. `is_back`: the machine goes back into service with it."""

    model_config = _example(state="closed", text="Buse changée", is_back=True)

    state: Literal["in_hand", "closed"]
    text: Annotated[str, AfterValidator(readable), Field(min_length=3, max_length=500)]
    is_back: bool = False


class NewSheet(Strict):
    """A safety sheet; it becomes a version of its own, to be accepted anew."""

    model_config = _example(
        text="Lunettes obligatoires. Ne jamais laisser tourner sans surveillance.", signs=["Lunettes"]
    )

    text: Annotated[str, AfterValidator(readable), Field(min_length=10, max_length=8000)]
    signs: Lines = []


class Acceptance(Strict):
    """A version that somebody read. `person`: for whom one answers, or whose signature on paper staff hold."""

    model_config = _example(version=1)

    version: Annotated[int, Field(ge=1, le=100_000)]
    person: Annotated[str, Field(pattern=ID_PATTERN)] | None = None


class PlanView(msgspec.Struct, frozen=True):
    """A plan with when it is due. `left` in its own unit; `due_at` null: the machine stands still."""

    id: str
    machine: str
    title: str
    measure: str
    every: int
    steps: list[str]
    is_blocking: bool
    is_active: bool
    left: int
    due_at: datetime | None
    urgency: str


class IncidentView(msgspec.Struct, frozen=True):
    """An incident, without who told it."""

    id: str
    machine: str
    kind: str
    text: str
    state: str
    has_photo: bool
    created_at: datetime
    closed_at: datetime | None


class SheetView(msgspec.Struct, frozen=True):
    """A machine's safety sheet; `is_accepted` by the one who asks (null: nobody is signed in)."""

    machine: str
    version: int
    text: str
    signs: list[str]
    is_accepted: bool | None


class CounterView(msgspec.Struct, frozen=True):
    """What a machine did in all."""

    machine: str
    hours: float
    jobs: int
    metres: float
