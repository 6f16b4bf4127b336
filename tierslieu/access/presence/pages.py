"""Pages of the team: who is here and how many, searches, alarms."""

from typing import Any

from litestar import Controller, Response, get, post

from tierslieu.access.presence import alarms, counting, views
from tierslieu.access.presence.folding import refold
from tierslieu.access.presence.log import new_scan_id
from tierslieu.access.presence.schemas import Search, Seen
from tierslieu.access.presence.wording import DONE
from tierslieu.access.zones.queries import zone_by_key
from tierslieu.basics.errors import Conflict, Invalid
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record

SEE, CORRECT = "access.see_presence", "access.correct_presence"
OVERRIDE_CAPACITY = "access.override_capacity"
END_ALARM = "access.end_alarm"


class PresencePages(Controller):
    """/presence: who is here now."""

    path = "/presence"
    include_in_schema = False

    @get("", opt=allow(SEE))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """Headcounts, names by zone, groups."""
        return await _presence(request)

    @post("/recherche", opt=allow(SEE), status_code=200)
    async def search(self, request: AnyRequest) -> Response[Any]:
        """Is somebody here? The name stays out of the address, and the log keeps that somebody looked."""
        form = await read_form(request)
        try:
            wish = check(Search, form)
        except Invalid as error:
            return await _presence(request, 422, errors=field_errors(words(request), error), typed=dict(form))
        found = await house(request).db.write(views.search_view, words(request), wish.name, by=actor(request))
        return await _presence(request, found=found, typed=dict(form))

    @post("/recompte", opt=allow(CORRECT))
    async def recount(self, request: AnyRequest) -> Response[Any]:
        """Staff counted heads: the difference is noted."""
        form = await read_form(request)
        try:
            drift = await house(request).db.write(_put_right, check(Seen, form), by=actor(request))
        except Invalid as error:
            return await _presence(request, 422, errors=field_errors(words(request), error), typed=dict(form))
        except Conflict as error:
            return await _presence(request, 409, reasons=told(words(request), error), typed=dict(form))
        return done("/presence", "recompte" if drift else "juste")

    @post("/refaire", opt=allow(CORRECT))
    async def fold_anew(self, request: AnyRequest) -> Response[Any]:
        """Make presence anew from the passages."""
        await read_form(request)
        await house(request).db.write(_refold, by=actor(request))
        return done("/presence", "refait")

    @post("/alarme", opt=allow(SEE))
    async def declare(self, request: AnyRequest) -> Response[Any]:
        """Staff declare an alarm: the list is kept as it is now."""
        await read_form(request)
        await house(request).db.write(_declare, by=actor(request))
        return done("/presence/evacuation", "alarme")

    @post("/alarme/fin", opt=allow(END_ALARM))
    async def end(self, request: AnyRequest) -> Response[Any]:
        """Staff end the alarm."""
        form = await read_form(request)
        try:
            await house(request).db.write(_end, bool(form.get("despite")), by=actor(request))
        except Conflict as error:
            return await _presence(request, 409, reasons=told(words(request), error))
        return done("/presence", "fin-alarme")


def _put_right(tx: Tx, seen: Seen) -> int:
    return counting.put_right(tx, zone_by_key(tx, seen.zone).id, seen.counted, seen.scan_id)


def _refold(tx: Tx) -> None:
    record(tx, "access.refold_presence", None, "", people=refold(tx))


def _declare(tx: Tx) -> None:
    alarms.note_alarm(tx, alarms.BY_STAFF, True)
    alarms.note_alarm(tx, alarms.BY_STAFF, False)


def _end(tx: Tx, is_despite: object) -> None:
    alarms.end_alarm(tx, despite_signal=bool(is_despite))


async def _presence(
    request: AnyRequest,
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    found: list[views.FoundLine] | None = None,
) -> Response[Any]:
    view = await house(request).db.read(views.presence_view, words(request))
    context: dict[str, Any] = {"errors": errors or {}, "typed": typed or {}, "reasons": reasons or [], "found": found}
    told_done = done_text(request, DONE)
    return page(request, "access/presence.html", status, view=view, done=told_done, scan_id=new_scan_id(), **context)
