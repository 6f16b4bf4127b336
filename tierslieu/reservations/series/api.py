"""Series for programs: try, make, read, add dates, change, cancel, confirm again."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, TypeVar

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read
from tierslieu.basics.zone import Zone
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.http.versions import unless_changed, versioned, wanted
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import actions as core
from tierslieu.reservations.series import actions, changing, keeping, queries, rules
from tierslieu.reservations.series.acting import act
from tierslieu.reservations.series.judging import Terms
from tierslieu.reservations.series.preview import Tried, tried
from tierslieu.reservations.series.reconfirming import Manner, manner_of
from tierslieu.reservations.series.schemas import (
    AddBody,
    ChangeBody,
    Outcome,
    Pick,
    PickBody,
    Scope,
    SeriesBody,
    SeriesView,
    StoredSeries,
    minutes_of,
)
from tierslieu.venue.queries import venue

R = TypeVar("R")


class SeriesApi(Controller):
    """One's own series; staff act for anyone."""

    path = "/api/v1/series"
    tags = ("series",)

    @post("/preview", opt=allow("reservations.make"), status_code=200)
    async def preview(self, request: AnyRequest, data: JSONBody[SeriesBody]) -> Tried:
        """Each date of a series that is not made yet: free, or every reason against it and what comes close."""
        return await house(request).db.read(tried, actor(request), wish_of(data, actor(request), house(request).zone))

    @post("/", opt=allow("reservations.make"))
    async def make(self, request: AnyRequest, data: JSONBody[SeriesBody]) -> SeriesView:
        """Make a series: its free dates are reserved, all in one act; the others stay listed, and can be added."""
        wish = wish_of(data, actor(request), house(request).zone)
        return await _shown(request, await act(request, actions.make, wish, manner(request)))

    @get("/", opt=allow("reservations.make"))
    async def mine(self, request: AnyRequest) -> list[SeriesView]:
        """One's own series, the newest first."""
        return await house(request).db.read(_mine, actor(request).person_id or 0)

    @get("/{id:str}", opt=allow("reservations.make"))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[SeriesView]:
        """One series with all its dates, and its version (`ETag`)."""
        return versioned(await house(request).db.read(_one, actor(request), read(id)))

    @post("/{id:str}/dates", opt=allow("reservations.make"))
    async def add(self, request: AnyRequest, id: FromPath[str], data: JSONBody[AddBody]) -> SeriesView:
        """Reserve dates of a series that are not reserved now."""
        home = house(request)
        one = await home.db.read(_stored, actor(request), read(id))
        picks = await home.db.read(picks_of, one, data.dates)
        terms = Terms(one.people, frozenset(data.accepted), data.exception)
        return await _shown(request, await act(request, actions.add, one.id, picks, terms))

    @patch("/{id:str}", opt=allow("reservations.make", versioned=True))
    async def change(self, request: AnyRequest, id: FromPath[str], data: JSONBody[ChangeBody]) -> SeriesView:
        """Change one date, that one and the following (they become a series of their own), or all to come."""
        wish = changing.Change(
            data.scope,
            date.fromisoformat(data.day) if data.day else None,
            data.resource,
            minutes_of(data.start) if data.start else None,
            minutes_of(data.end) if data.end else None,
            title=data.title,
        )
        return await _shown(
            request, await act(request, _unless_changed(request, read(id), changing.change), read(id), wish)
        )

    @delete("/{id:str}", opt=allow("reservations.make", versioned=True), status_code=200)
    async def cancel(
        self,
        request: AnyRequest,
        id: FromPath[str],
        which: Annotated[Scope, QueryParameter(name="scope")] = "all",
        day: FromQuery[str] = "",
    ) -> SeriesView:
        """Cancel one date, that one and the following, or all to come. Those that it is too late to cancel stay."""
        action = _unless_changed(request, read(id), actions.cancel)
        found = await house(request).db.write(action, read(id), which, day_of(day), by=actor(request))
        return await _shown(request, found)

    @post("/{id:str}/confirmation", opt=allow("reservations.make"), status_code=200)
    async def keep(self, request: AnyRequest, id: FromPath[str]) -> SeriesView:
        """Keep the period about which the person was asked."""
        await house(request).db.write(keeping.keep, read(id), manner(request), by=actor(request))
        return await _shown(request, Outcome(read(id), []))

    @delete("/{id:str}/confirmation", opt=allow("reservations.make"), status_code=200)
    async def give_up(self, request: AnyRequest, id: FromPath[str]) -> SeriesView:
        """Do without the period about which the person was asked: it is free at once."""
        await house(request).db.write(keeping.give_up, read(id), manner(request), by=actor(request))
        return await _shown(request, Outcome(read(id), []))


def manner(request: AnyRequest) -> Manner:
    """How this house confirms series again."""
    return manner_of(house(request).settings.series)


def day_of(text: str) -> date | None:
    """A day of an address. Raises Invalid("bad_date")."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("bad_date", {"day": "bad_date"}) from error


def wish_of(data: SeriesBody, who: Actor, zone: Zone) -> actions.NewSeries:
    """A body as a wish. Raises Invalid for a rule that cannot be read."""
    start, end = minutes_of(data.start), minutes_of(data.end)
    picks = None
    if data.dates is not None:
        picks = tuple(pick_of(one, data.resource, (start, end), zone) for one in data.dates)
    return actions.NewSeries(
        data.resource,
        date.fromisoformat(data.first_day),
        start,
        end,
        rules.read_rule(data.rule),
        read(data.person) if data.person else who.person_id or 0,
        Terms(data.people, frozenset(data.accepted), data.exception),
        data.title,
        picks,
    )


def picks_of(reader: Reader, one: StoredSeries, bodies: Sequence[PickBody]) -> list[Pick]:
    """The dates that bodies name; what they leave open is as the series says."""
    here = venue(reader)
    key = here.by_id[one.resource_id].key
    return [pick_of(body, key, (one.from_minutes, one.to_minutes), here.zone) for body in bodies]


def pick_of(body: PickBody, key: str, hours: tuple[int, int], zone: Zone) -> Pick:
    """One date that a body names."""
    start = minutes_of(body.start) if body.start else hours[0]
    end = minutes_of(body.end) if body.end else hours[1]
    span = rules.span_on(zone, date.fromisoformat(body.on or body.day), start, end)
    return Pick(date.fromisoformat(body.day), body.resource or key, span)


def _unless_changed(request: AnyRequest, series_id: int, action: Callable[..., R]) -> Callable[..., R]:
    who = actor(request)
    return unless_changed(wanted(request), lambda reader: _one(reader, who, series_id), request.url.path, action)


async def _shown(request: AnyRequest, found: Outcome) -> SeriesView:
    return await house(request).db.read(_view, found)


def _view(reader: Reader, found: Outcome) -> SeriesView:
    return queries.view(reader, queries.stored(reader, found.series_id), found.left)


def _mine(reader: Reader, person_id: int) -> list[SeriesView]:
    return queries.views(reader, queries.of_person(reader, person_id))


def _stored(reader: Reader, who: Actor, series_id: int) -> StoredSeries:
    return queries.own(reader, series_id, who.person_id, has_authority=who.may(core.FOR_OTHERS))


def _one(reader: Reader, who: Actor, series_id: int) -> SeriesView:
    return queries.view(reader, _stored(reader, who, series_id))
