"""Floor plans as programs get them, and what they send to draw them."""

from typing import Annotated, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tierslieu.reservations.plans.forms import KEY, Side
from tierslieu.venue.plans.actions import Named, NewPlace
from tierslieu.venue.plans.outlines import MOST_CORNERS, Box, box_of, box_path, corners_path, round_path

Spot = Annotated[list[Side], Field(min_length=2, max_length=2)]


class PlaceView(msgspec.Struct, frozen=True):
    """Where a resource or a space stands: its key, its outline as an SVG path, where its name is written."""

    key: str
    outline: str
    x: int
    y: int


class PlanView(msgspec.Struct, frozen=True):
    """A floor plan. `space` is "" for a whole site; `picture` is the address of the one behind, "" without."""

    key: str
    name: str
    site: str
    space: str
    view_box: str
    walls: str
    picture: str
    places: list[PlaceView]


class NewPlan(BaseModel):
    """A plan to start: of a site, or of one space of it."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"name": "Premier étage", "site": "oasis", "space": ""}]},
    )

    name: Annotated[str, Field(min_length=1, max_length=80)]
    site: Annotated[str, Field(pattern=KEY)]
    space: Annotated[str, Field(pattern=KEY + "|^$")] = ""

    @property
    def named(self) -> Named:
        """The same for the action."""
        return Named(self.name, self.site, self.space)


class Outline(BaseModel):
    """Where something stands: a rectangle (x, y, width, height), the round inside it, or corners."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"x": 100, "y": 50, "width": 200, "height": 120}]},
    )

    x: Side = 0
    y: Side = 0
    width: Side = 0
    height: Side = 0
    is_round: Annotated[bool, Field(strict=True)] = False
    corners: Annotated[list[Spot], Field(max_length=MOST_CORNERS)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if not (len(self.corners) > 2 or (self.width and self.height and not self.corners)):
            raise ValueError("bad_outline")
        return self

    def place(self, key: str) -> NewPlace:
        """What to put on a plan; its name is written in the middle."""
        box = Box(self.x, self.y, self.width, self.height)
        outline = round_path(box) if self.is_round else box_path(box)
        if self.corners:
            outline = corners_path([(x, y) for x, y in self.corners])
        return NewPlace(key, outline, *box_of(outline).centre)
