"""Reservations for programs: resources, weeks, free time, and the verbs reserve, move, cancel, close."""

from datetime import date, timedelta
from typing import Any

from litestar import Controller, Request, delete, get, patch, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody

from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import actions, queries, rules
from tierslieu.reservations.schemas import (
    ClosureView,
    FreeView,
    Made,
    NewClosure,
    NewReservation,
    RequestAnswer,
    ReservationView,
    ResourceView,
    Stretch,
    WeekView,
    moment,
)
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

AnyRequest = Request[Any, Any, State]
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
    )


def week_in(reader: Reader, window: Span) -> WeekView:
    """The week of all resources that are not made of others."""
    return queries.week(reader, [one for one in venue(reader).resources if one.is_listed], window)


def free_on(reader: Reader, key: str, day: date) -> list[FreeView]:
    """The free runs of one resource on one day."""
    here = venue(reader)
    resource = here.resource(key)
    window = here.zone.day(day)
    busy = queries.busy_around(reader, resource.units, window)
    runs = rules.free_runs(here, busy, resource, window, reader.now)
    return [FreeView(moment(run.span.start), moment(run.span.end), run.units) for run in runs]


class ReservationsApi(Controller):
    """One's own reservations; staff act for anyone."""

    path = "/api/v1"
    tags = ("reservations",)

    @post("/reservations", opt=allow("reservations.make"))
    async def reserve(self, request: AnyRequest, data: JSONBody[NewReservation]) -> Made:
        """Reserve one resource, or several together: all of them or none."""
        who = actor(request)
        person_id = read(data.person) if data.person else who.person_id or 0
        wish = actions.Request(tuple(data.resources), data.span, data.people, person_id, data.exception)
        return await house(request).db.write(actions.reserve, wish, by=who)

    @get("/reservations", opt=allow("reservations.make"))
    async def mine(self, request: AnyRequest) -> list[ReservationView]:
        """One's own reservations to come, soonest first."""
        return await house(request).db.read(queries.mine, actor(request).person_id or 0)

    @get("/reservations/{id:str}", opt=allow("reservations.make"))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> ReservationView:
        """One reservation."""
        who = actor(request)
        return await house(request).db.read(
            lambda reader: queries.of_person(reader, read(id), who.person_id, has_authority=who.may(actions.FOR_OTHERS))
        )

    @patch("/reservations/{id:str}", opt=allow("reservations.make"))
    async def move(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Stretch]) -> Made:
        """Move a reservation to another time. The answer holds the new one."""
        return await house(request).db.write(actions.move, read(id), data.span, by=actor(request))

    @delete("/reservations/{id:str}", opt=allow("reservations.make"))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Cancel a reservation and free its time."""
        await house(request).db.write(actions.cancel, read(id), by=actor(request))

    @post("/requests/{id:str}", opt=allow(actions.ANSWER), status_code=204)
    async def answer(self, request: AnyRequest, id: FromPath[str], data: JSONBody[RequestAnswer]) -> None:
        """Grant a request that waits for approval, or not."""
        await house(request).db.write(actions.answer_request, read(id), data.granted, by=actor(request))

    @post("/reservations/{id:str}/arrival", opt=allow(actions.FOR_OTHERS), status_code=204)
    async def arrive(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Note by hand that somebody is here."""
        await house(request).db.write(actions.check_in_by_desk, read(id), by=actor(request))

    @post("/closures", opt=allow(actions.CLOSE))
    async def close(self, request: AnyRequest, data: JSONBody[NewClosure]) -> ClosureView:
        """Take a resource out of use for a while."""
        wish = (data.resource, data.span, data.reason)
        return await house(request).db.write(actions.close, *wish, displace=data.displace, by=actor(request))
