"""Reservations for programs: resources, weeks, free time, and the verbs reserve, move, cancel."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Literal, TypeVar

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.http import paging
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.problems import SpokenReason, spoken_reasons
from tierslieu.http.versions import unless_changed, version, versioned, wanted
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import actions, listing, queries
from tierslieu.reservations.quoting import Quoted, QuoteWish, quoted, rehearse
from tierslieu.reservations.scene import Asker, scene
from tierslieu.reservations.schemas import (
    FreeView,
    Made,
    Move,
    NewReservation,
    ReservationView,
    ResourceView,
    WeekView,
    moment,
)
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

R = TypeVar("R")
ReservationState = Literal["", "requested", "confirmed", "checked_in", "finished", "cancelled", "rejected", "missed"]
LAST_YEAR = 2099


def day_of(text: str, zone: Zone, now: int) -> date:
    """The day of a query parameter, today when empty. Raises Invalid("bad_date")."""
    if not text:
        return zone.date(now)
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("bad_date", {"date": "bad_date"}) from error
    if not 2025 <= found.year <= LAST_YEAR:
        raise Invalid("bad_date", {"date": "bad_date"})
    return found


def week_of(day: date, zone: Zone) -> Span:
    """The seven days from the Monday before a day (or that day)."""
    monday = day - timedelta(days=day.weekday())
    return Span(zone.day(monday).start, zone.day(monday + timedelta(days=7)).start)


class Quote(msgspec.Struct, frozen=True):
    """What the house would answer: what would be reserved and its price, or all the reasons against it."""

    accepted: bool
    reservations: list[Quoted]
    price_cents: int
    reasons: list[SpokenReason]


class VenueApi(Controller):
    """What can be reserved, and when."""

    path = "/api/v1"
    tags = ("venue",)

    @get("/resources", opt=PUBLIC)
    async def resources(self, request: AnyRequest) -> list[ResourceView]:
        """Everything that can be reserved."""
        return await house(request).db.read(list_resources)

    @get("/resources/{key:str}/free", opt=PUBLIC)
    async def free(self, request: AnyRequest, key: FromPath[str], day: FromQuery[str] = "") -> list[FreeView]:
        """Free time of a resource on a day (ISO date, default today). Any part of it on the grid is accepted."""
        home = house(request)
        return await home.db.read(free_on, key, day_of(day, home.zone, home.clock.now()))

    @get("/week", opt=PUBLIC)
    async def week(self, request: AnyRequest, day: FromQuery[str] = "") -> WeekView:
        """Open and taken time of all listed resources, in the week of a day (ISO date, default today)."""
        home = house(request)
        return await home.db.read(week_in, week_of(day_of(day, home.zone, home.clock.now()), home.zone))


def list_resources(reader: Reader) -> list[ResourceView]:
    """The resources that may be reserved."""
    return [_resource_view(one) for one in venue(reader).resources if one.is_bookable]


def _resource_view(one: ResourceFacts) -> ResourceView:
    return ResourceView(
        one.key,
        one.name,
        one.space.name,
        one.kind,
        one.capacity,
        one.grid_minutes,
        one.min_minutes,
        one.max_minutes,
        one.hourly_cents,
        one.details,
        one.space.key,
        one.equipment,
        tuple(sorted(one.space.access)),
    )


def week_in(reader: Reader, window: Span) -> WeekView:
    """The week of all resources that are not made of others."""
    return queries.week(reader, [one for one in venue(reader).resources if one.is_listed], window)


def free_on(reader: Reader, key: str, day: date) -> list[FreeView]:
    """The free runs of one resource on one day."""
    here = venue_for(reader, None)
    resource = here.resource(key)
    window = here.zone.day(day)
    runs = scene(reader, Asker(), [resource], window).free(resource, window)
    return [FreeView(moment(run.span.start), moment(run.span.end), run.units) for run in runs]


class ReservationsApi(Controller):
    """One's own reservations; staff act for anyone."""

    path = "/api/v1"
    tags = ("reservations",)

    @post("/reservations", opt=allow("reservations.make"))
    async def reserve(self, request: AnyRequest, data: JSONBody[NewReservation]) -> Made:
        """Reserve one resource, or several together: all of them or none."""
        return await house(request).db.write(actions.reserve, wish_of(request, data), by=actor(request))

    @post("/quotes", opt=allow("reservations.make"), status_code=200)
    async def quote(self, request: AnyRequest, data: JSONBody[QuoteWish]) -> Quote:
        """What the house would answer to a wish, and its price, or every reason against it. Nothing is reserved."""
        moves = read(data.moves) if data.moves else None
        found = await rehearse(house(request).db, actor(request), wish_of(request, data), moves)
        if isinstance(found, Made):
            would = quoted(found)
            return Quote(True, would, sum(one.price_cents for one in would), [])
        return Quote(False, [], 0, spoken_reasons(words(request), Refused(found)))

    @get("/reservations", opt=allow("reservations.make"))
    async def listed(
        self,
        request: AnyRequest,
        person: Annotated[
            str, QueryParameter(max_length=20, description="whose: an id, `all` for staff; oneself without")
        ] = "",
        resource: Annotated[str, QueryParameter(max_length=40, description="only of this resource (key)")] = "",
        only: Annotated[ReservationState, QueryParameter(name="state", description="only in this state")] = "",
        first: Annotated[str, QueryParameter(name="from", description="first day (ISO); from now without")] = "",
        last: Annotated[str, QueryParameter(name="to", description="last day (ISO); no end without")] = "",
        limit: paging.Limit = paging.USUAL,
        cursor: paging.Cursor = "",
    ) -> Response[paging.Page[ReservationView]]:
        """Reservations in the order of their beginnings: one's own to come, or as the filters say."""
        home, who = house(request), actor(request)
        window = listing.window_of(first, last, home.zone, home.clock.now())
        asked = listing.Wanted(person, resource, only, window)
        found, views = await home.db.read(listing.views, who, asked, paging.read_cursor(cursor), limit + 1)
        _shown, more = paging.cut(found, limit, listing.place_of)
        filters: dict[str, object] = {
            "person": person,
            "resource": resource,
            "state": only,
            "from": first,
            "to": last,
            "limit": limit,
        }
        return paging.answer(request, views[:limit], more, filters)

    @get("/reservations/{id:str}", opt=allow("reservations.make"))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[ReservationView]:
        """One reservation, with its version (`ETag`)."""
        return versioned(await house(request).db.read(seen_by(actor(request), read(id))))

    @patch("/reservations/{id:str}", opt=allow("reservations.make", versioned=True))
    async def move(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Move]) -> Response[Made]:
        """Move a reservation to another time, and to another resource when one is named. The answer holds the new
        one, which replaces it; `Location` leads there."""
        action = self._unless_changed(request, read(id), actions.move)
        made = await house(request).db.write(action, read(id), data.span, data.resource or "", by=actor(request))
        new = made.reservations[0]
        headers = {"location": f"/api/v1/reservations/{new.id}", "etag": version(new)}
        return Response(made, headers=headers)

    @delete("/reservations/{id:str}", opt=allow("reservations.make", versioned=True))
    async def cancel(
        self,
        request: AnyRequest,
        id: FromPath[str],
        together: Annotated[bool, QueryParameter(description="all that the same request reserved")] = False,
    ) -> None:
        """Cancel a reservation and free its time; `together`, all that was reserved with it, or nothing."""
        action = self._unless_changed(request, read(id), actions.cancel)
        await house(request).db.write(action, read(id), together=together, by=actor(request))

    @staticmethod
    def _unless_changed(request: AnyRequest, id_: int, action: Callable[..., R]) -> Callable[..., R]:
        return unless_changed(wanted(request), seen_by(actor(request), id_), request.url.path, action)


def wish_of(request: AnyRequest, data: NewReservation) -> actions.Request:
    """What a body asks for: for oneself when it names nobody."""
    return actions.Request(
        tuple(data.resources),
        data.span,
        data.people,
        read(data.person) if data.person else actor(request).person_id or 0,
        data.exception,
        frozenset(data.accepted),
        data.title,
    )


def seen_by(who: Actor, reservation_id: int) -> Callable[[Reader], ReservationView]:
    """Looks at a reservation as somebody may see it; whoever may not is told that there is none."""

    def look(reader: Reader) -> ReservationView:
        has_authority = who.may(actions.FOR_OTHERS)
        return queries.of_person(reader, reservation_id, who.person_id, has_authority=has_authority)

    return look
