"""The edge of every request: who asks, same-origin checks, security headers, figures. Plain ASGI, for speed."""

import time
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import SplitResult, urlsplit

from litestar.datastructures import Headers
from litestar.enums import HttpMethod, ScopeType
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tierslieu.basics.actor import ANYONE, Actor
from tierslieu.basics.errors import Forbidden, Invalid, NotFound
from tierslieu.http.guards import REFUSED
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self';"
    " worker-src 'self'"
)
CSP_KIOSK = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
HEADERS = (
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
)
NO_BODY: Final[Message] = {"type": "http.response.body", "body": b"", "more_body": False}
"""The answer to HEAD ends at once: a stream has no end, and who asks next on the same line would wait for it."""
NO_STORE = (b"cache-control", b"no-store")
HSTS = ("strict-transport-security", "max-age=31536000")

KIOSKS_OWN = ("/kiosk/", "/api/v1/kiosk", "/api/v1/scans")

Resolve = Callable[[Reader, str], Actor | None]
"""Given the secret of a cookie or a bearer token: the actor, None when it is unknown or over."""


Touch = Callable[[Actor], Awaitable[object]]
"""Notes the last use of a session."""


def session_cookie(house: House) -> str:
    """The name of the session cookie; the __Host- prefix needs HTTPS."""
    return "__Host-session" if house.settings.is_https else "session"


def device_cookie(house: House) -> str:
    """The name of the cookie of an enrolled device."""
    return "__Host-device" if house.settings.is_https else "device"


def kiosk_cookie(house: House) -> str:
    """The name of the cookie of a person's short session at a kiosk; it counts only beside the kiosk's own."""
    return "__Host-kiosk" if house.settings.is_https else "kiosk"


def is_kiosks_own(path: str) -> bool:
    """True for what a kiosk does as itself, whoever stands before it: its page, its scans."""
    return path == "/kiosk" or path.startswith(KIOSKS_OWN)


class Edge:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, house: House, resolve: Resolve, touch: Touch) -> None:
        self._app = app
        self._touch = touch
        self._house = house
        self._resolve = resolve
        headers = (*HEADERS, HSTS) if house.settings.is_https else HEADERS
        self._headers = tuple((name.encode(), value.encode()) for name, value in headers)
        self._cookies = (session_cookie(house), kiosk_cookie(house), device_cookie(house))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = Headers.from_scope(scope)
        status = 500
        is_head = scope.get("method") == "HEAD"
        if is_head:  # the same answer as GET, without its body; the server keeps its own scope, and expects none
            scope = {**scope, "method": HttpMethod.GET}

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message, scope)
                await send(message)
                if is_head:
                    await send(NO_BODY)
            elif not is_head:
                await send(message)

        try:
            await self._admit(scope, headers)
        except Exception as error:  # told by the same handlers as what happens further in, faults of ours too
            scope[REFUSED] = error  # type: ignore[literal-required]
        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            self._house.metrics.requests.labels(f"{status // 100}xx").inc()
            self._house.metrics.seconds.observe(time.perf_counter() - started)

    async def _admit(self, scope: Scope, headers: Headers) -> None:
        secrets, is_cookie = self._secrets(headers, scope["path"])
        scope["actor"] = ANYONE  # type: ignore[typeddict-unknown-key]
        require_plain_address(scope)
        if scope.get("method") not in SAFE:
            is_call = scope["path"].startswith("/api/")
            if is_call:
                require_known_body(headers)
            if media_type(headers) != "multipart/form-data":
                require_small_body(headers)
            self._require_same_origin(headers, needs_header=is_cookie and (is_call or not is_form(headers)))
        for secret in secrets:
            found = await self._house.db.look(self._resolve, secret)
            if found is not None:
                scope["actor"] = found  # type: ignore[typeddict-unknown-key]
                if found.is_session_stale:
                    await self._touch(found)
                return

    def _secrets(self, headers: Headers, path: str) -> tuple[tuple[str, ...], bool]:
        """The secrets that may say who asks, the first good one counts, and whether cookies carried them.

        A browser's session stands alone. At a kiosk, the person's short session comes before the kiosk's own
        cookie, and never without it; where the kiosk acts as itself, the person's session is not looked at.
        """
        bearer = headers.get("authorization", "")
        if bearer[:7].lower() == "bearer ":
            return (bearer[7:].strip(),), False
        text = headers.get("cookie")
        if not text:
            return (), False
        cookies = read_cookies(text)
        session, kiosk, device = (cookies.get(name, "") for name in self._cookies)
        if session or not device:
            return ((session,), True) if session else ((), False)
        return ((kiosk, device) if kiosk and not is_kiosks_own(path) else (device,)), True

    def _require_same_origin(self, headers: Headers, *, needs_header: bool) -> None:
        """Changing calls must come from our own pages. Forms carry a token besides; calls a header of their own."""
        site = headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            raise Forbidden("foreign_origin")
        origin = headers.get("origin")
        if origin not in (None, "null") and split_address(origin).netloc != self._host(headers):
            raise Forbidden("foreign_origin")
        if needs_header and not (headers.get("x-csrf-token") or headers.get("x-requested-with")):
            raise Forbidden("csrf_missing")

    def _host(self, headers: Headers) -> str:
        if self._house.settings.public_url:
            return urlsplit(self._house.settings.public_url).netloc
        return headers.get("host", "")

    def _add_headers(self, message: Message, scope: Scope) -> None:
        """What the answer says itself stands. On the raw pairs: this runs for every answer."""
        if message["type"] != "http.response.start":
            return
        found = list(message["headers"])
        said = {name.lower() for name, _value in found}
        found += [pair for pair in self._headers if pair[0] not in said]
        if scope.get("actor", ANYONE) is not ANYONE and NO_STORE[0] not in said:
            found.append(NO_STORE)
        message["headers"] = found


SMALL_BODY = 1_000_000
MOST_DIGITS = 12
"""A length with more is no length: Python itself refuses to read one with thousands."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
BODIES = ("application/json", "multipart/form-data")


def require_plain_address(scope: Scope) -> None:
    """No name holds a NUL, and PostgreSQL takes none: a path with one leads nowhere, a query with one is refused."""
    if "\0" in scope["path"]:
        raise NotFound("not_found")
    query = scope.get("query_string", b"")
    if b"%00" in query or b"\0" in query:
        raise Invalid("bad_text")


def split_address(text: str) -> SplitResult:
    """The parts of an address in a header; none of one that is none."""
    try:
        return urlsplit(text)
    except ValueError:
        return SplitResult("", "", "", "", "")


def media_type(headers: Headers) -> str:
    """The media type of the body, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_form(headers: Headers) -> bool:
    """True for what an HTML form sends: it carries its token in a field."""
    return media_type(headers) in FORMS


def require_known_body(headers: Headers) -> None:
    """Calls send JSON (files: multipart). Anything else could come from a form of another site: 415."""
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if has_body and media_type(headers) not in BODIES:
        raise HTTPException(status_code=415)


def require_small_body(headers: Headers) -> None:
    """Only files are large, and files travel as multipart: 413 for anything else over the bound."""
    length = headers.get("content-length", "0").strip()
    if not length.isdecimal() or len(length) > MOST_DIGITS or int(length) > SMALL_BODY:
        raise HTTPException(status_code=413)


def accepts_gzip(header: str) -> bool:
    """True when the browser takes gzip (a quality of 0 refuses it)."""
    for part in header.lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def read_cookies(text: str) -> dict[str, str]:
    """The cookies of a header. Damaged ones are left out."""
    if '"' in text or "\\" in text:
        try:
            return {name: item.value for name, item in SimpleCookie(text).items()}
        except Exception:
            return {}
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
