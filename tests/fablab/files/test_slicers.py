"""What each slicer's file says, and where each figure comes from: one line of a table for each."""

from pathlib import Path
from typing import Any

import pytest

from tests.fablab.files import makers
from tierslieu.fablab.files.facts import Facts, Tool
from tierslieu.fablab.files.reading import Examined, examine

GOLDEN: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "prusaslicer": (
        makers.PRUSA,
        {
            "slicer": "PrusaSlicer 2.9.2",
            "seconds": 4329,
            "seconds_by_mode": {"normal": 4329, "silent": 4831},
            "filament_mm": (3421.55, 0.0),
            "total_g": 10.2,
            "filament_by_tool": (Tool(0, 3421.55, 10.2, 8.23, "PETG", "#FF8000"),),
            "material": "PETG",
            "size_mm": (20.0, 30.0, 0.4),
            "layers": 112,
            "layer_height_mm": 0.2,
            "printer_model": "MK4S",
            "nozzle_mm": 0.4,
            "tool_celsius": 230.0,
            "bed_celsius": 65.0,
            "tool_temperature_max": 240.0,
            "bed_temperature_max": 65.0,
            "flavour": "marlin2",
            "objects": 2,
        },
        {"seconds": "slicer", "layers": "slicer", "size_mm": "motion", "bed_celsius": "settings"},
    ),
    "superslicer, with zeros for what is unknown": (
        makers.SUPER,
        {
            "seconds": 45,
            "filament_mm": (100.5,),
            "filament_g": (),
            "total_g": None,
            "material": "ABS",
            "printer_model": None,
            "tool_celsius": None,
            "bed_celsius": None,
            "tool_temperature_max": None,
            "bed_temperature_max": None,
            "layers": None,
        },
        {"filament_mm": "slicer"},
    ),
    "orcaslicer for klipper": (
        makers.ORCA,
        {
            "slicer": "OrcaSlicer 2.3.1",
            "seconds": 93_784,
            "layers": 100,
            "filament_by_tool": (
                Tool(0, 1200.5, 3.58, 2.89, "PLA", "#00AE42"),
                Tool(1, 800.25, 2.44, 1.92, "PETG", "#FFFFFF"),
            ),
            "material": None,
            "nozzle_mm": 0.6,
            "tool_celsius": 225.0,
            "bed_celsius": 60.0,
            "tool_temperature_max": 250.0,
            "bed_temperature_max": 80.0,
            "flavour": "klipper",
            "objects": 2,
            "macros": ("PRINT_START",),
            "flag_count": 0,
        },
        {"objects": "slicer", "flavour": "settings"},
    ),
    "bambu studio": (
        makers.BAMBU,
        {
            "slicer": "BambuStudio 01.10.02.76",
            "seconds": 687,
            "layers": 90,
            "filament_g": (16.28, 8.13),
            "material": "PLA",
            "printer_model": "Bambu Lab P1S",
            "tool_celsius": 220.0,
            "bed_celsius": 55.0,
        },
        {"seconds": "slicer", "tool_celsius": "settings"},
    ),
    "an older bambu studio, that does not weigh": (
        makers.OLD_BAMBU,
        {"seconds": 687, "layers": 90, "total_g": None, "total_mm": None, "filament_by_tool": (), "material": None},
        {"seconds": "slicer"},
    ),
    "cura": (
        makers.CURA,
        {
            "slicer": "Cura_SteamEngine 5.8.1",
            "seconds": 6666,
            "filament_mm": (1234.0, 0.0),
            "total_g": None,
            "size_mm": (30.0, 30.5, 42.4),
            "size_source": "slicer",
            "layer_height_mm": 0.2,
            "layers": 211,
            "printer_model": "Creality Ender-3 Pro",
            "nozzle_mm": 0.4,
            "tool_celsius": 210.0,
            "bed_celsius": 60.0,
            "flavour": "marlin",
            "objects": 2,
        },
        {"size_mm": "slicer", "box": "motion", "tool_celsius": "settings"},
    ),
    "cura for ultimaker": (
        makers.GRIFFIN,
        {
            "slicer": "Cura_SteamEngine 5.6.0",
            "seconds": 1234,
            "filament_cm3": (5.432,),
            "tool_celsius": 205.0,
            "bed_celsius": 60.0,
            "nozzle_mm": 0.4,
            "printer_model": "Ultimaker S5",
        },
        {"filament_cm3": "slicer"},
    ),
    "no word of any slicer": (
        "G28\n" + makers.SQUARES + "M104 S0\nM109 S205\nM140 S0\n",
        {
            "slicer": None,
            "seconds": None,
            "total_mm": None,
            "layers": None,
            "size_mm": (20.0, 30.0, 0.4),
            "tool_celsius": 205.0,
            "tool_temperature_max": 205.0,
            "bed_celsius": None,
        },
        {"tool_celsius": "commands", "size_mm": "motion"},
    ),
}


def examined(content: str | bytes, tmp_path: Path, name: str = "piece.gcode") -> Examined:
    path = tmp_path / "stored"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return examine(path, name)


@pytest.mark.parametrize("maker", GOLDEN)
def test_every_slicer_is_understood(maker: str, tmp_path: Path) -> None:
    text, wanted, sources = GOLDEN[maker]
    read = examined(text, tmp_path)
    assert read.format == "gcode"
    assert {name: getattr(read.facts, name) for name in wanted} == wanted
    assert {name: read.facts.sources.get(name) for name in sources} == sources
    assert read.preview is not None


@pytest.mark.parametrize("maker", GOLDEN)
def test_every_figure_has_a_source_and_every_source_a_figure(maker: str, tmp_path: Path) -> None:
    facts = examined(GOLDEN[maker][0], tmp_path).facts
    empty = Facts()
    for name in facts.sources:
        assert getattr(facts, name) != getattr(empty, name), name
    figures = ("seconds", "layers", "size_mm", "box", "tool_celsius", "bed_celsius", "nozzle_mm", "filament_by_tool")
    for name in figures:
        assert (name in facts.sources) == (getattr(facts, name) != getattr(empty, name)), name


def test_arcs_are_measured_too(tmp_path: Path) -> None:
    half_circle = "M83\nG1 Z1\nG1 X-10 Y0\nG3 X10 Y0 I10 J0 E5\nG2 X10 Y0 I5 J0 E3\n"
    size = examined(half_circle, tmp_path).facts.size_mm
    assert size is not None
    assert size[0] == pytest.approx(30, abs=0.1), "a whole circle on the right of a half one"
    assert size[1] == pytest.approx(15, abs=0.2), "half a circle below, half of the small one above"


def test_commands_of_klipper_that_touch_the_machine_are_flagged(tmp_path: Path) -> None:
    facts = examined("START_PRINT BED=60\nG28\nSAVE_CONFIG\nFIRMWARE_RESTART\n" + makers.SQUARES, tmp_path).facts
    assert [flag.command for flag in facts.flags] == ["SAVE_CONFIG", "FIRMWARE_RESTART"]
    assert facts.macros == ("START_PRINT",)
