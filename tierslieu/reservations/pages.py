"""Pages of reservations: choose, confirm, see and cancel one's own. Each works as plain links and forms."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import Span
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.acting import Acting, acted_for
from tierslieu.people.persons.correcting import SEE
from tierslieu.reservations import actions, board, queries, rules, screens, views, week
from tierslieu.reservations.api import day_of, week_of
from tierslieu.reservations.availability import ACTIVE_STATES
from tierslieu.reservations.invitations import invitation_of
from tierslieu.reservations.scene import Asker, scene
from tierslieu.reservations.schemas import KEY_PATTERN, ReservationView, Waiver
from tierslieu.reservations.wording import STATES
from tierslieu.venue.queries import venue

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"


class WishFields(BaseModel):
    """The form of a reservation: a wall clock day and hours of the venue."""

    model_config = ConfigDict(extra="ignore")

    resource: Annotated[str, Field(pattern=KEY_PATTERN)]
    date: Annotated[str, Field(max_length=10)]
    start: Annotated[str, Field(alias="from", pattern=CLOCK)]
    end: Annotated[str, Field(alias="to", pattern=CLOCK)]
    people: Annotated[int, Field(ge=1, le=1000)] = 1
    exception: Waiver = ""
    accepted: Annotated[str, Field(max_length=60)] = ""
    title: Annotated[str, Field(max_length=120)] = ""


def minutes_of(clock: str) -> int:
    """Wall clock minutes of "14:30"."""
    hour, _sign, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


class ReservationPages(Controller):
    """Choosing and confirming."""

    @get("/reserver", opt=PUBLIC, include_in_schema=False)
    async def choose(
        self,
        request: AnyRequest,
        day: Annotated[str, QueryParameter(name="date")] = "",
        space: FromQuery[str] = "",
        resource: FromQuery[str] = "",
        start: Annotated[str, QueryParameter(name="from")] = "",
        end: Annotated[str, QueryParameter(name="to")] = "",
        people: FromQuery[str] = "1",
        pour: FromQuery[str] = "",
    ) -> Response[bytes]:
        """One day: plan, form, board. With a wish in the address, what it would cost or why it cannot be."""
        home = house(request)
        when = day_of(day, home.zone, home.clock.now())
        count = int(people) if re.fullmatch("[0-9]{1,4}", people) else 1
        wish = board.Asked(when, space[:40], resource[:40], None, max(count, 1), pour)
        asked = await home.db.read(with_span, wish, start, end) if start else wish
        return await show_day(request, asked)

    @post("/reservations", opt=allow("reservations.make"), include_in_schema=False)
    async def confirm(self, request: AnyRequest) -> Response[Any]:
        """Reserve what the form says; a refusal shows the page again with every reason."""
        home, who = house(request), actor(request)
        form = await read_form(request)
        pour = form.get("pour", "")
        acting = await home.db.read(acted_for, who, pour, actions.FOR_OTHERS) if pour else None
        try:
            fields = check(WishFields, form)
        except FormErrors as error:
            return await show_wrong(request, form, error)
        day = day_of(fields.date, home.zone, home.clock.now())
        span = Span(*(home.zone.instant(day, minutes_of(text)) for text in (fields.start, fields.end)))
        whom = acting.person_id if acting else who.person_id or 0
        accepted = rules.SOFT & frozenset(fields.accepted.split(","))
        wish = actions.Request(
            (fields.resource,), span, fields.people, whom, fields.exception, accepted, fields.title.strip()
        )
        try:
            made = await home.db.write(actions.reserve, wish, by=who)
        except Refused as refused:
            asked = board.Asked(day, "", fields.resource, span, fields.people, pour, accepted=accepted)
            return await show_day(request, asked, refused)
        if acting is not None and who.may(SEE):
            return see_other(f"/personnes/{acting.id}?fait=reservee#reservations")
        return see_other(f"/mes-reservations/{made.reservations[0].id}")

    @get("/semaine", opt=PUBLIC, include_in_schema=False)
    async def week(
        self,
        request: AnyRequest,
        day: Annotated[str, QueryParameter(name="date")] = "",
        pour: FromQuery[str] = "",
    ) -> Response[bytes]:
        """The week of all resources."""
        home = house(request)
        window = week_of(day_of(day, home.zone, home.clock.now()), home.zone)
        acting = await home.db.read(acted_for, actor(request), pour, actions.FOR_OTHERS) if pour else None
        view = await home.db.read(week.week_page, window, words(request), acting.id if acting else "")
        return page(request, "reservations/week.html", view=view, acting=acting)


def with_span(reader: Reader, asked: board.Asked, start: str, end: str) -> board.Asked:
    """The wish of an address: from a clock time, until another one or a sensible length. Raises Invalid."""
    here = venue(reader)
    resource = here.resource(asked.key)
    first = _instant(reader, asked.day, start)
    if end:
        span = Span(first, _instant(reader, asked.day, end))
    else:
        seen = scene(reader, Asker(), [resource], here.zone.day(asked.day))
        span = screens.default_span(seen.free(resource, here.zone.day(asked.day)), first, resource)
    return board.Asked(asked.day, asked.space, asked.key, span, asked.people, asked.pour)


def _instant(reader: Reader, day: date, clock: str) -> int:
    if re.fullmatch(CLOCK, clock) is None:
        raise Invalid("bad_hour", {"from": "bad_hour"})
    return venue(reader).zone.instant(day, minutes_of(clock))


async def show_day(request: AnyRequest, asked: board.Asked, refused: Refused | None = None) -> Response[bytes]:
    """The « Réserver » page; after a refusal, with the status and the reasons of it."""
    who, spoken, home = actor(request), words(request), house(request)
    facts, asked, acting = await home.db.read(_for_whom, asked, who)
    path = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    view = screens.day_page(facts, asked, spoken, is_signed_in=who.person_id is not None, path=path)
    status = 200
    if refused is not None:
        status = 409 if refused.is_conflict else 422
        view = screens.with_reasons(view, refused.reasons, spoken, asked.pour)
    waiver = screens.waiver(view, asked, spoken, is_staff=who.may(actions.FOR_OTHERS))
    return page(request, "reservations/day.html", status, view=view, acting=acting, waiver=waiver)


def _for_whom(reader: Reader, asked: board.Asked, who: Actor) -> tuple[board.DayFacts, board.Asked, Acting | None]:
    """The facts of the day for oneself, or for the person one acts for."""
    acting = acted_for(reader, who, asked.pour, actions.FOR_OTHERS)
    whom = acting.person_id if acting else who.person_id
    seen = replace(asked, pour=acting.id if acting else "", asker_id=who.person_id)
    return board.day_facts(reader, seen, whom, has_authority=who.may(actions.FOR_OTHERS)), seen, acting


async def show_wrong(request: AnyRequest, form: Mapping[str, str], error: FormErrors) -> Response[bytes]:
    """The page again after a form that cannot be read: what was typed stays, each field says what is wrong."""
    home, spoken = house(request), words(request)
    try:
        day = day_of(form.get("date", ""), home.zone, home.clock.now())
    except Invalid:
        day = home.zone.date(home.clock.now())
    people = form.get("people", "1")
    wish = board.Asked(day, "", form.get("resource", "")[:40], pour=form.get("pour", ""))
    facts, asked, acting = await home.db.read(_for_whom, wish, actor(request))
    view = screens.day_page(facts, asked, spoken, is_signed_in=True, path=request.url.path)
    told = {name: sentence(spoken, code, {}) for name, code in error.fields.items()}
    return page(request, "reservations/day.html", 422, view=screens.with_errors(view, told, people[:4]), acting=acting)


class MyReservationPages(Controller):
    """One's own reservations."""

    path = "/mes-reservations"

    @get("/", opt=allow("reservations.make"), include_in_schema=False)
    async def list(
        self, request: AnyRequest, show: FromQuery[str] = "upcoming", pour: FromQuery[str] = ""
    ) -> Response[bytes]:
        """To come, or past; one's own, or of somebody one acts for."""
        home, who, spoken = house(request), actor(request), words(request)
        is_past = show == "past"
        acting = await home.db.read(acted_for, who, pour, actions.FOR_OTHERS) if pour else None
        whom = acting.person_id if acting else who.person_id or 0
        found = await home.db.read(lambda reader: queries.mine(reader, whom, is_past=is_past))
        lines = [_mine(one, spoken, home.clock.now()) for one in found]
        view = views.MinePage(
            [] if is_past else lines, lines if is_past else [], "past" if is_past else "upcoming", "/mon-badge"
        )
        return page(request, "reservations/mine.html", view=view, acting=acting)

    @get("/{id:str}", opt=allow("reservations.make"), include_in_schema=False)
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One reservation: what, when, what can be done with it, and what other parts of the house add."""
        found, spoken, home = await _own(request, id), words(request), house(request)

        def look(reader: Reader) -> tuple[str, list[tuple[str, object]], Acting | None]:
            one = queries.stored(reader, read(found.id))
            here, acting = venue(reader), acted_for(reader, actor(request), show(one.person_id), actions.FOR_OTHERS)
            others = [each for each in queries.bundle(reader, one.bundle_id) if each.is_active and each.id != one.id]
            parts = [(part.template, part.read(reader, spoken, one.id)) for part in home.details]
            names = ", ".join(here.by_id[each.resource_id].name for each in others)
            return names, [(template, view) for template, view in parts if view is not None], acting

        together, details, acting = await home.db.read(look)
        view = _one_page(found, spoken, home.clock.now(), together, acting.id if acting else "")
        return page(request, "reservations/one.html", view=view, reservation=found, details=details, acting=acting)

    @get("/{id:str}/agenda.ics", opt=allow("reservations.make"), include_in_schema=False)
    async def calendar(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The reservation for one's own calendar."""
        found, home = await _own(request, id), house(request)
        file = await home.db.read(invitation_of, read(found.id), home.settings)
        headers = {"content-disposition": f'attachment; filename="{file.name}"'}
        return Response(file.content, media_type=file.kind.removesuffix("; charset=utf-8"), headers=headers)

    @post("/{id:str}/annuler", opt=allow("reservations.make"), include_in_schema=False)
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Cancel, then show what remains; a refusal says why."""
        form = await read_form(request)
        together = form.get("together") == "1"
        await house(request).db.write(_cancel, read(id), together, by=actor(request))
        whom = form.get("pour", "")
        return see_other(f"/mes-reservations?pour={show(read(whom))}" if whom else "/mes-reservations")


def _cancel(tx: Tx, reservation_id: int, together: bool) -> None:
    actions.cancel(tx, reservation_id, together=together)


def _one_page(found: ReservationView, spoken: Words, now: int, together: str, pour: str) -> views.OnePage:
    start, end = int(found.starts_at.timestamp()), int(found.ends_at.timestamp())
    can_cancel = _can_cancel(found, now)
    wish = {
        "resource": found.resource,
        "date": spoken.zone.date(start).isoformat(),
        "from": spoken.clock(start),
        "to": spoken.clock(end),
        "people": str(found.people),
        **({"pour": pour} if pour else {}),
    }
    lines = [
        found.resource_name,
        f"{spoken.day(start)}, {spoken.hours(Span(start, end))}",
        spoken.text(STATES[found.state]),
        *([found.title] if found.title else []),
        *([spoken.money(found.price_cents)] if found.price_cents else []),
    ]
    base = f"/mes-reservations/{found.id}"
    return views.OnePage(
        found.reference,
        lines,
        f"{base}/agenda.ics",
        "/mes-reservations" + (f"?pour={pour}" if pour else ""),
        f"{base}/annuler" if can_cancel else "",
        found.state in ACTIVE_STATES,
        f"{base}/deplacer" if can_cancel else "",
        f"/series/nouvelle?{urlencode(wish)}" if found.state in ACTIVE_STATES and not found.series else "",
        together if can_cancel else "",
    )


async def _own(request: AnyRequest, text: str) -> ReservationView:
    who = actor(request)
    return await house(request).db.read(
        lambda reader: queries.of_person(reader, read(text), who.person_id, has_authority=who.may(actions.FOR_OTHERS))
    )


def _can_cancel(one: ReservationView, now: int) -> bool:
    return one.state in ("requested", "confirmed") and now < one.starts_at.timestamp()


def _mine(one: ReservationView, spoken: Words, now: int) -> views.Mine:
    start, end = int(one.starts_at.timestamp()), int(one.ends_at.timestamp())
    can_cancel = _can_cancel(one, now)
    return views.Mine(
        one.id,
        spoken.day(start, "weekday"),
        str(spoken.zone.date(start).day),
        spoken.day(start, "month"),
        one.resource_name,
        spoken.hours(Span(start, end)),
        one.state,
        spoken.text(STATES[one.state]),
        can_cancel,
        f"/mes-reservations/{one.id}/agenda.ics" if can_cancel else "",
        f"/mes-reservations/{one.id}/annuler" if can_cancel else "",
    )
