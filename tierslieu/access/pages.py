"""Badges of people: the desk issues, replaces and stops them; a member's own phone carries one."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from markupsafe import Markup

from devices.badges.codec import show_number
from tierslieu.access import actions, queries
from tierslieu.access.badges import qr
from tierslieu.access.scanning import actions as scanning
from tierslieu.access.schemas import BadgeRow, Issued, Revocation
from tierslieu.basics.errors import Conflict
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.middleware import read_cookies
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.schemas import Known

MANAGE, CARRY = "access.manage_badges", "access.carry_badge"
YEAR = 366 * 86_400
KINDS = {"card": _("Carte"), "phone": _("Téléphone")}
REASONS = {
    "lost": _("perdu"),
    "stolen": _("volé"),
    "damaged": _("abîmé"),
    "left": _("départ"),
    "replaced": _("remplacé"),
    "moved": _("autre téléphone"),
}


class BadgeCode(msgspec.Struct, frozen=True):
    """A badge's code, drawn, with its number."""

    drawing: Markup
    number: str


class BadgeLine(msgspec.Struct, frozen=True):
    """A badge in the desk's list."""

    id: str
    kind: str
    number: str
    issued_at: int
    is_active: bool
    is_card: bool
    stopped_at: int | None
    reason: str


def drawn(spoken: Words, token: str, number: str) -> BadgeCode:
    """The code to hold before the kiosk."""
    label = spoken.text(_("Code du badge {number}"), number=show_number(number))
    return BadgeCode(Markup(qr.svg(token, label)), show_number(number))  # noqa: S704  (drawn by us, label escaped)


class MyBadgePages(Controller):
    """/mon-badge: the secret stays in this browser, the service keeps only its hash."""

    path = "/mon-badge"

    @get("", opt=allow(CARRY), include_in_schema=False)
    async def show(self, request: AnyRequest) -> Response[Any]:
        """The badge that this device carries, or the offer to carry one."""
        token = read_cookies(request.headers.get("cookie", "")).get(badge_cookie(request), "")
        person_id = actor(request).person_id or 0
        found = await house(request).db.read(queries.shown_badge, person_id, token) if token else None
        code = drawn(words(request), token, found.card_number) if found else None
        _person, badges = await house(request).db.read(queries.badges_of, person_id)
        context: dict[str, Any] = {
            "code": code,
            "has_card": any(one.is_active and one.kind == "card" for one in badges),
            "has_other_phone": code is None and any(one.is_active and one.kind == "phone" for one in badges),
        }
        return page(request, "access/my_badge.html", headers={"referrer-policy": "no-referrer"}, **context)

    @post("", opt=allow(CARRY), include_in_schema=False)
    async def carry(self, request: AnyRequest) -> Response[Any]:
        """Carry a new badge on this device; another phone that carried one loses it."""
        await read_form(request)
        home, who = house(request), actor(request)
        issued = await home.db.write(actions.carry_badge, who.person_id or 0, by=who)
        cookie = Cookie(
            key=badge_cookie(request),
            value=issued.token,
            httponly=True,
            samesite="lax",
            secure=home.settings.is_https,
            max_age=YEAR,
        )
        return see_other("/mon-badge", [cookie])


def badge_cookie(request: AnyRequest) -> str:
    """The name of the cookie that carries a member's badge; the __Host- prefix needs HTTPS."""
    return "__Host-badge" if house(request).settings.is_https else "badge"


class PersonBadgePages(Controller):
    """/personnes/{id}/badge: the desk's page of one person's badges."""

    path = "/personnes/{id:str}/badge"

    @get("", opt=allow(MANAGE), include_in_schema=False)
    async def show(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """All badges of a person."""
        return await _person(request, read(id))

    @post("", opt=allow(MANAGE), include_in_schema=False, status_code=200)
    async def issue(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """A first card, or another one in place of `replace`. Its code is in this answer, and nowhere else."""
        form = await read_form(request)
        db, who = house(request).db, actor(request)
        try:
            if form.get("replace"):
                issued = await db.write(_replace_own, read(id), read(form["replace"]), by=who)
            else:
                issued = await db.write(actions.issue_badge, read(id), by=who)
        except Conflict as error:
            return await _person(request, read(id), error=sentence(words(request), error.code, {}), status=409)
        return await _person(request, read(id), issued=issued)

    @post("/arret", opt=allow(MANAGE), include_in_schema=False)
    async def revoke(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Stop a badge that was lost, stolen, damaged, or whose person left."""
        wish = check(Revocation, await read_form(request))
        try:
            await house(request).db.write(_revoke_own, read(id), read(wish.badge), wish.reason, by=actor(request))
        except Conflict as error:
            return await _person(request, read(id), error=sentence(words(request), error.code, {}), status=409)
        return see_other(f"/personnes/{id}/badge")


class ArrivalPages(Controller):
    """/personnes/{id}/arrivee: the desk notes that somebody is here."""

    path = "/personnes/{id:str}/arrivee"

    @post("", opt=allow(MANAGE), include_in_schema=False)
    async def arrive(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note the arrival, with or without a reservation."""
        await read_form(request)
        await house(request).db.write(scanning.arrive_at_desk, read(id), by=actor(request))
        return see_other(f"/personnes/{id}?fait=arrivee#badge")


def _replace_own(tx: Tx, person_id: int, badge_id: int) -> Issued:
    queries.require_owner(tx, badge_id, person_id)
    return actions.replace_badge(tx, badge_id)


def _revoke_own(tx: Tx, person_id: int, badge_id: int, reason: str) -> None:
    queries.require_owner(tx, badge_id, person_id)
    actions.revoke_badge(tx, badge_id, reason)


async def _person(
    request: AnyRequest, person_id: int, issued: Issued | None = None, error: str = "", status: int = 200
) -> Response[Any]:
    spoken = words(request)
    person, badges = await house(request).db.read(queries.badges_of, person_id)
    lines = [_line(spoken, badge) for badge in badges]
    context: dict[str, Any] = {
        "person": _named(person),
        "first_name": person.first_name,
        "id": show(person_id),
        "badges": lines,
        "card": next((line for line in lines if line.is_active and line.is_card), None),
        "code": drawn(spoken, issued.token, issued.badge.card_number) if issued else None,
        "reasons": [(code, spoken.text(REASONS[code])) for code in ("lost", "stolen", "damaged", "left")],
        "error": error,
    }
    return page(request, "access/person_badge.html", status, **context)


def _named(person: Known) -> str:
    return f"{person.first_name} {person.last_name}"


def _line(spoken: Words, badge: BadgeRow) -> BadgeLine:
    return BadgeLine(
        show(badge.id),
        spoken.text(KINDS[badge.kind]),
        show_number(badge.card_number),
        badge.issued_at,
        badge.is_active,
        badge.kind == "card",
        badge.revoked_at,
        spoken.text(REASONS.get(badge.revoked_reason or "", "")),
    )
