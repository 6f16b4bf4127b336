"""Facts of G-code: real files, other slicers, cut, huge, broken and random ones."""

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.fablab.benches import CAPTURES
from tierslieu.fablab.files import figures, flagged, gcode
from tierslieu.fablab.files.comments import number, numbers, seconds
from tierslieu.fablab.files.facts import Facts, Flag, Tool
from tierslieu.fablab.files.pictures import best_picture
from tierslieu.fablab.files.reading import examine
from tierslieu.fablab.files.thumbnails import MOST, MOST_BYTES, thumbnails

PRUSA = CAPTURES / "prusaslicer-2.5.0-cube.gcode"
CUBE = CAPTURES / "cube.gcode"


def read(text: str) -> Facts:
    return gcode.read(text.encode())[0]


def test_a_real_prusaslicer_file() -> None:
    read = examine(PRUSA, "cube.gcode")
    facts = read.facts
    assert (read.format, read.picture, facts.slicer) == ("gcode", None, "PrusaSlicer 2.5.0")
    assert (facts.seconds, facts.seconds_source, facts.seconds_by_mode) == (424, "PrusaSlicer 2.5.0", {"normal": 424})
    assert facts.filament_by_tool == (Tool(0, 492.54, 1.47, 1.18, "PLA", "#FF8000"),)
    assert (facts.size_mm, facts.size_source, facts.layers) == ((33.25, 33.25, 4.95), "motion", 24)
    assert (facts.layer_height_mm, facts.materials, facts.nozzle_mm) == (0.2, ("PLA",), 0.4)
    assert (facts.tool_celsius, facts.tool_temperature_max, facts.bed_celsius) == (200.0, 215.0, 60.0)
    assert (facts.printer_model, facts.flavour, facts.flags) == (None, "reprap", ())
    assert 2_000 < len(read.preview or b"") < 12_000


def test_a_file_with_a_picture() -> None:
    read = examine(CUBE, "cube.gcode")
    facts, picture = read.facts, read.picture
    assert (facts.seconds, facts.filament_mm, facts.total_g, facts.layer_height_mm) == (62, (26.4,), 0.08, None)
    assert picture is not None
    with Image.open(io.BytesIO(picture)) as opened:
        assert (opened.format, opened.size) == ("PNG", (16, 16))


def test_a_file_without_comments_says_nothing_and_no_zero() -> None:
    facts = read("G28\nG1 X0 Y0 F1000\n")
    assert facts == Facts()


@given(st.binary(max_size=3000), st.binary(max_size=3000))
def test_any_bytes_are_read_without_a_stumble(head: bytes, tail: bytes) -> None:
    facts, pictures = gcode.read(head, tail)
    assert facts.seconds is None or 0 < facts.seconds <= figures.LONGEST
    assert len(pictures) <= MOST
    gcode.is_gcode(head)


KEYS = [
    *figures.TIMES,
    *(key for keys in figures.FILAMENT.values() for key in keys),
    "layer_height",
    "nozzle_diameter",
    "TIME",
]


@given(st.sampled_from(KEYS), st.text(max_size=60))
def test_any_value_of_a_known_key_is_plausible_or_unknown(key: str, value: str) -> None:
    facts = read(f"; {key} = {value}\nG1 X1 Y1 E1\n")
    assert facts.seconds is None or 0 < facts.seconds <= figures.LONGEST
    assert facts.layer_height_mm is None or 0.01 <= facts.layer_height_mm <= 3
    assert facts.total_mm is None or facts.total_mm > 0


def test_numbers_have_ranges() -> None:
    assert number("0.2mm", 0.01, 3) == 0.2
    assert number("nan", 0, 1) is None
    assert number("75%", 0.01, 3) is None
    assert number("1e999", 0, 1) is not None  # the number ends before the letter
    assert numbers("1.5, x", 0, 10) == ()
    assert numbers("0, 0", 0, 10) == ()
    assert seconds("4m", 3600) == 240
    assert seconds("99d", 31 * 86_400) is None
    assert seconds("", 10) is None


def picture(side: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(out, kind)
    return out.getvalue()


def written(data: bytes, side: int, length: int | None = None, tag: str = "thumbnail") -> list[str]:
    text = base64.b64encode(data).decode()
    rows = [f"; {text[start : start + 78]}" for start in range(0, len(text), 78)]
    return [f"; {tag} begin {side}x{side} {length or len(text)}", *rows, f"; {tag} end"]


def qoi(side: int) -> bytes:
    """A plain red square."""
    head = b"qoif" + side.to_bytes(4, "big") * 2 + b"\x03\x00"
    runs, rest = divmod(side * side - 1, 62)
    return (
        head
        + b"\xfe\xff\x00\x00"
        + b"\xfd" * runs
        + (bytes([0xC0 | (rest - 1)]) if rest else b"")
        + b"\0" * 7
        + b"\x01"
    )


@pytest.mark.parametrize(
    ("tag", "data"),
    [
        ("thumbnail", picture(20)),
        ("thumbnail_PNG", picture(20)),
        ("thumbnail_JPG", picture(20, "JPEG")),
        ("thumbnail_QOI", qoi(20)),
    ],
)
def test_pictures_of_each_kind_are_made_anew(tag: str, data: bytes) -> None:
    found = thumbnails(written(data, 20, tag=tag))
    assert [one.data for one in found] == [data]
    fresh = best_picture(found)
    assert fresh is not None
    assert fresh != data
    with Image.open(io.BytesIO(fresh)) as opened:
        assert (opened.format, opened.size) == ("PNG", (20, 20))


def test_pictures_are_of_the_told_length_form_and_kind() -> None:
    good = picture(20)
    assert thumbnails(written(good, 20, length=8)) == []
    assert thumbnails(written(good, 21)) == []
    assert thumbnails(written(good, 20, tag="thumbnail_QOI")) == []
    assert thumbnails(written(qoi(20), 21, tag="thumbnail_QOI")) == []
    assert best_picture(thumbnails(written(picture(20, "JPEG"), 21, tag="thumbnail_JPG"))) is None
    assert thumbnails(written(b"no picture at all, whatever it says", 20)) == []
    assert thumbnails(written(good, 20)[:-1]) == []


def test_pictures_are_few_and_small() -> None:
    assert len(thumbnails(written(picture(20), 20) * 12)) == MOST
    large = picture(900)
    assert len(large) * 2 > MOST_BYTES
    assert len(thumbnails(written(large, 900) * 2)) <= 1


def test_a_damaged_picture_is_no_picture() -> None:
    damaged = picture(64)[:200]
    found = thumbnails(written(damaged, 64))
    assert len(found) == 1
    assert best_picture(found) is None


def scanned(data: bytes, block: int = 7) -> tuple[tuple[Flag, ...], int]:
    watch = flagged.Scan()
    for start in range(0, len(data), block):
        watch.take(data[start : start + block])
    return watch.end()


def test_commands_that_do_not_belong_are_told_with_their_lines() -> None:
    text = b"G28\nM104 S200\nM112\n ; M997\nN12 M0502\nM280 P0\nM5000\nm500\nM30"
    flags, count = scanned(text)
    assert [(flag.line, flag.command) for flag in flags] == [(3, "M112"), (5, "M502"), (8, "M500"), (9, "M30")]
    assert count == 4


@given(st.lists(st.sampled_from([b"M112", b"G1 X1", b"; M112", b"", b" M206 Z1"]), max_size=40), st.integers(1, 50))
def test_lines_are_right_however_the_file_comes(rows: list[bytes], block: int) -> None:
    wanted = [number for number, row in enumerate(rows, start=1) if row.strip()[:4] in (b"M112", b"M206")]
    flags, count = scanned(b"\n".join(rows), block)
    assert count == len(wanted)
    assert [flag.line for flag in flags] == wanted[: flagged.KEPT]


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    watch = flagged.Scan()
    for _ in range(40):
        watch.take(b"M112 " * 20_000)
        assert len(watch._rest) <= flagged.LONGEST_LINE
    watch.take(b"\nM112\n")
    flags, count = watch.end()
    assert count == 2
    assert [flag.line for flag in flags] == [1, 2]
