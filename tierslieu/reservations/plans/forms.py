"""The forms of the plan editor, and what they mean."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid
from tierslieu.venue.plans.actions import Named, NewPlace
from tierslieu.venue.plans.outlines import (
    Box,
    Shape,
    box_of,
    box_path,
    corners_path,
    read_corners,
    round_path,
    shape_of,
    show_corners,
    stretched,
)
from tierslieu.venue.plans.queries import FloorPlan, Place

KEY = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
Side = Annotated[int, Field(ge=0, le=8000)]


class PlanFields(BaseModel):
    """A plan: its name, its site, the space it shows if only one."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=80)]
    site: Annotated[str, Field(pattern=KEY)]
    space: Annotated[str, Field(pattern=KEY)] = ""

    @property
    def named(self) -> Named:
        """The same for the action."""
        return Named(self.name, self.site, self.space)


class PlaceFields(BaseModel):
    """A place: what stands there, its outline in numbers."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    key: Annotated[str, Field(pattern=KEY)] = ""
    shape: Literal["box", "round", "corners"] = "box"
    x: Side = 0
    y: Side = 0
    width: Side = 0
    height: Side = 0
    corners: Annotated[str, Field(max_length=2000)] = ""

    def place(self, key: str, former: Place | None) -> NewPlace:
        """What to put on the plan; its name is written in the middle. Raises Invalid."""
        outline = self._outline(former)
        return NewPlace(key, outline, *box_of(outline).centre)

    def _outline(self, former: Place | None) -> str:
        """A shape that is only moved or stretched keeps its corners."""
        if self.shape == "corners" and self.corners:
            is_same = former is not None and show_corners_of(former.outline) == self.corners
            if not is_same:
                return corners_path(read_corners(self.corners))
        if not (self.width and self.height):
            missing = {name: "missing" for name in ("width", "height") if not getattr(self, name)}
            raise Invalid("form", missing)
        box = Box(self.x, self.y, self.width, self.height)
        if self.shape == "corners":
            if former is None or shape_of(former.outline) == "round":
                raise Invalid("form", {"corners": "missing"})
            return stretched(former.outline, box)
        return round_path(box) if self.shape == "round" else box_path(box)


def show_corners_of(outline: str) -> str:
    """The corners of an outline of straight lines, "" for a round one."""
    return "" if shape_of(outline) == "round" else show_corners(outline)


def fields_of(place: Place) -> dict[str, str]:
    """A place as its form shows it."""
    box, shape = box_of(place.outline), shape_of(place.outline)
    numbers = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return {
        "shape": shape,
        "corners": show_corners(place.outline) if shape == "corners" else "",
        **{name: str(value) for name, value in numbers.items()},
    }


def fresh(plan: FloorPlan) -> dict[str, str]:
    """The form of a place to add: a box in the middle."""
    width, height = plan.size
    shape: Shape = "box"
    numbers = {"x": width // 2 - 60, "y": max(height // 2 - 40, 0), "width": 120, "height": min(80, height)}
    return {"shape": shape, "corners": "", **{name: str(value) for name, value in numbers.items()}}
