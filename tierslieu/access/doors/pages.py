"""/acces/portes: how each door is, what it was told and what it answered; and the button of who has a reservation."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from tierslieu.access.doors import actions, enrolment, screens, wording
from tierslieu.access.doors.actions import OPEN, OPEN_OWN
from tierslieu.access.doors.enrolment import MANAGE
from tierslieu.access.doors.schemas import DoorFacts, Opening
from tierslieu.access.doors.storing import DOORS
from tierslieu.basics.errors import Conflict, Invalid, Refused
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house, require_recent_proof
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.streams import Feed, feeds, stream
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told


async def _list(request: AnyRequest, status: int = 200, **more: Any) -> Response[bytes]:
    typed: dict[str, str] = more.pop("typed", {})
    spoken = words(request)
    lines, form = await house(request).db.read(
        lambda reader: (screens.door_lines(reader, spoken), screens.form_of(reader, spoken, None, typed))
    )
    may_manage = actor(request).may(MANAGE)
    context = {"errors": {}, "done": done_text(request, wording.DONE), "may_manage": may_manage, **more}
    return page(request, "access/doors.html", status, lines=lines, form=form, **context)


async def _door(
    request: AnyRequest,
    key: str,
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    secrets: Any = None,
) -> Response[bytes]:
    view = await house(request).db.read(screens.door_view, words(request), key, typed or {})
    context: dict[str, Any] = {"errors": errors or {}, "reasons": reasons or [], "secrets": secrets}
    headers = {"referrer-policy": "no-referrer", "cache-control": "no-store"} if secrets else None
    context |= {"done": done_text(request, wording.DONE), "may_manage": actor(request).may(MANAGE)}
    return page(request, "access/one_door.html", status, headers, view=view, **context)


class DoorPages(Controller):
    """/acces/portes, for staff."""

    path = "/acces/portes"
    include_in_schema = False

    @get("", opt=allow(OPEN))
    async def index(self, request: AnyRequest) -> Response[bytes]:
        """All doors, as they are now."""
        return await _list(request)

    @post("", opt=allow(MANAGE))
    async def add(self, request: AnyRequest) -> Response[Any]:
        """A new door."""
        form = await read_form(request)
        try:
            key = await house(request).db.write(enrolment.add, check(DoorFacts, form), by=actor(request))
        except Invalid as error:
            return await _list(request, 422, errors=field_errors(words(request), error), typed=dict(form))
        return done(f"/acces/portes/{key}", "added")

    @get("/flux", opt=allow(OPEN))
    async def follow(self, request: AnyRequest) -> Stream:
        """The list whenever a door changes."""
        home, spoken = house(request), words(request)

        async def render() -> str:
            lines = await home.db.read(screens.door_lines, spoken)
            template = request.app.state.templates[spoken.catalogue].get_template("access/_doors.html")
            return str(template.render(lines=lines))

        return stream(
            feeds(request.app.state).get("doors", spoken.catalogue, lambda: Feed(home.live, (DOORS,), render))
        )

    @get("/{key:str}", opt=allow(OPEN))
    async def look(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """One door."""
        return await _door(request, key)

    @post("/{key:str}", opt=allow(MANAGE))
    async def change(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """What it guards and what opens it."""
        form = await read_form(request)
        try:
            await house(request).db.write(enrolment.change, key, check(DoorFacts, form), by=actor(request))
        except Invalid as error:
            return await _door(request, key, 422, errors=field_errors(words(request), error), typed=dict(form))
        return done(f"/acces/portes/{key}", "saved")

    @post("/{key:str}/secrets", opt=allow(MANAGE), status_code=200)
    async def enrol(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """New secrets for its node, in this answer and nowhere else."""
        await read_form(request)
        require_recent_proof(request)
        home = house(request)
        try:
            found = await home.db.write(enrolment.enrol, key, home.secret, by=actor(request))
        except Refused as error:
            return await _door(request, key, 422, reasons=told(words(request), error))
        address = home.settings.public_url
        return await _door(request, key, secrets=msgspec.structs.replace(found, service_url=address))

    @post("/{key:str}/ouvrir", opt=allow(OPEN))
    async def open(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Let somebody in from afar, and say why."""
        form = await read_form(request)
        try:
            cause = check(Opening, form).cause
            await house(request).db.write(actions.open_remotely, key, cause, by=actor(request))
        except Invalid as error:
            return await _door(request, key, 422, errors=field_errors(words(request), error))
        except (Refused, Conflict) as error:
            return await _door(request, key, 422, reasons=told(words(request), error))
        return done(f"/acces/portes/{key}", "asked")

    @post("/{key:str}/rebloquer", opt=allow(OPEN))
    async def hold(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Hold the strike at once."""
        await read_form(request)
        await house(request).db.write(actions.hold, key, by=actor(request))
        return done(f"/acces/portes/{key}", "asked")

    @post("/{key:str}/signaler", opt=allow(OPEN))
    async def identify(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Ask it to make itself known."""
        await read_form(request)
        await house(request).db.write(actions.identify, key, by=actor(request))
        return done(f"/acces/portes/{key}", "asked")

    @post("/{key:str}/retirer", opt=allow(MANAGE))
    async def retire(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """The door has no node any more."""
        await read_form(request)
        await house(request).db.write(enrolment.retire, key, by=actor(request))
        return done("/acces/portes", "removed")


class OwnDoorPages(Controller):
    """/mes-reservations/{id}/porte/{key}: the button of who has a reservation behind a door."""

    path = "/mes-reservations/{id:str}/porte/{key:str}"
    include_in_schema = False

    @post("/", opt=allow(OPEN_OWN))
    async def open(self, request: AnyRequest, id: FromPath[str], key: FromPath[str]) -> Response[Any]:
        """Open it, while the reservation runs."""
        await read_form(request)
        spoken = words(request)
        try:
            await house(request).db.write(actions.open_own, read(id), key, by=actor(request))
        except Refused as error:
            reasons, back = told(spoken, error), f"/mes-reservations/{id}"
            return page(request, "access/own_door.html", 422, reasons=reasons, back=back)
        return see_other(f"/mes-reservations/{id}")
