"""/bornes: staff enrol kiosks, see how each of them is, and stop them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.access import queries
from tierslieu.access.kiosk import enrolment, health, snapshot_store
from tierslieu.access.kiosk.health import Health
from tierslieu.access.kiosk.versions import page_version
from tierslieu.access.passes.queries import vouched_since
from tierslieu.access.rules import shown_code
from tierslieu.access.schemas import KioskRow, NewKiosk
from tierslieu.access.zones.queries import zones
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.labels import house_address
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import venue

MANAGE_KIOSKS = "access.manage_kiosks"
FOREIGN = _("Liste refusée : elle ne reconnaît plus la signature. Arrêtez-la, puis donnez-lui un nouveau code.")


class Fleet(msgspec.Struct, frozen=True):
    """All kiosks, how each is in words, and what a new one may stand for."""

    kiosks: list[KioskRow]
    healths: Mapping[str, list[str]]
    troubled: frozenset[str]
    rooms: Mapping[int, tuple[str, str]]
    zones: Mapping[int, tuple[str, str]]


class KiosksPages(Controller):
    """/bornes."""

    path = "/bornes"
    include_in_schema = False

    @get("", opt=allow(MANAGE_KIOSKS))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """All kiosks."""
        return await _kiosks(request)

    @post("", opt=allow(MANAGE_KIOSKS), status_code=200)
    async def offer(self, request: AnyRequest) -> Response[Any]:
        """Open a one-time code; it is shown in the answer only."""
        form = await read_form(request)
        try:
            wish = check(NewKiosk, form)
        except FormErrors as error:
            spoken = words(request)
            errors = {name: sentence(spoken, code, {}) for name, code in error.fields.items()}
            return await _kiosks(request, errors=errors, form=form, status=422)
        code = await house(request).db.write(
            enrolment.offer_code, wish.name, wish.door, shows_names=wish.names, zone=wish.zone, by=actor(request)
        )
        return await _kiosks(request, code=shown_code(code))

    @post("/{key:str}/arret", opt=allow(MANAGE_KIOSKS))
    async def stop(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """A kiosk that was lost or moved away stops at once."""
        await read_form(request)
        await house(request).db.write(enrolment.stop_kiosk, key, by=actor(request))
        return see_other("/bornes")


def fleet(reader: Reader, spoken: Words, page_now: str) -> Fleet:
    """The page as it is now."""
    kiosks, told, here = queries.kiosks(reader), health.healths(reader), venue(reader)
    state = snapshot_store.state(reader)
    lines = {
        one.key: health_lines(spoken, told[one.key], reader.now, page_now, state.rev if state else 0)
        for one in kiosks
        if one.key in told and not one.is_door
    }
    foreign = {key for key in lines if told[key].knows_no_key(vouched_since(reader))}
    lines |= {key: [*lines[key], spoken.text(FOREIGN)] for key in foreign}
    troubled = frozenset(foreign) | frozenset(
        one.key
        for one in kiosks
        if one.key in lines and (told[one.key].copied_at or (one.enrolled_at and told[one.key].is_troubled(reader.now)))
    )
    rooms = {one.id: (one.key, one.name) for one in here.resources if one.is_bookable}
    return Fleet(kiosks, lines, troubled, rooms, {one.id: (one.key, one.name) for one in zones(reader)})


def health_lines(spoken: Words, one: Health, now: int, page_now: str, rev: int) -> list[str]:
    """How a kiosk is, in words: what calls for somebody first."""
    if one.copied_at:
        when = spoken.moment(one.copied_at)
        return [spoken.text(_("Arrêtée {moment} : son secret a servi sur deux appareils."), moment=when)]
    if not one.seen_at:
        return [spoken.text(_("Pas encore vue"))]
    facts = {"moment": spoken.moment(one.seen_at), "list": spoken.moment(one.snapshot_at), "count": one.kept}
    told = [
        (one.is_silent(now), _("Pas vue depuis {moment}")),
        (not one.is_silent(now), _("Vue {moment}")),
        (one.kept, _("Passages gardés, pas encore envoyés : {count}")),
        (not one.is_durable, _("Ne garde rien en cas de coupure : le navigateur refuse le disque")),
        (not one.has_camera, _("Sans caméra qui lit")),
        (one.has_lost_camera, _("Sa caméra ne lit plus")),
        (not one.snapshot_at, _("Sans liste des badges")),
        (one.snapshot_at, _("Liste des badges : {list}")),
        (one.snapshot_at and one.rev < rev, _("Liste en retard")),
        (one.page and one.page != page_now, _("Page ancienne, elle se recharge dès que possible")),
    ]
    return [spoken.text(text, **facts) for holds, text in told if holds]


async def _kiosks(
    request: AnyRequest,
    code: str = "",
    errors: dict[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response[Any]:
    home = house(request)
    view = await home.db.read(fleet, words(request), page_version(request.app.state.assets))
    now, address = home.clock.now(), house_address(request)
    context: dict[str, Any] = {"code": code, "errors": errors or {}, "form": form or {}, "now": now, "address": address}
    return page(request, "access/kiosks.html", status, view=view, **context)
