"""Scans and badges in (Pydantic) and out (frozen structs)."""

from typing import Annotated, Any

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from tierslieu.access.rules import RevokeReason
from tierslieu.people.persons.schemas import readable

EARLIEST, LATEST = 1_735_689_600, 4_102_444_800
EXAMPLE: dict[str, JsonValue] = {
    "scan_id": "0f6f2f3c9d1b4a5e8c7d6b5a49382716",
    "badge": "TCBBBCBDBFBGBHBJBKBLBNBPBRBSBTBVBXFRFK",
    "at_device": 1_795_502_400,
    "device_seq": 1,
}


class NewScan(BaseModel):
    """One presentation of a badge. The same `scan_id` is sent again until an answer comes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    scan_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="128 random bits, made by the device")]
    badge: Annotated[str, Field(min_length=1, max_length=200, description="text of the code, or the card's number")]
    at_device: Annotated[int, Field(ge=EARLIEST, le=LATEST, description="seconds since 1970, by the device's clock")]
    device_seq: Annotated[int, Field(ge=0, le=2**53 - 1, description="counts the scans of this device")]


class KeptScans(BaseModel):
    """Scans that a device kept while it had no answer. Each is judged alone: a bad one does not hold the others."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"scans": [EXAMPLE]}]})

    scans: Annotated[list[dict[str, Any]], Field(max_length=100)]


class TypedBadge(BaseModel):
    """The kiosk's form: what was typed, or what a scanner typed."""

    badge: Annotated[str, Field(max_length=200)]
    scan_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Revocation(BaseModel):
    """Which badge to stop, and why."""

    badge: Annotated[str, Field(min_length=13, max_length=13)]
    reason: RevokeReason


class NewKiosk(BaseModel):
    """A kiosk by its name; with `door`, the screen at the door of that resource."""

    name: Annotated[str, AfterValidator(readable), Field(min_length=2, max_length=60)]
    door: Annotated[str, Field(max_length=40)] = ""
    names: bool = False


class Line(msgspec.Struct, frozen=True):
    """One line of a result screen."""

    icon: str
    text: str


class ScanView(msgspec.Struct, frozen=True):
    """The answer to a scan, in the words of the person at the door. `duplicate`: it had been answered before."""

    scan_id: str
    outcome: str
    reason: str | None
    first_name: str | None
    title: str
    sentence: str
    lines: list[Line]
    duplicate: bool


class Receipt(msgspec.Struct, frozen=True):
    """What became of a kept scan."""

    scan_id: str
    outcome: str
    reason: str | None
    duplicate: bool


class RefusedScan(msgspec.Struct, frozen=True):
    """A kept scan that cannot be used, and should not be sent again."""

    scan_id: str
    code: str


class Receipts(msgspec.Struct, frozen=True):
    """One entry for each scan sent, in one list or the other."""

    answers: list[Receipt]
    refused: list[RefusedScan]


class KioskState(msgspec.Struct, frozen=True):
    """The kiosk's own name and the service's clock."""

    device: str
    now: int


class BadgeRow(msgspec.Struct, frozen=True):
    """A badge as the service knows it: never its secret."""

    id: int
    person_id: int
    kind: str
    card_number: str
    state: str
    issued_at: int
    revoked_at: int | None
    revoked_reason: str | None

    @property
    def is_active(self) -> bool:
        """True while it opens doors."""
        return self.state == "active"


class Issued(msgspec.Struct, frozen=True):
    """A badge just made. `token` is what to print; it is told only now."""

    badge: BadgeRow
    token: str


class KioskRow(msgspec.Struct, frozen=True):
    """A kiosk of the house, or the screen at the door of a resource."""

    key: str
    name: str
    code_until: int
    enrolled_at: int
    resource_id: int = 0
    shows_names: int = 0

    @property
    def is_door(self) -> bool:
        """True for a screen at a door."""
        return bool(self.resource_id)
