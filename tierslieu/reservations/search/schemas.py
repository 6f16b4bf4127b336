"""Search results as programs get them, and what they send to reserve one of several parts."""

from datetime import datetime
from itertools import pairwise
from typing import Annotated, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tierslieu.reservations.schemas import Id, Key, Stretch


class Part(Stretch):
    """A resource, from when until when."""

    resource: Key


class InTurn(BaseModel):
    """Several resources one after the other, as a proposal of the kind split names them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "parts": [
                        {
                            "resource": "visio-1",
                            "starts_at": "2026-11-26T09:00:00+01:00",
                            "ends_at": "2026-11-26T11:00:00+01:00",
                        },
                        {
                            "resource": "bureau-1",
                            "starts_at": "2026-11-26T11:00:00+01:00",
                            "ends_at": "2026-11-26T12:00:00+01:00",
                        },
                    ],
                    "people": 2,
                }
            ]
        },
    )

    parts: Annotated[list[Part], Field(min_length=2, max_length=4)]
    people: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    person: Annotated[Id | None, Field(description="for whom, when staff reserve for someone")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(after.starts_at < before.ends_at for before, after in pairwise(self.parts)):
            raise ValueError("parts_overlap")
        return self


class FoundView(msgspec.Struct, frozen=True):
    """A resource that would be accepted then. `state` is how the reservation begins: confirmed or requested."""

    resource: str
    name: str
    space: str
    starts_at: datetime
    ends_at: datetime
    price_cents: int
    state: str


class ProposalView(msgspec.Struct, frozen=True):
    """What comes close: `kind` is shift, shorter, longer, resource, day or split.

    `parts` are what to reserve, in order. `given_up` names the equipment asked for that it lacks.
    """

    kind: str
    parts: list[FoundView]
    given_up: list[str]


class SearchView(msgspec.Struct, frozen=True):
    """What is free for what is asked; `alternatives` when nothing is."""

    found: list[FoundView]
    alternatives: list[ProposalView]
