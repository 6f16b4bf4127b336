"""/laissez-passer: passes for guests, and the key that signs all passes."""

from typing import Any, Final

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from devices.badges.codec import HOUR
from tierslieu.access.actions import MANAGE
from tierslieu.access.badges import qr
from tierslieu.access.passes import actions, queries, rules
from tierslieu.access.passes.queries import GuestRow
from tierslieu.access.passes.schemas import MINUTES, GuestWish
from tierslieu.access.zones.queries import ZoneNow, zones
from tierslieu.basics.errors import Conflict, Invalid
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house, require_recent_proof
from tierslieu.http.pages import AnyRequest, Form, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.venue.queries import venue

TURN_KEY: Final = "access.turn_pass_key"
HERE: Final = "/laissez-passer"
DONE: Final = {
    "arrete": _("Ce laissez-passer est arrêté."),
    "cle": _("La clé est renouvelée. Les codes déjà donnés restent bons jusqu’à leur fin."),
}
LENGTHS: Final = {
    60: _("1 heure"),
    120: _("2 heures"),
    240: _("4 heures"),
    480: _("8 heures"),
    1440: _("24 heures"),
    2880: _("2 jours"),
    10_080: _("7 jours"),
    20_160: _("14 jours"),
}
USUAL: Final = 240
NO_ZONE: Final = _("Tout ce qui est ouvert à tous")


class GuestLine(msgspec.Struct, frozen=True):
    """A guest pass in the list."""

    id: str
    name: str
    zone: str
    from_text: str
    until_text: str
    is_active: bool


class KeyLine(msgspec.Struct, frozen=True):
    """The key that signs: its number, since when; how many former ones are still trusted."""

    kid: int
    since: int
    former: int


class GuestPages(Controller):
    """/laissez-passer."""

    path = HERE
    include_in_schema = False

    @get("", opt=allow(MANAGE))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """Passes that are good now or later, and the form for another one."""
        return await _list(request)

    @post("", opt=allow(MANAGE))
    async def issue(self, request: AnyRequest) -> Response[Any]:
        """A pass for a guest; its paper is on the next page."""
        form = await read_form(request)
        try:
            wish = check(GuestWish, form)
            made = await house(request).db.write(_issue, wish, by=actor(request))
        except Invalid as error:
            return await _list(request, form, field_errors(words(request), error))
        return see_other(f"{HERE}/{show(made.id)}")

    @get("/{id:str}", opt=allow(MANAGE))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """One pass with its code, to show or to print."""
        return await _one(request, read(id))

    @post("/{id:str}/arret", opt=allow(MANAGE))
    async def stop(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Stop a pass before its end."""
        await read_form(request)
        try:
            await house(request).db.write(actions.revoke_guest, read(id), by=actor(request))
        except Conflict as error:
            return await _one(request, read(id), told(words(request), error))
        return done(f"{HERE}/{id}", "arrete")

    @post("/cle", opt=allow(TURN_KEY))
    async def turn_key(self, request: AnyRequest) -> Response[Any]:
        """Another key signs from now on."""
        await read_form(request)
        require_recent_proof(request)
        try:
            await house(request).db.write(actions.turn_key, by=actor(request))
        except Conflict as error:
            return await _list(request, reasons=told(words(request), error))
        return done(HERE, "cle")


def _issue(tx: Tx, wish: GuestWish) -> GuestRow:
    known = {one.number for one in zones(tx)} or {0}
    if wish.zone not in known:
        raise Invalid("form", {"zone": "no_such_zone"})
    starts_at = _start(tx, wish)
    if not tx.now - HOUR <= starts_at <= tx.now + rules.GUEST_AHEAD:
        raise Invalid("form", {"day": "guest_pass_day"})
    return actions.issue_guest(tx, wish.first_name, wish.zone, starts_at, int(wish.minutes))


def _start(tx: Tx, wish: GuestWish) -> int:
    """The wished start by the clock of the house; now without one."""
    if wish.day is None and wish.hour is None:
        return tx.now
    zone = venue(tx).zone
    day = wish.day or zone.date(tx.now)
    minutes = wish.hour.hour * 60 + wish.hour.minute if wish.hour else 0
    return max(zone.instant(day, minutes), tx.now) if day == zone.date(tx.now) else zone.instant(day, minutes)


async def _list(
    request: AnyRequest,
    typed: Form | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[Any]:
    spoken, form = words(request), dict(typed or {})
    found, places, key = await house(request).db.read(_facts)
    status = 422 if errors else 409 if reasons else 200
    context: dict[str, Any] = {
        "guests": [_line(spoken, one, places) for one in found],
        "zones": [Choice(str(one.number), one.name, str(one.number) == form.get("zone")) for one in places]
        or [Choice("0", spoken.text(NO_ZONE))],
        "lengths": [
            Choice(str(one), spoken.text(LENGTHS[one]), str(one) == form.get("minutes", str(USUAL))) for one in MINUTES
        ],
        "key": key,
        "typed": form,
        "errors": errors or {},
        "reasons": reasons or [],
        "done": done_text(request, DONE),
    }
    return page(request, "access/guests.html", status, **context)


def _facts(reader: Reader) -> tuple[list[GuestRow], list[ZoneNow], KeyLine]:
    kid, since = queries.signing_since(reader)
    return queries.guests(reader), zones(reader), KeyLine(kid, since, len(queries.keys(reader)) - 1)


def _line(spoken: Words, row: GuestRow, places: list[ZoneNow]) -> GuestLine:
    zone = next((one.name for one in places if one.number == row.zone), spoken.text(NO_ZONE))
    name = row.first_name or spoken.text(_("Visiteur"))
    moments = spoken.moment(row.valid_from), spoken.moment(row.valid_until)
    return GuestLine(show(row.id), name, zone, *moments, row.is_active)


async def _one(request: AnyRequest, guest_id: int, reasons: list[ReasonLine] | None = None) -> Response[Any]:
    spoken = words(request)
    row, text, places = await house(request).db.read(_with_text, guest_id)
    label = spoken.text(_("Code du laissez-passer"))
    code = Markup(qr.svg(text, label)) if text else ""  # noqa: S704  (drawn by us, label escaped)
    context: dict[str, Any] = {"guest": _line(spoken, row, places), "code": code, "reasons": reasons or []}
    context["done"] = done_text(request, DONE)
    headers = {"referrer-policy": "no-referrer", "cache-control": "no-store"}
    return page(request, "access/guest.html", 409 if reasons else 200, headers, **context)


def _with_text(reader: Reader, guest_id: int) -> tuple[GuestRow, str, list[ZoneNow]]:
    row = queries.guest(reader, guest_id)
    is_good = row.is_active and row.valid_until > reader.now
    return row, actions.guest_text(reader, row) if is_good else "", zones(reader)
