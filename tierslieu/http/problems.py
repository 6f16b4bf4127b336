"""Errors at the edge: one translation for all. Calls get problem+json with a stable code, people get a page."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect

from tierslieu.basics.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Outdated,
    Reason,
    Refused,
    Unavailable,
)
from tierslieu.http.guards import KEPT, ConfirmFirst, SecondFactorFirst, SignInFirst, actor, house
from tierslieu.http.middleware import kiosk_cookie, read_cookies, split_address
from tierslieu.http.pages import html, render, words
from tierslieu.http.wording import Link, reason_text, remedy_link, sentence
from tierslieu.http.words import Words
from tierslieu.infra.logs import log

AnyRequest = Request[Any, Any, State]
LOG = log("http")
KINDS: tuple[tuple[type[DomainError], int], ...] = (
    (Outdated, 412),
    (SignInFirst, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Invalid, 422),
    (Unavailable, 503),
)
ASKED_FIRST: tuple[tuple[type[DomainError], str], ...] = (
    (SignInFirst, "/connexion"),
    (SecondFactorFirst, "/connexion/second-facteur"),
    (ConfirmFirst, "/connexion/confirmer"),
)
"""What a page asks for before it goes on, and where; afterwards the person is led back."""
LATER = frozenset({"idempotency_in_progress"})
"""Refusals that a short wait ends, besides those of a part that is away."""
MAX_FIELDS = 20
"""A refusal does not grow with what it refuses."""
HTTP_CODES = {
    400: "invalid_input",
    401: "sign_in_first",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "invalid_input",
}


class SpokenReason(msgspec.Struct, frozen=True):
    """A reason of refusal as callers get it: stable code, sentence, what to do next (kind, text, href)."""

    code: str
    text: str
    remedies: list[dict[str, str]]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457 problem details, with a stable `code`, and all reasons when a rule refused."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: dict[str, str] = {}
    reasons: list[SpokenReason] = []


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error."""
    if isinstance(error, Refused) and not isinstance(error, Outdated):
        return 409 if error.is_conflict else 422
    return next((status for kind, status in KINDS if isinstance(error, kind)), 500)


def speak(spoken: Words, error: Refused) -> list[tuple[str, str, list[Link]]]:
    """All reasons of a refusal: code, sentence, links."""
    return [
        (reason.code, reason_text(spoken, reason), [remedy_link(spoken, remedy) for remedy in reason.remedies])
        for reason in error.reasons
    ]


def spoken_reasons(spoken: Words, error: Refused) -> list[SpokenReason]:
    """All reasons of a refusal as programs get them."""
    return [SpokenReason(one.code, reason_text(spoken, one), _remedies(spoken, one)) for one in error.reasons]


def _remedies(spoken: Words, reason: Reason) -> list[dict[str, str]]:
    links = [(remedy.kind, remedy_link(spoken, remedy)) for remedy in reason.remedies]
    return [{"kind": kind, "text": link.text, "href": link.href} for kind, link in links]


def on_domain_error(request: AnyRequest, error: DomainError) -> Response[Any]:
    """Any error of the tree."""
    status = status_of(error)
    if is_call(request):
        return _call_answer(request, error, status)
    if actor(request).device is not None and isinstance(error, Forbidden) and has_kiosk_session(request):
        return Redirect("/kiosk/espace?fin=1", status_code=303)  # the person's time at the kiosk was over
    asked = next((path for kind, path in ASKED_FIRST if isinstance(error, kind)), "")
    kept = str(request.scope.get(KEPT) or "")
    if asked and (request.method == "GET" or kept or not isinstance(error, SignInFirst)):
        return Redirect(f"{asked}?next={quote(kept or _page_of(request))}", status_code=303)
    return _error_page(request, status, error.code, error)


def on_http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What the web framework itself refused: unknown address, wrong method, unreadable body."""
    status, code = error.status_code, HTTP_CODES.get(error.status_code, "invalid_input")
    if status >= 500:
        return on_bug(request, error)
    fields = _fields(error)
    if is_call(request):
        answer = _problem(words(request), status, code, {}, fields)
    else:
        answer = _error_page(request, status, code, None)
    answer.headers.update(error.headers or {})
    return answer


def on_unreadable(request: AnyRequest, error: Exception) -> Response[Any]:
    """A body that is no text, or nested without end: what the decoder says of it."""
    return on_http_error(request, HTTPException(status_code=400))


def on_bug(request: AnyRequest, error: Exception) -> Response[Any]:
    """A fault of ours: logged with its trace, told without details."""
    template = request.scope.get("path_template", "?")  # never the address itself: people type names into it
    LOG.error("request stumbled", route=template, error=type(error).__name__, exc_info=error)
    if is_call(request):
        return _problem(words(request), 500, "internal", {}, {})
    return _error_page(request, 500, "internal", None)


def is_call(request: AnyRequest) -> bool:
    """True for programs (/api), false for people."""
    return request.url.path.startswith(("/api/", "/health", "/metrics"))


def has_kiosk_session(request: AnyRequest) -> bool:
    """True when a person's session at a kiosk was shown, good or over."""
    return kiosk_cookie(house(request)) in read_cookies(request.headers.get("cookie", ""))


def _page_of(request: AnyRequest) -> str:
    """The page to come back to: the one that was asked for, or the one a form was on."""
    if request.method == "GET":
        return request.url.path
    sent_from = split_address(request.headers.get("referer", ""))
    return sent_from.path if sent_from.netloc == request.headers.get("host") else "/"


def _call_answer(request: AnyRequest, error: DomainError, status: int) -> Response[Any]:
    spoken = words(request)
    if isinstance(error, Refused):
        reasons = spoken_reasons(spoken, error)
        code = reasons[0].code
        return _send(Problem(f"/aide/messages#{code}", "refused", status, code, reasons[0].text, {}, reasons))
    fields = dict(error.fields) if isinstance(error, Invalid) else {}
    return _problem(spoken, status, error.code, dict(error.facts), fields)


def _problem(spoken: Words, status: int, code: str, facts: dict[str, object], fields: dict[str, str]) -> Response[Any]:
    return _send(Problem(f"/aide/messages#{code}", code, status, code, sentence(spoken, code, facts), fields))


def _send(problem: Problem) -> Response[Any]:
    headers = {"retry-after": "2"} if problem.status == 503 or problem.code in LATER else {}
    body = msgspec.json.encode(problem)
    return Response(body, status_code=problem.status, media_type="application/problem+json", headers=headers)


def _fields(error: HTTPException) -> dict[str, str]:
    if not isinstance(error, ValidationException) or not isinstance(error.extra, list):
        return {}
    first = error.extra[:MAX_FIELDS]
    return {str(item.get("key", ""))[:100]: str(item.get("message", ""))[:200] for item in first}


def _error_page(request: AnyRequest, status: int, code: str, error: DomainError | None) -> Response[Any]:
    spoken = words(request)
    facts = error.facts if error else {}
    if isinstance(error, Refused):
        lines = [(text, links) for _code, text, links in speak(spoken, error)]
    else:
        lines = [(sentence(spoken, code, facts), [])]
    return html(request, render(request, "error.html", status=status, code=code, lines=lines), status)
