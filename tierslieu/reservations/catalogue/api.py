"""The venue for programs: sites, spaces, one resource in full."""

from litestar import Controller, get
from litestar.params import FromPath

from tierslieu.http.guards import PUBLIC, actor, house
from tierslieu.http.pages import AnyRequest
from tierslieu.reservations.catalogue import views
from tierslieu.reservations.catalogue.schemas import ResourceDetail, SiteView, SpaceView


class CatalogueApi(Controller):
    """What there is, where, and when it is open."""

    path = "/api/v1"
    tags = ("venue",)

    @get("/sites", opt=PUBLIC)
    async def sites(self, request: AnyRequest) -> list[SiteView]:
        """Every site with its address, what is known of its accessibility, and its hours."""
        return await house(request).db.read(views.sites)

    @get("/spaces", opt=PUBLIC)
    async def spaces(self, request: AnyRequest) -> list[SpaceView]:
        """Every space with its hours (OpenStreetMap's notation), special days, photos and resources."""
        return await house(request).db.read(views.spaces)

    @get("/spaces/{key:str}", opt=PUBLIC)
    async def space(self, request: AnyRequest, key: FromPath[str]) -> SpaceView:
        """One space."""
        return await house(request).db.read(views.space_by_key, key)

    @get("/resources/{key:str}", opt=PUBLIC)
    async def resource(self, request: AnyRequest, key: FromPath[str]) -> ResourceDetail:
        """One resource in full, with the rules for the one who asks."""
        return await house(request).db.read(views.resource_by_key, key, actor(request).person_id)
