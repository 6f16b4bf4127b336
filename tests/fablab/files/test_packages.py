"""Binary G-code, sliced packages, shapes and drawings; and what is refused of them."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.fablab.files import makers
from tests.fablab.files.test_slicers import examined
from tierslieu.basics.errors import Invalid
from tierslieu.fablab.files import packages
from tierslieu.fablab.files.facts import Box, Facts, Tool
from tierslieu.fablab.files.formats import bus_name


def png(side: int = 16) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, "PNG")
    return out.getvalue()


def code_of(content: bytes, tmp_path: Path) -> str:
    with pytest.raises(Invalid) as refused:
        examined(content, tmp_path)
    assert refused.value.fields == {"file": refused.value.code}
    return refused.value.code


@pytest.mark.parametrize("compression", [0, 1])
def test_a_binary_gcode_is_read_through(compression: int, tmp_path: Path) -> None:
    content = makers.bgcode(makers.SQUARES.encode() + b"M500\n", compression=compression, picture=png())
    read = examined(content, tmp_path, "pied.bgcode")
    facts = read.facts
    assert read.format == "bgcode"
    assert (facts.slicer, facts.seconds, facts.material, facts.nozzle_mm) == ("PrusaSlicer 2.9.2", 7380, "PETG", 0.4)
    assert (facts.filament_mm, facts.total_g, facts.objects, facts.flavour) == ((3421.55,), 10.2, 1, "marlin2")
    assert (facts.tool_celsius, facts.bed_celsius) == (240.0, 85.0)
    assert (facts.size_mm, facts.sources["size_mm"], facts.is_opaque) == ((20.0, 30.0, 0.4), "motion", False)
    assert [flag.command for flag in facts.flags] == ["M500"]
    assert read.picture is not None
    assert read.picture.startswith(b"\x89PNG")
    assert read.preview is not None


def test_a_damaged_binary_gcode_is_refused(tmp_path: Path) -> None:
    whole = makers.bgcode()
    for cut in (9, 12, 40, len(whole) // 2, len(whole) - 1):
        assert code_of(whole[:cut], tmp_path) == "damaged_file", cut
    for place in (4, 30, len(whole) - 2):
        turned = whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :]
        assert code_of(turned, tmp_path) == "damaged_file", place
    for encoding in (2, 3):
        packed = makers.bgcode(compression=3, encoding=encoding)
        assert code_of(packed[:-6] + bytes([255 - packed[-6]]) + packed[-5:], tmp_path) == "damaged_file", encoding


def test_a_block_that_swells_is_not_inflated(tmp_path: Path) -> None:
    head = struct.pack("<4sIH", b"GCDE", 1, 1)
    huge = makers.block(2, b"a=1\n" * 4_000_000, compression=1)
    liar = makers.block(2, b"a=1\n" * 100_000, compression=1, size=400)
    assert code_of(head + huge + makers.block(1, b"G28\n"), tmp_path) == "unsafe_file"
    assert code_of(head + liar + makers.block(1, b"G28\n"), tmp_path) == "damaged_file"


def test_a_sliced_package_tells_its_first_plate(tmp_path: Path) -> None:
    read = examined(makers.sliced(), tmp_path, "Boite.gcode.3mf")
    facts = read.facts
    assert (read.format, facts.plate, facts.plates, facts.is_misnamed) == ("sliced_3mf", 1, 2, False)
    assert (facts.seconds, facts.printer_model, facts.layer_height_mm) == (3210, "Bambu Lab P1S", 0.2)
    assert facts.filament_by_tool == (
        Tool(0, 3100.0, 9.25, None, "PLA", "#F2754E"),
        Tool(2, 1020.0, 3.25, None, "PETG", "#FFFFFF"),
    )
    assert (facts.filament_g, facts.total_g) == ((9.25, 0.0, 3.25), 12.5)
    assert (facts.size_mm, facts.sources["seconds"]) == ((20.0, 30.0, 0.4), "slicer")
    assert read.preview is not None


def test_the_commands_of_a_plate_say_more_than_its_package(tmp_path: Path) -> None:
    zeros = makers.SLICE_INFO.replace('used_m="3.10" used_g="9.25"', 'used_m="0" used_g="0"').replace("3210", "0")
    facts = examined(makers.sliced(gcode=makers.BAMBU, info=zeros), tmp_path).facts
    assert (facts.seconds, facts.filament_g, facts.layers) == (687, (16.28, 8.13), 90)
    bare = examined(makers.sliced(info=zeros, settings="no json"), tmp_path).facts
    assert (bare.seconds, bare.total_g) == (None, None), "0 is unknown, and half a sum would mislead"


def test_a_package_that_is_a_trap_is_refused(tmp_path: Path) -> None:
    entity = '<!DOCTYPE c [<!ENTITY a "aaaa">]><config>&a;</config>'
    assert code_of(makers.sliced(info=entity), tmp_path) == "unsafe_file"
    assert code_of(makers.sliced(info="<config>" + " " * 600_000 + "</config>"), tmp_path) == "unsafe_file"
    assert code_of(makers.sliced(gcode="G1 X1\n" * 2_000_000), tmp_path) == "unsafe_file"
    many = {f"Metadata/{number}.txt": "" for number in range(packages.MOST_ENTRIES + 1)}
    assert code_of(makers.package(many), tmp_path) == "unsafe_file"
    assert code_of(makers.sliced(info="<config"), tmp_path) == "damaged_file"
    assert code_of(makers.sliced(gcode="no command"), tmp_path) == "damaged_file"
    assert code_of(makers.package({"../../evil.gcode": "G28\n", "a.txt": "x"}), tmp_path) == "unknown_format"
    assert code_of(makers.package({"Metadata/plate_1.gcode": "G28\n"}, zipfile.ZIP_LZMA), tmp_path) == "damaged_file"


def test_a_directory_of_millions_of_entries_is_not_loaded(tmp_path: Path) -> None:
    directory = b"PK\x01\x02" + b"\0" * 3_000_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(directory), 30, 0)
    assert code_of(b"PK\x03\x04" + b"\0" * 26 + directory + end, tmp_path) == "damaged_file"


def test_models_are_measured(tmp_path: Path) -> None:
    box = Box((0.0, 0.0, 0.0), (20.0, 30.0, 12.5))
    for content in (makers.stl(makers.TWO_TRIANGLES), makers.text_stl(makers.TWO_TRIANGLES)):
        read = examined(content, tmp_path, "pied.stl")
        assert (read.format, read.facts.box, read.facts.triangles) == ("model", box, 2)
        assert (read.facts.size_source, read.facts.seconds, read.facts.is_misnamed) == ("model", None, False)
    entries: dict[str, bytes | str] = {"3D/3dmodel.model": makers.MODEL_3MF, "Metadata/thumbnail.png": png(32)}
    model = examined(makers.package(entries), tmp_path, "pied.3mf")
    assert (model.format, model.facts.size_mm, model.facts.triangles) == ("model", (20.0, 30.0, 5.0), 1)
    assert model.picture is not None
    inches = {"3D/3dmodel.model": makers.MODEL_3MF.replace("millimeter", "inch")}
    assert examined(makers.package(inches), tmp_path).facts.size_mm == (508.0, 762.0, 127.0)
    moved = {"3D/3dmodel.model": makers.MODEL_3MF.replace('objectid="1"/', 'objectid="1" transform="2 0 0"/')}
    assert examined(makers.package(moved), tmp_path).facts.size_mm is None, "not measured where it will be"


def test_a_mesh_that_is_no_shape(tmp_path: Path) -> None:
    nan = struct.unpack("<f", b"\0\0\xc0\x7f")[0]
    spoiled = makers.stl([(0, 0, 0, 1, 1, 1, 2, 2, nan)])
    assert examined(spoiled, tmp_path).facts.size_mm is None
    assert code_of(b"solid x\nendsolid x\n", tmp_path) == "damaged_file"
    assert code_of(makers.stl(makers.TWO_TRIANGLES)[:-7], tmp_path) == "unknown_format"


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (makers.SVG, (120.0, 80.0, 0.0)),
        (makers.SVG.replace("120mm", "4in"), (101.6, 80.0, 0.0)),
        (makers.SVG.replace("120mm", "450"), None),
        (makers.SVG.replace("120mm", "-4mm"), None),
        (makers.DXF, (210.0, 100.0, 0.0)),
        (makers.DXF.replace("70\n4\n", "70\n0\n"), None),
        (makers.DXF.replace("210.0", "1e20"), None),
        (makers.DXF.replace("210.0", "many"), None),
        ("AutoCAD Binary DXF\r\n\x1a\x00rest", None),
    ],
)
def test_drawings_tell_their_size_when_they_tell_a_unit(content: str, size: object, tmp_path: Path) -> None:
    read = examined(content, tmp_path)
    assert (read.format, read.facts.size_mm) == ("drawing", size)
    assert (read.picture, read.preview) == (None, None), "a drawing is never shown as it came"


def test_a_drawing_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg width="1mm">&c;</svg>'
    assert code_of(bomb.encode(), tmp_path) == "unsafe_file"
    assert code_of(b"<html><body>hello</body></html>", tmp_path) == "unknown_format"
    assert code_of(b"<?xml version='1.0'?><a><svg/></a>", tmp_path) == "unknown_format"
    plain = makers.SVG.replace("<!--", '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><!--')
    assert examined(plain, tmp_path).facts.size_mm == (120.0, 80.0, 0.0)


@pytest.mark.parametrize(
    ("name", "is_misnamed"),
    [("pied.gcode", False), ("PIED.GCO", False), ("pied", False), ("pied.stl", True), ("pied.gcode.exe", True)],
)
def test_a_name_that_says_something_else_is_told(name: str, is_misnamed: bool, tmp_path: Path) -> None:
    read = examined(makers.PRUSA, tmp_path, name)
    assert (read.format, read.facts.is_misnamed) == ("gcode", is_misnamed)


def test_no_picture_of_a_liar_is_drawn(tmp_path: Path) -> None:
    large = io.BytesIO()
    Image.new("1", (4096, 4096)).save(large, "PNG")
    read = examined(makers.bgcode(picture=large.getvalue()), tmp_path)
    assert read.picture is None, "it says 16 x 16 and holds sixteen million points"


def test_names_on_the_bus_keep_the_ending() -> None:
    assert [bus_name("J000123", one) for one in ("gcode", "bgcode", "sliced_3mf")] == [
        "J000123.gcode",
        "J000123.bgcode",
        "J000123.gcode.3mf",
    ]


def test_what_is_none_of_ours(tmp_path: Path) -> None:
    for content in (b"\x89PNG\r\n\x1a\n\x00", b"hello world\n", b"%PDF-1.7\n", zlib.compress(b"x" * 500)):
        assert code_of(content, tmp_path) == "unknown_format"
    for content in (b"", b" \n\n"):
        assert code_of(content, tmp_path) == "empty_file"
    assert Facts() == Facts()
