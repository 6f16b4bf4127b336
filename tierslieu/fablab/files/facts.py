"""What is known of a file: figures with their source. Unknown stays None, never 0."""

import msgspec

Size = tuple[float, float, float]


class Flag(msgspec.Struct, frozen=True):
    """A command that does not belong into a print, and the line it stands in."""

    line: int
    command: str


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a G-code says of itself. Lists are per tool, unused tools as 0.

    `size_source`: slicer (its own comments), motion (every move was read), motion_part (only the parts read: the
    true size may be larger). `seconds_source` and `filament_source` name the program that wrote the figure.
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
        """The one material of the file; None when it names none or several."""
        return self.materials[0] if len(set(self.materials)) == 1 else None


def read(text: str) -> Facts:
    """Facts from the JSON they are stored as."""
    return msgspec.json.decode(text, type=Facts)
