"""Long lists come in pages: `limit` at most, from `cursor` on; the answer says where the next page begins.

A cursor is the place of the last row in the order of its list (where it stands, and its id), never a count: rows that
come or go before it shift nothing, so that no row is shown twice and none is left out.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.params import QueryParameter

from tierslieu.basics.errors import Invalid

T = TypeVar("T")
USUAL, MOST = 50, 200
LARGEST: Final = 1 << 63
Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="how many at most")]
Cursor = Annotated[str, QueryParameter(max_length=60, description="`next_cursor` of the page before")]


class Place(NamedTuple):
    """A place in an order: by a number (an instant, mostly), then by id."""

    at: int
    id: int


START: Final = Place(-1, -1)


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list. `next` is the address of the following part, `next_cursor` its cursor; "" at the end."""

    items: list[T]
    next: str = ""
    next_cursor: str = ""


def written(place: Place) -> str:
    """A place as programs carry it; nothing in it is for them to read."""
    return base64.urlsafe_b64encode(f"{place.at}.{place.id}".encode()).rstrip(b"=").decode()


def read_cursor(text: str, start: Place = START) -> Place:
    """The place of a cursor, `start` for none. Raises Invalid("bad_cursor") for anything else."""
    if not text:
        return start
    try:
        at, _, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").partition(".")
        place = Place(int(at), int(number))
    except (binascii.Error, ValueError) as error:
        raise Invalid("bad_cursor", {"cursor": "bad_cursor"}) from error
    if not all(-LARGEST <= part < LARGEST for part in place):
        raise Invalid("bad_cursor", {"cursor": "bad_cursor"})
    return place


def cut(rows: Sequence[T], limit: int, place_of: Callable[[T], Place]) -> tuple[list[T], str]:
    """At most `limit` of the rows (ask for one more than the limit), and the cursor of what follows."""
    shown = list(rows[:limit])
    return shown, written(place_of(shown[-1])) if len(rows) > limit else ""


def answer(
    request: Request[Any, Any, State], items: list[T], cursor: str, filters: Mapping[str, object]
) -> Response[Page[T]]:
    """A page, with the address of the next one in its body and in its `Link` header."""
    if not cursor:
        return Response(Page(items))
    given = {name: str(value) for name, value in filters.items() if value not in ("", None, False)}
    href = f"{request.url.path}?{urlencode({**given, 'cursor': cursor})}"
    return Response(Page(items, href, cursor), headers={"link": f'<{href}>; rel="next"'})
