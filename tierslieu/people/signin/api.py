"""Sessions for programs."""

from litestar import Controller, delete, get, post
from litestar.params import JSONBody

from tierslieu.basics.ids import show
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.people.signin import actions, signing
from tierslieu.people.signin.schemas import MeView, SessionView, SignIn


class SessionsApi(Controller):
    """Sign in and out."""

    path = "/api/v1"
    tags = ("people",)

    @post("/sessions", opt=PUBLIC)
    async def sign_in(self, request: AnyRequest, data: JSONBody[SignIn]) -> SessionView:
        """Exchange an address and a password for a bearer token; staff add the code of their authenticator."""
        return await signing.sign_in(request, data, "program")

    @delete("/sessions/current", opt=allow("people.sign_out"))
    async def sign_out(self, request: AnyRequest) -> None:
        """End the session that made this call."""
        await house(request).db.write(actions.end_session, actor(request).session, by=actor(request))

    @get("/me", opt=allow("people.sign_out"))
    async def me(self, request: AnyRequest) -> MeView:
        """Who is signed in, with which rights."""
        who = actor(request)
        return MeView(show(who.person_id or 0), who.first_name, sorted(who.permissions))
