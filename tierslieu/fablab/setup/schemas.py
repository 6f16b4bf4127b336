"""What the pages of setting up read and show."""

from typing import Annotated, Literal

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


Size = Annotated[int | None, BeforeValidator(number_or_none), Field(ge=1, le=100_000)]
Heat = Annotated[int | None, BeforeValidator(number_or_none), Field(ge=20, le=1_000)]


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
    nozzle: Annotated[float | None, BeforeValidator(number_or_none), Field(ge=0.05, le=5)] = None
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


class Found(msgspec.Struct, frozen=True):
    """What a try found; the words of devices/adapters: the service reads them as they come. `learned` are settings that
    nobody typed and the try found out: they are kept beside the others."""

    code: str
    model: str = ""
    software: str = ""
    build_mm: tuple[int, int, int] | None = None
    nozzle_mm: float | None = None
    can_control: bool = False
    note: str = ""
    learned: dict[str, str] = {}


class Way(msgspec.Struct, frozen=True):
    """An adapter and what was typed for it. The kind is empty where there is none."""

    kind: str = ""
    settings: dict[str, str] = {}
