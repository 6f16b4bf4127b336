"""Reservations in (Pydantic) and out (frozen structs)."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

import msgspec
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tierslieu.basics.spans import Span

EARLIEST, LATEST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$"
ID_PATTERN = r"^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{13}$"


def written(value: object) -> object:
    """Moments are texts with their offset: a bare number could mean anything."""
    if isinstance(value, str):
        return value
    raise ValueError("bad_date")


def plannable(moment: datetime) -> datetime:
    """A moment that a venue can plan: whole seconds, this century."""
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("bad_date")
    if moment.microsecond:
        raise ValueError("bad_hour")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(written), AfterValidator(plannable)]
Key = Annotated[str, Field(pattern=KEY_PATTERN)]
Id = Annotated[str, Field(pattern=ID_PATTERN)]


Waiver = Literal["", "beside", "training", "arranged", "event", "other"]
"""Why staff pass over the house's rules, or a missing qualification."""
SoftCode = Literal["noise_meanwhile", "quiet_meanwhile"]
"""What a person may accept about their neighbours."""


class Stretch(BaseModel):
    """From, until: moments with their offset from UTC."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"starts_at": "2026-11-24T09:00:00+01:00", "ends_at": "2026-11-24T12:00:00+01:00"}]
        },
    )

    starts_at: Moment
    ends_at: Moment

    @property
    def span(self) -> Span:
        """The stretch in instants."""
        return Span(int(self.starts_at.timestamp()), int(self.ends_at.timestamp()))


class NewReservation(Stretch):
    """One resource or several together: all of them or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "resources": ["D01"],
                    "starts_at": "2026-11-24T09:00:00+01:00",
                    "ends_at": "2026-11-24T12:00:00+01:00",
                    "people": 1,
                }
            ]
        },
    )

    resources: Annotated[list[Key], Field(min_length=1, max_length=10)]
    people: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    person: Annotated[Id | None, Field(description="for whom, when staff reserve for someone")] = None
    exception: Annotated[
        Waiver, Field(description="why staff pass over the house's rules or a missing qualification")
    ] = ""
    accepted: Annotated[
        list[SoftCode], Field(max_length=2, description="what is known about the neighbours, and accepted")
    ] = Field(default_factory=list)
    title: Annotated[str, Field(max_length=120, description="what it is for, in one line")] = ""

    @model_validator(mode="after")
    def _no_double(self) -> Self:
        if len(set(self.resources)) != len(self.resources):
            raise ValueError("same_resource_twice")
        return self


class Move(Stretch):
    """Another time, and perhaps another resource."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "starts_at": "2026-11-24T09:00:00+01:00",
                    "ends_at": "2026-11-24T12:00:00+01:00",
                    "resource": "D02",
                }
            ]
        },
    )

    resource: Annotated[Key | None, Field(description="another one; the same when it is not named")] = None


class ReservationView(msgspec.Struct, frozen=True):
    """A reservation as its person sees it.

    `together` is the same for all that one request reserved, `sequence` rises with each change, `ended_because` says
    why it is over before its time (person, house, displaced, released, left, lapsed, lost, series, moved).
    """

    id: str
    reference: str
    resource: str
    resource_name: str
    space: str
    starts_at: datetime
    ends_at: datetime
    people: int
    state: str
    price_cents: int
    person: str = ""
    title: str = ""
    together: str = ""
    series: str = ""
    sequence: int = 0
    ended_because: str = ""


class Made(msgspec.Struct, frozen=True):
    """What one request reserved."""

    reservations: list[ReservationView]


class ResourceView(msgspec.Struct, frozen=True):
    """A resource and the rules people should know."""

    key: str
    name: str
    space: str
    kind: str
    capacity: int
    grid_minutes: int
    min_minutes: int
    max_minutes: int
    hourly_cents: int
    details: str
    space_key: str = ""
    equipment: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    """Accessibility facts that are true of its space."""


class TakenView(msgspec.Struct, frozen=True):
    """A stretch that cannot be had."""

    starts_at: datetime
    ends_at: datetime


class WeekResource(msgspec.Struct, frozen=True):
    """One resource in a week: when it is open, and when it is taken (claims of all its units)."""

    resource: str
    name: str
    open: list[TakenView]
    taken: list[TakenView]


class WeekView(msgspec.Struct, frozen=True):
    """A week of many resources."""

    starts_at: datetime
    ends_at: datetime
    resources: list[WeekResource]


class FreeView(msgspec.Struct, frozen=True):
    """Free time of a resource: any part on the grid is accepted. `units` counts what is free (desks of a pool)."""

    starts_at: datetime
    ends_at: datetime
    units: int


class Stored(msgspec.Struct, frozen=True):
    """A reservation as it is stored."""

    id: int
    bundle_id: int
    resource_id: int
    person_id: int
    starts_at: int
    ends_at: int
    people: int
    state: str
    origin_id: int = 0
    sequence: int = 0
    series_id: int | None = None
    title: str = ""
    price_cents: int = 0
    ended_because: str = ""
    late_until: int = 0

    @property
    def is_active(self) -> bool:
        """True while it is to be used."""
        return self.state in ("requested", "confirmed", "checked_in")

    @property
    def span(self) -> Span:
        """Its own hours, buffers not counted."""
        return Span(self.starts_at, self.ends_at)


class Expected(msgspec.Struct, frozen=True):
    """A reservation with its person's name, for the desk."""

    id: int
    resource_id: int
    person_id: int
    first_name: str
    last_name: str
    starts_at: int
    ends_at: int
    state: str


def moment(instant: int) -> datetime:
    """An instant as programs get it: UTC."""
    return datetime.fromtimestamp(instant, UTC)
