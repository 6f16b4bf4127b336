"""Pages of the desk: suspending and stopping a membership, everything of one person, and what ends soon."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships import actions, queries, screens
from tierslieu.people.memberships.categories.queries import ending as categories_ending
from tierslieu.people.memberships.categories.queries import history
from tierslieu.people.memberships.credits.queries import lines
from tierslieu.people.memberships.forms import FieldView, FormPage, ask, choices, take
from tierslieu.people.memberships.noting import require_person
from tierslieu.people.memberships.rights import MANAGE, SEE
from tierslieu.people.memberships.schemas import Day
from tierslieu.people.memberships.wording import CANCEL_REASONS, SUSPEND_REASONS


class SuspendForm(BaseModel):
    """From which day, until which day (when it counts again), why."""

    model_config = ConfigDict(extra="ignore")

    first: Day
    back: Day
    reason: Annotated[str, Field(pattern=f"^({'|'.join(SUSPEND_REASONS)})$")]


class CancelForm(BaseModel):
    """Why it stops."""

    model_config = ConfigDict(extra="ignore")

    reason: Annotated[str, Field(pattern=f"^({'|'.join(CANCEL_REASONS)})$")]


class MembershipPages(Controller):
    """One membership."""

    path = "/adhesions"

    @get("/", opt=allow(SEE), include_in_schema=False)
    async def ending(self, request: AnyRequest) -> Response[bytes]:
        """What ends within 30 days: memberships, and categories whose proof is to be seen again."""
        memberships, categories = await house(request).db.read(_ending, words(request))
        return page(request, "memberships/ending.html", memberships=memberships, categories=categories)

    @get("/{id:str}/suspendre", opt=allow(MANAGE), include_in_schema=False)
    async def choose_suspension(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """From when, until when."""
        return await ask(request, _suspend_form, read(id))

    @post("/{id:str}/suspendre", opt=allow(MANAGE), include_in_schema=False)
    async def suspend(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It does not count for a while."""
        home, membership_id = house(request), read(id)

        async def act(form: Mapping[str, str]) -> None:
            asked = check(SuspendForm, form)
            wish = (membership_id, asked.first, asked.back, asked.reason)
            await home.db.write(actions.suspend, home.zone, *wish, by=actor(request))

        return await take(request, _suspend_form, membership_id, act)

    @post("/{id:str}/reprendre", opt=allow(MANAGE), include_in_schema=False)
    async def resume(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It counts again from today."""
        await read_form(request)
        home, membership_id = house(request), read(id)
        await home.db.write(actions.resume, home.zone, membership_id, by=actor(request))
        one = await home.db.read(queries.held, membership_id)
        return see_other(f"/personnes/{show(one.person_id)}#memberships")

    @get("/{id:str}/arreter", opt=allow(MANAGE), include_in_schema=False)
    async def choose_cancelling(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """Why."""
        return await ask(request, _cancel_form, read(id))

    @post("/{id:str}/arreter", opt=allow(MANAGE), include_in_schema=False)
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It stops now."""
        membership_id = read(id)

        async def act(form: Mapping[str, str]) -> None:
            reason = check(CancelForm, form).reason
            await house(request).db.write(actions.cancel, membership_id, reason, by=actor(request))

        return await take(request, _cancel_form, membership_id, act)


class HistoryPages(Controller):
    """Everything of one person."""

    @get("/personnes/{id:str}/adhesions", opt=allow(SEE), include_in_schema=False)
    async def history(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """Memberships, credits line by line, categories: former ones too."""
        view = await house(request).db.read(history_page, words(request), read(id))
        return page(request, "memberships/history.html", view=view)


def _ending(reader: Reader, spoken: Words) -> tuple[list[screens.EndingLine], list[screens.EndingLine]]:
    memberships = [screens.ending_line(spoken, one) for one in queries.ending(reader)]
    return memberships, [screens.ending_line(spoken, one) for one in categories_ending(reader)]


def history_page(reader: Reader, spoken: Words, person_id: int) -> screens.HistoryPage:
    """Everything of one person, in words."""
    person = require_person(reader, person_id)
    return screens.HistoryPage(
        show(person_id),
        f"{person.first_name} {person.last_name}",
        screens.membership_lines(reader, spoken, person_id),
        [screens.move_line(spoken, one) for one in lines(reader, person_id)],
        [screens.category_line(spoken, one, reader.now) for one in history(reader, person_id)],
    )


def _suspend_form(reader: Reader, spoken: Words, membership_id: int) -> FormPage:
    one = queries.held(reader, membership_id)
    today = spoken.zone.date(max(reader.now, one.starts_at))
    lines = [one.name]
    if one.is_prolonged:
        lines.append(spoken.text(_("La fin est repoussée d’autant de jours, et ce qui suit aussi.")))
    fields = [
        FieldView("first", spoken.text(_("Premier jour de suspension")), "date", today.isoformat()),
        FieldView("back", spoken.text(_("Jour de reprise")), "date", (today + timedelta(days=30)).isoformat()),
        _reason(spoken, SUSPEND_REASONS),
    ]
    return _form(spoken, one, _("Suspendre la formule"), lines, fields, ("suspendre", _("Suspendre"), "pause"))


def _cancel_form(reader: Reader, spoken: Words, membership_id: int) -> FormPage:
    one = queries.held(reader, membership_id)
    lines = [one.name, spoken.text(_("Elle s’arrête tout de suite. Un remboursement se fait à la caisse."))]
    act = ("arreter", _("Arrêter la formule"), "x")
    return _form(spoken, one, _("Arrêter la formule"), lines, [_reason(spoken, CANCEL_REASONS)], act)


def _reason(spoken: Words, reasons: dict[str, str]) -> FieldView:
    return FieldView("reason", spoken.text(_("Raison")), "select", choices=choices(spoken, reasons))


def _form(
    spoken: Words,
    one: queries.Held,
    title: str,
    lines: list[str],
    fields: list[FieldView],
    act: tuple[str, str, str],
) -> FormPage:
    path, button, symbol = act
    return FormPage(
        spoken.text(title),
        lines,
        fields,
        f"/adhesions/{show(one.id)}/{path}",
        spoken.text(button),
        symbol,
        f"/personnes/{show(one.person_id)}#memberships",
        spoken.text(_("Retour à la fiche")),
        "danger" if path == "arreter" else "main",
    )
