"""Putting one presence right: of a person, or of a guest who has no more than a pass."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.access.presence import views
from tierslieu.access.presence.corrections import OVERRIDES, REASONS, Correction, correct
from tierslieu.access.presence.pages import CORRECT, OVERRIDE_CAPACITY
from tierslieu.access.presence.rules import Who
from tierslieu.access.presence.schemas import Corrected
from tierslieu.access.zones.queries import zone_by_key
from tierslieu.basics.actor import require
from tierslieu.basics.errors import Conflict, Invalid
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import Choice, ReasonLine, done, field_errors, told
from tierslieu.infra.transaction import Tx


class PersonPresencePages(Controller):
    """/presence/personnes/{id}: where one person really is."""

    path = "/presence/personnes/{id:str}"
    include_in_schema = False

    @get("", opt=allow(CORRECT))
    async def show(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The person's presence, and the form that corrects it."""
        return await _one(request, Who(read(id)))

    @post("", opt=allow(CORRECT))
    async def correct(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note where they really are."""
        return await _correct(request, Who(read(id)))


class GuestPresencePages(Controller):
    """/presence/visiteurs/{id}: where the holder of a guest pass really is."""

    path = "/presence/visiteurs/{id:str}"
    include_in_schema = False

    @get("", opt=allow(CORRECT))
    async def show(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The guest's presence, and the form that corrects it."""
        return await _one(request, Who(guest_id=read(id)))

    @post("", opt=allow(CORRECT))
    async def correct(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note where they really are."""
        return await _correct(request, Who(guest_id=read(id)))


async def _correct(request: AnyRequest, who: Who) -> Response[Any]:
    form = await read_form(request)
    try:
        wish = check(Corrected, form)
        if wish.override:
            require(actor(request), OVERRIDE_CAPACITY)
        await house(request).db.write(_note, who, wish, by=actor(request))
    except Invalid as error:
        return await _one(request, who, 422, errors=field_errors(words(request), error), typed=dict(form))
    except Conflict as error:
        return await _one(request, who, 409, reasons=told(words(request), error), typed=dict(form))
    return done("/presence", "corrige")


def _note(tx: Tx, who: Who, wish: Corrected) -> None:
    zone_id = zone_by_key(tx, wish.zone).id if wish.zone else 0
    correct(tx, who, Correction(zone_id, wish.reason, wish.override))


async def _one(
    request: AnyRequest,
    who: Who,
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[Any]:
    spoken, given = words(request), typed or {}
    view = await house(request).db.read(views.person_view, spoken, who, given.get("zone", ""))
    may_override = bool(reasons) and actor(request).may(OVERRIDE_CAPACITY)
    return page(
        request,
        "access/presence_person.html",
        status,
        view=view,
        why=[Choice(key, spoken.text(text), key == given.get("reason")) for key, text in REASONS.items()],
        overrides=[Choice(key, spoken.text(text)) for key, text in OVERRIDES.items()] if may_override else [],
        errors=errors or {},
        reasons=reasons or [],
    )
