"""What staff and programs send about presence."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from tierslieu.people.persons.schemas import readable

SCAN_ID = r"^[0-9a-f]{32}$"
MOST_AT_ONCE = 500
Band = Literal["", "child", "teen", "adult", "senior"]
EXAMPLE: dict[str, JsonValue] = {
    "scan_id": "0f6f2f3c9d1b4a5e8c7d6b5a49382716",
    "zone": "hall",
    "people": 1,
    "band": "adult",
    "direction": "in",
    "at_device": 1_795_502_400,
    "device_seq": 1,
}


class Count(BaseModel):
    """People who passed without a name, as staff count them."""

    scan_id: Annotated[str, Field(pattern=SCAN_ID)]
    zone: Annotated[str, Field(max_length=40)]
    people: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = 1
    band: Band = ""
    direction: Literal["in", "out"] = "in"
    override: Literal["", "event", "left", "shelter"] = ""


class Undone(BaseModel):
    """The count that staff take back."""

    scan_id: Annotated[str, Field(pattern=SCAN_ID)]


class KeptCount(BaseModel):
    """A count that a browser kept while it had no network."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    scan_id: Annotated[str, Field(pattern=SCAN_ID, description="128 random bits, made by the browser")]
    zone: Annotated[str, Field(max_length=40, description="key of the zone")]
    people: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = 1
    band: Band = ""
    direction: Literal["in", "out"] = "in"
    at_device: Annotated[int, Field(ge=0, le=4_102_444_800, description="seconds since 1970, by the browser's clock")]
    device_seq: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0


class KeptCounts(BaseModel):
    """Counts that a browser kept, in their order."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"counts": [EXAMPLE]}]})

    counts: Annotated[list[KeptCount], Field(max_length=200)]
    sent_at: Annotated[int, Field(ge=0, le=4_102_444_800, description="now, by the browser's clock; 0: trust it")] = 0


class Group(Count):
    """A group that comes in together: one of the files, or a number and a band."""

    group: Annotated[str, Field(max_length=13)] = ""


class Seen(BaseModel):
    """How many staff counted in a zone."""

    scan_id: Annotated[str, Field(pattern=SCAN_ID)]
    zone: Annotated[str, Field(max_length=40)]
    counted: Annotated[int, Field(ge=0, le=100_000)]


class Corrected(BaseModel):
    """Where somebody really is: the key of a zone, "" for out."""

    zone: Annotated[str, Field(max_length=40)] = ""
    reason: Literal["forgot", "no_badge", "seen", "mistake"]
    override: Literal["", "event", "left", "shelter"] = ""


class HelpWish(BaseModel):
    """What somebody wants to have on the evacuation list."""

    note: Annotated[str, AfterValidator(readable), Field(min_length=2, max_length=200)]


class Search(BaseModel):
    """Whom staff look for among those who are here."""

    name: Annotated[str, AfterValidator(readable), Field(min_length=2, max_length=60)]
