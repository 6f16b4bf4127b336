"""The forms of groups."""

import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from tierslieu.people.groups.actions import GroupFacts
from tierslieu.people.groups.rules import MOST_LEVELS
from tierslieu.people.persons.schemas import readable

LEVEL: Final = re.compile(r"\s*([^:]{1,40}?)\s*:\s*([0-9]{1,3})\s*")
Kind = Literal["association", "school_class", "programme", "company", "other"]


def day_kept(text: str) -> str:
    """A day as forms send it. Raises ValueError("bad_date")."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError("bad_date") from None
    if not 2000 <= found.year <= 2099 or len(text) != 10:
        raise ValueError("bad_date")
    return text


def levels_kept(text: str) -> str:
    """Lines such as « CM2 : 14 ». Raises ValueError("bad_levels")."""
    read_levels(readable(text))
    return text


def read_levels(text: str) -> tuple[tuple[str, int], ...]:
    """The levels of a class with their headcounts. Raises ValueError("bad_levels")."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = LEVEL.fullmatch(line)
        if parts is None or parts[1] in found or not int(parts[2]) or len(found) == MOST_LEVELS:
            raise ValueError("bad_levels")
        found[parts[1]] = int(parts[2])
    return tuple(found.items())


def line_kept(text: str) -> str:
    """One line of text without what cannot be shown. Raises ValueError("bad_text")."""
    if any(sign in readable(text) for sign in "\n\t\r"):
        raise ValueError("bad_text")
    return " ".join(text.split())


Line = Annotated[str, AfterValidator(line_kept)]
Day = Annotated[str, AfterValidator(day_kept)]


class GroupFields(BaseModel):
    """A group as staff write it down."""

    model_config = ConfigDict(extra="ignore")

    kind: Kind
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    place: Annotated[Line, Field(max_length=200)] = ""
    headcount: Annotated[int | None, Field(ge=0, le=10_000)] = None
    school_year: Annotated[int | None, Field(ge=2000, le=2099)] = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    levels: Annotated[str, AfterValidator(levels_kept), Field(max_length=500)] = ""

    @field_validator("ends_on")
    @classmethod
    def _in_order(cls, value: str | None, info: ValidationInfo) -> str | None:
        start = info.data.get("starts_on")
        if value and start and value < start:
            raise ValueError("ends_before_it_starts")
        return value

    @property
    def facts(self) -> GroupFacts:
        """The same for the action."""
        return GroupFacts(
            self.kind,
            self.name,
            self.place,
            self.headcount,
            self.school_year,
            self.starts_on,
            self.ends_on,
            read_levels(self.levels),
        )


class MemberFields(BaseModel):
    """Somebody who joins."""

    model_config = ConfigDict(extra="ignore")

    person: Annotated[str, Field(min_length=13, max_length=13)]
    role: Literal["member", "contact", "leader"] = "member"
