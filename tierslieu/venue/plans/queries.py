"""All reads of floor plans. What pages draw is kept in memory under the venue's revision."""

from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select

from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader
from tierslieu.venue.plans.tables import DrawnPlan, PlanPicture, PlanPlace
from tierslieu.venue.tables import Site, Space

REVISION = "venue_revision"
MAIN = "main"
WIDTH = 800
"""Plans are this wide in their own units, so that words and lines have one size on all of them."""

v, d, l, b = columns(HouseValue), columns(DrawnPlan), columns(PlanPlace), columns(PlanPicture)  # noqa: E741
si, sp = columns(Site), columns(Space)


class PlanArea(msgspec.Struct, frozen=True):
    """An area of a floor plan: the resource or space it shows, its outline, where its name stands."""

    key: str
    outline: str
    x: int
    y: int


class FloorPlan(msgspec.Struct, frozen=True):
    """A floor plan, as SVG paths. `site` and `space` are keys, `picture` the name of the picture behind it."""

    view_box: str = "0 0 800 600"
    walls: str = ""
    areas: tuple[PlanArea, ...] = ()
    key: str = ""
    name: str = ""
    site: str = ""
    space: str = ""
    picture: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in its own units."""
        _left, _top, width, height = (int(text) for text in self.view_box.split())
        return width, height


class Place(msgspec.Struct, frozen=True):
    """A place on a plan, as it is stored."""

    id: int
    plan_id: int
    key: str
    outline: str
    x: int
    y: int

    @property
    def area(self) -> PlanArea:
        """The same as pages draw it."""
        return PlanArea(self.key, self.outline, self.x, self.y)


class Sheet(msgspec.Struct, frozen=True):
    """A plan, as it is stored."""

    id: int
    key: str
    name: str
    site: str
    space: str | None
    view_box: str
    walls: str
    picture: str
    position: int

    def drawn(self, places: list[Place]) -> FloorPlan:
        """The plan with its places, as pages draw it."""
        areas = tuple(place.area for place in places)
        return FloorPlan(
            self.view_box, self.walls, areas, self.key, self.name, self.site, self.space or "", self.picture
        )


class Picture(msgspec.Struct, frozen=True):
    """A picture to send."""

    media_type: str
    content: bytes


AT: Query[tuple[str]] = Query(select(v.value).where(v.name == REVISION))
_SHEET = select(d.id, d.key, d.name, si.key, sp.key, d.view_box, d.walls, d.picture, d.position).select_from(DrawnPlan)
_SHEETS: Any = _SHEET.join(Site, si.id == d.site_id).outerjoin(Space, sp.id == d.space_id)
SHEETS = Query(_SHEETS.order_by(d.position, d.id), into=Sheet)
SHEET = Query(_SHEETS.where(d.id == bindparam("id")), into=Sheet)
_PLACE = (l.id, l.plan_id, l.key, l.outline, l.x, l.y)
PLACES = Query(select(*_PLACE).order_by(l.id), into=Place)
PLACES_OF = Query(select(*_PLACE).where(l.plan_id == bindparam("plan")).order_by(l.id), into=Place)
PICTURE = Query(select(b.media_type, b.content).where(b.name == bindparam("name")), into=Picture)
SHEET_BY_KEY = Query(_SHEETS.where(d.key == bindparam("plan_key")), into=Sheet)
SITE: Query[tuple[int]] = Query(select(si.id).where(si.key == bindparam("key")))
SPACE: Query[tuple[int, int]] = Query(select(sp.id, sp.site_id).where(sp.key == bindparam("key")))
SITES: Query[tuple[str, str]] = Query(select(si.key, si.name).order_by(si.id))
LAST: Query[tuple[int]] = Query(select(func.coalesce(func.max(d.position), -1)))


def floor_plans(reader: Reader) -> tuple[FloorPlan, ...]:
    """All plans, in their order. One statement while nothing changes."""
    found = reader.row(AT)
    return reader.remembered("plans", found, lambda: _load(reader))


def _load(reader: Reader) -> tuple[FloorPlan, ...]:
    places: dict[int, list[Place]] = defaultdict(list)
    for place in reader.rows(PLACES):
        places[place.plan_id].append(place)
    return tuple(sheet.drawn(places[sheet.id]) for sheet in reader.rows(SHEETS))


def floor_plan(reader: Reader, name: str) -> FloorPlan:
    """The plan of a key, or of a space; `main` is the first one of the venue. An empty one when there is none."""
    plans = floor_plans(reader)
    found = next((one for one in plans if name in (one.key, one.space)), None)
    if found is None and name == MAIN:
        found = next((one for one in plans if not one.space), None)
    return found or FloorPlan()


def sheets(reader: Reader) -> list[Sheet]:
    """All plans as they are stored, in their order."""
    return reader.rows(SHEETS)


def sheet(reader: Reader, plan_id: int) -> Sheet:
    """One plan. Raises NotFound."""
    found = reader.row(SHEET, id=plan_id)
    if found is None:
        raise NotFound("no_such_plan")
    return found


def sheet_by_key(reader: Reader, key: str) -> Sheet:
    """The plan of a key. Raises NotFound."""
    found = reader.row(SHEET_BY_KEY, plan_key=key)
    if found is None:
        raise NotFound("no_such_plan")
    return found


def places_of(reader: Reader, plan_id: int) -> list[Place]:
    """The places of a plan, the first drawn first."""
    return reader.rows(PLACES_OF, plan=plan_id)


def picture(reader: Reader, name: str) -> Picture:
    """The picture of a plan. Raises NotFound."""
    found = reader.row(PICTURE, name=name)
    if found is None:
        raise NotFound("not_found")
    return found
