"""The form of a zone."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, Field

from devices.badges.decide import Rule
from tierslieu.basics.errors import Invalid
from tierslieu.people.persons.schemas import readable

MOST_RULES = 12
KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
BARE, NAMED = ("anyone", "reservation"), ("role", "plan", "qualification")
WHENS, PINS = ("open", "staffed", "always"), ("never", "unstaffed", "always")


class ZoneForm(BaseModel):
    """What staff decide about a zone; a box that is not ticked is a no."""

    name: Annotated[str, AfterValidator(readable), Field(min_length=2, max_length=60)]
    space: Annotated[str, Field(max_length=40)] = ""
    is_site: bool = False
    capacity: Annotated[int, Field(ge=0, le=100_000)] = 0
    counts_staff: bool = False
    passback: Literal["off", "soft", "timed", "hard"] = "soft"
    passback_minutes: Annotated[int, Field(ge=0, le=240)] = 2
    early_minutes: Annotated[int, Field(ge=0, le=240)] = 15
    stale_hours: Annotated[int, Field(ge=0, le=720)] = 0
    position: Annotated[int, Field(ge=0, le=999)] = 0


class TryForm(BaseModel):
    """Who would get in: a person by name or card number, a day and an hour."""

    person: Annotated[str, Field(min_length=2, max_length=80)]
    zone: Annotated[str, Field(max_length=40)]
    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    hour: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def rules_of(form: Mapping[str, str]) -> list[Rule]:
    """The lines of the form that name somebody. Raises Invalid for what no list offers."""
    found = []
    for number in range(MOST_RULES):
        who, _, value = form.get(f"who{number}", "").partition(":")
        when, pin = form.get(f"when{number}", "open"), form.get(f"pin{number}", "never")
        if not who:
            continue
        is_who = (who in BARE and not value) or (who in NAMED and KEY.fullmatch(value) is not None)
        if not is_who or when not in WHENS or pin not in PINS:
            raise Invalid("form", {f"who{number}": "literal_error"})
        found.append(Rule(cast(Any, who), value, cast(Any, when), cast(Any, pin)))
    return found
