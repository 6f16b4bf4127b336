"""Outlines on a floor plan: rectangles, rounds and corner points, as SVG paths and back. Pure."""

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from tierslieu.basics.errors import Invalid

Shape = Literal["box", "round", "corners"]
Point = tuple[int, int]
MOST_CORNERS: Final = 60
SMALLEST: Final = 8
"""A place is at least this wide and tall."""
PATH: Final = re.compile(r"^M[MmLlHhVvZz0-9 ,.-]{1,4000}$")
PART: Final = re.compile(r"([MmLlHhVvZz])([^MmLlHhVvZz]*)")
NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
ROUND: Final = re.compile(r"^M(-?\d+) (-?\d+)a(\d+) (\d+) 0 1 0 (\d+) 0a\3 \4 0 1 0 -\5 0z$")


class Box(NamedTuple):
    """A rectangle: its upper left corner and its size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.x + self.width // 2, self.y + self.height // 2


def box_path(box: Box) -> str:
    """A rectangle as a path."""
    return f"M{box.x} {box.y}h{box.width}v{box.height}h-{box.width}z"


def round_path(box: Box) -> str:
    """The ellipse inside a rectangle as a path."""
    across, down = box.width // 2, box.height // 2
    return f"M{box.x} {box.y + down}a{across} {down} 0 1 0 {2 * across} 0a{across} {down} 0 1 0 -{2 * across} 0z"


def corners_path(corners: Sequence[Point]) -> str:
    """A closed line through corners as a path."""
    first, *rest = (f"{x} {y}" for x, y in corners)
    return f"M{first}" + "".join(f"L{point}" for point in rest) + "z"


def shape_of(path: str) -> Shape:
    """What kind of outline a path is."""
    if ROUND.match(path):
        return "round"
    corners = corners_of(path)
    return "box" if box_path(around(corners)) == box_path_of(corners) else "corners"


def box_path_of(corners: Sequence[Point]) -> str:
    """The rectangle of four corners as a path; "" when they make none."""
    around_them = around(corners)
    left, top, right, bottom = (
        around_them.x,
        around_them.y,
        around_them.x + around_them.width,
        around_them.y + around_them.height,
    )
    wanted = {(left, top), (right, top), (right, bottom), (left, bottom)}
    return box_path(around_them) if len(corners) == 4 and set(corners) == wanted else ""


def box_of(path: str) -> Box:
    """The rectangle around an outline."""
    found = ROUND.match(path)
    if found:
        x, middle, across, down, width = (int(text) for text in found.groups())
        return Box(x, middle - down, max(width, 2 * across), 2 * down)
    return around(corners_of(path))


def around(corners: Sequence[Point]) -> Box:
    """The rectangle around some points."""
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def corners_of(path: str) -> list[Point]:
    """The corners of a path of straight lines. Raises Invalid("bad_outline")."""
    if not PATH.match(path):
        raise Invalid("bad_outline", {"corners": "bad_outline"})
    found: list[tuple[float, float]] = []
    x = y = 0.0
    for letter, text in PART.findall(path):
        numbers = [float(each) for each in NUMBER.findall(text)]
        is_moving = letter.islower()
        if letter in "HhVv":
            for value in numbers:
                x, y = _along(letter, value, (x, y))
                found.append((x, y))
        elif letter in "MmLl":
            for right, down in zip(numbers[::2], numbers[1::2], strict=False):
                x, y = (x + right, y + down) if is_moving else (right, down)
                found.append((x, y))
    if len(found) < 3:
        raise Invalid("bad_outline", {"corners": "bad_outline"})
    return [(round(right), round(down)) for right, down in found]


def _along(letter: str, value: float, at: tuple[float, float]) -> tuple[float, float]:
    x, y = at
    return {"H": (value, y), "h": (x + value, y), "V": (x, value), "v": (x, y + value)}[letter]


def stretched(path: str, box: Box) -> str:
    """The same outline moved and stretched into another rectangle."""
    if ROUND.match(path):
        return round_path(box)
    corners, former = corners_of(path), box_of(path)
    wide, tall = max(former.width, 1), max(former.height, 1)
    moved = [
        (box.x + (x - former.x) * box.width // wide, box.y + (y - former.y) * box.height // tall) for x, y in corners
    ]
    return box_path(box) if shape_of(path) == "box" else corners_path(moved)


def read_corners(text: str) -> list[Point]:
    """Corners as people write them: "10,10 120,10 120,80". Raises Invalid("bad_outline")."""
    numbers = [round(float(each)) for each in NUMBER.findall(text[:2000])]
    corners = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(numbers) % 2 or not 3 <= len(corners) <= MOST_CORNERS:
        raise Invalid("bad_outline", {"corners": "bad_outline"})
    return corners


def show_corners(path: str) -> str:
    """The corners of an outline as people write them."""
    return " ".join(f"{x},{y}" for x, y in corners_of(path))


def require_inside(path: str, width: int, height: int) -> None:
    """Raise Invalid("outside_plan") unless the outline lies on the plan, Invalid("bad_outline") when it is tiny."""
    box = box_of(path)
    if box.x < 0 or box.y < 0 or box.x + box.width > width or box.y + box.height > height:
        raise Invalid("outside_plan", {"x": "outside_plan"})
    if box.width < SMALLEST or box.height < SMALLEST:
        raise Invalid("bad_outline", {"width": "bad_outline"})
