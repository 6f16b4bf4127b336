"""The kiosk's one screen, rendered: whoever comes without script gets each state as a page of its own."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Response

from tierslieu.access.kiosk import health, page_words, wording
from tierslieu.access.kiosk.versions import page_version
from tierslieu.access.presence.queries import is_alarm
from tierslieu.access.schemas import Line
from tierslieu.access.zones.places import zone_behind
from tierslieu.access.zones.queries import site
from tierslieu.http.guards import actor, house
from tierslieu.http.middleware import CSP_KIOSK
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.words import LOCALES, Words
from tierslieu.infra.transaction import Reader

HEADERS: Final = {
    "content-security-policy": CSP_KIOSK,
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}
CAMERA_OFF: Final = HEADERS | {"permissions-policy": "camera=(), microphone=(), geolocation=()"}


class Screen(msgspec.Struct, frozen=True):
    """The kiosk's screen in one of its states: waiting, granted, denied, blocked.

    `choices` are what may be done next, about the passage `scan_id`. `asks` "pin": the form asks for the pin of
    `badge`. `is_leaving`: the next badge goes out.
    """

    state: str
    title: str
    sentence: str
    lines: list[Line] = []
    choices: tuple[str, ...] = ()
    scan_id: str = ""
    asks: str = ""
    badge: str = ""
    is_leaving: bool = False


class Here(msgspec.Struct, frozen=True):
    """What the page tells of where it stands. `zone`: the number of its zone, 0 for none. `counts`: visitors too."""

    zone: int
    zone_name: str
    is_alarm: bool
    counts: bool


async def said(request: AnyRequest, key: str, state: str = "waiting") -> Screen:
    """A screen of the page's own words."""
    spoken = words(request)
    title, sentence = (spoken.text(page_words.PAGE[f"{key}_{part}"]) for part in ("title", "sentence"))
    return Screen(state, title, sentence)


async def screen(request: AnyRequest, shown: Screen, status: int = 200) -> Response[Any]:
    """The page with this screen."""
    here = await house(request).db.read(_here, actor(request).device or "")
    context: dict[str, Any] = {
        "view": shown,
        "here": here,
        "new_id": secrets.token_hex(16),
        "version": page_version(request.app.state.assets),
        "bands": wording.BANDS,
        "visits_per_minute": house(request).settings.presence.visits_per_minute,
        "languages": page_words.languages(_carried(request)),
    }
    return page(request, "access/kiosk.html", status, HEADERS, **context)


def _here(reader: Reader, device: str) -> Here:
    around = health.around(reader, device)
    counts = bool(around.zone) or site(reader) is not None
    return Here(around.zone, around.zone_name, is_alarm(reader, zone_behind(reader, device)), counts)


def _carried(request: AnyRequest) -> Mapping[str, Words]:
    """The words that the page carries: each language, plain French when this browser asks for plain words."""
    current, known = words(request), request.app.state.words
    return {code: current if current.locale == code else known[code] for code in LOCALES}
