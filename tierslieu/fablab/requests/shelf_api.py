"""The shelf, what is due, and what the house chooses, for programs."""

from litestar import Controller, get, post, put
from litestar.params import FromPath, JSONBody

from tierslieu.basics.ids import read
from tierslieu.fablab.requests import dues, queries, setting, shelving
from tierslieu.fablab.requests.lists import due_views, kept_views
from tierslieu.fablab.requests.rights import HAND_OVER, SET, SETTLE
from tierslieu.fablab.requests.rules import Limit, Policy
from tierslieu.fablab.requests.schemas import (
    DueView,
    HandOver,
    KeptView,
    LimitWish,
    NewShelf,
    Place,
    PolicyWish,
    Waive,
)
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader


class ShelfApi(Controller):
    """What waits for its person."""

    path = "/api/v1/fablab/shelf"
    tags = ("fablab",)

    @get("/", opt=allow(HAND_OVER))
    async def waiting(self, request: AnyRequest) -> list[KeptView]:
        """All that waits, oldest first."""
        home = house(request)
        return await home.db.read(kept_views, shelving.patience(home))

    @post("/places", opt=allow(HAND_OVER), status_code=204)
    async def add_place(self, request: AnyRequest, data: JSONBody[NewShelf]) -> None:
        """A new place."""
        await house(request).db.write(shelving.add_shelf, data.code, data.name, by=actor(request))

    @put("/{id:str}", opt=allow(HAND_OVER), status_code=204)
    async def shelve(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Place]) -> None:
        """Lay what a job made somewhere; its person is told where."""
        await house(request).db.write(shelving.shelve, read(id), data.shelf, by=actor(request))

    @post("/{id:str}/handover", opt=allow(HAND_OVER), status_code=204)
    async def hand_over(self, request: AnyRequest, id: FromPath[str], data: JSONBody[HandOver]) -> None:
        """Somebody took it."""
        await house(request).db.write(shelving.collect, read(id), data.to, data.note, by=actor(request))


class DueApi(Controller):
    """What people owe for what was made."""

    path = "/api/v1/fablab/dues"
    tags = ("fablab",)

    @get("/", opt=allow(SETTLE))
    async def open(self, request: AnyRequest) -> list[DueView]:
        """All that is due, oldest first."""
        return await house(request).db.read(due_views)

    @post("/{id:str}/settlement", opt=allow(SETTLE), status_code=204)
    async def settle(self, request: AnyRequest, id: FromPath[str]) -> None:
        """It was paid."""
        await house(request).db.write(dues.settle, read(id), by=actor(request))

    @post("/{id:str}/waiver", opt=allow(SETTLE), status_code=204)
    async def waive(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Waive]) -> None:
        """It need not be paid, and why."""
        await house(request).db.write(dues.waive, read(id), data.reason, by=actor(request))


class SettingApi(Controller):
    """What the house chooses about requests."""

    path = "/api/v1/fablab"
    tags = ("fablab",)

    @get("/request-rules", opt=allow(SET))
    async def policies(self, request: AnyRequest) -> list[Policy]:
        """When staff look first, for each kind of machine that the house chose for."""
        return list((await house(request).db.read(queries.policies)).values())

    @put("/request-rules/{kind:str}", opt=allow(SET), status_code=204)
    async def set_policy(self, request: AnyRequest, kind: FromPath[str], data: JSONBody[PolicyWish]) -> None:
        """When staff look at files for one kind of machine first."""
        await house(request).db.write(setting.set_policy, kind, data, by=actor(request))

    @get("/request-limits", opt=allow(SET))
    async def limits(self, request: AnyRequest) -> list[Limit]:
        """What one person may ask for in a week, by kind of person."""
        return await house(request).db.read(_limits)

    @put("/request-limits/{who:str}", opt=allow(SET), status_code=204)
    async def set_limit(self, request: AnyRequest, who: FromPath[str], data: JSONBody[LimitWish]) -> None:
        """What one person of a kind (member, minor, visitor) may ask for in a week."""
        await house(request).db.write(setting.set_limit, who, data, by=actor(request))


def _limits(reader: Reader) -> list[Limit]:
    return list(queries.limits(reader).values())
