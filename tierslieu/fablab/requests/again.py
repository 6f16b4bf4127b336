"""A page of requests shown again: what was typed, an error beside each field, all the reasons; or what was done."""

from typing import Any

from litestar import Response

from tierslieu.fablab.requests.wording import DONE
from tierslieu.http.pages import AnyRequest, page
from tierslieu.http.telling import ReasonLine, done_text


def shown(
    request: AnyRequest,
    template: str,
    view: dict[str, Any],
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    """The page with its `view`; 422 when something is to be put right."""
    said: dict[str, Any] = {"typed": typed or {}, "errors": errors or {}, "reasons": reasons or []}
    status = 422 if errors or reasons else 200
    return page(request, template, status, **{**said, "done": done_text(request, DONE), **view})
