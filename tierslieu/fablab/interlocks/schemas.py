"""What people send about sessions, terminals and cards."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Begin(_Form):
    """A wish to use the machine now."""

    minutes: Annotated[int, Field(ge=5, le=720)] = 60
    tidy: bool = False
    takeover: bool = False
    exception: Literal["", "beside", "training", "other"] = ""


class Finish(_Form):
    """The end of a use; `clean`: the machine is left as the next one wants to find it."""

    clean: bool = False


class Longer(_Form):
    """A wish to go on."""

    minutes: Annotated[int, Field(ge=5, le=240)] = 30


class Oops(_Form):
    """What is wrong."""

    note: Annotated[str, Field(min_length=1, max_length=500)]


class Rules(_Form):
    """How a machine may be unlocked, as the form of its terminal gives it: a box that is not ticked is a no."""

    lease_s: Annotated[int, Field(ge=60, le=3600)] = 300
    usual_minutes: Annotated[int, Field(ge=5, le=480)] = 60
    longest_minutes: Annotated[int, Field(ge=5, le=1440)] = 240
    idle_cap_minutes: Annotated[int, Field(ge=0, le=240)] = 30
    confirm_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    offline_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    persons: Literal["1", "2"] = "1"
    needs_reservation: bool = False
    within_hours: bool = False
    needs_referent: bool = False
    is_checked_after: bool = False
    ends_when_idle_offline: bool = False


class NewCard(_Form):
    """A card for a person: one that was just held before a terminal, or its number as a reader types it."""

    seen: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | Literal[""] = ""
    number: Annotated[str, Field(max_length=60)] = ""
