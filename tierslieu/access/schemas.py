"""Scans and badges in (Pydantic) and out (frozen structs)."""

from typing import Annotated, Any, Literal

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
    """One presentation of a badge. The same `scan_id` is sent again until an answer comes.

    `decided`, `reason` and `offset` are for scans that the device kept: what it decided itself, and how far its clock
    was off. `pin` is for a scan answered on the spot, under a scan_id of its own. `card` is for kept scans of a device
    that holds no secret of cards: `badge` is then « - ».
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    scan_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="128 random bits, made by the device")]
    badge: Annotated[str, Field(min_length=1, max_length=200, description="text of the code, or the card's number")]
    at_device: Annotated[int, Field(ge=EARLIEST, le=LATEST, description="seconds since 1970, by the device's clock")]
    device_seq: Annotated[int, Field(ge=0, le=2**53 - 1, description="counts the scans of this device")]
    direction: Annotated[Literal["in", "out"], Field(description="out: the person leaves")] = "in"
    decided: Annotated[Literal["", "granted", "denied"], Field(description="the device's own decision")] = ""
    reason: Annotated[str, Field(pattern=r"^[a-z_]{0,20}$", description="the code of that decision")] = ""
    offset: Annotated[int, Field(ge=-LATEST, le=LATEST, description="the service's clock less the device's")] = 0
    pin: Annotated[str, Field(max_length=100, repr=False, description="the six digits, when they were asked")] = ""
    card: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$", description="SHA-256 of a card's secret, see above")] = ""


class KeptScans(BaseModel):
    """Scans that a device kept while it had no answer. Each is judged alone: a bad one does not hold the others."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"scans": [EXAMPLE]}]})

    scans: Annotated[list[dict[str, Any]], Field(max_length=100)]


class ScanIds(BaseModel):
    """Scans that the service has answered for, as the device remembers."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"scan_ids": [EXAMPLE["scan_id"]]}]})

    scan_ids: Annotated[list[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]], Field(max_length=500)]


class TypedBadge(BaseModel):
    """The kiosk's form: what was typed, or what a scanner typed."""

    badge: Annotated[str, Field(max_length=200)]
    scan_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    direction: Literal["in", "out"] = "in"
    pin: Annotated[str, Field(max_length=30, repr=False)] = ""


class Revocation(BaseModel):
    """Which badge to stop, and why."""

    badge: Annotated[str, Field(min_length=13, max_length=13)]
    reason: RevokeReason


class NewCard(BaseModel):
    """A card for a person: the first one, another one with a name of its own, or one in place of another."""

    replace: Annotated[str, Field(max_length=13)] = ""
    label: Annotated[str, AfterValidator(readable), Field(max_length=40)] = ""


class NamedBadge(BaseModel):
    """Which badge, by its id."""

    badge: Annotated[str, Field(min_length=13, max_length=13)]


class NewKiosk(BaseModel):
    """A kiosk by its name, in front of a zone; with `door`, the screen at the door of that resource."""

    name: Annotated[str, AfterValidator(readable), Field(min_length=2, max_length=60)]
    door: Annotated[str, Field(max_length=40)] = ""
    names: bool = False
    zone: Annotated[str, Field(max_length=40)] = ""


class Line(msgspec.Struct, frozen=True):
    """One line of a result screen."""

    icon: str
    text: str


class ScanView(msgspec.Struct, frozen=True):
    """The answer to a scan, in the words of the person at the door. `duplicate`: it had been answered before.

    `code` is the reason of the decision, also when it was granted. `choices` are what the screen offers next. `asks`
    is "pin" when the badge is to be shown again with its pin.
    """

    scan_id: str
    outcome: str
    reason: str | None
    first_name: str | None
    title: str
    sentence: str
    lines: list[Line]
    duplicate: bool
    direction: str = "in"
    code: str = ""
    choices: list[str] = []
    asks: str = ""


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


class UnknownScans(msgspec.Struct, frozen=True):
    """Those of them that the service does not know: it came back from an older copy of its database."""

    unknown: list[str]


class KioskState(msgspec.Struct, frozen=True):
    """The kiosk's own name, the service's clock, and what moved: the list, the page, an alarm.

    `zone` is the number of the zone in front of which it stands, 0 for none. `turn_token`: ask for a new secret.
    """

    device: str
    now: int
    rev: int = 0
    page: str = ""
    zone: int = 0
    zone_name: str = ""
    is_alarm: bool = False
    turn_token: bool = False


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
    label: str = ""
    handle: str = ""
    valid_until: int = 0
    doubted_at: int = 0

    @property
    def is_doubted(self) -> bool:
        """True while there may be a copy of it."""
        return bool(self.doubted_at)

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
    zone_id: int = 0

    @property
    def is_door(self) -> bool:
        """True for a screen at a door."""
        return bool(self.resource_id)
