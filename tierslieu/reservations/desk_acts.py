"""What the desk does with one reservation of somebody: note the arrival, cancel, move."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import Span
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.schemas import Known
from tierslieu.reservations import actions, queries, screens, views
from tierslieu.reservations.api import day_of
from tierslieu.reservations.pages import CLOCK, minutes_of
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.queries import venue

AnyRequest = Request[Any, Any, State]


class NewTime(BaseModel):
    """Where a reservation goes: a wall clock day and hours of the venue."""

    model_config = ConfigDict(extra="ignore")

    date: Annotated[str, Field(max_length=10)]
    start: Annotated[str, Field(alias="from", pattern=CLOCK)]
    end: Annotated[str, Field(alias="to", pattern=CLOCK)]


class DeskActs(Controller):
    """/accueil/reservations/{id}."""

    path = "/accueil/reservations/{id:str}"
    include_in_schema = False

    @post("/arrivee", opt=allow(actions.FOR_OTHERS))
    async def arrive(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note by hand that somebody is here."""
        form = await read_form(request)
        await house(request).db.write(actions.check_in_by_desk, read(id), by=actor(request))
        return _back(form, "arrivee")

    @post("/annuler", opt=allow(actions.FOR_OTHERS))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Cancel for somebody."""
        form = await read_form(request)
        await house(request).db.write(actions.cancel, read(id), by=actor(request))
        return _back(form, "annulee")

    @get("/deplacer", opt=allow(actions.FOR_OTHERS))
    async def ask_time(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form for another time."""
        return await _form(request, read(id), {}, {}, [], 200)

    @post("/deplacer", opt=allow(actions.FOR_OTHERS))
    async def move(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Move for somebody; a refusal shows the form again with every reason."""
        home, form, which = house(request), await read_form(request), read(id)
        one = await home.db.read(queries.stored, which)
        try:
            fields = check(NewTime, form)
            day = day_of(fields.date, home.zone, home.clock.now())
            span = Span(*(home.zone.instant(day, minutes_of(text)) for text in (fields.start, fields.end)))
            await home.db.write(actions.move, which, span, by=actor(request))
        except (FormErrors, Invalid) as error:
            told = {name: sentence(words(request), code, {}) for name, code in error.fields.items()}
            return await _form(request, which, form, told, [], 422)
        except Refused as refused:
            lines = screens.reason_lines(refused.reasons, words(request), show(one.person_id))
            return await _form(request, which, form, {}, lines, 409 if refused.is_conflict else 422)
        return see_other(f"/personnes/{show(one.person_id)}?fait=deplacee#reservations")


def _back(form: Mapping[str, str], done: str) -> Response[Any]:
    """To the person's page when the act came from there, else to the desk's."""
    pour = form.get("pour", "")
    return see_other(f"/personnes/{show(read(pour))}?fait={done}#reservations" if pour else "/accueil")


async def _form(
    request: AnyRequest,
    which: int,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    reasons: list[views.ReasonLine],
    status: int,
) -> Response[bytes]:
    home, spoken = house(request), words(request)

    def load(reader: Reader) -> tuple[Stored, str, Known | None]:
        one = queries.stored(reader, which)
        return one, venue(reader).by_id[one.resource_id].name, known(reader, one.person_id)

    one, resource, person = await home.db.read(load)
    now = {
        "date": spoken.zone.date(one.starts_at).isoformat(),
        "from": spoken.clock(one.starts_at),
        "to": spoken.clock(one.ends_at),
    }
    return page(
        request,
        "reservations/move.html",
        status,
        id=show(which),
        resource=resource,
        when=f"{spoken.day(one.starts_at)}, {spoken.hours(one.span)}",
        person=f"{person.first_name} {person.last_name}" if person else "",
        person_id=show(one.person_id),
        typed={name: typed.get(name, text) for name, text in now.items()},
        errors=errors,
        reasons=reasons,
    )
