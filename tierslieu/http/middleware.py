"""The edge of every request: who asks, same-origin checks, security headers, figures. Plain ASGI, for speed."""

import time
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tierslieu.basics.actor import ANYONE, Actor
from tierslieu.basics.errors import DomainError, Forbidden, Unavailable
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
HSTS = ("strict-transport-security", "max-age=31536000")

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


class Edge:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, house: House, resolve: Resolve, touch: Touch) -> None:
        self._app = app
        self._touch = touch
        self._house = house
        self._resolve = resolve
        self._headers = (*HEADERS, HSTS) if house.settings.is_https else HEADERS
        self._cookies = (session_cookie(house), device_cookie(house))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = Headers.from_scope(scope)
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(message, scope)
            await send(message)

        try:
            await self._admit(scope, headers)
        except DomainError as error:
            scope["refused"] = error  # type: ignore[typeddict-unknown-key]
        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            self._house.metrics.requests.labels(f"{status // 100}xx").inc()
            self._house.metrics.seconds.observe(time.perf_counter() - started)

    async def _admit(self, scope: Scope, headers: Headers) -> None:
        secret, is_cookie = self._secret(headers)
        scope["actor"] = ANYONE  # type: ignore[typeddict-unknown-key]
        if scope.get("method") not in SAFE:
            self._require_same_origin(scope, headers, is_cookie)
        if secret:
            found = await self._house.db.read(self._resolve, secret)
            scope["actor"] = found or ANYONE  # type: ignore[typeddict-unknown-key]
            if found is not None and found.is_session_stale:
                await self._touch(found)

    def _secret(self, headers: Headers) -> tuple[str, bool]:
        """The session's secret and whether a cookie carried it."""
        bearer = headers.get("authorization", "")
        if bearer[:7].lower() == "bearer ":
            return bearer[7:].strip(), False
        text = headers.get("cookie")
        if not text:
            return "", False
        cookies = read_cookies(text)
        for name in self._cookies:
            if name in cookies:
                return cookies[name], True
        return "", False

    def _require_same_origin(self, scope: Scope, headers: Headers, is_cookie: bool) -> None:
        """Changing calls must come from our own pages. Forms carry a token besides; calls a header of their own."""
        site = headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            raise Forbidden("foreign_origin")
        origin = headers.get("origin")
        if origin not in (None, "null") and urlsplit(origin).netloc != self._host(headers):
            raise Forbidden("foreign_origin")
        is_form = headers.get("content-type", "").startswith(("application/x-www-form", "multipart/form-data"))
        if is_cookie and not is_form and not (headers.get("x-csrf-token") or headers.get("x-requested-with")):
            raise Forbidden("csrf_missing")

    def _host(self, headers: Headers) -> str:
        if self._house.settings.public_url:
            return urlsplit(self._house.settings.public_url).netloc
        return headers.get("host", "")

    def _add_headers(self, message: Message, scope: Scope) -> None:
        found = MutableScopeHeaders.from_message(message)
        for name, value in self._headers:
            found.setdefault(name, value)
        if scope.get("actor", ANYONE) is not ANYONE:
            found.setdefault("cache-control", "no-store")


def read_cookies(text: str) -> dict[str, str]:
    """The cookies of a header. Damaged ones are left out."""
    if '"' in text or "\\" in text:
        try:
            return {name: item.value for name, item in SimpleCookie(text).items()}
        except Exception:
            return {}
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


async def refuse_early(request: Any) -> None:
    """Before the handler: a request that the edge refused goes no further (the error is told like any other)."""
    refused = request.scope.get("refused")
    if isinstance(refused, Unavailable | Forbidden):
        raise refused
