"""What forms about doors send, and what their pages show."""

from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, Field

from tierslieu.http.telling import Choice
from tierslieu.people.persons.schemas import readable


class DoorFacts(BaseModel):
    """What a door is, and what opens it."""

    name: Annotated[str, AfterValidator(readable), Field(min_length=2, max_length=60)]
    zone: Annotated[str, Field(min_length=1, max_length=40)]
    side: Literal["in", "out", "both"] = "in"
    pulse_s: Annotated[int, Field(ge=1, le=10)] = 5
    kiosk: Annotated[str, Field(max_length=40)] = ""
    online: bool = False


class Opening(BaseModel):
    """Why staff open a door from afar."""

    cause: Literal["visitor", "delivery", "lost_badge", "help", "works", "test"]


class DoorLine(msgspec.Struct, frozen=True):
    """A door in the list."""

    key: str
    name: str
    zone: str
    look: str
    state_text: str
    heard: str


class DoorForm(msgspec.Struct, frozen=True):
    """The form of a door, with what was typed."""

    name: str
    pulse_s: str
    online: bool
    zones: list[Choice]
    sides: list[Choice]
    kiosks: list[Choice]


class DoorView(msgspec.Struct, frozen=True):
    """One door. `commands` are when, what, answer; `events` when and what."""

    key: str
    name: str
    look: str
    state_text: str
    facts: list[tuple[str, str]]
    commands: list[tuple[str, str, str]]
    events: list[tuple[str, str]]
    form: DoorForm
    causes: list[Choice]


class OwnDoor(msgspec.Struct, frozen=True):
    """A door that a reservation opens from its page now. `state_text` says what became of the last opening."""

    key: str
    name: str
    state_text: str


class OwnDoors(msgspec.Struct, frozen=True):
    """The doors of a reservation."""

    id: str
    doors: list[OwnDoor]
