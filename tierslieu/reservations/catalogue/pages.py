"""The public pages of the venue, and its photos."""

import asyncio
import re

from litestar import Controller, Response, get
from litestar.params import FromPath

from tierslieu.basics.errors import NotFound
from tierslieu.http.guards import PUBLIC, actor, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.reservations.catalogue import screens
from tierslieu.venue.photos import is_shown

FOREVER = "public, max-age=31536000, immutable"
NAME = re.compile(r"([0-9a-f]{64})\.webp")


class CataloguePages(Controller):
    """/espaces, /ressources and /photos."""

    include_in_schema = False

    @get("/espaces", opt=PUBLIC)
    async def places(self, request: AnyRequest) -> Response[bytes]:
        """Every site and its spaces."""
        view = await house(request).db.read(screens.places_page, words(request))
        return page(request, "catalogue/places.html", view=view)

    @get("/espaces/{key:str}", opt=PUBLIC)
    async def space(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """One space."""
        view = await house(request).db.read(screens.space_page, words(request), key)
        return page(request, "catalogue/space.html", view=view)

    @get("/ressources/{key:str}", opt=PUBLIC)
    async def resource(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """One resource, with its rules for the one who looks."""
        view = await house(request).db.read(screens.resource_page, words(request), key, actor(request))
        return page(request, "catalogue/resource.html", view=view)

    @get("/photos/{name:str}", opt=PUBLIC)
    async def photo(self, request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
        """A photo: its address is its content, so browsers keep it."""
        home, found = house(request), NAME.fullmatch(name)
        if found is None or not await home.db.read(is_shown, found[1]):
            raise NotFound("unknown_photo")
        try:
            data = await asyncio.to_thread(home.files.path(found[1]).read_bytes)
        except FileNotFoundError:
            raise NotFound("unknown_photo") from None
        return Response(data, media_type="image/webp", headers={"cache-control": FOREVER})
