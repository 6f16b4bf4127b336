"""From what a slicer says of its file, as keys and values, to facts. Pure; the same for text, binary and packages.

Keys are those of PrusaSlicer and its relatives, OrcaSlicer, Bambu Studio and Cura. Every number has a plausible
range, and what is not there stays unknown.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from tierslieu.fablab.files import comments
from tierslieu.fablab.files.facts import SETTINGS, SLICER, Size, Tool

LONGEST: Final = 31 * 86_400
TIMES: Final = (
    "estimated printing time (normal mode)",
    "total estimated time",
    "model printing time",
    "time",
    "print.time",
    "prediction",
)
MODE: Final = re.compile(r"estimated printing time \((\w{1,20}) mode\)")
FILAMENT: Final = {
    "mm": ("filament used [mm]", "total filament length [mm]"),
    "cm3": ("filament used [cm3]", "total filament volume [cm^3]"),
    "g": ("filament used [g]", "total filament weight [g]", "extruded weight [g]"),
}
MOST: Final = {"mm": 1e7, "cm3": 1e5, "g": 1e5}
LAYERS: Final = ("total layer number", "total layers count", "layer_count", "total_layers")
FIRST_TOOL: Final = (
    *("first_layer_temperature", "nozzle_temperature_initial_layer", "material_print_temperature_layer_0"),
    *("extruder_train.0.initial_temperature", "temperature", "nozzle_temperature", "material_print_temperature"),
)
LATER_TOOL: Final = ("temperature", "nozzle_temperature", "material_print_temperature")
FIRST_BED: Final = (
    *("first_layer_bed_temperature", "material_bed_temperature_layer_0", "build_plate.initial_temperature"),
    *("bed_temperature", "material_bed_temperature"),
)
BEDS: Final[Mapping[str, str]] = {
    "cool plate": "cool_plate_temp",
    "supertack plate": "supertack_plate_temp",
    "engineering plate": "eng_plate_temp",
    "high temp plate": "hot_plate_temp",
    "textured pei plate": "textured_plate_temp",
}
NOZZLE: Final = ("nozzle_diameter", "machine_nozzle_size", "extruder_train.0.nozzle.diameter", "nozzle_diameters")
PRINTER: Final = ("printer_model", "printer model", "target_machine.name", "printer_model_id")
COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
FLAVOUR: Final = re.compile(r"[A-Za-z][\w .()/-]{0,39}")
SETTING_KEYS: Final = frozenset({"nozzle_mm", "tool_celsius", "bed_celsius", "materials", "printer_model", "flavour"})
Said = Mapping[str, str]


def figures(said: Said, slicer: str | None) -> dict[str, Any]:
    """Fields of Facts, with `sources` for those that are known."""
    time = next((span for key in TIMES if (span := _time(said.get(key))) is not None), None)
    filament = {unit: _filament(said, unit) for unit in FILAMENT}
    tools = _celsius(said, LATER_TOOL) + _celsius(said, FIRST_TOOL)
    beds = _bed(said, "")
    found: dict[str, Any] = {
        "slicer": slicer,
        "seconds": time,
        "seconds_source": (slicer or "comments") if time else None,
        "seconds_by_mode": _modes(said),
        "filament_mm": filament["mm"],
        "filament_g": filament["g"],
        "filament_cm3": filament["cm3"],
        "filament_source": (slicer or "comments") if any(filament.values()) else None,
        "filament_by_tool": _by_tool(said, filament),
        "layer_height_mm": _one(said, ("layer_height", "layer height"), 0.01, 3.0),
        "layers": _whole(_one(said, LAYERS, 1, 100_000)),
        "materials": comments.words(said.get("filament_type") or said.get("material_type")),
        "printer_model": next((w[0] for key in PRINTER if (w := comments.words(said.get(key), 1))), None),
        "nozzle_mm": _nozzle(said),
        "tool_celsius": next(iter(_celsius(said, FIRST_TOOL)), None),
        "bed_celsius": next(iter(_bed(said, "_initial_layer") or beds), None),
        "tool_temperature_max": max(tools, default=None),
        "bed_temperature_max": max((*beds, *_bed(said, "_initial_layer")), default=None),
        "flavour": _flavour(said),
        "size_mm": told_size(said),
    }
    sources = {
        key: SETTINGS if key in SETTING_KEYS or key.endswith("_max") else SLICER
        for key, value in found.items()
        if value not in (None, (), {}) and not key.endswith("_source") and key != "slicer"
    }
    return {**found, "size_source": SLICER if found["size_mm"] else None, "sources": sources}


def told_size(said: Said) -> Size | None:
    """Cura writes the box of the part."""
    ends = [comments.number(said.get(f"{end}{axis}"), -5000, 5000) for axis in "xyz" for end in ("min", "max")]
    if any(value is None for value in ends):
        return None
    low_x, high_x, low_y, high_y, _low_z, high_z = (value or 0.0 for value in ends)
    size = (round(high_x - low_x, 2), round(high_y - low_y, 2), round(high_z, 2))
    return size if min(size) > 0 else None


def _time(text: str | None) -> int | None:
    return comments.seconds(text, LONGEST) or _whole(comments.number(text, 1, LONGEST) if _is_plain(text) else None)


def _is_plain(text: str | None) -> bool:
    return bool(re.fullmatch(r"\s*\d{1,9}(?:\.\d{1,9})?\s*", text or ""))


def _modes(said: Said) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, text in said.items():
        mode = MODE.fullmatch(key)
        if mode is not None and (time := comments.seconds(text, LONGEST)) is not None and len(found) < 8:
            found[mode[1]] = time
    return found


def _filament(said: Said, unit: str) -> tuple[float, ...]:
    for key in FILAMENT[unit]:
        found = comments.numbers(said.get(key), 0, MOST[unit])
        if found:
            return found
    cura = said.get("filament used", "")
    if unit == "mm" and re.fullmatch(r"[\d.]+m(?:\s*,\s*[\d.]+m)*", cura):
        metres = comments.numbers(cura.replace("m", ""), 0, MOST["mm"] / 1000)
        return tuple(round(value * 1000, 3) for value in metres)
    if unit == "cm3":
        trains = [said.get(f"extruder_train.{tool}.material.volume_used") for tool in range(8)]
        volumes = [comments.number(text, 0, MOST["cm3"] * 1000) or 0.0 for text in trains[: _last_told(trains)]]
        return tuple(round(value / 1000, 3) for value in volumes) if any(volumes) else ()
    return ()


def _last_told(texts: list[str | None]) -> int:
    return max((place + 1 for place, text in enumerate(texts) if text is not None), default=0)


def _by_tool(said: Said, filament: Mapping[str, tuple[float, ...]]) -> tuple[Tool, ...]:
    """What each tool lays; kinds and colours only when there is one for each amount."""
    count = max(len(values) for values in filament.values())
    kinds = _for_each(comments.words(said.get("filament_type"), 32), count)
    colours = [text if COLOUR.fullmatch(text) else None for text in _colours(said)]
    colours = colours if len(colours) == count else [None] * count
    found = []
    for tool in range(count):
        mm, g, cm3 = (
            values[tool] if tool < len(values) else 0.0 for values in (filament[u] for u in ("mm", "g", "cm3"))
        )
        if mm or g or cm3:
            found.append(Tool(tool, mm or None, g or None, cm3 or None, kinds[tool], colours[tool]))
    return tuple(found)


def _for_each(names: tuple[str, ...], count: int) -> list[str | None]:
    if len(names) == count:
        return list(names)
    return [names[0] if len(set(names)) == 1 else None] * count


def _colours(said: Said) -> list[str]:
    for key in ("extruder_colour", "filament_colour"):
        parts = [part.strip(' "') for part in re.split(r"[;,]", said.get(key, ""))][:32]
        if any(COLOUR.fullmatch(part) for part in parts):
            return parts
    return []


def _nozzle(said: Said) -> float | None:
    """The nozzle's width; None when tools have different ones."""
    for key in NOZZLE:
        found = set(comments.numbers(said.get(key), 0.05, 3.0))
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _celsius(said: Said, keys: tuple[str, ...]) -> tuple[float, ...]:
    """The temperatures of the first key that tells one; 0 says that nobody chose one."""
    for key in keys:
        values = [comments.number(part, 20, 500) for part in re.split(r"[,;]", said.get(key, ""))[:32]]
        known = tuple(value for value in values if value is not None)
        if known:
            return known
    return ()


def _bed(said: Said, when: str) -> tuple[float, ...]:
    """The bed's temperatures. Bambu's family keeps one per kind of plate and names the plate in use."""
    plate = BEDS.get(said.get("curr_bed_type", "").strip('" ').lower(), "hot_plate_temp")
    found = _celsius(said, (f"{plate}{when}", plate) if when else (plate,))
    found = found or _celsius(said, FIRST_BED if when else FIRST_BED[-2:])
    return tuple(value for value in found if value <= 200)


def _flavour(said: Said) -> str | None:
    text = (said.get("gcode_flavor") or said.get("flavor") or "").strip('" ')
    return text.lower() if FLAVOUR.fullmatch(text) else None


def _one(said: Said, keys: tuple[str, ...], low: float, high: float) -> float | None:
    return next((value for key in keys if (value := comments.number(said.get(key), low, high)) is not None), None)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
