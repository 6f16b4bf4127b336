"""`Idempotency-Key`: a call to /api/v1 that its caller may send again without its effect happening twice.

The header is the one of the IETF draft (a quoted text; unquoted is read too), 255 signs at most, best a UUID for
each act. It belongs to the one who calls: two people never share one. A call without anybody signed in keeps nothing.

- The same call again: the answer of the first, with `Idempotency-Replayed: true`. Nothing happens.
- Another call under the same key: 422 `idempotency_key_reused`.
- The same call while the first is under way: it waits, or 409 `idempotency_in_progress` with `Retry-After`.
- A refused call keeps nothing. It had no effect, so that it can be sent again under the same key: it is judged anew.
- Answers are kept for 24 hours at least (`infra/once.py` says how, in the one transaction of the effect).

Files (multipart) are not compared: each sending writes its own boundary. Their effect happens once all the same.
"""

import hashlib
from typing import Final, cast

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPRequestEvent,
    HTTPScope,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)

from tierslieu.basics.actor import ANYONE, Actor
from tierslieu.basics.errors import Invalid
from tierslieu.http.guards import REFUSED
from tierslieu.http.middleware import SAFE, SMALL_BODY, media_type
from tierslieu.http.words import _
from tierslieu.infra import once
from tierslieu.infra.feature import Feature
from tierslieu.infra.personal import Retention

HEADER: Final = "idempotency-key"
REPLAYED: Final = ("idempotency-replayed", "true")
CALLS: Final = "/api/v1/"
LONGEST: Final = 255
KEPT_SECONDS: Final = 86_400
FEATURE = Feature(
    name="http.idempotency",
    retentions=(
        Retention(
            "http.outcomes",
            _("Réponses gardées pour les appels répétés"),
            KEPT_SECONDS,
            _("Le temps qu’un programme répète un appel resté sans réponse ; gardées chiffrées"),
            once.forget,
        ),
    ),
)


class Repeatable:
    """Wraps the routes, inside the edge: who calls is known, nothing was done yet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] in SAFE or not scope["path"].startswith(CALLS):
            await self._app(scope, receive, send)
            return
        headers = Headers.from_scope(scope)
        who = cast(Actor, scope.get("actor", ANYONE))
        if HEADER not in headers or not who.is_known or REFUSED in scope:
            await self._app(scope, receive, send)
            return
        try:
            key, body, is_whole = key_of(headers[HEADER]), b"", True
            if media_type(headers) != "multipart/form-data":
                body, is_whole = await read_body(receive)
                receive = _again(body, receive, is_whole=is_whole)
        except (Invalid, HTTPException) as error:
            scope[REFUSED] = error  # type: ignore[literal-required]
            await self._app(scope, receive, send)
            return
        if not is_whole:  # its sender hung up: whoever reads on is told so
            await self._app(scope, receive, send)
            return
        await self._run(once.Once(who.handle, key, fingerprint(scope, body)), scope, receive, send)

    async def _run(self, request: once.Once, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start" and request.is_replay:
                name, value = REPLAYED
                MutableScopeHeaders.from_message(message)[name] = value
            await send(message)

        token = once.CURRENT.set(request)
        try:
            await self._app(scope, receive, send_marked)
        finally:
            once.CURRENT.reset(token)
            request.is_open = False


def key_of(header: str) -> str:
    """The key in the header. Raises Invalid for one that is empty, too long or not plain text."""
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 1 <= len(key) <= LONGEST or not (key.isascii() and key.isprintable()):
        raise Invalid("idempotency_key_invalid")
    return key


def fingerprint(scope: HTTPScope, body: bytes) -> str:
    """What makes two calls the same: method, address, body."""
    found = hashlib.sha256(f"{scope['method']} {scope['path']}?".encode())
    found.update(scope.get("query_string", b"") + b"\n")
    found.update(body)
    return found.hexdigest()


async def read_body(receive: Receive) -> tuple[bytes, bool]:
    """The body and whether it came to its end. Raises 413 for one that said no length and is too long."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body), False
        body += message.get("body", b"")
        if len(body) > SMALL_BODY:
            raise HTTPException(status_code=413)
        if not message.get("more_body", False):
            return bytes(body), True


def _again(body: bytes, receive: Receive, *, is_whole: bool) -> Receive:
    """Gives the body that was read, then what comes after."""
    kept: list[HTTPRequestEvent] = [{"type": "http.request", "body": body, "more_body": not is_whole}]

    async def give() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        return kept.pop() if kept else await receive()

    return give
