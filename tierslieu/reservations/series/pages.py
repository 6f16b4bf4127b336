"""/series: repeat a reservation, see its dates, change or cancel them. Plain forms, for oneself or for others."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError, Invalid, NotFound, Reason, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.telling import done_text, field_errors, reason_lines, told
from tierslieu.http.words import _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import Acting, acted_for
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.rules import SOFT
from tierslieu.reservations.series import actions, changing, lists, queries, screens
from tierslieu.reservations.series.acting import act
from tierslieu.reservations.series.api import day_of, manner
from tierslieu.reservations.series.forms import AddFields, ChangeFields, ScopeFields, SeriesFields, picked
from tierslieu.reservations.series.judging import Terms
from tierslieu.reservations.series.schemas import StoredSeries, minutes_of

MAKE: Final = "reservations.make"
DONE: Final[Mapping[str, str]] = {
    "made": _("C’est noté : les dates choisies sont réservées."),
    "added": _("Les dates choisies sont réservées."),
    "changed": _("Les dates sont modifiées."),
    "partly": _("Une partie des dates n’a pas pu changer : elles restent comme avant, avec leur réservation."),
    "cancelled": _("Les dates sont annulées."),
    "kept": _("C’est gardé."),
    "released": _("Ces dates sont rendues : d’autres peuvent les réserver."),
}


class SeriesPages(Controller):
    """/series."""

    path = "/series"
    include_in_schema = False

    @get("/", opt=allow(MAKE))
    async def mine(self, request: AnyRequest, pour: FromQuery[str] = "") -> Response[bytes]:
        """One's own series, or those of somebody one acts for."""
        home, who = house(request), actor(request)
        acting = await home.db.read(acted_for, who, pour, FOR_OTHERS) if pour else None
        whom = acting.person_id if acting else who.person_id or 0
        lines = await home.db.read(_lines_of, request, whom)
        return page(request, "series/mine.html", lines=lines, acting=acting)

    @get("/nouvelle", opt=allow(MAKE))
    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """The form, with the wish of the address when there is one."""
        return await _form(request, dict(request.query_params), {}, [], 200)

    @post("/apercu", opt=allow(MAKE), status_code=200)
    async def preview(self, request: AnyRequest) -> Response[bytes]:
        """Each date, free or why not; nothing is reserved yet. (A title is no matter for an address: hence POST.)"""
        form = await read_form(request)
        return await _preview(request, form, [], 200)

    @post("/", opt=allow(MAKE))
    async def make(self, request: AnyRequest) -> Response[Any]:
        """Reserve the dates that are ticked; a refusal shows them all again, judged anew."""
        home, form = house(request), await read_form(request)
        whom = (await _whom(request, form.get("pour", "")))[1]
        try:
            fields = check(SeriesFields, form)
            picks = picked(form, home.zone)
            if not picks:
                return await _preview(request, form, [Reason("no_date_picked")], 422)
            made = await act(request, actions.make, fields.wish(whom, picks), manner(request))
        except FormErrors as error:
            return await _form(request, form, field_errors(words(request), error), [], 422)
        except Refused as refused:
            return await _preview(request, form, list(refused.reasons), 409 if refused.is_conflict else 422)
        return see_other(f"/series/{show(made.series_id)}?fait=made")

    @get("/{id:str}", opt=allow(MAKE))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """A series with all its dates."""
        return await show_series(request, read(id), [], 200)

    @post("/{id:str}/dates", opt=allow(MAKE))
    async def add(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Reserve dates that were not free, or given back."""
        home, form, which = house(request), await read_form(request), read(id)
        try:
            picks, why = picked(form, home.zone), check(AddFields, form).exception
            if not picks:
                return await show_series(request, which, [Reason("no_date_picked")], 422)
            await act(request, actions.add, which, picks, Terms(accepted=SOFT, exception=why))
        except Refused as refused:
            return await show_series(request, which, list(refused.reasons), 409 if refused.is_conflict else 422)
        return see_other(f"/series/{show(which)}?fait=added")

    @get("/{id:str}/modifier", opt=allow(MAKE))
    async def ask_change(self, request: AnyRequest, id: FromPath[str], day: FromQuery[str] = "") -> Response[bytes]:
        """The forms that change or cancel one date, that one and the following, or all."""
        return await _change_form(request, read(id), day_of(day), {}, None, 200)

    @post("/{id:str}/modifier", opt=allow(MAKE))
    async def change(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Change dates; a date that cannot have it stays as it is."""
        form, which = await read_form(request), read(id)
        try:
            fields = check(ChangeFields, form)
            found = await act(request, changing.change, which, _change_of(fields))
        except (Invalid, Refused) as error:
            status = 409 if isinstance(error, Refused) and error.is_conflict else 422
            return await _change_form(request, which, _day_typed(form), form, error, status)
        return see_other(f"/series/{show(found.series_id)}?fait={'partly' if found.left else 'changed'}")

    @post("/{id:str}/annuler", opt=allow(MAKE))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Cancel dates; those that it is too late to cancel stay."""
        form, which = await read_form(request), read(id)
        try:
            fields = check(ScopeFields, form)
            found = await act(request, actions.cancel, which, fields.scope, day_of(fields.day or ""))
        except (Invalid, Refused) as error:
            return await _change_form(request, which, _day_typed(form), {}, error, 422)
        return see_other(f"/series/{show(which)}?fait={'partly' if found.left else 'cancelled'}")


def _change_of(fields: ChangeFields) -> changing.Change:
    is_one = fields.scope == "one"
    return changing.Change(
        fields.scope,
        day_of(fields.day or ""),
        fields.resource,
        minutes_of(fields.start) if fields.start else None,
        minutes_of(fields.end) if fields.end else None,
        day_of(fields.on or "") if is_one else None,
        fields.title,
    )


def _day_typed(form: Mapping[str, str]) -> date | None:
    try:
        return day_of(form.get("day", ""))
    except Invalid:
        return None


async def _whom(request: AnyRequest, pour: str) -> tuple[Acting | None, int]:
    """For whom one acts, and the id of that person. Raises Forbidden, NotFound, Invalid."""
    who = actor(request)
    acting = await house(request).db.read(acted_for, who, pour, FOR_OTHERS) if pour else None
    return acting, acting.person_id if acting else who.person_id or 0


def _lines_of(reader: Reader, request: AnyRequest, person_id: int) -> Any:
    return lists.series_lines(reader, words(request), queries.of_person(reader, person_id))


async def _form(
    request: AnyRequest, given: Mapping[str, str], errors: Mapping[str, str], reasons: list[Reason], status: int
) -> Response[bytes]:
    acting, whom = await _whom(request, given.get("pour", ""))
    spoken, typed = words(request), screens.typed_fields(given)
    view = await house(request).db.read(screens.form_page, spoken, actor(request), whom, typed)
    lines = reason_lines(spoken, reasons)
    return page(request, "series/new.html", status, view=view, acting=acting, errors=errors, reasons=lines)


async def _preview(request: AnyRequest, form: Mapping[str, str], reasons: list[Reason], status: int) -> Response[bytes]:
    spoken = words(request)
    acting, whom = await _whom(request, form.get("pour", ""))
    try:
        wish = check(SeriesFields, form).wish(whom)
        view = await house(request).db.read(
            screens.preview_page, spoken, actor(request), wish, screens.typed_fields(form)
        )
    except FormErrors as error:
        return await _form(request, form, field_errors(spoken, error), [], 422)
    except Refused as refused:
        return await _form(request, form, {}, list(refused.reasons), 422)
    except NotFound as error:
        return await _form(request, form, {"resource": told(spoken, error)[0].text}, [], 422)
    lines = reason_lines(spoken, reasons)
    return page(request, "series/preview.html", status, view=view, acting=acting, reasons=lines)


async def show_series(request: AnyRequest, which: int, reasons: list[Reason], status: int) -> Response[bytes]:
    """The page of a series; after a refusal, with its reasons."""
    home, who, spoken = house(request), actor(request), words(request)

    def load(reader: Reader) -> tuple[Any, Acting | None]:
        one = _own(reader, who, which)
        return screens.series_page(reader, spoken, who, one, manner(request)), _acting(reader, who, one)

    view, acting = await home.db.read(load)
    lines, done = reason_lines(spoken, reasons), done_text(request, DONE)
    return page(request, "series/one.html", status, view=view, acting=acting, reasons=lines, done=done)


def _own(reader: Reader, who: Actor, which: int) -> StoredSeries:
    return queries.own(reader, which, who.person_id, has_authority=who.may(FOR_OTHERS))


def _acting(reader: Reader, who: Actor, one: StoredSeries) -> Acting | None:
    return None if one.person_id == who.person_id else acted_for(reader, who, show(one.person_id), FOR_OTHERS)


async def _change_form(
    request: AnyRequest, which: int, day: date | None, typed: Mapping[str, str], error: DomainError | None, status: int
) -> Response[bytes]:
    home, who, spoken = house(request), actor(request), words(request)

    def load(reader: Reader) -> tuple[Any, Acting | None]:
        one = _own(reader, who, which)
        return screens.change_page(reader, spoken, one, day, typed), _acting(reader, who, one)

    view, acting = await home.db.read(load)
    if view is None:
        raise NotFound("unknown_series_date")
    errors = field_errors(spoken, error) if isinstance(error, Invalid) else {}
    lines = told(spoken, error) if error is not None and not errors else []
    return page(request, "series/change.html", status, view=view, acting=acting, errors=errors, reasons=lines)
