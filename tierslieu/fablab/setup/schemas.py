"""What the pages of setting up read and show."""

from typing import Annotated, Any, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tierslieu.fablab.schemas import KEY_PATTERN
from tierslieu.people.persons.schemas import readable

Word = Annotated[str, AfterValidator(readable), Field(max_length=40)]


def number_or_none(value: object) -> object:
    """A number as people type it, with a comma too; nothing typed is not known."""
    text = str(value).strip().replace(",", ".") if value is not None else ""
    return text or None


def cents(value: object) -> object:
    """« 2,50 » in euros as cents; nothing typed is nothing to pay."""
    text = str(value).strip().replace(",", ".").replace("€", "").strip()
    if not text:
        return 0
    try:
        return round(float(text) * 100)
    except (ValueError, OverflowError):  # what is no number, or no end of one
        raise ValueError("int_parsing") from None


Size = Annotated[Annotated[int, Field(ge=1, le=100_000)] | None, BeforeValidator(number_or_none)]
Heat = Annotated[Annotated[int, Field(ge=20, le=1_000)] | None, BeforeValidator(number_or_none)]


class MachineFacts(BaseModel):
    """What a machine is and can do. Limits that nobody knows stay empty: nothing is compared with them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Prusa MK4S",
                    "kind": "printer_3d",
                    "build_x": 250,
                    "build_y": 210,
                    "build_z": 220,
                    "nozzle": 0.4,
                }
            ]
        },
    )

    name: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=100)]
    kind: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    model: Annotated[str, AfterValidator(readable), Field(max_length=100)] = ""
    site: Annotated[str, Field(pattern=KEY_PATTERN)] = ""
    resource: Annotated[str, Field(max_length=40)] = ""
    qualification: Annotated[str, Field(max_length=80)] = ""
    build_x: Size = None
    build_y: Size = None
    build_z: Size = None
    nozzle: Annotated[Annotated[float, Field(ge=0.05, le=5)] | None, BeforeValidator(number_or_none)] = None
    max_tool: Heat = None
    max_bed: Heat = None
    firmware: Literal["", "marlin", "klipper", "prusa", "bambu", "reprap", "other"] = ""
    takes_queue: Literal["", "1"] = ""
    price: Annotated[int, BeforeValidator(cents), Field(ge=0, le=100_000)] = 0
    notices: Annotated[str, AfterValidator(readable), Field(max_length=2_000)] = ""


class NewMachineForm(MachineFacts):
    """A machine to put into service, under a short key that never changes: it is in its QR code and on the bus."""

    key: Annotated[str, Field(pattern=KEY_PATTERN)]


class Board(BaseModel):
    """An account: of a small computer that runs adapters, of a bought plug or meter, or of who only listens."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"key": "atelier-pi", "name": "Atelier"}]}
    )

    key: Annotated[str, Field(pattern=KEY_PATTERN)]
    name: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=100)]
    kind: Literal["agent", "meter", "listener"] = "agent"


class BoardAnswer(BaseModel):
    """What a board's program counted, by machine; the names are those of `tierslieu-devices --diagnose`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "9f2c41d07ab3e615",
                    "at": 1795300000,
                    "software": "tierslieu-devices 1",
                    "python": "3.11.2",
                    "machines": [{"device": "p3d-1", "state": "offline", "machine_last_error": "unreachable"}],
                }
            ]
        },
    )

    question: Annotated[str, Field(min_length=1, max_length=40)]
    at: Annotated[int, Field(ge=0, le=253_402_300_799)]
    software: Annotated[str, Field(max_length=60)] = ""
    python: Annotated[str, Field(max_length=20)] = ""
    machines: Annotated[list[dict[str, Any]], Field(max_length=500)] = []


class Found(msgspec.Struct, frozen=True):
    """What a try found; the words of devices/adapters: the service reads them as they come. `learned` are settings that
    nobody typed and the try found out: they are kept beside the others. `meter`: what became of the plug beside it."""

    code: str
    name: str = ""
    model: str = ""
    software: str = ""
    build_mm: tuple[int, int, int] | None = None
    nozzle_mm: float | None = None
    can_control: bool = False
    note: str = ""
    power_w: float | None = None
    energy_wh: float | None = None
    took_ms: int = 0
    learned: dict[str, str] = {}
    meter: "Found | None" = None

    @property
    def parts(self) -> tuple["Found", ...]:
        """All that was tried."""
        return (self,) if self.meter is None else (self, self.meter)


class Way(msgspec.Struct, frozen=True):
    """An adapter and what was typed for it. The kind is empty where there is none."""

    kind: str = ""
    settings: dict[str, str] = {}
