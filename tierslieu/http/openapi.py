"""The description of the calls, made true: refusals are problem+json, and every body shows an example."""

from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, OpenAPIMediaType, OpenAPIResponse, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from pydantic import BaseModel

PROBLEM = "application/problem+json"
TEXT = Schema(type=OpenAPIType.STRING)
REASON = Schema(
    type=OpenAPIType.OBJECT,
    properties={
        "code": TEXT,
        "text": TEXT,
        "remedies": Schema(
            type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.OBJECT, properties={"text": TEXT, "href": TEXT})
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


@dataclass
class Call(Operation):
    """A call whose refusals are all of one shape."""

    def __post_init__(self) -> None:
        kept = {code: found for code, found in (self.responses or {}).items() if code < "4"}
        self.responses = {**kept, "4XX": REFUSAL, "503": REFUSAL}


def with_example(example: Any) -> type[Call]:
    """A call whose body shows an example."""

    @dataclass
    class Shown(Call):
        def __post_init__(self) -> None:
            super().__post_init__()
            if isinstance(self.request_body, RequestBody):
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
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return Call
    extra: Any = model.model_config.get("json_schema_extra") or {}
    if not extra.get("examples"):
        raise RuntimeError(f"{path}: {model.__name__} shows no example")
    return with_example(extra["examples"][0])


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
