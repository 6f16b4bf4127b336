"""Answers to requests in (Pydantic), requests out (frozen structs)."""

from datetime import datetime
from typing import Annotated

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierslieu.people.persons.schemas import readable
from tierslieu.reservations.schemas import KEY_PATTERN, Key, Stretch
from tierslieu.reservations.waiting.schemas import CLOCK, Day

Note = Annotated[str, AfterValidator(readable), Field(max_length=500)]


class Answer(BaseModel):
    """The answer to a request, with a word for its person."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"granted": True, "note": "La clé est à l’accueil."}]},
    )

    granted: Annotated[bool, Field(strict=True)]
    note: Note = ""


class Counter(Stretch):
    """Another time, or another resource, proposed for a request: kept until the person answers."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "starts_at": "2026-12-04T14:00:00+01:00",
                    "ends_at": "2026-12-04T17:00:00+01:00",
                    "resource": "grande-salle",
                    "note": "Le matin, la salle est prise.",
                }
            ]
        },
    )

    resource: Key
    note: Note = ""


class NoteFields(BaseModel):
    """The word that goes with an answer, from a form."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    note: Note = ""


class CounterFields(NoteFields):
    """The same proposal from a form: a wall clock day and hours of the venue."""

    resource: Annotated[str, Field(pattern=KEY_PATTERN)]
    day: Annotated[Day, Field(alias="date")]
    start: Annotated[str, Field(alias="from", pattern=CLOCK)]
    end: Annotated[str, Field(alias="to", pattern=CLOCK)]


class RequestView(msgspec.Struct, frozen=True):
    """A request that waits. `time` is held (kept for it), free, or taken; `rivals` want some of the same then."""

    id: str
    person: str
    resource: str
    resource_name: str
    starts_at: datetime
    ends_at: datetime
    people: int
    title: str
    price_cents: int
    asked_at: datetime
    lapses_at: datetime
    time: str
    rivals: list[str]
