"""Versions (`ETag`, `If-Match`): who changes something may say which version of it they saw.

The version of a thing is a digest of what a call answers about it: whatever a program can see of it, a change of that
changes the version. It is compared in the transaction of the change, so that nobody comes between.

- `If-Match: "…"` (or several): 412 `changed_meanwhile` when the thing is no longer one of these.
- `If-Match: *`, or none: the change is made on whatever is there. Reservations have no text that a second writer
  could overwrite unseen, and the rules judge each change anew; so this is allowed, and the header is an offer.
- Weak versions never match, as RFC 9110 wants it for changes.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import State

from tierslieu.basics.errors import Invalid, Outdated
from tierslieu.infra.once import answer_of
from tierslieu.infra.transaction import Reader, Tx

R = TypeVar("R")
S = TypeVar("S", bound=msgspec.Struct)
Look = Callable[[Reader], object]
ANY: Final = "*"
MOST: Final = 20
TAG: Final = re.compile(r'\s*(W/)?"([\x21\x23-\x7e]*)"\s*(?:,|$)')


def version(view: object) -> str:
    """The version of what a call answers about a thing, as the header says it."""
    return f'"{hashlib.sha256(msgspec.json.encode(view)).hexdigest()[:24]}"'


def versioned(view: S, status: int = 200, of: object = None) -> Response[S]:
    """An answer about one thing, with its version (that of a part of the answer when `of` gives one)."""
    return Response(view, status_code=status, headers={"etag": version(view if of is None else of)})


def wanted(request: Request[Any, Any, State]) -> tuple[str, ...]:
    """The versions on which the caller agrees to act, () for any. Raises Invalid for what is no list of versions."""
    text = ",".join(request.headers.getall("if-match", [])).strip()
    if text in ("", ANY):
        return ()
    found: list[str] = []
    at = 0
    while at < len(text):
        tag = TAG.match(text, at)
        if tag is None or len(found) == MOST:
            raise Invalid("bad_version")
        found.append(f'W/"{tag[2]}"' if tag[1] else f'"{tag[2]}"')
        at = tag.end()
    return tuple(found)


def unless_changed(versions: tuple[str, ...], look: Look, href: str, action: Callable[..., R]) -> Callable[..., R]:
    """The same action, refused (Outdated) when what `look` answers is none of the versions. `href` leads to it."""
    if not versions:
        return action

    def guarded(tx: Tx, *args: Any, **kwargs: Any) -> R:
        if version(look(tx)) not in versions:
            raise Outdated(href)
        return action(tx, *args, **kwargs)

    guarded.__annotations__ = {"return": answer_of(action)}
    return guarded
