"""What clients should not send, and where: values, headers, and the places of a house that take them."""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litestar.handlers.base import BaseRouteHandler

from tests.access.doors import kiosk
from tests.house.permissions import LIVE
from tests.support.clients import ADMINISTRATOR, MEMBER, Caller, HouseUnderTest
from tests.support.doors import PARAMETER, Door, caller_with, doors, roles_of
from tests.support.forms import Form, Forms

TEXTS = (
    *("\0", "²", "9" * 30, "9999-12-31", "25:61", "\r\n", "é" * 3000, "-1", str(2**63), "7ZZZZZZZZZZZZ", "a\0b", "nan"),
    *("0001-01-01", "\U0001f9e8\u202e", "1e400", "9999-12-31T23:59", "2026-02-29", "[]", "", "9999-W53", "2²:00"),
)
VALUES: tuple[Any, ...] = (
    *(None, "\0", -1, 2**63, [], {}, True, 10**30, "é" * 100_000, [["\0"]], 1e308, "9999-12-31T23:59:59-14:00"),
    *("0001-01-01T00:00:00+14:00", {"\0": 1}, ["x"] * 10_000, "7ZZZZZZZZZZZZ", "\ud800", "25:61", 0, 1.5, "²"),
)
BODIES = (b"", b"{", b"null", b"NaN", b"\xff", b'{"a":"\\ud800"}', b"[" * 2000, b'{"a":' * 1000, b"{\0}")
KINDS = ("application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data", "\xff")
HEADERS = (
    *(("accept-language", "é;q=x,;;,=,fr;q=9e999"), ("accept-language", "a," * 3000), ("accept", "\xff")),
    *(("range", "bytes=5-1,0-0,,"), ("if-none-match", '"\xff'), ("if-match", "9" * 40), ("origin", "http://[::1")),
    *(("if-modified-since", "Fri, 31 Dec 9999 23:59:59 GMT"), ("idempotency-key", "a" * 300), ("hx-request", "\xff")),
    *(("cookie", 'session="\\000"; visitor="\\000"; language="\\000"; browser="\\000"'), ("host", "[::1")),
    *(("cookie", "session=\xff; device=\xff; kiosk=%00"), ("authorization", "Bearer \xff"), ("referer", "http://[::1")),
    *(("content-length", "-1"), ("content-length", "9" * 40), ("content-type", "\xff"), ("user-agent", "\xff\x01")),
    *(("accept-encoding", "gzip;q=\xff"), ("x-forwarded-for", "\xff,[::1"), ("sec-fetch-site", "\xff")),
)
ENDS = re.compile(r"^/(deconnexion|terminer|connexion|api/v1/sessions|mon-espace/connexion)(/|$)")
"""Doors that end the session of who sweeps, and those that count wrong secrets: others look at these."""
SLOW = re.compile(r"/liaison$")
"""Something is tried over the network there."""
FIRST = ("administrator", "member", "kiosk")
NAMED = ("id", "key", "number", "token", "day")


class Dealer:
    """Deals values in turn, so that every place gets some, every value goes somewhere, and each run is the same."""

    def __init__(self) -> None:
        self._texts, self._values = cycle(TEXTS), cycle(VALUES)
        self._bodies, self._kinds, self._headers = cycle(BODIES), cycle(KINDS), cycle(HEADERS)

    def text(self) -> str:
        """For a path, a query or a field."""
        return next(self._texts)

    def value(self) -> Any:
        """For a member of a body."""
        return next(self._values)

    def body(self) -> tuple[bytes, str]:
        """A body that is none, and what it claims to be."""
        return next(self._bodies), next(self._kinds)

    def header(self) -> tuple[str, str]:
        """One header."""
        return next(self._headers)


class Places:
    """The doors of a house, who opens each, and real addresses behind them: found as a person finds them, by links."""

    def __init__(self, house: HouseUnderTest) -> None:
        self.house = house
        self.doors = [one for one in doors(house.client.app) if _is_swept(one)]
        self.forms: dict[tuple[str, str, tuple[str, ...]], tuple[Caller, Form]] = {}
        self._roles = roles_of()
        self._known: dict[Door, str] = {}
        self._seen: set[Door | None] = set()
        self._callers = {
            "administrator": house.sign_in(ADMINISTRATOR),
            "member": house.sign_in(MEMBER),
            "kiosk": kiosk(house),
        }
        self._matches = [(re.compile(PARAMETER.sub(r"[^/]+", one.path)), one) for one in self.doors]
        for role in reversed(FIRST):
            self._walk(role)
        self._list()

    def who_opens(self, door: Door) -> Caller:
        """Somebody who may."""
        if door.is_public:
            return self._callers["member"]
        held = [role for role in (*FIRST, *sorted(self._roles)) if door.permission in self._roles[role]]
        if held[0] not in self._callers:
            self._callers[held[0]] = caller_with(self.house, held[0])
        return self._callers[held[0]]

    def address(self, door: Door) -> str:
        """An address of something that is there, when one was found."""
        return self._known.get(door, door.address).partition("?")[0]

    def wishes(self, door: Door) -> set[str]:
        """The names that the query of a door may have, and one that it has not."""
        handler = self._handler(door)
        names = set(handler.parsed_fn_signature.parameters) - {"self", "request"} - set(dict(_parameters(door)))
        return {*names, *dict(parse_qsl(urlsplit(self._known.get(door, "")).query)), "unheard-of"}

    def bodies(self) -> Iterator[tuple[Door, Any]]:
        """The calls that take a body, each with the example of its description."""
        described = self.house.client.get("/api/openapi.json").json()
        for door in self.doors:
            said = described["paths"].get(PARAMETER.sub(r"{\1}", door.path), {}).get(door.method.lower(), {})
            content = said.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                yield door, example(content["schema"], described["components"]["schemas"])

    def _handler(self, door: Door) -> BaseRouteHandler:
        routes = (route for route in self.house.client.app.routes if route.path == door.path)
        handlers = (one for route in routes for one in getattr(route, "route_handlers", ()))
        found: BaseRouteHandler = next(one for one in handlers if door.method in one.http_methods)
        return found

    def _walk(self, role: str) -> None:
        """Look at every page that the role may open and nobody before it, and at one behind each kind of link."""
        caller, granted = self._callers[role], self._roles[role]
        waiting = [
            one.path
            for one in self.doors
            if one.method == "GET" and "{" not in one.path and not one.is_call and one not in self._seen
            if one.is_public or one.permission in granted
        ]
        while waiting:
            path = waiting.pop()
            self._seen.add(self._door("GET", path.partition("?")[0]))
            answer = caller.get(path, follow_redirects=False)
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            page = Forms(answer.text, path)
            for form in page.forms:
                self._note_form(role, form)
            waiting += [link for link in page.links if link.startswith("/") and self._note("GET", link)]

    def _note_form(self, role: str, form: Form) -> None:
        self._note("POST", form.action)
        door = self._door("POST", form.action.partition("?")[0])
        if door is not None:
            self.forms.setdefault((role, door.path, tuple(sorted(form.fields))), (self._callers[role], form))

    def _note(self, method: str, address: str) -> bool:
        """Keep the first address of a door; True when it is one."""
        door = self._door(method, address.partition("?")[0])
        if door is None or "{" not in door.path or door in self._known:
            return False
        self._known[door] = address
        return True

    @cache  # noqa: B019 - one for the sweep
    def _door(self, method: str, path: str) -> Door | None:
        return next((one for match, one in self._matches if one.method == method and match.fullmatch(path)), None)

    def _list(self) -> None:
        """What calls list stands behind the calls about one thing."""
        for door in self.doors:
            start, _, rest = door.path.partition("/{")
            if door.is_call and rest and door not in self._known:
                shown = self._first_of(start)
                name = next((one for one in (rest.partition(":")[0], *NAMED) if one in shown), None)
                if name is not None and len(_parameters(door)) == 1:
                    self._known[door] = PARAMETER.sub(str(shown[name]), door.path)

    @cache  # noqa: B019 - one for the sweep
    def _first_of(self, path: str) -> dict[str, Any]:
        door = self._door("GET", path)
        said = self.who_opens(door).get(path).json() if door is not None else []
        rows = (
            said.get("items", next((one for one in said.values() if isinstance(one, list)), []))
            if isinstance(said, dict)
            else said
        )
        return rows[0] if rows and isinstance(rows[0], dict) else {}


def _is_swept(door: Door) -> bool:
    return not (door.path.endswith(LIVE) or ENDS.search(door.path) or SLOW.search(door.path))


def _parameters(door: Door) -> list[tuple[str, str]]:
    return [(found[1], found[2]) for found in PARAMETER.finditer(door.path)]


def example(schema: dict[str, Any], known: dict[str, Any]) -> Any:
    """A value that a schema describes: its own example, else the simplest one."""
    while "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    if "default" in schema or "const" in schema:
        return schema.get("const", schema.get("default"))
    for name in ("oneOf", "anyOf"):
        if name in schema:
            return example(schema[name][0], known)
    if schema.get("type") == "object":
        return {name: example(one, known) for name, one in schema.get("properties", {}).items()}
    return {"array": [], "integer": 1, "number": 1, "boolean": True}.get(schema.get("type", ""), "x")


def places_in(body: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values stand in a body."""
    if isinstance(body, dict | list):
        for place, inner in body.items() if isinstance(body, dict) else enumerate(body[:2]):
            yield (*before, place)
            yield from places_in(inner, (*before, place))


def with_value(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The body with another value at a place."""
    found = json.loads(json.dumps(body))
    inner = found
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return found
