"""Sign-in and sign-out pages."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.people.signin import actions, signing
from tierslieu.people.signin.cookies import gone_session, safe_target, sign_in_response
from tierslieu.people.signin.origins import relying_party
from tierslieu.people.signin.schemas import SignIn

LINK_PAGE, PASSWORD_PAGE = "signin/link.html", "signin/password.html"


class SignInPages(Controller):
    """/connexion and /deconnexion."""

    @get("/connexion", opt=PUBLIC, include_in_schema=False)
    async def ask(self, request: AnyRequest, next: FromQuery[str] = "/") -> Response[bytes]:
        """The ways in; the link by mail comes first."""
        return form_page(request, LINK_PAGE, next)

    @get("/connexion/mot-de-passe", opt=PUBLIC, include_in_schema=False)
    async def ask_password(self, request: AnyRequest, next: FromQuery[str] = "/") -> Response[bytes]:
        """The form for an address and a password."""
        return form_page(request, PASSWORD_PAGE, next)

    @post("/connexion", opt=PUBLIC, include_in_schema=False)
    async def sign_in(self, request: AnyRequest) -> Response[Any]:
        """Check the form; wrong ones come back with a sentence and the typed address."""
        form = await read_form(request)
        target, email = safe_target(form.pop("next", "/")), form.get("email", "")
        try:
            session = await signing.sign_in(request, check(SignIn, form))
        except (Invalid, Forbidden) as error:
            return form_page(request, PASSWORD_PAGE, target, email, error)
        return sign_in_response(request, session, target)

    @post("/deconnexion", opt=allow("people.sign_out"), include_in_schema=False)
    async def sign_out(self, request: AnyRequest) -> Response[Any]:
        """End the session and forget the cookie."""
        await read_form(request)
        await house(request).db.write(actions.end_session, actor(request).session, by=actor(request))
        # where another house identified the person, its own session may still be open in this browser
        return see_other("/au-revoir" if house(request).settings.oidc.offered else "/", [gone_session(request)])


def form_page(
    request: AnyRequest,
    template: str,
    target: str,
    email: str = "",
    error: Invalid | Forbidden | None = None,
    **more: Any,
) -> Response[bytes]:
    """One of the sign-in forms, with what was wrong with it: beside the fields, or for the form as a whole."""
    errors, message = told(request, error)
    return page(
        request,
        template,
        422 if error else 200,
        next=safe_target(target),
        email=email,
        errors=errors,
        message=message,
        has_passkeys=bool(relying_party(request)),
        **more,
    )


def told(request: AnyRequest, error: Invalid | Forbidden | None) -> tuple[dict[str, str], str]:
    """A refusal in words: a sentence for each field, or one for the whole form."""
    spoken = words(request)
    if error is None:
        return {}, ""
    if isinstance(error, FormErrors) or (isinstance(error, Invalid) and error.fields):
        return {name: sentence(spoken, code, error.facts) for name, code in error.fields.items()}, ""
    return {}, sentence(spoken, error.code, error.facts)
