"""Pages: rendering, forms, redirects. Every page is a template over a view; nothing is decided here."""

import gzip
from collections.abc import Mapping
from typing import Any, TypeVar

from jinja2 import Environment
from litestar import Request, Response
from litestar.datastructures import Cookie, State, UploadFile
from litestar.exceptions import ClientException
from litestar.response import Redirect
from pydantic import BaseModel, ValidationError

from tierslieu.basics.errors import Invalid
from tierslieu.http import csrf
from tierslieu.http.guards import actor, house
from tierslieu.http.middleware import accepts_gzip, read_cookies
from tierslieu.http.showing import Showing, catalogue_of, chosen, read_showing
from tierslieu.http.words import Words, choose

AnyRequest = Request[Any, Any, State]
M = TypeVar("M", bound=BaseModel)
GZIP_FROM = 1000
LANGUAGE, TEXT_SIZE, EASY_WORDS = "language", "text_size", "easy"
"""The cookies of a browser's own choices."""


class Form(dict[str, str]):
    """A submitted form: text fields, and files beside."""

    files: dict[str, UploadFile]


class FormErrors(Invalid):
    """The form cannot be used as it is; `fields` maps field name to a stable code."""


def showing(request: AnyRequest) -> Showing:
    """How to show pages to the one who asks: what their account says, else this browser's cookies."""
    cookies = read_cookies(request.headers.get("cookie", ""))
    here = chosen(cookies.get(LANGUAGE, ""), cookies.get(TEXT_SIZE, ""), cookies.get(EASY_WORDS, ""))
    preferences = actor(request).preferences
    if not preferences:
        return here
    own = read_showing(preferences)
    return own._replace(language=own.language or here.language)


def words(request: AnyRequest) -> Words:
    """The words in which to answer this request."""
    wish, default = showing(request), house(request).settings.locale
    language = choose(request.headers.get("accept-language"), wish.language, default)
    found: Words = request.app.state.words[catalogue_of(language, is_easy=wish.is_easy)]
    return found


def render(request: AnyRequest, template: str, /, **context: Any) -> str:
    """The text of a template in the request's language."""
    spoken = words(request)
    environment: Environment = request.app.state.templates[spoken.catalogue]
    settings = house(request).settings
    return environment.get_template(template).render(
        me=actor(request),
        words=spoken,
        text_size=showing(request).text_size,
        csrf=lambda: csrf.token(request),
        path=request.url.path,
        venue=settings,
        demo=settings.demo,
        **context,
    )


def page(
    request: AnyRequest, template: str, /, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> Response[bytes]:
    """A whole page (or fragment). Compressed when the browser takes it."""
    return html(request, render(request, template, **context), status, headers)


def html(
    request: AnyRequest, text: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """Rendered text as an answer."""
    body = text.encode()
    sent = {"vary": "accept-encoding, accept-language, cookie, hx-request", **(headers or {})}
    if len(body) > GZIP_FROM and accepts_gzip(request.headers.get("accept-encoding", "")):
        body = gzip.compress(body, 5, mtime=0)
        sent["content-encoding"] = "gzip"
    visitor = csrf.new_visitor(request)
    cookies = [_visitor_cookie(request, visitor)] if visitor else []
    return Response(body, media_type="text/html", status_code=status, headers=sent, cookies=cookies)


def _visitor_cookie(request: AnyRequest, value: str) -> Cookie:
    return Cookie(key=csrf.VISITOR, value=value, httponly=True, samesite="lax", secure=house(request).settings.is_https)


def see_other(path: str, cookies: list[Cookie] | None = None) -> Redirect:
    """After a change: the browser fetches another page, so that a reload repeats nothing."""
    return Redirect(path, status_code=303, cookies=cookies)


async def read_form(request: AnyRequest) -> Form:
    """The submitted fields, whatever their encoding, after the check of the form's token."""
    try:
        data = await request.form()
    except ClientException:
        raise
    except Exception as error:
        raise Invalid("unreadable_form") from error
    form = Form()
    form.files = {}
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            form.files[name] = value
        else:
            form[name] = str(value)
    csrf.require(request, form.pop("_csrf", ""))
    return form


def check(model: type[M], form: Mapping[str, str]) -> M:
    """The form as a command. Raises FormErrors with a stable code per field; a NUL, which no text holds, is one."""
    unkept = {name: "bad_text" for name, value in form.items() if "\0" in value}
    try:
        read = model.model_validate({name: value for name, value in form.items() if value != ""})
    except ValidationError as error:
        wrong = {str(item["loc"][0]): _code(item) for item in error.errors() if item["loc"]}
        raise FormErrors("form", {**wrong, **unkept}) from None
    if unkept:
        raise FormErrors("form", unkept)
    return read


def _code(item: Any) -> str:
    kind = str(item["type"])
    return {"missing": "missing", "value_error": str(item.get("msg", "")).removeprefix("Value error, ")}.get(kind, kind)
