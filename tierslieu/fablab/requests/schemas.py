"""Requests in (Pydantic) and out (frozen structs)."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tierslieu.fablab.schemas import Key, Material, NewJob, Note, Strict, day_soon
from tierslieu.people.persons.schemas import readable

Words = Annotated[str, AfterValidator(readable), Field(min_length=2, max_length=500)]
Reason = Annotated[str, AfterValidator(readable), Field(max_length=200)]
Colour = Annotated[str, AfterValidator(readable), Field(max_length=40)]
Passing = Literal["", "failure", "training", "event", "house", "other"]
"""Why staff pass over the limits of the week."""
Day = Annotated[date | None, BeforeValidator(day_soon)]
Copies = Annotated[int, Field(ge=1, le=20)]
Count = Annotated[int | None, Field(ge=0, le=1_000_000)]


class Ask(NewJob):
    """A file to make, with all choices. `exception`: why staff pass over the limits of the week."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "file": "03F1X8EGCGAHJ",
                    "kind": "printer_3d",
                    "material": "PLA",
                    "colour": "bleu",
                    "quantity": 2,
                    "service": "staff",
                    "deadline": "2026-12-04",
                }
            ]
        },
    )

    deadline: Annotated[Day, Field(description="wanted until the end of this day")] = None
    exception: Annotated[Passing, Field(description="why staff pass over the limits of the week")] = ""


class Remake(Strict):
    """How many copies of what was made before. `exception`: why staff pass over the limits of the week."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"quantity": 2}]})

    quantity: Copies = 1
    exception: Passing = ""


class Choices(Strict):
    """Other choices for a request that waits."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "printer_3d", "material": "PETG", "quantity": 1}]}
    )

    kind: Annotated[str, Field(max_length=40)] = "printer_3d"
    machine: Key | None = None
    material: Material = ""
    colour: Colour = ""
    quantity: Copies = 1
    service: Literal["self", "staff"] = "staff"
    deadline: Day = None
    note: Note = ""


class Accept(Strict):
    """Staff take a request, with changes or without; what is left out stays as it was asked."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"material": "PETG", "note": "Le PLA plierait au soleil."}]}
    )

    machine: Key | None = None
    material: Material | None = None
    colour: Colour | None = None
    quantity: Copies | None = None
    note: Note = ""


class Word(Strict):
    """A word of the talk, a question or a reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Quelle face doit être lisse ?"}]}
    )

    text: Words


class Place(Strict):
    """Where on the shelf something waits; empty: with the team, at the desk."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"shelf": "A3"}]})

    shelf: Annotated[str, Field(max_length=12)] = ""


class HandOver(Strict):
    """Who took what was made: the person, somebody who acts for them, or another whom the person named."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"to": "person"}]})

    to: Literal["person", "relative", "other"] = "person"
    note: Annotated[str, AfterValidator(readable), Field(max_length=80)] = ""


class NewShelf(Strict):
    """A place of the shelf: what its label says, and where it is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"code": "A3", "name": "Derrière l’accueil"}]}
    )

    code: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,11}$")]
    name: Annotated[str, AfterValidator(readable), Field(max_length=80)] = ""


class Waive(Strict):
    """Why something that was due need not be paid."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Pièce pour l’école"}]})

    reason: Annotated[str, AfterValidator(readable), Field(min_length=3, max_length=200)]


class PolicyWish(Strict):
    """When staff look at files for one kind of machine first. A size left out is no reason to look."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"for_staff": True, "for_unprepared": True, "over_grams": 200}]}
    )

    is_always: bool = False
    for_staff: bool = False
    for_unprepared: bool = False
    for_minors: bool = False
    over_grams: Count = None
    over_minutes: Count = None


class LimitWish(Strict):
    """What one person of a kind may ask for in a week. Left out: without limit."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"jobs": 5, "grams": 500}]})

    jobs: Count = None
    grams: Count = None
    minutes: Count = None
    cents: Count = None


class PhotoWords(BaseModel):
    """What a photo shows, for who does not see it. May be left out."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    alt: Reason = ""


class EstimateView(msgspec.Struct, frozen=True):
    """What it would cost and when it would be made. Unknown parts are null, never 0; times are those of now."""

    state: str
    why: str
    grams: float | None
    seconds: int | None
    material_cents: int | None
    machine_cents: int | None
    energy_cents: int | None
    total_cents: int | None
    is_whole: bool
    place: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_measured: bool


class RequestView(msgspec.Struct, frozen=True):
    """A request as staff and its person see it. `turn`: who has to speak next (staff, person, agreement, over)."""

    id: str
    number: str
    person: str
    file_name: str
    kind: str
    material: str
    colour: str
    quantity: int
    service: str
    note: str
    state: str
    why: str
    turn: str
    asked_at: datetime
    estimate_cents: int | None
    proposed_cents: int | None


class StepView(msgspec.Struct, frozen=True):
    """A dated step of a job's life."""

    at: datetime
    kind: str
    text: str


class KeptView(msgspec.Struct, frozen=True):
    """Something that waits on the shelf."""

    id: str
    number: str
    person: str
    shelf: str
    since: datetime
    goes_at: datetime
    state: str


class DueView(msgspec.Struct, frozen=True):
    """What an attempt of a job cost its person."""

    id: str
    job: str
    number: str
    person: str
    cents: int
    material_cents: int | None
    machine_cents: int | None
    energy_cents: int | None
    state: str
    made_at: datetime


class Asked(msgspec.Struct, frozen=True):
    """What became of a wish: `queued` or `requested`, and by which rule staff look first."""

    job_id: int
    state: str
    why: str
