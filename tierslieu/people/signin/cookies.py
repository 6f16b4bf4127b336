"""Cookies of sign-in: the session's, and the one by which a browser is known again."""

import secrets
from urllib.parse import quote

from litestar.datastructures import Cookie
from litestar.response import Redirect

from tierslieu.basics.digest import hashed
from tierslieu.http.guards import Connection, house
from tierslieu.http.middleware import read_cookies, session_cookie
from tierslieu.http.pages import AnyRequest, see_other
from tierslieu.people.signin.schemas import SessionView

YEAR = 366 * 86_400
BROWSER_LENGTH = 43


def safe_target(path: str) -> str:
    """Where to go after sign-in: a path of ours, never another site."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if is_ours and path.isprintable() and len(path) <= 2000 else "/"


def second_factor_path(target: str) -> str:
    """The page that asks for the second factor, and leads on to the target."""
    return f"/connexion/second-facteur?next={quote(safe_target(target))}"


def sign_in_response(request: AnyRequest, session: SessionView, target: str) -> Redirect:
    """Give the browser its session and lead on: to the second factor first, when the person needs one."""
    place = second_factor_path(target) if session.needs_second_factor else safe_target(target)
    return see_other(place, [session_cookie_of(request, session), *browser_cookies(request)])


def session_cookie_of(request: AnyRequest, session: SessionView) -> Cookie:
    """The cookie of a session; how long it lives is decided here, by the house, not by the cookie."""
    return Cookie(
        key=session_cookie(house(request)),
        value=session.token,
        httponly=True,
        samesite="lax",
        secure=house(request).settings.is_https,
        max_age=YEAR,
    )


def gone_session(request: AnyRequest) -> Cookie:
    """Makes the browser forget its session."""
    return Cookie(key=session_cookie(house(request)), value="", max_age=0, secure=house(request).settings.is_https)


def browser_cookie(connection: Connection) -> str:
    """The name of the cookie by which a browser is known again."""
    return "__Host-browser" if house(connection).settings.is_https else "browser"


def known_browser(connection: Connection) -> str:
    """The hash of this browser's own secret, "" when it has none."""
    secret = read_cookies(connection.headers.get("cookie", "")).get(browser_cookie(connection), "")
    return hashed(secret) if len(secret) == BROWSER_LENGTH else ""


def this_browser(request: AnyRequest) -> str:
    """The same, with a new secret for a browser that has none: send `browser_cookies` with the answer."""
    found = known_browser(request)
    if found:
        return found
    fresh = request.scope.get("fresh_browser")
    if fresh is None:
        fresh = request.scope["fresh_browser"] = secrets.token_urlsafe(32)  # type: ignore[typeddict-unknown-key]
    return hashed(str(fresh))


def browser_cookies(request: AnyRequest) -> list[Cookie]:
    """The cookie that tells this browser its new secret, when it got one during this request."""
    fresh = request.scope.get("fresh_browser")
    if fresh is None:
        return []
    return [
        Cookie(
            key=browser_cookie(request),
            value=str(fresh),
            httponly=True,
            samesite="lax",
            secure=house(request).settings.is_https,
            max_age=YEAR,
        )
    ]
