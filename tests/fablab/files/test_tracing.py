"""The preview: small whatever the file, true to the way of the tool, and readable as it is told."""

import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from tierslieu.fablab.files.tracing import HEAD, MARK, MOST_BYTES, ROW, UP, Trace

Place = tuple[float, float]


def read(data: bytes) -> tuple[tuple[int, ...], list[tuple[int, list[list[Place]]]]]:
    """The head, and for each layer its height and its strokes in millimetres."""
    mark, count, *head = HEAD.unpack_from(data)
    assert mark == MARK
    place = HEAD.size + ROW.size * count
    layers = []
    for row in range(count):
        height, points = ROW.unpack_from(data, HEAD.size + ROW.size * row)
        values = memoryview(data[place : place + points * 4]).cast("h")
        strokes: list[list[Place]] = []
        for x, y in zip(values[::2], values[1::2], strict=True):
            if x == UP:
                strokes.append([])
            else:
                strokes[-1].append((x / 10, y / 10))
        layers.append((height, strokes))
        place += points * 4
    assert place == len(data)
    return tuple(head), layers


def test_a_square_stays_a_square_and_a_straight_run_is_one_stroke() -> None:
    trace = Trace()
    corners = [(0.0, 0.0), (5.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
    for start, end in itertools.pairwise(corners):
        trace.stroke(*start, *end, 0.2)
    trace.stroke(20, 20, 30, 20, 0.2)
    trace.stroke(0, 0, 10, 0, 0.4)
    head, layers = read(trace.pack() or b"")
    assert head == (1, 0, 0, 300, 200, 2)
    assert layers == [
        (20, [[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)], [(20.0, 20.0), (30.0, 20.0)]]),
        (40, [[(0.0, 0.0), (10.0, 0.0)]]),
    ]


def test_nothing_laid_is_no_preview() -> None:
    assert Trace().pack() is None
    trace = Trace()
    trace.stroke(math.nan, 0, 1, 1, math.nan)
    trace.stroke(9e9, 0, 1, 1, 0.2)
    trace.stroke(0, 0, 1, 1, -5)
    assert trace.pack() is None


def test_a_large_piece_gets_fewer_layers_and_keeps_its_height() -> None:
    trace = Trace()
    for layer in range(400):
        for turn in range(600):
            angle, following = turn * 2.4, (turn + 1) * 2.4
            start, end = ((90 + 80 * math.cos(one), 90 + 80 * math.sin(one)) for one in (angle, following))
            trace.stroke(*start, *end, 0.2 * (layer + 1))
    data = trace.pack() or b""
    assert 100_000 < len(data) <= MOST_BYTES
    (every, *box, seen), layers = read(data)
    assert seen == 400
    assert every in (2, 4, 8, 16)
    assert layers[-1][0] > 7_500, "the top is nearly shown"
    assert box == [100, 100, 1700, 1700] or all(
        abs(a - b) <= 2 for a, b in zip(box, (100, 100, 1700, 1700), strict=True)
    )


def test_a_spiral_of_ten_thousand_heights_is_bounded() -> None:
    trace = Trace()
    for step in range(10_000):
        trace.stroke(step % 100, 0, step % 100, 50, step * 0.05)
    assert len(trace.pack() or b"") <= MOST_BYTES


COORDINATE = st.floats(-150, 150).map(lambda value: round(value, 2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=60))
def test_every_place_of_the_tool_is_near_the_way_that_is_shown(places: list[Place]) -> None:
    trace = Trace()
    for start, end in itertools.pairwise(places):
        trace.stroke(*start, *end, 1.0)
    data = trace.pack()
    if data is None:
        return
    _head, layers = read(data)
    shown = [pair for stroke in layers[0][1] for pair in itertools.pairwise(stroke)]
    for place in places:
        assert min((_away(place, *pair) for pair in shown), default=0.0) < 0.4


def _away(place: Place, start: Place, end: Place) -> float:
    """How far a place is from a straight run."""
    (x, y), (x0, y0), (x1, y1) = place, start, end
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    part = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length))
    return math.hypot(x - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0))
