"""Moving a reservation to another time or place: the page of its person, and the desk's for somebody."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid, NotFound, Reason, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import Span
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import actions, queries, screens, views
from tierslieu.reservations.api import day_of
from tierslieu.reservations.availability import fewest
from tierslieu.reservations.pages import CLOCK, minutes_of
from tierslieu.reservations.room import own_claims, without
from tierslieu.reservations.scene import Asker, scene
from tierslieu.reservations.schemas import KEY_PATTERN, Made, Stored
from tierslieu.venue.map import ResourceFacts, VenueMap


class NewTime(BaseModel):
    """Where a reservation goes: a wall clock day and hours of the venue, another resource if any."""

    model_config = ConfigDict(extra="ignore")

    date: Annotated[str, Field(max_length=10)]
    start: Annotated[str, Field(alias="from", pattern=CLOCK)]
    end: Annotated[str, Field(alias="to", pattern=CLOCK)]
    resource: Annotated[str, Field(pattern=KEY_PATTERN)] | None = None


class MyMovePages(Controller):
    """/mes-reservations/{id}/deplacer."""

    path = "/mes-reservations/{id:str}/deplacer"
    include_in_schema = False

    @get("/", opt=allow("reservations.make"))
    async def ask(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form for another time or place."""
        return await _form(request, read(id), {}, Invalid(), (), 200)

    @post("/", opt=allow("reservations.make"))
    async def move(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Move; a refusal shows the form again with every reason."""
        made = await _move(request, read(id))
        return see_other(f"/mes-reservations/{made.reservations[0].id}") if isinstance(made, Made) else made


class DeskMovePages(Controller):
    """/accueil/reservations/{id}/deplacer."""

    path = "/accueil/reservations/{id:str}/deplacer"
    include_in_schema = False

    @get("/", opt=allow(actions.FOR_OTHERS))
    async def ask(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form for another time or place."""
        return await _form(request, read(id), {}, Invalid(), (), 200)

    @post("/", opt=allow(actions.FOR_OTHERS))
    async def move(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Move for somebody."""
        made = await _move(request, read(id))
        if isinstance(made, Response):
            return made
        return see_other(f"/personnes/{made.reservations[0].person}?fait=deplacee#reservations")


async def _move(request: AnyRequest, which: int) -> Made | Response[bytes]:
    home, form = house(request), await read_form(request)
    try:
        fields = check(NewTime, form)
        day = day_of(fields.date, home.zone, home.clock.now())
        span = Span(*(home.zone.instant(day, minutes_of(text)) for text in (fields.start, fields.end)))
        return await home.db.write(actions.move, which, span, fields.resource or "", by=actor(request))
    except (FormErrors, Invalid) as error:
        return await _form(request, which, form, error, (), 422)
    except Refused as refused:
        status = 409 if refused.is_conflict else 422
        return await _form(request, which, form, Invalid(), refused.reasons, status)


async def _form(
    request: AnyRequest,
    which: int,
    typed: Mapping[str, str],
    error: Invalid,
    reasons: Sequence[Reason],
    status: int,
) -> Response[bytes]:
    spoken, who = words(request), actor(request)
    is_desk = request.url.path.startswith("/accueil")
    errors = {name: sentence(spoken, code, {}) for name, code in error.fields.items()}

    def look(reader: Reader) -> views.MovePage:
        one = queries.stored(reader, which)
        if not who.may(actions.FOR_OTHERS) and not may_act_for(reader, who.person_id, one.person_id, reader.now):
            raise NotFound("no_such_reservation")
        back = f"/personnes/{show(one.person_id)}" if is_desk else f"/mes-reservations/{show(one.id)}"
        person = known(reader, one.person_id) if is_desk else None
        seen = scene(reader, Asker(one.person_id, who.person_id), [], one.span)
        resource = seen.venue.by_id[one.resource_id]
        now = {
            "date": spoken.zone.date(one.starts_at).isoformat(),
            "from": spoken.clock(one.starts_at),
            "to": spoken.clock(one.ends_at),
            "resource": resource.key,
        }
        held = {name: typed.get(name, text) for name, text in now.items()}
        return views.MovePage(
            f"/accueil/reservations/{show(which)}/deplacer" if is_desk else f"/mes-reservations/{show(which)}/deplacer",
            back,
            f"{person.first_name} {person.last_name}" if person else "",
            resource.name,
            f"{spoken.day(one.starts_at)}, {spoken.hours(one.span)}",
            _choices(seen.venue, resource, held["resource"]),
            held,
            _free(reader, seen.venue, held, one, spoken),
            errors,
            screens.reason_lines(tuple(reasons), spoken, show(one.person_id) if is_desk else ""),
        )

    return page(request, "reservations/move.html", status, view=await house(request).db.read(look))


def _choices(here: VenueMap, resource: ResourceFacts, chosen: str) -> list[views.Choice]:
    """The resource itself, and those that can stand for it."""
    return [views.Choice(one.key, one.name, one.key == chosen) for one in (resource, *here.alternatives(resource))]


def _free(reader: Reader, here: VenueMap, typed: Mapping[str, str], one: Stored, spoken: Words) -> list[str]:
    """When the resource is free on the day typed, in words, once the reservation itself gave way; nothing for a day
    that cannot be read."""
    resource = here.by_key.get(typed["resource"])
    try:
        day = day_of(typed["date"], here.zone, reader.now)
    except Invalid:
        return []
    if resource is None:
        return []
    window = here.zone.day(day)
    found = without(scene(reader, Asker(one.person_id), [resource], window), one, own_claims(reader, one))
    runs = found.free(resource, window)
    return [spoken.hours(run.span) for run in fewest(runs)]
