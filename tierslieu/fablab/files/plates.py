"""Sliced packages (.gcode.3mf of Bambu Studio and OrcaSlicer): what their plates are, and one of them read whole."""

from typing import Any, BinaryIO, Final

import msgspec
from defusedxml import ElementTree

from tierslieu.fablab.files import comments, gcode
from tierslieu.fablab.files.damaged import refusal
from tierslieu.fablab.files.facts import SETTINGS, SLICER, Facts, Plate, Tool
from tierslieu.fablab.files.figures import COLOUR, figures
from tierslieu.fablab.files.packages import OF_PLATE, Package, opened, pictures
from tierslieu.fablab.files.pictures import best_picture
from tierslieu.fablab.files.survey import survey
from tierslieu.fablab.files.thumbnails import Thumbnail

MOST_XML: Final = 512 * 1024
MOST_SETTINGS: Final = 2 * 1024 * 1024
MOST_LISTED: Final = 36
"""As many plates as a project of these slicers may have."""
HEAD: Final = 16 * 1024
"""Where the commands of a plate say how long they take."""


class Noted(msgspec.Struct, frozen=True):
    """What the slicer noted of one plate: keys and values, and what each tool lays."""

    said: dict[str, str] = {}
    tools: tuple[Tool, ...] = ()


def read_sliced(package: Package, wanted: int | None = None) -> tuple[Facts, list[Thumbnail], bytes | None]:
    """Facts, pictures and preview of one plate, the first unless another is wanted.

    Raises Invalid: unknown_plate, damaged_file, unsafe_file.
    """
    numbers = package.plates
    plate = numbers[0] if wanted is None else wanted
    if plate not in numbers:
        raise refusal("unknown_plate")
    with package.open(_commands(plate)) as stream:
        found = survey(stream)
    if not gcode.is_gcode(found.head):
        raise refusal("damaged_file")
    own, inside = gcode.read(found.head, found.tail)
    noted = _noted(package)
    facts = gcode.with_survey(_completed(package, noted.get(plate, Noted()), own), found)
    listed = tuple(_listed(package, one, noted.get(one, Noted())) for one in numbers[:MOST_LISTED])
    facts = msgspec.structs.replace(
        facts, plate=plate, plates=len(numbers), plate_list=listed if len(numbers) > 1 else ()
    )
    return facts, [*(pictures(package, plate) or pictures(package)), *inside], found.preview


def picture_of(stream: BinaryIO, plate: int) -> bytes | None:
    """A fresh picture of one plate, None when there is none that can be read. Raises Invalid as `opened` does."""
    with opened(stream) as package:
        return best_picture(pictures(package, plate)) if plate in package.plates else None


def _commands(plate: int) -> str:
    return f"Metadata/plate_{plate}.gcode"


def _listed(package: Package, plate: int, noted: Noted) -> Plate:
    """A plate to choose from: what was noted of it, else what its commands begin with."""
    found = figures(noted.said, None)
    seconds, grams = found["seconds"], sum(_amounts(noted.tools, "g")) or None
    if seconds is None or grams is None:
        with package.open(_commands(plate)) as stream:
            own, _inside = gcode.read(stream.read(HEAD))
        seconds, grams = seconds or own.seconds, grams or own.total_g
    has_picture = any(form.format(plate=plate) in package.entries for form in OF_PLATE)
    return Plate(plate, seconds, round(grams, 2) if grams else None, has_picture)


def _completed(package: Package, noted: Noted, own: Facts) -> Facts:
    """What the package says of a plate, where its G-code says nothing."""
    tools = noted.tools
    more = figures({**_settings(package), **noted.said}, own.slicer)
    if tools and not own.filament_by_tool:
        more["filament_by_tool"] = tools
        more["filament_g"] = _amounts(tools, "g")
        more["filament_mm"] = _amounts(tools, "mm")
        more["materials"] = tuple(tool.material for tool in tools if tool.material)[:8]
        more["filament_source"] = own.slicer or "package"
        known = ("filament_by_tool", "filament_g", "filament_mm", "materials")
        more["sources"].update({name: SLICER for name in known if more[name]})
    empty = Facts()
    fields = {
        name: more[name]
        for name in more
        if name not in ("sources", "slicer") and getattr(own, name) == getattr(empty, name) and more[name]
    }
    sources = {
        **{name: more["sources"].get(name, SETTINGS) for name in fields if name in more["sources"]},
        **own.sources,
    }
    return msgspec.structs.replace(own, **fields, sources=sources)


def _amounts(tools: tuple[Tool, ...], name: str) -> tuple[float, ...]:
    """Per tool, only when every tool tells it."""
    found = [getattr(tool, name) for tool in tools]
    if not found or any(value is None for value in found):
        return ()
    values = dict(zip((tool.tool for tool in tools), found, strict=True))
    return tuple(values.get(tool, 0.0) for tool in range(max(values) + 1))


def _settings(package: Package) -> dict[str, str]:
    """The settings of the project as keys and values; lists as slicers write them into comments."""
    data = package.read("Metadata/project_settings.config", MOST_SETTINGS)
    try:
        found = msgspec.json.decode(data or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}
    plain: dict[str, str] = {}
    for key, value in list(found.items())[: comments.MAX_KEYS]:
        if isinstance(value, str):
            plain[key] = value[:2000]
        elif isinstance(value, list) and all(isinstance(part, str) for part in value):
            plain[key] = ";".join(value[:32])[:2000]
    return plain


def _noted(package: Package) -> dict[int, Noted]:
    """What the slicer noted of the plates: time, printer, nozzle, filaments."""
    data = package.read("Metadata/slice_info.config", MOST_XML)
    if data is None:
        return {}
    found: dict[int, Noted] = {}
    for one in ElementTree.fromstring(data, forbid_dtd=True).iter("plate"):
        noted = {part.get("key", ""): part.get("value", "")[:2000] for part in one.iter("metadata")}
        number = comments.number(noted.get("index"), 1, 999)
        if number is not None and int(number) not in found:
            said = {key: noted[key] for key in ("prediction", "printer_model_id", "nozzle_diameters") if noted.get(key)}
            tools = tuple(tool for part in list(one.iter("filament"))[:32] if (tool := _tool(part.attrib)))
            found[int(number)] = Noted(said, tools)
    return found


def _tool(said: dict[str, str]) -> Tool | None:
    number = comments.number(said.get("id"), 1, 64)
    metres, grams = comments.number(said.get("used_m"), 0, 1e4), comments.number(said.get("used_g"), 0, 1e5)
    if number is None:
        return None
    colour = said.get("color", "")
    kind = next(iter(comments.words(said.get("type"), 1)), None)
    return Tool(
        int(number) - 1,
        round(metres * 1000, 3) if metres else None,
        grams or None,
        None,
        kind,
        colour if COLOUR.fullmatch(colour) else None,
    )
