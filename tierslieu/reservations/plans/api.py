"""Floor plans for programs: reading them, and drawing them."""

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.plans.actions import drawn, put_at, start_plan, take_off
from tierslieu.reservations.plans.schemas import NewPlan, Outline, PlaceView, PlanView
from tierslieu.venue.plans import actions
from tierslieu.venue.plans.queries import FloorPlan, floor_plans, places_of, sheet, sheet_by_key


class PlansApi(Controller):
    """What stands where."""

    path = "/api/v1/floor-plans"
    tags = ("venue",)

    @get("/", opt=PUBLIC)
    async def plans(self, request: AnyRequest) -> list[PlanView]:
        """All floor plans in their order, with the place of each resource and space."""
        return await house(request).db.read(plan_views)

    @post("/", opt=allow(actions.DRAW))
    async def start(self, request: AnyRequest, data: JSONBody[NewPlan]) -> PlanView:
        """Start a plan: empty, 800 wide and 500 tall, the last of the list."""
        plan_id = await house(request).db.write(start_plan, data.named, by=actor(request))
        return await house(request).db.read(_of_id, plan_id)

    @delete("/{key:str}", opt=allow(actions.DRAW))
    async def remove(self, request: AnyRequest, key: FromPath[str]) -> None:
        """Remove a plan; what stood on it stays."""
        db = house(request).db
        found = await db.read(sheet_by_key, key)
        await db.write(drawn, found.id, actions.remove_plan, by=actor(request))

    @put("/{key:str}/places/{name:str}", opt=allow(actions.DRAW))
    async def place(
        self, request: AnyRequest, key: FromPath[str], name: FromPath[str], data: JSONBody[Outline]
    ) -> PlanView:
        """Put a resource or a space (its key) on a plan, or give it another outline there."""
        db = house(request).db
        plan_id = await db.write(put_at, key, data.place(name[:40]), by=actor(request))
        return await db.read(_of_id, plan_id)

    @delete("/{key:str}/places/{name:str}", opt=allow(actions.DRAW))
    async def take_off(self, request: AnyRequest, key: FromPath[str], name: FromPath[str]) -> None:
        """Take a resource or a space off a plan."""
        await house(request).db.write(take_off, key, name, by=actor(request))


def plan_views(reader: Reader) -> list[PlanView]:
    """The plans as programs get them."""
    return [_view(one) for one in floor_plans(reader)]


def _of_id(reader: Reader, plan_id: int) -> PlanView:
    return _view(sheet(reader, plan_id).drawn(places_of(reader, plan_id)))


def _view(one: FloorPlan) -> PlanView:
    places = [PlaceView(area.key, area.outline, area.x, area.y) for area in one.areas]
    picture = f"/plan/fond/{one.picture}" if one.picture else ""
    return PlanView(one.key, one.name, one.site, one.space, one.view_box, one.walls, picture, places)
