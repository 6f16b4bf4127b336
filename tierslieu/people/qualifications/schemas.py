"""What people send about qualifications."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from tierslieu.people.persons.schemas import readable

ID_PATTERN = r"^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{13}$"
Id = Annotated[str, Field(pattern=ID_PATTERN)]
Level = Literal["discovery", "accompanied", "autonomous", "trainer"]
Note = Literal["", "after_training", "equivalent", "observed", "renewed"]
EndReason = Literal["withdrawn", "unsafe", "rules", "asked", "mistake"]
Months = Annotated[int, Field(ge=1, le=120)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(readable)]


def day(value: object) -> object:
    """A day as the date field of a browser sends it, in a year that can be planned."""
    try:
        found = date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError("bad_date") from error
    if not 2025 <= found.year <= 2099:
        raise ValueError("bad_date")
    return found


def hour(value: object) -> object:
    """Minutes after midnight, of a wall clock time such as 14:30."""
    hours, _, minutes = str(value).partition(":")
    is_clock = len(str(value)) <= 5 and hours.isdecimal() and minutes.isdecimal() and hours.isascii()
    if not is_clock or not minutes.isascii() or int(hours) > 23 or int(minutes) > 59:
        raise ValueError("bad_hour")
    return int(hours) * 60 + int(minutes)


class NewSkill(BaseModel):
    """A qualification of the catalogue. `needs` names prerequisites as "key" or "key:level"."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
    name: Name
    description: Annotated[str, AfterValidator(readable), Field(max_length=1000)] = ""
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    valid_months: Months | None = None
    unused_months: Months | None = None
    training_minutes: Annotated[int, Field(ge=5, le=6000)] = 60
    min_age: Annotated[int, Field(ge=1, le=99)] | None = None
    is_active: bool = False
    is_enforced: bool = False
    needs: tuple[tuple[str, Level], ...] = ()


class NewGrant(BaseModel):
    """A level for a person. `seen` is the grant that was in force when the form was shown: nobody was faster."""

    model_config = ConfigDict(extra="forbid")

    qualification: Id
    level: Level
    note: Note = ""
    seen: Annotated[str, Field(max_length=13)] = ""


class Withdrawal(BaseModel):
    """Why a level is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: EndReason


class NewSession(BaseModel):
    """A training to announce."""

    model_config = ConfigDict(extra="forbid")

    qualification: Id
    date: Annotated[date, BeforeValidator(day)]
    start: Annotated[int, BeforeValidator(hour)]
    minutes: Annotated[int, Field(ge=5, le=720)]
    place: Name
    capacity: Annotated[int, Field(ge=1, le=100)]


class Wish(msgspec.Struct, frozen=True):
    """What to grant: whom, what, which level. `seen` is None when nobody looked at the former grant."""

    person_id: int
    qualification_id: int
    level: str
    note: str = ""
    session_id: int | None = None
    seen: int | None = None


class LevelWish(BaseModel):
    """The level to give to everybody who was there."""

    model_config = ConfigDict(extra="forbid")

    level: Level
