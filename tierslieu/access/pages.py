"""Badges of people at the desk, which issues, replaces, lends and stops them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from devices.badges.codec import show_number
from tierslieu.access import actions, queries
from tierslieu.access.badges import qr
from tierslieu.access.schemas import BadgeRow, Issued, NamedBadge, NewCard, Revocation
from tierslieu.basics.errors import Conflict, DomainError, Invalid
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import field_errors
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.schemas import Known

MANAGE, CARRY = actions.MANAGE, "access.carry_badge"
KINDS = {"card": _("Carte"), "phone": _("Téléphone"), "day": _("Carte prêtée")}
REASONS = {
    "lost": _("perdu"),
    "stolen": _("volé"),
    "damaged": _("abîmé"),
    "left": _("départ"),
    "replaced": _("remplacé"),
    "moved": _("autre téléphone"),
    "put_down": _("retiré du téléphone"),
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
    label: str
    until_text: str
    is_day: bool
    is_doubted: bool


def drawn(spoken: Words, token: str, number: str) -> BadgeCode:
    """The code to hold before the kiosk."""
    label = spoken.text(_("Code du badge {number}"), number=show_number(number))
    return BadgeCode(Markup(qr.svg(token, label)), show_number(number))  # noqa: S704  (drawn by us, label escaped)


class PersonBadgePages(Controller):
    """/personnes/{id}/badge: the desk's page of one person's badges."""

    path = "/personnes/{id:str}/badge"

    @get("", opt=allow(MANAGE), include_in_schema=False)
    async def show(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """All badges of a person."""
        return await person_page(request, read(id))

    @post("", opt=allow(MANAGE), include_in_schema=False, status_code=200)
    async def issue(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """A first card, another one with a label, or one in place of `replace`. Its code is in this answer only."""
        form = await read_form(request)
        try:
            wish = check(NewCard, form)
            issued = await house(request).db.write(_issue, read(id), wish, by=actor(request))
        except Conflict as error:
            return await person_page(request, read(id), error=error, status=409)
        except Invalid as error:
            return await person_page(request, read(id), errors=field_errors(words(request), error), typed=form)
        return await person_page(request, read(id), issued=issued)

    @post("/arret", opt=allow(MANAGE), include_in_schema=False)
    async def revoke(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Stop a badge that was lost, stolen, damaged, or whose person left."""
        wish = check(Revocation, await read_form(request))
        try:
            await house(request).db.write(_revoke_own, read(id), read(wish.badge), wish.reason, by=actor(request))
        except Conflict as error:
            return await person_page(request, read(id), error=error, status=409)
        return see_other(f"/personnes/{id}/badge")

    @post("/confiance", opt=allow(MANAGE), include_in_schema=False)
    async def vouch(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Staff looked: it is the person's own card, which needs its pin no more."""
        wish = check(NamedBadge, await read_form(request))
        await house(request).db.write(_vouch_for_own, read(id), read(wish.badge), by=actor(request))
        return see_other(f"/personnes/{id}/badge")


def _issue(tx: Tx, person_id: int, wish: NewCard) -> Issued:
    if not wish.replace:
        return actions.issue_badge(tx, person_id, label=wish.label.strip())
    badge_id = read(wish.replace)
    queries.require_owner(tx, badge_id, person_id)
    return actions.replace_badge(tx, badge_id)


def _revoke_own(tx: Tx, person_id: int, badge_id: int, reason: str) -> None:
    queries.require_owner(tx, badge_id, person_id)
    actions.revoke_badge(tx, badge_id, reason)


def _vouch_for_own(tx: Tx, person_id: int, badge_id: int) -> None:
    queries.require_owner(tx, badge_id, person_id)
    actions.vouch_for(tx, badge_id)


async def person_page(
    request: AnyRequest,
    person_id: int,
    *,
    issued: Issued | None = None,
    error: DomainError | None = None,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 0,
) -> Response[Any]:
    """A person's badges; with a card just made, its code. What could not be done is said, what was typed kept."""
    spoken = words(request)
    person, badges = await house(request).db.read(queries.badges_of, person_id)
    lines = [_line(spoken, badge) for badge in badges]
    context: dict[str, Any] = {
        "person": _named(person),
        "first_name": person.first_name,
        "id": show(person_id),
        "badges": lines,
        "card": next((line for line in lines if line.is_active and line.is_card and not line.label), None),
        "code": drawn(spoken, issued.token, issued.badge.card_number) if issued else None,
        "token": issued.token if issued else "",
        "reasons": [(code, spoken.text(REASONS[code])) for code in ("lost", "stolen", "damaged", "left")],
        "error": sentence(spoken, error.code, error.facts) if error else "",
        "errors": errors or {},
        "typed": typed or {},
    }
    return page(request, "access/person_badge.html", status or (422 if errors else 200), **context)


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
        badge.label,
        spoken.moment(badge.valid_until) if badge.valid_until else "",
        badge.kind == "day",
        badge.is_doubted,
    )
