"""Sign-in and sign-out pages."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie, State
from litestar.params import FromQuery

from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.middleware import session_cookie
from tierslieu.http.pages import AnyRequest as PageRequest
from tierslieu.http.pages import FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.people.signin import actions, signing
from tierslieu.people.signin.schemas import SignIn

AnyRequest = Request[Any, Any, State]
YEAR = 366 * 86_400


class SignInPages(Controller):
    """/connexion and /deconnexion."""

    @get("/connexion", opt=PUBLIC, include_in_schema=False)
    async def ask(self, request: AnyRequest, next: FromQuery[str] = "/") -> Response[bytes]:
        """The sign-in form."""
        return _form(request, next)

    @post("/connexion", opt=PUBLIC, include_in_schema=False)
    async def sign_in(self, request: AnyRequest) -> Response[Any]:
        """Check the form; wrong ones come back with a sentence and the typed address."""
        form = await read_form(request)
        target = safe_target(form.pop("next", "/"))
        try:
            session = await signing.sign_in(request, check(SignIn, form))
        except FormErrors as error:
            return _form(request, target, form.get("email", ""), "missing", dict(error.fields), 422)
        except (Invalid, Forbidden) as error:
            return _form(request, target, form.get("email", ""), error.code, {}, 422, **error.facts)
        cookie = Cookie(
            key=session_cookie(house(request)),
            value=session.token,
            httponly=True,
            samesite="lax",
            secure=house(request).settings.is_https,
            max_age=YEAR,
        )
        return see_other(target, [cookie])

    @post("/deconnexion", opt=allow("people.sign_out"), include_in_schema=False)
    async def sign_out(self, request: AnyRequest) -> Response[Any]:
        """End the session and forget the cookie."""
        await read_form(request)
        await house(request).db.write(actions.end_session, actor(request).session, by=actor(request))
        gone = Cookie(key=session_cookie(house(request)), value="", max_age=0, secure=house(request).settings.is_https)
        return see_other("/", [gone])


def safe_target(path: str) -> str:
    """Where to go after sign-in: a path of ours, never another site."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if is_ours and path.isprintable() else "/"


def _form(
    request: PageRequest,
    target: str,
    email: str = "",
    code: str = "",
    fields: dict[str, str] | None = None,
    status: int = 200,
    **facts: object,
) -> Response[bytes]:
    spoken = words(request)
    errors = {name: sentence(spoken, item, {}) for name, item in (fields or {}).items()}
    message = sentence(spoken, code, facts) if code and not errors else ""
    return page(request, "sign_in.html", status, next=safe_target(target), email=email, errors=errors, message=message)
