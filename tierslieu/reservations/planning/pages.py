"""« Planning », for staff: a day, a week of one resource, one reservation; moved by hand, by keys or by a form."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Conflict, DomainError, Invalid, Refused
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, Form, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.problems import status_of
from tierslieu.http.telling import done_text, field_errors, told
from tierslieu.http.words import _
from tierslieu.reservations import actions, queries
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.api import day_of, week_of
from tierslieu.reservations.planning import views
from tierslieu.reservations.planning.actions import CHANGED, move_as_seen
from tierslieu.reservations.planning.one import MoveForm, one_page

PATH = "/planning"
DONE = {
    "moved": _("C’est déplacé. La personne est prévenue."),
    "cancelled": _("C’est annulé. La personne est prévenue."),
    "here": _("L’arrivée est notée."),
}
KEY_LENGTH = 40


class PlanningPages(Controller):
    """/planning."""

    path = PATH
    include_in_schema = False

    @get("/", opt=allow(FOR_OTHERS))
    async def show_day(
        self,
        request: AnyRequest,
        date: FromQuery[str] = "",
        espace: FromQuery[str] = "",
        sorte: FromQuery[str] = "",
        page_number: FromQuery[int] = 1,
    ) -> Response[bytes]:
        """The resources of a day."""
        home = house(request)
        day = day_of(date, home.zone, home.clock.now())
        wish = (espace[:KEY_LENGTH], sorte[:KEY_LENGTH], page_number)
        view = await home.db.read(views.day_page, day, *wish, words(request))
        return page(request, "planning/planning.html", view=view, done=done_text(request, DONE))

    @get("/semaine", opt=allow(FOR_OTHERS))
    async def show_week(
        self, request: AnyRequest, resource: FromQuery[str] = "", date: FromQuery[str] = ""
    ) -> Response[bytes]:
        """Seven days of one resource."""
        home = house(request)
        monday = home.zone.date(week_of(day_of(date, home.zone, home.clock.now()), home.zone).start)
        view = await home.db.read(views.week_page, resource[:KEY_LENGTH], monday, words(request))
        return page(request, "planning/planning.html", view=view, done=done_text(request, DONE))

    @get("/reservations/{id:str}", opt=allow(FOR_OTHERS))
    async def show_one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One reservation, with the form that moves it."""
        return await _one(request, read(id), {}, None)

    @post("/deplacer", opt=allow(FOR_OTHERS))
    async def move(self, request: AnyRequest) -> Response[Any]:
        """Move it, however it was asked: by a form, by keys or by drag. A refusal shows the form with every reason."""
        home, form = house(request), await read_form(request)
        which = read(form.get("id", ""))
        try:
            given = check(MoveForm, form)
            span = given.span(home.zone, home.clock.now())
            await home.db.write(move_as_seen, which, given.version, span, given.resource, by=actor(request))
        except (FormErrors, Invalid, Refused, Conflict) as error:
            return await _one(request, which, form, error)
        return see_other(_back(form, given.date, "moved"))

    @post("/reservations/{id:str}/annuler", opt=allow(FOR_OTHERS))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Cancel it for its person."""
        return await _act(request, read(id), actions.cancel, "cancelled")

    @post("/reservations/{id:str}/arrivee", opt=allow(FOR_OTHERS))
    async def arrive(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note that its person is here."""
        return await _act(request, read(id), actions.check_in_by_desk, "here")


async def _act(request: AnyRequest, which: int, act: Any, code: str) -> Response[Any]:
    home, form = house(request), await read_form(request)
    one = await home.db.read(queries.stored, which)
    try:
        await home.db.write(act, which, by=actor(request))
    except (Refused, Conflict) as error:
        return await _one(request, which, {}, error)
    return see_other(_back(form, home.zone.date(one.starts_at).isoformat(), code))


def _back(form: Form, date: str, code: str) -> str:
    """To the planning it came from, else to that of the day."""
    week = form.get("semaine", "")
    if week and week.replace("-", "").isalnum() and len(week) <= KEY_LENGTH:
        return f"{PATH}/semaine?resource={week}&date={date}&fait={code}"
    facts = {name: form.get(name, "") for name in ("espace", "sorte")}
    kept = {name: text for name, text in facts.items() if text.replace("-", "").replace("_", "").isalnum()}
    return "&".join([f"{PATH}?date={date}", *(f"{name}={text}" for name, text in kept.items()), f"fait={code}"])


async def _one(request: AnyRequest, which: int, typed: Mapping[str, str], error: DomainError | None) -> Response[bytes]:
    spoken = words(request)
    view = await house(request).db.read(one_page, which, typed, spoken)
    errors = field_errors(spoken, error) if isinstance(error, Invalid) else {}
    return page(
        request,
        "planning/reservation.html",
        _status(error),
        view=view,
        errors=errors,
        reasons=told(spoken, error) if error is not None and not errors else [],
    )


def _status(error: DomainError | None) -> int:
    if error is None:
        return 200
    is_stale = isinstance(error, Refused) and any(one.code in CHANGED for one in error.reasons)
    return 409 if is_stale else status_of(error)
