"""Commands of a binary G-code as printers get them: MeatPack inside heatshrink. Read whole, or refused in bounds."""

import struct
import tracemalloc
from pathlib import Path

import heatshrink2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fablab.benches import CAPTURES
from tests.fablab.files import makers
from tests.fablab.files.packing import NO_SPACES, PACK, packed
from tests.fablab.files.test_packages import code_of
from tests.fablab.files.test_slicers import examined
from tierslieu.fablab.files import bgcode
from tierslieu.fablab.files.inflating import MOST_PACKED, inflated
from tierslieu.fablab.files.meatpack import unpacked

TEXT = (CAPTURES / "prusaslicer-2.5.0-cube.gcode").read_bytes()
HEAD = struct.pack("<4sIH", b"GCDE", 1, 1)
NUMBERS = st.from_regex(r"-?[0-9]{0,4}(\.[0-9]{1,3})?", fullmatch=True)
MOVES = st.builds(
    lambda number, words: " ".join([f"G{number}", *(letter + value for letter, value in words)]),
    st.integers(0, 99),
    st.lists(st.tuples(st.sampled_from("XYZEFIJKRSP"), NUMBERS), max_size=6),
)
SHOWN = st.characters(codec="utf-8", exclude_characters="\n\x1f")
OTHERS = st.text(SHOWN, min_size=1, max_size=40).filter(lambda line: not line.startswith(("G", ";")))
COMMENTS = st.text(SHOWN, max_size=40).map(lambda text: f";{text}")


@given(st.lists(st.one_of(MOVES, OTHERS, COMMENTS), max_size=12), st.booleans())
def test_what_was_packed_is_read_as_it_was(lines: list[str], has_spaces: bool) -> None:
    assert unpacked(packed(lines, has_spaces=has_spaces)).decode() == "".join(f"{line}\n" for line in lines)


@settings(max_examples=200)
@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from([b"\xff\xff\xfb", b"\xff\xff\xf7", b"\xff"]))))
def test_any_bytes_are_read_or_refused(parts: list[bytes]) -> None:
    data = b"".join(parts)
    try:
        text = unpacked(data)
    except ValueError:
        return
    assert len(text) <= 4 * len(data)


@pytest.mark.parametrize("name", ["cube-heatshrink-12-comments.bgcode", "cube-heatshrink-11.bgcode"])
def test_a_file_that_its_maker_converted_says_what_the_text_says(name: str, tmp_path: Path) -> None:
    """Converted by the maker's own library: same figures, same way of the tool; without comments no layers."""
    plain, read = examined(TEXT, tmp_path), examined((CAPTURES / name).read_bytes(), tmp_path)
    assert read.format == "bgcode"
    assert (read.facts.box, read.facts.size_mm, read.facts.flags) == (plain.facts.box, plain.facts.size_mm, ())
    assert (read.facts.seconds, read.facts.total_g) == (plain.facts.seconds, plain.facts.total_g)
    assert read.facts.layers == (plain.facts.layers if "comments" in name else None)
    assert read.preview == plain.preview is not None


@pytest.mark.parametrize(("compression", "encoding"), [(2, 1), (3, 2), (0, 2), (1, 1), (3, 0)])
def test_every_way_of_packing_is_opened(compression: int, encoding: int, tmp_path: Path) -> None:
    commands = (makers.SQUARES + "M500\n").encode()
    facts = examined(makers.bgcode(commands, compression=compression, encoding=encoding), tmp_path).facts
    assert (facts.size_mm, facts.is_opaque, facts.seconds) == ((20.0, 30.0, 0.4), False, 7380)
    assert [flag.command for flag in facts.flags] == ["M500"]


def test_an_encoding_that_nobody_told_us_is_stepped_over_and_told(tmp_path: Path) -> None:
    read = examined(makers.bgcode(compression=3, encoding=3), tmp_path)
    assert (read.facts.is_opaque, read.facts.seconds, read.facts.size_mm, read.preview) == (True, 7380, None, None)


def test_blocks_that_are_damaged_or_lie_are_refused(tmp_path: Path) -> None:
    cut = b"\xff\xff\xfb" + b"\x1f"
    swollen = heatshrink2.compress(b"G1 X1\n" * 900, window_sz2=12, lookahead_sz2=4)
    for data, compression, size in (
        *((cut, 0, None), (swollen, 3, 400), (swollen, 3, 5_300), (swollen, 2, 5_400), (swollen[:-40], 3, 5_400)),
        (b"\0" * 5_000, 3, 300),
    ):
        block = makers.block(1, data, compression=compression, parameters=b"\x02\0", size=size, is_ready=True)
        assert code_of(HEAD + block, tmp_path) == "damaged_file"


def test_blocks_that_swell_are_refused_in_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = PACK + NO_SPACES + b"\x1dG" + b"\xee" * (MOST_PACKED - 8)
    fine = makers.block(1, whole, compression=3, parameters=b"\x01\0")
    large = makers.block(1, whole + b"\xee", parameters=b"\x01\0")
    flood = b"".join(makers.block(1, b"\n" * 200_000, compression=1) for _ in range(20))
    tracemalloc.start()
    for content in (large, flood):
        assert code_of(HEAD + content, tmp_path) == "unsafe_file"
    monkeypatch.setattr(bgcode, "MOST_GCODE", 6 * MOST_PACKED)
    assert code_of(HEAD + fine * 2, tmp_path) == "unsafe_file"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 48_000_000


def test_sizes_are_kept_to_the_byte() -> None:
    data = heatshrink2.compress(TEXT[:9_000], window_sz2=11, lookahead_sz2=4)
    assert inflated(data, 2, 9_000) == TEXT[:9_000]
    for size in (0, 8_999, 9_001, MOST_PACKED + 1):
        with pytest.raises(ValueError, match="size"):
            inflated(data, 2, size)
