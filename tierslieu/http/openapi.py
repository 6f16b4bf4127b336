"""The description of the calls, made true: refusals are problem+json, and every body shows an example."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    RequestBody,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIType
from pydantic import BaseModel

from tierslieu.http import idempotency
from tierslieu.http.middleware import SAFE

PROBLEM = "application/problem+json"
TEXT = Schema(type=OpenAPIType.STRING)
REASON = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "code": TEXT,
        "text": TEXT,
        "remedies": Schema(
            type=OpenAPIType.ARRAY,
            items=Schema(type=OpenAPIType.OBJECT, properties={"kind": TEXT, "text": TEXT, "href": TEXT}),
        ),
    },
)
PROBLEM_SCHEMA = Schema(
    type=OpenAPIType.OBJECT,
    required=["type", "title", "status", "code", "detail"],
    properties={
        "type": TEXT,
        "title": TEXT,
        "status": Schema(type=OpenAPIType.INTEGER),
        "code": Schema(type=OpenAPIType.STRING, description="stable: programs compare this"),
        "detail": Schema(type=OpenAPIType.STRING, description="a sentence for people"),
        "fields": Schema(type=OpenAPIType.OBJECT, additional_properties=TEXT),
        "reasons": Schema(type=OpenAPIType.ARRAY, items=REASON),
    },
)
REFUSAL = OpenAPIResponse(
    description="Refused: what happened, why, and what to do next",
    content={PROBLEM: OpenAPIMediaType(schema=PROBLEM_SCHEMA)},
)


KEY = Parameter(
    name=idempotency.HEADER,
    param_in="header",
    description="the same call again under the same key has its effect once, and the first answer; kept for 24 hours",
    schema=Schema(type=OpenAPIType.STRING, min_length=1, max_length=idempotency.LONGEST, pattern="^[!#-~]+$"),
    example="8e03978e-40d5-43dd-bc93-6894a57f9324",
)
SEEN = Parameter(
    name="if-match",
    param_in="header",
    description="versions (`ETag`) on which the caller agrees to act: 412 `changed_meanwhile` when it is none of them",
    schema=Schema(type=OpenAPIType.STRING),
    example='"5f1d7a84db2a4b5c9c3f0a11"',
)
REPLAYED = OpenAPIHeader(
    description="`true` when the call had its effect before, and this is its answer again",
    schema=Schema(type=OpenAPIType.STRING),
)


@dataclass
class Call(Operation):
    """A call whose refusals are all of one shape."""

    given: ClassVar[tuple[Parameter, ...]] = ()

    def __post_init__(self) -> None:
        kept = {code: found for code, found in (self.responses or {}).items() if code < "4"}
        self.responses = {**kept, "4XX": REFUSAL, "503": REFUSAL}
        if self.given:
            self.parameters = [*(self.parameters or ()), *self.given]
            for answer in kept.values():
                if isinstance(answer, OpenAPIResponse):
                    answer.headers = {**(answer.headers or {}), idempotency.REPLAYED[0]: REPLAYED}


def with_example(example: Any, headers: tuple[Parameter, ...]) -> type[Call]:
    """A call that takes these headers, whose body (when it has one) shows an example."""

    @dataclass
    class Shown(Call):
        given: ClassVar[tuple[Parameter, ...]] = headers

        def __post_init__(self) -> None:
            super().__post_init__()
            if example is not None and isinstance(self.request_body, RequestBody):
                for content in self.request_body.content.values():
                    content.example = example

    return Shown


def describe_calls(app: Litestar) -> None:
    """Give each call of /api/v1 its true description. Raises RuntimeError for a body without an example."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and route.path.startswith("/api/v1"):
                handler.operation_class = _operation(handler, route.path)


def _operation(handler: HTTPRouteHandler, path: str) -> type[Call]:
    data = handler.parsed_fn_signature.parameters.get("data")
    model = data.annotation if data is not None else None
    headers = _headers(handler, path)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return with_example(None, headers)
    extra: Any = model.model_config.get("json_schema_extra") or {}
    if not extra.get("examples"):
        raise RuntimeError(f"{path}: {model.__name__} shows no example")
    return with_example(extra["examples"][0], headers)


def _headers(handler: HTTPRouteHandler, path: str) -> tuple[Parameter, ...]:
    """What a call takes besides: writes take a key, those that say so (`versioned=True`) a version."""
    is_write = path.startswith(idempotency.CALLS) and not SAFE.issuperset(map(str, handler.http_methods))
    key = (KEY,) if is_write else ()
    return (*key, SEEN) if handler.opt.get("versioned") else key


def config(version: str) -> OpenAPIConfig:
    """Where and how the description is published: /api/openapi.json."""
    return OpenAPIConfig(
        title="tierslieu",
        version=version,
        description="The system of a shared public venue: reservations, machines, badges.",
        path="/api",
        render_plugins=[JsonRenderPlugin()],
        components=Components(),
    )
