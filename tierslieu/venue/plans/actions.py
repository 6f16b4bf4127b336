"""All changes to floor plans. Each moves the venue's revision."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, update

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Invalid, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.venue.actions import changed
from tierslieu.venue.plans import queries
from tierslieu.venue.plans.outlines import require_inside
from tierslieu.venue.plans.pictures import Backdrop
from tierslieu.venue.plans.queries import WIDTH, FloorPlan, Sheet
from tierslieu.venue.plans.tables import DrawnPlan, PlanPicture, PlanPlace

DRAW = "venue.draw"
"""May hold in some sites only."""
USUAL_HEIGHT = 500
d, l = columns(DrawnPlan), columns(PlanPlace)  # noqa: E741
ADD: Query[Any] = Query(insert_into(DrawnPlan))
RENAME: Query[Any] = Query(
    update(table_of(DrawnPlan))
    .where(d.id == bindparam("which"))
    .values(name=bindparam("new_name"), site_id=bindparam("site"), space_id=bindparam("space", type_=BigInteger()))
)
PLACE_AT: Query[Any] = Query(
    update(table_of(DrawnPlan)).where(d.id == bindparam("which")).values(position=bindparam("place"))
)
SET_PICTURE: Query[Any] = Query(
    update(table_of(DrawnPlan))
    .where(d.id == bindparam("which"))
    .values(picture=bindparam("new_picture"), view_box=bindparam("box"))
)
SET_WALLS: Query[Any] = Query(
    update(table_of(DrawnPlan))
    .where(d.id == bindparam("which"))
    .values(walls=bindparam("new_walls"), view_box=bindparam("box"))
)
REMOVE: Query[Any] = Query(delete(table_of(DrawnPlan)).where(d.id == bindparam("which")))
PUT_PICTURE = upsert(PlanPicture, ("plan_id",))
DROP_PICTURE: Query[Any] = Query(
    delete(table_of(PlanPicture)).where(columns(PlanPicture).plan_id == bindparam("which"))
)
ADD_PLACE = insert_or_nothing(PlanPlace)
SET_PLACE: Query[Any] = Query(
    update(table_of(PlanPlace))
    .where(l.id == bindparam("which"), l.plan_id == bindparam("plan"))
    .values(outline=bindparam("new_outline"), x=bindparam("new_x"), y=bindparam("new_y"))
)
REMOVE_PLACE: Query[Any] = Query(
    delete(table_of(PlanPlace)).where(l.id == bindparam("which"), l.plan_id == bindparam("plan"))
)


class Named(msgspec.Struct, frozen=True):
    """What a plan is called and shows: a site, or one space of it ("" for the whole site)."""

    name: str
    site: str
    space: str = ""


class NewPlace(msgspec.Struct, frozen=True):
    """What to place, where, and where its name is written."""

    key: str
    outline: str
    x: int
    y: int


def start_plan(tx: Tx, wish: Named, key: str = "") -> int:
    """A new plan, empty, the last of the list; returns its id."""
    site_id, space_id = _where(tx, wish)
    plan_id = tx.new_id()
    last = tx.row(queries.LAST)
    tx.run(
        ADD,
        id=plan_id,
        key=key or show(plan_id).lower(),
        name=wish.name,
        site_id=site_id,
        space_id=space_id,
        view_box=f"0 0 {WIDTH} {USUAL_HEIGHT}",
        walls="",
        picture="",
        position=last[0] + 1 if last else 0,
    )
    changed(tx)
    return plan_id


def draw_plans(tx: Tx, plans: dict[str, FloorPlan]) -> None:
    """Whole plans by key, as a file describes them. `site` and `space` are keys."""
    for key, plan in plans.items():
        plan_id = start_plan(tx, Named(plan.name, plan.site, plan.space), key)
        tx.run(SET_WALLS, which=plan_id, new_walls=plan.walls, box=plan.view_box)
        for area in plan.areas:
            tx.run(ADD_PLACE, id=tx.new_id(), plan_id=plan_id, **msgspec.structs.asdict(area))
    changed(tx)


def rename_plan(tx: Tx, plan_id: int, wish: Named) -> None:
    """Another name, site or space."""
    _own(tx, plan_id)
    site_id, space_id = _where(tx, wish)
    tx.run(RENAME, which=plan_id, new_name=wish.name, site=site_id, space=space_id)
    changed(tx)


def move_plan(tx: Tx, plan_id: int, step: int) -> None:
    """One place earlier (-1) or later (1) in the list; nothing happens at its ends."""
    _own(tx, plan_id)
    ids = [one.id for one in queries.sheets(tx)]
    at = ids.index(plan_id)
    to = min(max(at + step, 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    for place, each in enumerate(ids):
        tx.run(PLACE_AT, which=each, place=place)
    changed(tx)


def remove_plan(tx: Tx, plan_id: int) -> None:
    """The plan, its picture and its places; what stood on it stays."""
    _own(tx, plan_id)
    tx.run(REMOVE, which=plan_id)
    changed(tx)


def put_picture(tx: Tx, plan_id: int, picture: Backdrop) -> None:
    """Another picture behind the places; the plan takes its proportions."""
    _own(tx, plan_id)
    name = f"{show(plan_id).lower()}-{picture.name}"
    tx.run(PUT_PICTURE, plan_id=plan_id, name=name, media_type=picture.media_type, content=picture.content)
    tx.run(SET_PICTURE, which=plan_id, new_picture=name, box=f"0 0 {WIDTH} {picture.height}")
    changed(tx)


def drop_picture(tx: Tx, plan_id: int) -> None:
    """No picture any more; the places stay where they are."""
    plan = _own(tx, plan_id)
    tx.run(DROP_PICTURE, which=plan_id)
    tx.run(SET_PICTURE, which=plan_id, new_picture="", box=plan.view_box)
    changed(tx)


def put_place(tx: Tx, plan_id: int, wish: NewPlace) -> None:
    """Place a resource or a space. Raises Invalid for an outline outside of the plan, Refused when it is there."""
    plan = _own(tx, plan_id)
    require_inside(wish.outline, *plan.drawn([]).size)
    if not tx.run(ADD_PLACE, id=tx.new_id(), plan_id=plan_id, **msgspec.structs.asdict(wish)):
        raise Refused((Reason("already_on_plan"),))
    changed(tx)


def change_place(tx: Tx, plan_id: int, place_id: int, wish: NewPlace) -> None:
    """Another outline for a place. Raises Invalid for one outside of the plan, NotFound when it is gone."""
    plan = _own(tx, plan_id)
    require_inside(wish.outline, *plan.drawn([]).size)
    where = {"new_outline": wish.outline, "new_x": wish.x, "new_y": wish.y}
    if not tx.run(SET_PLACE, which=place_id, plan=plan_id, **where):
        raise NotFound("no_such_place")
    changed(tx)


def remove_place(tx: Tx, plan_id: int, place_id: int) -> None:
    """Take something off the plan. Raises NotFound when it is gone."""
    _own(tx, plan_id)
    if not tx.run(REMOVE_PLACE, which=place_id, plan=plan_id):
        raise NotFound("no_such_place")
    changed(tx)


def _own(tx: Tx, plan_id: int) -> Sheet:
    """The plan, for who may draw it. Raises NotFound, Forbidden."""
    found = queries.sheet(tx, plan_id)
    require(tx.by, DRAW, f"site:{found.site}")
    return found


def _where(tx: Tx, wish: Named) -> tuple[int, int | None]:
    """The ids of a site and a space of it. Raises Invalid, Forbidden."""
    require(tx.by, DRAW, f"site:{wish.site}")
    site = tx.row(queries.SITE, key=wish.site)
    if site is None:
        raise Invalid("unknown_site", {"site": "unknown_site"})
    if not wish.space:
        return site[0], None
    space = tx.row(queries.SPACE, key=wish.space)
    if space is None or space[1] != site[0]:
        raise Invalid("space_of_another_site", {"space": "space_of_another_site"})
    return site[0], space[0]
