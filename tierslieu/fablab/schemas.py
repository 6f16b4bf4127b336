"""The FabLab in (Pydantic) and out (frozen structs)."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from tierslieu.fablab.files.facts import Box, Plate, Tool
from tierslieu.people.persons.schemas import readable

KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"
LAST_YEAR = 2099
ID_PATTERN = r"^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{13}$"
Key = Annotated[str, Field(pattern=KEY_PATTERN)]
Id = Annotated[str, Field(pattern=ID_PATTERN)]
Note = Annotated[str, AfterValidator(readable), Field(max_length=500)]
Material = Annotated[str, AfterValidator(readable), Field(max_length=40)]


def day_soon(value: object) -> object:
    """A day of this century, as forms and programs write it."""
    try:
        found = date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("bad_date") from None
    if not 2025 <= found.year <= LAST_YEAR:
        raise ValueError("bad_date")
    return found


class Strict(BaseModel):
    """A command: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class NewJob(Strict):
    """A file to make: on any machine of a kind, or on one machine."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"file": "03F1X8EGCGAHJ", "machine": "p3d-1", "material": "PLA", "quantity": 1}]
        },
    )

    file: Id
    kind: Annotated[str, Field(max_length=40)] = "printer_3d"
    machine: Annotated[Key | None, Field(description="one machine; empty: any of the kind")] = None
    material: Material = ""
    colour: Annotated[str, AfterValidator(readable), Field(max_length=40)] = ""
    service: Annotated[Literal["self", "staff"], Field(description="staff: the house makes it for the person")] = "self"
    quantity: Annotated[int, Field(ge=1, le=20)] = 1
    note: Note = ""


class Start(Strict):
    """Start a waiting job on a machine. `seen`: staff looked at the commands that were flagged. `exception`: why
    it is started at the machine although its person lacks the qualification."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"machine": "p3d-1"}]})

    machine: Key
    seen: bool = False
    exception: Literal["", "beside", "training", "other"] = ""


class Clear(Strict):
    """The machine is empty again; was what came out good? `after` names the attempt that was seen there ("none"
    for none of ours): a later one is not confirmed by mistake. Left out, whatever lies there is confirmed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"outcome": "good", "after": "J000123"}]})

    outcome: Literal["good", "failed"] = "good"
    note: Note = ""
    after: Annotated[str, Field(max_length=40)] | None = None


class Steer(Strict):
    """Pause, resume or cancel the job on the machine."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"op": "pause"}]})

    op: Literal["pause", "resume", "cancel"]


class Problem(Strict):
    """What is wrong; a machine that staff take out of service stays so until they put it back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "La buse est bouchée"}]})

    note: Annotated[str, AfterValidator(readable), Field(min_length=3, max_length=500)]


class Out(Problem):
    """A machine that goes out of service. Nobody can have it until it is back (with `until`: up to the end of that day,
    then day by day while it is still out): who had reserved it is offered something else."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "La buse est bouchée", "until": "2026-11-27"}]}
    )

    until: Annotated[date | None, BeforeValidator(day_soon)] = None
    is_kept: Annotated[bool, Field(description="the reservations stay as they are, and new ones are taken")] = False

    @field_validator("is_kept")
    @classmethod
    def _one_choice(cls, is_kept: bool, info: ValidationInfo) -> bool:
        if is_kept and info.data.get("until") is not None:
            raise ValueError("kept_and_until")
        return is_kept


class Loaded(Strict):
    """The material that is on the machine now; empty: not known."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"material": "PLA"}]})

    material: Material = ""


class ByHand(Strict):
    """How a job ended that nobody but staff saw."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"outcome": "good"}]})

    outcome: Literal["good", "failed"] = "failed"
    note: Note = ""


class ChosenPlate(Strict):
    """Which plate of a sliced package is to be made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"plate": 2}]})

    plate: Annotated[int, Field(ge=1, le=999)]


class FileView(msgspec.Struct, frozen=True):
    """A file that was read. Unknown facts are null, never 0; `sources` says where each figure comes from.

    `is_opaque`: its commands are packed in a way nobody told us, nothing is flagged or measured. `is_misnamed`: its
    name says another format. `plate_list`: the plates of a package that has several; the figures are those of `plate`.
    """

    id: str
    name: str
    size: int
    sha256: str
    seconds: int | None
    seconds_source: str | None
    filament_mm: float | None
    filament_g: float | None
    size_mm: tuple[float, float, float] | None
    size_source: str | None
    layer_height_mm: float | None
    material: str | None
    slicer: str | None
    printer_model: str | None
    nozzle_mm: float | None
    flagged: list[str]
    thumbnail: str | None
    format: str = "gcode"
    preview: str | None = None
    filament: tuple[Tool, ...] = ()
    box: Box | None = None
    layers: int | None = None
    tool_temperature_max: float | None = None
    bed_temperature_max: float | None = None
    flavour: str | None = None
    seconds_by_mode: dict[str, int] = {}
    objects: int | None = None
    macros: tuple[str, ...] = ()
    plates: int | None = None
    plate: int | None = None
    plate_list: tuple[Plate, ...] = ()
    is_opaque: bool = False
    is_misnamed: bool = False
    sources: dict[str, str] = {}


class JobView(msgspec.Struct, frozen=True):
    """A job as its person or staff see it."""

    id: str
    number: str
    file_name: str
    kind: str
    machine: str | None
    material: str
    quantity: int
    copies_done: int
    note: str
    state: str
    outcome: str | None
    notice: str
    position: int | None
    expected_at: datetime | None
    person: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempt: str | None
    """How machines call its last attempt; who says that a machine is empty names it."""


class MachineView(msgspec.Struct, frozen=True):
    """A machine as anyone may see it. `state` is what people are shown, `link` how well it is heard."""

    key: str
    name: str
    kind: str
    model: str
    state: str
    link: str
    is_ready: bool
    needs_clear: bool
    status: str
    material: str
    progress: float | None
    seconds_left: int | None
    age_seconds: int | None
    job: str | None


class Cleared(msgspec.Struct, frozen=True):
    """A machine that is free again, and the job that is proposed for it."""

    machine: str
    next_job: JobView | None
