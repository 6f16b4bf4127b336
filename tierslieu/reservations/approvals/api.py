"""Requests for programs of those who answer."""

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.actions import ANSWER
from tierslieu.reservations.approvals import actions, screens
from tierslieu.reservations.approvals.schemas import Answer, Counter, RequestView
from tierslieu.reservations.offers.queries import offer, view
from tierslieu.reservations.offers.schemas import OfferView
from tierslieu.reservations.offers.ways import ways_of
from tierslieu.venue.queries import venue


class RequestsApi(Controller):
    """The requests for the places one answers for."""

    path = "/api/v1/requests"
    tags = ("reservations",)

    @get("/", opt=allow(ANSWER))
    async def waiting(self, request: AnyRequest) -> list[RequestView]:
        """The requests that one may answer, soonest first, with those that stand in each other's way."""
        home = house(request)
        return await home.db.read(screens.api_views, actor(request), home.settings)

    @post("/{id:str}", opt=allow(ANSWER), status_code=204)
    async def answer(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Answer]) -> None:
        """Grant a request that waits for approval, or not, with a word for its person."""
        await house(request).db.write(actions.answer, read(id), data.granted, data.note, by=actor(request))

    @post("/{id:str}/proposals", opt=allow(ANSWER))
    async def propose(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Counter]) -> OfferView:
        """Propose another time or place for a request: kept until its person answers."""
        home = house(request)
        wish = (read(id), data.resource, data.span, data.note)
        offer_id = await home.db.write(actions.propose, ways_of(home), *wish, by=actor(request))
        return await home.db.read(_view, offer_id)


def _view(reader: Reader, offer_id: int) -> OfferView:
    return view(venue(reader), offer(reader, offer_id))
