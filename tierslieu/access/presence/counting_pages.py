"""Counting people without names: large buttons for events, groups in two taps. Works without script and network."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery, JSONBody

from tierslieu.access.presence import count_views, counting
from tierslieu.access.presence.counting import CountedNow, Visitors
from tierslieu.access.presence.log import new_scan_id
from tierslieu.access.presence.pages import OVERRIDE_CAPACITY
from tierslieu.access.presence.schemas import Count, Group, KeptCount, KeptCounts, Undone
from tierslieu.access.presence.wording import DONE
from tierslieu.access.zones.queries import zone_by_key
from tierslieu.basics.actor import require
from tierslieu.basics.errors import Conflict, DomainError, Invalid, NotFound
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.infra.transaction import Tx

COUNT = "access.count_visitors"


class CountingPages(Controller):
    """/presence/comptage."""

    path = "/presence/comptage"
    include_in_schema = False

    @get("", opt=allow(COUNT))
    async def show(self, request: AnyRequest, zone: FromQuery[str] = "", dernier: FromQuery[str] = "") -> Response[Any]:
        """Large buttons for one zone."""
        return await _counting(request, zone, last=dernier)

    @post("", opt=allow(COUNT))
    async def count(self, request: AnyRequest) -> Response[Any]:
        """One more, or one less."""
        form = await read_form(request)
        try:
            one = check(Count, form)
            if one.override:
                require(actor(request), OVERRIDE_CAPACITY)
            counted = await house(request).db.write(_count, one, by=actor(request))
        except Invalid as error:
            return await _counting(request, form.get("zone", ""), 422, errors=field_errors(words(request), error))
        except (Conflict, NotFound) as error:
            return await _counting(request, "", 409, reasons=told(words(request), error))
        if counted.reason == "full":
            full = told(words(request), Conflict("zone_full"))
            return await _counting(request, one.zone, 409, reasons=full, asked=one)
        return see_other(f"/presence/comptage?zone={one.zone}&dernier={one.scan_id}&fait=compte")

    @post("/annuler", opt=allow(COUNT))
    async def undo(self, request: AnyRequest) -> Response[Any]:
        """Take back the last one."""
        one = check(Undone, await read_form(request))
        try:
            zone = await house(request).db.write(_undo, one.scan_id, by=actor(request))
        except (Conflict, NotFound) as error:
            return await _counting(request, "", 409, reasons=told(words(request), error))
        return see_other(f"/presence/comptage?zone={zone}&fait=annule")


class CountsApi(Controller):
    """Counts that a browser kept while it had no network."""

    path = "/api/v1/presence"
    tags = ("access",)

    @post("/counts", opt=allow(COUNT), status_code=200)
    async def kept(self, request: AnyRequest, data: JSONBody[KeptCounts]) -> count_views.KeptView:
        """Take in counts, each once; those that cannot be used are named, and should not be sent again."""
        taken, refused = [], []
        for one in data.counts:
            try:
                await house(request).db.write(_keep, one, data.sent_at, by=actor(request))
                taken.append(one.scan_id)
            except (Conflict, NotFound, Invalid) as error:
                refused.append(count_views.RefusedCount(one.scan_id, error.code))
        states = await house(request).db.read(count_views.zone_states, words(request))
        return count_views.KeptView(taken, refused, states)


class GroupPages(Controller):
    """/presence/groupes: a class comes in, and leaves, together."""

    path = "/presence/groupes"
    include_in_schema = False

    @get("", opt=allow(COUNT))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """The groups that may come, and those that are here."""
        return await _groups(request)

    @post("", opt=allow(COUNT))
    async def arrive(self, request: AnyRequest) -> Response[Any]:
        """A whole group, or a number."""
        form = await read_form(request)
        try:
            one = check(Group, form)
            if one.override:
                require(actor(request), OVERRIDE_CAPACITY)
            counted = await house(request).db.write(_arrive, one, by=actor(request))
        except Invalid as error:
            return await _groups(request, 422, errors=field_errors(words(request), error), typed=dict(form))
        except DomainError as error:
            return await _groups(request, 409, reasons=told(words(request), error), typed=dict(form))
        if counted.reason == "full":
            full = told(words(request), Conflict("zone_full"))
            return await _groups(request, 409, reasons=full, typed=dict(form), asked=one)
        return done("/presence/groupes", "groupe")

    @post("/depart", opt=allow(COUNT))
    async def leave(self, request: AnyRequest) -> Response[Any]:
        """The group leaves."""
        form = await read_form(request)
        await house(request).db.write(counting.leave_group, read(form.get("visit", "")), by=actor(request))
        return done("/presence/groupes", "parti")


def _visitors(tx: Tx, one: Count) -> Visitors:
    return Visitors(
        scan_id=one.scan_id,
        zone_id=zone_by_key(tx, one.zone).id,
        people=one.people,
        band=one.band,
        direction=one.direction,
    )


def _count(tx: Tx, one: Count) -> CountedNow:
    return counting.count_visitors(tx, _visitors(tx, one), override=one.override)


def _keep(tx: Tx, one: KeptCount, sent_at: int) -> CountedNow:
    """A browser's clock may be wrong: only how long ago it was counted matters."""
    age = max(sent_at - one.at_device, 0) if sent_at else max(tx.now - one.at_device, 0)
    return counting.count_visitors(
        tx,
        Visitors(
            scan_id=one.scan_id,
            zone_id=zone_by_key(tx, one.zone).id,
            people=one.people,
            band=one.band,
            direction=one.direction,
            at=tx.now - age,
            stamp=one.at_device,
            seq=one.device_seq,
            is_kept=True,
        ),
    )


def _undo(tx: Tx, scan_id: str) -> str:
    return counting.undo(tx, scan_id)


def _arrive(tx: Tx, one: Group) -> CountedNow:
    return counting.arrive_group(tx, _visitors(tx, one), read(one.group) if one.group else 0, override=one.override)


async def _counting(
    request: AnyRequest,
    zone: str,
    status: int = 200,
    *,
    last: str = "",
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    asked: Count | None = None,
) -> Response[Any]:
    view = await house(request).db.read(count_views.counting_view, words(request), zone)
    return page(
        request,
        "access/presence_counting.html",
        status,
        view=view,
        last=last,
        new_id=new_scan_id,
        errors=errors or {},
        reasons=reasons or [],
        asked=asked if asked and actor(request).may(OVERRIDE_CAPACITY) else None,
        overrides=count_views.override_choices(words(request)),
        done=done_text(request, DONE),
    )


async def _groups(
    request: AnyRequest,
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    asked: Group | None = None,
) -> Response[Any]:
    view = await house(request).db.read(count_views.groups_view, words(request), typed or {})
    return page(
        request,
        "access/presence_groups.html",
        status,
        view=view,
        new_id=new_scan_id,
        errors=errors or {},
        typed=typed or {},
        reasons=reasons or [],
        asked=asked if asked and actor(request).may(OVERRIDE_CAPACITY) else None,
        overrides=count_views.override_choices(words(request)),
        done=done_text(request, DONE),
    )
