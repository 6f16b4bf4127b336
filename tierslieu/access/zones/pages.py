"""Zones, for those who look after them: what is behind which doors, who may enter and when."""

from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.access.zones import actions, queries, screens, wording
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.access.zones.schemas import ZoneForm, rules_of
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import done, done_text, field_errors, told
from tierslieu.infra.transaction import Tx
from tierslieu.venue.queries import venue

MANAGE: Final = "access.manage_zones"
NEW: Final = "nouvelle"


class ZonePages(Controller):
    """/acces/zones."""

    path = "/acces/zones"
    include_in_schema = False

    @get("", opt=allow(MANAGE))
    async def index(self, request: AnyRequest) -> Response[bytes]:
        """All zones with their rules in words."""
        lines = await house(request).db.read(screens.zone_lines, words(request))
        return page(request, "access/zones.html", lines=lines, done=done_text(request, wording.DONE))

    @get("/{key:str}", opt=allow(MANAGE))
    async def show(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """One zone, or the form for another one."""
        return await _form(request, key)

    @post("/{key:str}", opt=allow(MANAGE))
    async def save(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Keep its facts and rules."""
        form = await read_form(request)
        try:
            wish, rules = check(ZoneForm, form), rules_of(form)
            await house(request).db.write(_save, "" if key == NEW else key, wish, rules, by=actor(request))
        except Invalid as error:
            return await _form(request, key, 422, typed=dict(form), errors=field_errors(words(request), error))
        except Refused as error:
            return await _form(request, key, 422, typed=dict(form), reasons=told(words(request), error))
        return done("/acces/zones", "saved")

    @post("/{key:str}/retirer", opt=allow(MANAGE))
    async def retire(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Take it out of use."""
        await read_form(request)
        await house(request).db.write(_retire, key, by=actor(request))
        return done("/acces/zones", "retired")


def _save(tx: Tx, key: str, wish: ZoneForm, rules: Any) -> None:
    space_id = read(wish.space) if wish.space and not wish.is_site else 0
    if space_id and space_id not in venue(tx).spaces:
        raise Invalid("form", {"space": "literal_error"})
    facts = ZoneFacts(
        name=wish.name,
        is_site=int(wish.is_site),
        space_id=space_id,
        capacity=wish.capacity,
        counts_staff=int(wish.counts_staff),
        passback=wish.passback,
        passback_s=60 * wish.passback_minutes,
        early_s=60 * wish.early_minutes,
        stale_s=3600 * wish.stale_hours,
        position=wish.position,
    )
    if key:
        actions.change_zone(tx, queries.zone_by_key(tx, key).id, facts, rules)
    else:
        actions.add_zone(tx, screens.zone_key(wish.name), facts, rules)


def _retire(tx: Tx, key: str) -> None:
    actions.retire_zone(tx, queries.zone_by_key(tx, key).id)


async def _form(request: AnyRequest, key: str, status: int = 200, **context: Any) -> Response[bytes]:
    typed = context.pop("typed", None)
    view = await house(request).db.read(screens.zone_view, words(request), "" if key == NEW else key, typed)
    shown: dict[str, Any] = {"errors": {}, "reasons": [], **context}
    return page(request, "access/zone.html", status, view=view, **shown)
