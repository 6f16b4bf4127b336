"""What is known of a file: figures with their source. Unknown stays None, never 0."""

from typing import Final

import msgspec

Size = tuple[float, float, float]

SLICER: Final = "slicer"
"""The program that made the file says so."""
SETTINGS: Final = "settings"
"""The settings it was made with say so."""
COMMANDS: Final = "commands"
"""The commands in the file say so."""
MOTION: Final = "motion"
"""Every move was followed."""
MOTION_PART: Final = "motion_part"
"""Only the parts of the file that were read: the true figure may be larger."""
MODEL: Final = "model"
"""The shape or the drawing itself was measured."""
SOURCES: Final = (SLICER, SETTINGS, COMMANDS, MOTION, MOTION_PART, MODEL)


class Flag(msgspec.Struct, frozen=True):
    """A command that does not belong into a print, and the line it stands in."""

    line: int
    command: str


class Tool(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one tool lays down, counted from 0. A tool that lays nothing is not listed."""

    tool: int
    mm: float | None = None
    g: float | None = None
    cm3: float | None = None
    material: str | None = None
    colour: str | None = None


class Box(msgspec.Struct, frozen=True):
    """The space that moves or a shape take, in millimetres, in the machine's or the shape's own axes."""

    low: Size
    high: Size


class Plate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A plate that a package offers: its number, what it takes where that is told, whether it has a picture."""

    number: int
    seconds: int | None = None
    g: float | None = None
    has_picture: bool = False


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a file says of itself. Lists are per tool, unused tools as 0.

    `sources` names where each figure comes from, one of SOURCES by the name of its field. `seconds_source` and
    `filament_source` name the program that wrote the figure, `size_source` is one of SOURCES.
    `is_opaque`: the commands are packed in a way we do not open, nothing is flagged or measured then.
    `is_misnamed`: the ending of the name says something else than the content.
    `plates`: how many plates a package holds; the facts are those of `plate`, `plate_list` is what others there are.
    """

    slicer: str | None = None
    seconds: int | None = None
    seconds_source: str | None = None
    filament_mm: tuple[float, ...] = ()
    filament_g: tuple[float, ...] = ()
    filament_cm3: tuple[float, ...] = ()
    filament_source: str | None = None
    size_mm: Size | None = None
    size_source: str | None = None
    layer_height_mm: float | None = None
    layers: int | None = None
    materials: tuple[str, ...] = ()
    printer_model: str | None = None
    nozzle_mm: float | None = None
    tool_celsius: float | None = None
    bed_celsius: float | None = None
    flags: tuple[Flag, ...] = ()
    flag_count: int = 0
    seconds_by_mode: dict[str, int] = {}
    filament_by_tool: tuple[Tool, ...] = ()
    tool_temperature_max: float | None = None
    bed_temperature_max: float | None = None
    chamber_temperature_max: float | None = None
    flavour: str | None = None
    box: Box | None = None
    objects: int | None = None
    macros: tuple[str, ...] = ()
    plate: int | None = None
    plates: int | None = None
    plate_list: tuple[Plate, ...] = ()
    triangles: int | None = None
    is_opaque: bool = False
    is_misnamed: bool = False
    sources: dict[str, str] = {}

    @property
    def total_mm(self) -> float | None:
        """Filament of all tools, in millimetres."""
        return sum(self.filament_mm) or None

    @property
    def total_g(self) -> float | None:
        """Filament of all tools, in grams."""
        return sum(self.filament_g) or None

    @property
    def material(self) -> str | None:
        """The one material of the file; None when it names none or several. Tools that lay nothing do not count."""
        used = {tool.material for tool in self.filament_by_tool if tool.material} or set(self.materials)
        return next(iter(used)) if len(used) == 1 else None


def read(text: str) -> Facts:
    """Facts from the JSON they are stored as."""
    return msgspec.json.decode(text, type=Facts)
