"""Sessions, terminals and cards: what people and programs send (Pydantic), what programs get (frozen structs)."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from tierslieu.fablab.schemas import Id
from tierslieu.people.persons.schemas import readable


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _example(**fields: JsonValue) -> ConfigDict:
    return ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [fields]})


class _Wish(_Form):
    minutes: Annotated[int, Field(ge=5, le=720)] = 60
    tidy: Annotated[bool, Field(description="somebody looked: the machine is clean and complete")] = False
    takeover: Annotated[bool, Field(description="end the session of who uses it now, the machine stays on")] = False
    exception: Annotated[
        Literal["", "beside", "training", "other"], Field(description="why staff pass over what is missing")
    ] = ""


class Begin(_Wish):
    """A wish to use the machine now. `pour`: the person for whom staff unlock it."""

    pour: Annotated[str, Field(max_length=26)] = ""


class NewSession(_Wish):
    """A wish to use the machine now. Without `person`, for oneself; for another, who runs the machine."""

    model_config = _example(minutes=60, tidy=True)

    person: Id | None = None


class Finish(_Form):
    """The end of a use; `clean`: the machine is left as the next one wants to find it."""

    model_config = _example(clean=True)

    clean: bool = False


class Longer(_Form):
    """A wish to go on."""

    model_config = _example(minutes=30)

    minutes: Annotated[int, Field(ge=5, le=240)] = 30


class Join(_Form):
    """« I am with who waits »: `since` says which wish was seen."""

    since: Annotated[int, Field(ge=0, lt=2**62)]


class Second(_Form):
    """« I am with who waits »: `asked_at` as the session tells it, so that nobody agrees to another wish."""

    model_config = _example(asked_at="2026-11-25T13:30:00Z")

    asked_at: AwareDatetime


class Oops(_Form):
    """What is wrong."""

    model_config = _example(note="De la fumée sous le capot")

    note: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=500)]


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
    starts_at_check_in: bool = False
    ends_when_idle_offline: bool = False


class NewCard(_Form):
    """A card for a person: one that was just held before a terminal, or its number as a reader types it."""

    seen: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | Literal[""] = ""
    number: Annotated[str, Field(max_length=60)] = ""


class SessionView(msgspec.Struct, frozen=True):
    """The lock of a machine as measured, and the use of it that is open.

    `state` is what people are shown: open only as measured and heard. `missing` are the codes of all that stands
    against beginning now, for the one who asks; empty for who uses it. `second_asked_at`: since when somebody waits
    for a second person, told to them and to who may be that person; others get None. `person` is told to staff of the
    machine only, `until` to them and to who uses it. `last` is how one's own last use ended, a moment ago.
    """

    machine: str
    state: str
    link: str
    lock: str
    activity: str
    door: str
    session: str | None
    is_mine: bool
    person: str | None
    started_at: datetime | None
    until: datetime | None
    missing: list[str]
    last: str | None
    second_asked_at: datetime | None


class TerminalState(msgspec.Struct, frozen=True):
    """A terminal for who looks after it: its last words, measured; no key."""

    machine: str
    state: str
    link: str
    lock: str
    relay: bool
    sense: bool | None
    activity: str
    door: str
    fault: str | None
    boot_id: str
    heard_at: datetime | None
    is_blocked: bool
    is_policy_known: bool
    session: str | None
