"""Form tokens: a form that changes something carries a token bound to the session, or to a visitor's cookie."""

import hashlib
import hmac
import secrets

from litestar import Request
from litestar.datastructures import State

from tierslieu.basics.errors import Forbidden
from tierslieu.http.guards import Connection, actor, house
from tierslieu.http.middleware import read_cookies

VISITOR = "visitor"
AnyRequest = Request[object, object, State]


def token(request: AnyRequest) -> str:
    """The token for forms of this page. For a visitor without session a random cookie is noted, to be set."""
    return _sign(request, _anchor(request) or _new_visitor(request))


def require(request: AnyRequest, given: str) -> None:
    """Raise Forbidden unless the token was made for this session or visitor."""
    anchor = _anchor(request)
    if anchor is None or not is_for(request, anchor, given):
        raise Forbidden("form_expired")


def is_for(request: Connection, anchor: str, given: str) -> bool:
    """True when the token was made for this session (its hash) or visitor."""
    return hmac.compare_digest(_sign(request, anchor).encode(), given.encode("utf-8", "surrogatepass"))


def new_visitor(request: AnyRequest) -> str | None:
    """The cookie that the answer must set, None when nothing changed."""
    return request.scope.get("new_visitor")  # type: ignore[return-value]


def _anchor(request: AnyRequest) -> str | None:
    session = actor(request).session
    return session or read_cookies(request.headers.get("cookie", "")).get(VISITOR)


def _new_visitor(request: AnyRequest) -> str:
    known = new_visitor(request)
    if known is None:
        known = request.scope["new_visitor"] = secrets.token_urlsafe(16)  # type: ignore[typeddict-unknown-key]
    return known


def _sign(request: Connection, anchor: str) -> str:
    return hmac.new(house(request).secret, f"form:{anchor}".encode(), hashlib.sha256).hexdigest()[:40]
