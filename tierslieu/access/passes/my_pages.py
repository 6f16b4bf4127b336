"""/mon-badge: the badge on a phone, also without script and without network; and what to do when one is lost."""

from typing import Any, Final

import msgspec
from litestar import Controller, Response, get, post
from litestar.connection import Request
from litestar.datastructures import Cookie, State

from devices.badges.codec import show_number
from tierslieu.access.pages import CARRY, KINDS, drawn
from tierslieu.access.passes import wallet
from tierslieu.access.schemas import BadgeRow, NamedBadge
from tierslieu.basics.errors import Conflict, Forbidden
from tierslieu.basics.ids import read, show
from tierslieu.http.assets import send
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.middleware import read_cookies
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import ReasonLine, done_text, told
from tierslieu.http.words import Words, _

YEAR: Final = 366 * 86_400
HERE: Final = "/mon-badge"
DONE: Final = {
    "perdu": _("Ce badge est arrêté : plus personne n’entre avec. L’accueil vous en remet un autre."),
    "retire": _("Cet appareil ne porte plus votre badge."),
}
PRIVATE: Final = {"referrer-policy": "no-referrer", "cache-control": "no-store"}


class OwnLine(msgspec.Struct, frozen=True):
    """One of my badges that works elsewhere."""

    id: str
    name: str
    number: str
    until: int


def badge_cookie(request: AnyRequest) -> str:
    """The name of the cookie by which a phone is known to carry its badge; the __Host- prefix needs HTTPS."""
    return "__Host-badge" if house(request).settings.is_https else "badge"


def phone_secret(request: AnyRequest) -> str:
    """What this browser says of the badge it carries, "" when it says nothing."""
    return read_cookies(request.headers.get("cookie", "")).get(badge_cookie(request), "")


class MyBadgePages(Controller):
    """/mon-badge."""

    path = HERE
    include_in_schema = False

    @get("", opt=allow(CARRY))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """The pass of this half minute on the phone that carries the badge, or the offer to carry it."""
        return await _own(request)

    @post("", opt=allow(CARRY))
    async def carry(self, request: AnyRequest) -> Response[Any]:
        """Carry the badge on this device; another one that carried it loses it. Raises Forbidden."""
        await read_form(request)
        who = actor(request)
        if who.session_kind == "kiosk":
            raise Forbidden("not_at_kiosk")
        issued = await house(request).db.write(wallet.carry, who.person_id or 0, by=who)
        return see_other(f"{HERE}#code", [_cookie(request, issued.token, YEAR)])

    @post("/retirer", opt=allow(CARRY))
    async def put_down(self, request: AnyRequest) -> Response[Any]:
        """This device carries the badge no more."""
        await read_form(request)
        who = actor(request)
        await house(request).db.write(wallet.put_down, who.person_id or 0, phone_secret(request), by=who)
        return see_other(f"{HERE}?fait=retire", [_cookie(request, "", 0)])

    @post("/perdu", opt=allow(CARRY))
    async def report_lost(self, request: AnyRequest) -> Response[Any]:
        """Stop one of one's own badges at once."""
        wish, who = check(NamedBadge, await read_form(request)), actor(request)
        try:
            await house(request).db.write(wallet.report_lost, who.person_id or 0, read(wish.badge), by=who)
        except Conflict as error:
            return await _own(request, told(words(request), error), 409)
        return see_other(f"{HERE}?fait=perdu")

    @get("/hors-ligne", opt=PUBLIC)
    async def shell(self, request: AnyRequest) -> Response[Any]:
        """The page that a phone keeps for moments without network: it holds nothing of anybody."""
        return page(request, "access/pass_offline.html")

    @get("/gardien.js", opt=PUBLIC)
    async def worker(self, request: Request[object, object, State]) -> Response[bytes]:
        """The service worker that keeps that page, for this address only."""
        answer = send(request.app.state.assets, "pass-sw.js", request, "no-cache")
        answer.headers["service-worker-allowed"] = HERE
        return answer


def _cookie(request: AnyRequest, value: str, age: int) -> Cookie:
    is_https = house(request).settings.is_https
    return Cookie(key=badge_cookie(request), value=value, httponly=True, samesite="lax", secure=is_https, max_age=age)


async def _own(request: AnyRequest, reasons: list[ReasonLine] | None = None, status: int = 200) -> Response[Any]:
    db, person_id, spoken = house(request).db, actor(request).person_id or 0, words(request)
    found = await db.read(wallet.carried, person_id, phone_secret(request))
    code = None
    if found.phone is not None:
        shown = await db.read(wallet.present_pass, found.phone)
        code = drawn(spoken, shown.text, found.phone.card_number)
    context: dict[str, Any] = {
        "code": code,
        "phone_id": show(found.phone.id) if found.phone else "",
        "has_card": found.has_card,
        "has_other_phone": found.has_other_phone,
        "others": [_line(spoken, one) for one in found.others],
        "reasons": reasons or [],
        "done": done_text(request, DONE),
    }
    return page(request, "access/my_badge.html", status, headers=PRIVATE, **context)


def _line(spoken: Words, badge: BadgeRow) -> OwnLine:
    name = badge.label or spoken.text(KINDS[badge.kind])
    return OwnLine(show(badge.id), name, show_number(badge.card_number), badge.valid_until)
