"""What kiosks send and get besides passages."""

from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tierslieu.access.schemas import EARLIEST, LATEST, Line

RandomId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="128 random bits, made by the kiosk")]
SOME_ID: JsonValue = "0f6f2f3c9d1b4a5e8c7d6b5a49382716"
MOST_KEPT = 10_000_000
KEPT_VISIT: dict[str, JsonValue] = {
    "scan_id": SOME_ID,
    "band": "adult",
    "people": 1,
    "direction": "in",
    "at_device": 1_795_502_400,
    "device_seq": 1,
}


def _taken(example: JsonValue) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class HealthReport(BaseModel):
    """How a kiosk is, told by itself."""

    model_config = _taken({"page": "3f2a9c", "rev": 812, "snapshot_at": 1_795_502_400, "kept": 0})

    page: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{0,16}$", description="version of the page it shows")] = ""
    rev: Annotated[int, Field(ge=0, le=2**53 - 1, description="revision of the list it holds")] = 0
    snapshot_at: Annotated[int, Field(ge=0, le=LATEST, description="when that list was made")] = 0
    kept: Annotated[int, Field(ge=0, le=MOST_KEPT, description="passages that wait to be sent")] = 0
    is_durable: Annotated[bool, Field(description="false: they would not survive a power cut")] = True
    has_camera: Annotated[bool, Field(description="whether its camera reads codes")] = True


class CallWish(BaseModel):
    """Somebody at the kiosk asks for a person to come. The same `call_id` sent again is the same call."""

    model_config = _taken({"call_id": SOME_ID})

    call_id: RandomId


class DeskWish(BaseModel):
    """A desk for whoever was let in with this passage a moment ago."""

    model_config = _taken({"scan_id": SOME_ID})

    scan_id: RandomId


class WalkIn(BaseModel):
    """Somebody without a badge, counted without a name. The same `scan_id` sent again counts once."""

    model_config = _taken({"scan_id": SOME_ID, "band": "adult", "people": 1, "direction": "in"})

    scan_id: RandomId
    band: Literal["", "child", "teen", "adult", "senior"] = ""
    people: Annotated[int, Field(ge=1, le=200)] = 1
    direction: Literal["in", "out"] = "in"


class KeptVisit(WalkIn):
    """A visit that the kiosk kept while it had no network; with `undoes`, the tap that takes that visit back.

    What takes a visit back has the visit's id with every bit turned round, so that it is one however often it comes.
    """

    model_config = _taken(KEPT_VISIT)

    at_device: Annotated[int, Field(ge=EARLIEST, le=LATEST, description="seconds since 1970, by the device's clock")]
    device_seq: Annotated[int, Field(ge=0, le=2**53 - 1, description="counts what this device kept")]
    offset: Annotated[int, Field(ge=-LATEST, le=LATEST, description="the service's clock less the device's")] = 0
    undoes: Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$", description="scan_id of the visit, see above")] = ""


class KeptVisits(BaseModel):
    """Visits that a kiosk kept, in their order. Each is judged alone: a bad one does not hold the others."""

    model_config = _taken({"visits": [KEPT_VISIT]})

    visits: Annotated[list[dict[str, Any]], Field(max_length=100)]


class VisitWish(BaseModel):
    """The tap that a visitor takes back."""

    model_config = _taken({"scan_id": SOME_ID})

    scan_id: RandomId


class StaffSignIn(BaseModel):
    """A member of staff with their card and pin."""

    model_config = _taken({"badge": "123459", "pin": "404142"})

    badge: Annotated[str, Field(min_length=1, max_length=200)]
    pin: Annotated[str, Field(min_length=1, max_length=30)]


class TurnView(msgspec.Struct, frozen=True):
    """Whose secret turned; the new one is in the cookie."""

    device: str


class NoticeView(msgspec.Struct, frozen=True):
    """What the screen says after a wish."""

    outcome: Literal["granted", "denied"]
    title: str
    sentence: str
    lines: list[Line]


class CallView(msgspec.Struct, frozen=True):
    """A call and how it stands: waiting, coming, over."""

    call_id: str
    state: str
    title: str
    sentence: str


class StaffTurnView(msgspec.Struct, frozen=True):
    """Staff are at the kiosk until then; each gesture begins the minute anew."""

    until: int
    href: str


class SealView(msgspec.Struct, frozen=True):
    """The first line of a list for readers: the signature of the house over all that follows, by the key `kid`; in
    `former` those by the keys before it, for readers that know no newer one."""

    signature: str
    kid: int
    former: list[tuple[int, str]]
