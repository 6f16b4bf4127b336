"""Closures in (Pydantic) and out (frozen structs)."""

from datetime import datetime
from typing import Annotated, Self

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tierslieu.basics.spans import Span
from tierslieu.people.persons.schemas import readable
from tierslieu.reservations.closures.rules import HOUSE, RESOURCE, SITE, SPACE
from tierslieu.reservations.schemas import Key, Moment, Stretch

LONGEST_REASON = 200
ReasonText = Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=LONGEST_REASON)]


class NewClosure(Stretch):
    """Something that goes out of use: a resource, a space, a site; the whole house when none is named."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "starts_at": "2026-11-24T09:00:00+01:00",
                    "ends_at": "2026-11-24T12:00:00+01:00",
                    "resource": "visio-1",
                    "reason": "Peinture",
                    "displace": True,
                }
            ]
        },
    )

    resource: Key | None = None
    space: Key | None = None
    site: Key | None = None
    reason: ReasonText
    displace: Annotated[
        bool, Field(strict=True, description="end the reservations in the way, and offer their people something else")
    ] = False

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(one is not None for one in (self.resource, self.space, self.site)) > 1:
            raise ValueError("one_place_only")
        return self

    @property
    def place(self) -> str:
        """What is closed, as closures name it."""
        named = ((RESOURCE, self.resource), (SPACE, self.space), (SITE, self.site))
        return next((prefix + key for prefix, key in named if key is not None), HOUSE)


class ClosureEnd(BaseModel):
    """The new end of a closure; an instant that is not in the future ends it now."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"ends_at": "2026-11-24T10:00:00+01:00"}]}
    )

    ends_at: Moment


class ClosureView(msgspec.Struct, frozen=True):
    """A closure that was made, and the reservations it displaced."""

    id: str
    displaced: list[str]


class ClosedView(msgspec.Struct, frozen=True):
    """A closure, as everybody may know it. `place` is "resource:…", "space:…", "site:…", or "" for the house."""

    id: str
    place: str
    name: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    kind: str


class Closing(msgspec.Struct, frozen=True):
    """What is to be closed, for how long, why. `hold_seconds` is how long what is offered instead is held.

    Without `displace` a reservation in the way refuses the closure. `source` names what closes when no person does.
    """

    place: str
    span: Span
    reason: str
    displace: bool = True
    kind: str = "closure"
    source: str = ""
    hold_seconds: int = 48 * 3600


class StoredClosure(msgspec.Struct, frozen=True):
    """A closure as it is stored."""

    id: int
    resource_id: int | None
    starts_at: int
    ends_at: int
    reason: str
    created_by: int | None
    place: str
    kind: str
    source: str
    created_at: int
    lifted_at: int

    @property
    def span(self) -> Span:
        """From, until."""
        return Span(self.starts_at, self.ends_at)


class StoredDisplacement(msgspec.Struct, frozen=True):
    """A displaced reservation as it is stored."""

    id: int
    closure_id: int | None
    reservation_id: int
    person_id: int
    offer_id: int | None
    was: str
    because: str
    reason: str
    created_at: int


class Closed(msgspec.Struct, frozen=True):
    """What a closure did: whom it displaced, and how many kept theirs on another unit of the same pool.

    Of very many, the last ones are displaced in the moments that follow.
    """

    closure: StoredClosure
    displaced: tuple[int, ...]
    kept: int
