"""Damaged, random and endless files: the readers refuse or read them, in bounded memory, and stumble over none."""

import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fablab.benches import CAPTURES
from tests.fablab.files import makers
from tierslieu.basics.errors import Invalid
from tierslieu.fablab.files import figures
from tierslieu.fablab.files.facts import SOURCES, Facts
from tierslieu.fablab.files.reading import Examined, examine
from tierslieu.fablab.files.survey import PART, survey
from tierslieu.fablab.files.thumbnails import thumbnails
from tierslieu.fablab.files.tracing import MOST_BYTES
from tierslieu.infra.statements import to_json

CODES = {"empty_file", "unknown_format", "damaged_file", "unsafe_file"}
REAL = [(CAPTURES / name).read_bytes() for name in ("prusaslicer-2.5.0-cube.gcode", "cube.gcode")]
SEEDS = [
    *(data[:6000] for data in REAL),
    *(text.encode() for text in (makers.PRUSA, makers.ORCA, makers.CURA, makers.SVG, makers.DXF)),
    makers.bgcode(),
    makers.bgcode(compression=3, encoding=2),
    makers.sliced(),
    makers.package({"3D/3dmodel.model": makers.MODEL_3MF}),
    makers.stl(makers.TWO_TRIANGLES),
    makers.text_stl(makers.TWO_TRIANGLES),
]


def check(content: bytes) -> None:
    """Refused by the readers' own error, or read into plausible facts."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        read = examined(Path(file.name))
    if read is None:
        return
    plausible(read.facts)
    assert len(read.preview or b"") <= MOST_BYTES
    assert len(to_json(read.facts)) < 60_000


def examined(path: Path) -> Examined | None:
    """None when the readers refuse it; anything else that they raise is a failure."""
    try:
        return examine(path, "piece.gcode")
    except Invalid as error:
        return None if error.code in CODES else pytest.fail(error.code)


def plausible(facts: Facts) -> None:
    assert facts.seconds is None or 0 < facts.seconds <= figures.LONGEST
    assert facts.layers is None or 0 < facts.layers <= 100_000_000
    for celsius in (facts.tool_celsius, facts.bed_celsius, facts.tool_temperature_max, facts.bed_temperature_max):
        assert celsius is None or 20 <= celsius <= 500
    assert facts.size_mm is None or max(facts.size_mm) > 0
    assert facts.total_g is None or facts.total_g > 0
    assert set(facts.sources.values()) <= set(SOURCES)


def cut(data: bytes, at: float, length: int) -> bytes:
    return data[: int(len(data) * at)]


def flipped(data: bytes, at: float, length: int) -> bytes:
    place = int((len(data) - 1) * at)
    return data[:place] + bytes(255 - one for one in data[place : place + length]) + data[place + length :]


def repeated(data: bytes, at: float, length: int) -> bytes:
    place = int(len(data) * at)
    return data[:place] + data[max(0, place - length) :] * 2


def lost(data: bytes, at: float, length: int) -> bytes:
    place = int(len(data) * at)
    return data[:place] + data[place + length :]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SEEDS),
    st.sampled_from([cut, flipped, repeated, lost]),
    st.floats(0, 1),
    st.integers(1, 400),
)
def test_damaged_files(seed: bytes, harm: Callable[[bytes, float, int], bytes], at: float, length: int) -> None:
    check(harm(seed, at, length))


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        [b"", b"GCDE\x01\0\0\0\0\0", b"PK\x03\x04", b"<svg ", b"0\nSECTION\n", b"solid a\nfacet normal ", b"G1 "]
    ),
    st.binary(max_size=2000),
)
def test_random_files(beginning: bytes, rest: bytes) -> None:
    check(beginning + rest)


WORDS = st.sampled_from(["X", "Y", "Z", "E", "I", "J", "F", "S", ";", " "])
NUMBERS = st.one_of(st.floats(width=32).map(str), st.integers(-10_000, 10_000).map(str), st.just("1e999"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["G0", "G1", "G2", "G3", "G28", "G90", "G91", "G92", "M82", "M83", "g1", "G20"]),
            st.lists(st.tuples(WORDS, NUMBERS), max_size=5),
        ),
        max_size=30,
    )
)
def test_any_moves(lines: list[tuple[str, list[tuple[str, str]]]]) -> None:
    text = "\n".join(f"{name} " + " ".join(word + number for word, number in words) for name, words in lines)
    check(b"G28\n" + text.encode())


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted({*figures.TIMES, *figures.LAYERS, *figures.FIRST_TOOL, *figures.NOZZLE})),
    st.text(max_size=60),
)
def test_any_value_is_plausible_or_unknown(key: str, value: str) -> None:
    plausible(Facts(**figures.figures({key: value}, None)))


def test_real_files_that_lost_their_end_invent_nothing() -> None:
    with tempfile.NamedTemporaryFile() as file:
        path = Path(file.name)
        path.write_bytes(REAL[0])
        whole = examine(path, "a.gcode").facts
        for share in (0.05, 0.3, 0.6, 0.9):
            path.write_bytes(REAL[0][: int(len(REAL[0]) * share)])
            facts = examine(path, "a.gcode").facts
            assert facts.seconds in (None, whole.seconds)
            assert facts.filament_mm in ((), whole.filament_mm)


class Endless:
    """A stream of a given length that nobody has to keep: some moves, long comments, again and again."""

    def __init__(self, length: int) -> None:
        self._left, self._at = length, 0
        self._begin: bytes | None = makers.PRUSA.encode()[:400] + b"\nM83\nG1 Z0.2\n"
        rows = (b"G1 X%.3f Y%.3f E0.05\n" % (60 + place % 97, 60 + place * 7 % 89) for place in range(600))
        self._row = b";LAYER_CHANGE\n" + b"".join(rows) + (b"; " + b"far too long " * 400 + b"\n") * 200

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        if self._begin is not None:
            found, self._begin = self._begin, None
            return found
        row = self._row * (size // len(self._row) + 2)
        found = row[self._at : self._at + min(size, self._left)]
        self._left, self._at = self._left - len(found), (self._at + len(found)) % len(self._row)
        return found


def test_two_hundred_megabytes_are_read_in_little_memory() -> None:
    tracemalloc.start()
    found = survey(Endless(200_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16_000_000
    assert len(found.head) == len(found.tail) == PART
    assert found.size is not None
    assert found.scan.layers > 150
    assert len(found.preview or b"") <= MOST_BYTES


@pytest.mark.parametrize("line", [b"G1 X1 ", b"; thumbnail begin 16x16 99 ", b"M117 a word without end "])
def test_one_line_that_never_ends(line: bytes) -> None:
    class OneLine(Endless):
        def __init__(self) -> None:
            super().__init__(6_000_000)
            self._row = line

    tracemalloc.start()
    found = survey(OneLine())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16_000_000
    assert thumbnails(found.head.decode().splitlines()) == []
