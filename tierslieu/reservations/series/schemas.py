"""Series in (Pydantic, for programs) and out (frozen structs)."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierslieu.basics.spans import Span
from tierslieu.people.persons.schemas import readable
from tierslieu.reservations.availability import ACTIVE_STATES
from tierslieu.reservations.schemas import Id, Key, SoftCode, Stored, Waiver
from tierslieu.reservations.series.rules import MOST_DATES

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
DAY = r"^20[2-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Scope = Literal["one", "following", "all"]
"""Which dates an act means: one, that one and those after it, or all that are still to come."""


def real_day(text: str) -> str:
    """A day of the calendar. Raises ValueError("bad_date")."""
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("bad_date") from error
    return text


def minutes_of(clock: str) -> int:
    """Minutes after midnight of "14:30"."""
    hour, _sign, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


Clock = Annotated[str, Field(pattern=CLOCK)]
Day = Annotated[str, Field(pattern=DAY), AfterValidator(real_day)]
Title = Annotated[str, AfterValidator(readable), Field(max_length=120)]
RuleText = Annotated[str, Field(min_length=1, max_length=200, description="an RRULE of RFC 5545, with COUNT or UNTIL")]


class PickBody(BaseModel):
    """A date to reserve: as the series says, or elsewhere, or at other hours."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"day": "2026-12-01"}]})

    day: Day
    resource: Key | None = None
    on: Annotated[Day | None, Field(description="another day instead of this one")] = None
    start: Annotated[Clock | None, Field(alias="from")] = None
    end: Annotated[Clock | None, Field(alias="to")] = None


class SeriesBody(BaseModel):
    """A reservation that repeats. Hours are of the venue's wall clock, in winter as in summer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "resource": "visio-1",
                    "first_day": "2026-12-01",
                    "from": "14:00",
                    "to": "16:00",
                    "rule": "FREQ=WEEKLY;COUNT=8",
                    "people": 4,
                    "title": "Atelier d’écriture",
                }
            ]
        },
    )

    resource: Key
    first_day: Day
    start: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]
    rule: RuleText
    people: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    title: Title = ""
    person: Annotated[Id | None, Field(description="for whom, when staff reserve for someone")] = None
    exception: Annotated[Waiver, Field(description="why staff pass over the house's rules")] = ""
    accepted: Annotated[list[SoftCode], Field(max_length=2)] = Field(default_factory=list)
    dates: Annotated[
        list[PickBody] | None,
        Field(max_length=MOST_DATES, description="which dates to reserve; without it every one that is free"),
    ] = None


class AddBody(BaseModel):
    """Dates of a series to reserve now."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"dates": [{"day": "2026-12-08"}]}]})

    dates: Annotated[list[PickBody], Field(min_length=1, max_length=MOST_DATES)]
    exception: Waiver = ""
    accepted: Annotated[list[SoftCode], Field(max_length=2)] = Field(default_factory=list)


class ChangeBody(BaseModel):
    """Other hours, another resource, another title, for one date, that one and the following, or all to come."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"scope": "following", "day": "2026-12-15", "from": "15:00", "to": "17:00"}]},
    )

    scope: Scope
    day: Annotated[Day | None, Field(description="the date meant; needed unless the scope is all")] = None
    start: Annotated[Clock | None, Field(alias="from")] = None
    end: Annotated[Clock | None, Field(alias="to")] = None
    resource: Key | None = None
    title: Title | None = None
    exception: Waiver = ""


class StoredSeries(msgspec.Struct, frozen=True):
    """A series as it is stored."""

    id: int
    person_id: int
    resource_id: int
    first_day: str
    from_minutes: int
    to_minutes: int
    rule: str
    people: int
    title: str
    state: str
    version: int
    former_id: int | None
    kept_until: str
    asked_at: int
    deadline: int
    created_by: int | None
    created_at: int
    changed_at: int


class Occurrence(msgspec.Struct, frozen=True):
    """One date of a series: the day by which it is known, and the reservation that stands for it, if any."""

    day: date
    state: str
    reservation: Stored | None

    @property
    def is_alive(self) -> bool:
        """True while time is kept (or asked) for it."""
        return self.reservation is not None and self.reservation.state in ACTIVE_STATES


class Pick(msgspec.Struct, frozen=True):
    """A date to reserve: on which resource, and when."""

    day: date
    key: str
    span: Span


class Left(msgspec.Struct, frozen=True):
    """A date that stays as it is, and why: codes of reasons."""

    day: str
    reasons: list[str]


class DateView(msgspec.Struct, frozen=True):
    """One date of a series. `state`: that of its reservation, or open, dropped; `is_unchanged`: a change of the
    series was refused there."""

    day: str
    state: str
    is_unchanged: bool
    reservation: str
    resource: str
    starts_at: datetime
    ends_at: datetime


class SeriesView(msgspec.Struct, frozen=True):
    """A series with all its dates. `left` are those that the act just made could not have, and why."""

    id: str
    resource: str
    resource_name: str
    first_day: str
    from_clock: str
    to_clock: str
    rule: str
    people: int
    title: str
    state: str
    version: int
    former: str
    kept_until: str
    deadline: datetime | None
    dates: list[DateView]
    left: list[Left]


class Outcome(msgspec.Struct, frozen=True):
    """What an act on a series came to: the series, and the dates it could not have."""

    series_id: int
    left: list[Left]
