"""/attente: what one waits for; the form that asks for it. Each works for oneself and for who one acts for."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError, Invalid, NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import Acting, acted_for
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.reservations.waiting import actions, views
from tierslieu.reservations.waiting.schemas import EarlierFields, WaitingFields
from tierslieu.reservations.waiting.wording import DONE, DURATIONS, KINDS
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

MAKE = "reservations.make"
PATH = "/attente"
CLOCK = re.compile(r"[0-2][0-9]:[0-5][0-9]")


class FormPage(msgspec.Struct, frozen=True):
    """The form of an entry."""

    whats: list[Choice]
    minutes: list[Choice]
    typed: Mapping[str, str]
    min_date: str


class EarlierPage(msgspec.Struct, frozen=True):
    """The form that asks for an earlier time."""

    id: str
    resource: str
    when: str
    same: str
    kind: str
    typed: Mapping[str, str]


class WaitingPages(Controller):
    """/attente."""

    path = PATH
    include_in_schema = False

    @get("/", opt=allow(MAKE))
    async def mine(self, request: AnyRequest, pour: FromQuery[str] = "") -> Response[bytes]:
        """What one waits for, and what is kept now."""
        home, who = house(request), actor(request)
        acting = await home.db.read(acted_for, who, pour, FOR_OTHERS) if pour else None
        whom = acting.person_id if acting else who.person_id or 0
        view = await home.db.read(views.mine, words(request), whom)
        return page(request, "waiting/mine.html", view=view, acting=acting, done=done_text(request, DONE))

    @get("/nouvelle", opt=allow(MAKE))
    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """The form, with the wish of the address when there is one."""
        return await _form(request, _typed(request.query_params), None, 200)

    @post("/", opt=allow(MAKE))
    async def join(self, request: AnyRequest) -> Response[Any]:
        """Join the list; a refusal shows the form again with every reason."""
        home, who, form = house(request), actor(request), await read_form(request)
        try:
            pour = form.get("pour", "")
            acting = await home.db.read(acted_for, who, pour, FOR_OTHERS) if pour else None
            whom = acting.person_id if acting else who.person_id or 0
            ask = actions.ask_of(check(WaitingFields, form), whom)
            await home.db.write(actions.join, ask, home.settings.waiting.most_entries, by=who)
        except (Invalid, Refused, NotFound) as error:
            return await _form(request, form, error, 422)
        return see_other(_back(acting, who, "inscrit"))

    @post("/{id:str}/retirer", opt=allow(MAKE))
    async def withdraw(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Leave the list."""
        home, who, form = house(request), actor(request), await read_form(request)
        await home.db.write(actions.withdraw, read(id), by=who)
        if form.get("retour") == "accueil":
            return see_other("/accueil/attente?fait=retire")
        pour = form.get("pour", "")
        acting = await home.db.read(acted_for, who, pour, FOR_OTHERS) if pour else None
        return see_other(_back(acting, who, "retire"))

    @get("/plus-tot/{id:str}", opt=allow(MAKE))
    async def ask_earlier(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form for an earlier time."""
        return await _earlier(request, read(id), {}, None, 200)

    @post("/plus-tot/{id:str}", opt=allow(MAKE))
    async def join_earlier(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Ask for an earlier time for a reservation."""
        home, who, form = house(request), actor(request), await read_form(request)
        most = home.settings.waiting.most_entries
        try:
            await home.db.write(actions.join_earlier, read(id), check(EarlierFields, form), most, by=who)
        except (Invalid, Refused) as error:
            return await _earlier(request, read(id), form, error, 422)
        one = await home.db.read(reservations.stored, read(id))
        acting = await home.db.read(acted_for, who, show(one.person_id), FOR_OTHERS)
        return see_other(_back(acting, who, "inscrit"))


def _back(acting: Acting | None, who: Actor, done: str) -> str:
    """To one's own list; staff go back to the person's page."""
    if acting is None:
        return f"{PATH}?fait={done}"
    if who.may(FOR_OTHERS):
        return f"/personnes/{acting.id}#attente"
    return f"{PATH}?pour={acting.id}&fait={done}"


def _typed(query: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form from the address of a refused wish."""
    day, start, end = query.get("date", ""), query.get("from", ""), query.get("to", "")
    typed = {"what": query.get("resource", ""), "first_day": day, "from": start, "to": end}
    typed |= {"people": query.get("people", "1"), "pour": query.get("pour", "")}
    if CLOCK.fullmatch(start) and CLOCK.fullmatch(end):
        typed["minutes"] = str(max(actions.minutes_of(end) - actions.minutes_of(start), 0))
    return typed


async def _form(
    request: AnyRequest, typed: Mapping[str, str], error: DomainError | None, status: int
) -> Response[bytes]:
    home, spoken, who = house(request), words(request), actor(request)

    def load(reader: Reader) -> tuple[FormPage, Acting | None]:
        acting = acted_for(reader, who, typed.get("pour", ""), FOR_OTHERS)
        here = venue_for(reader, acting.person_id if acting else who.person_id)
        today = here.zone.date(reader.now)
        filled = {"first_day": (today + timedelta(days=1)).isoformat(), "from": "09:00", "to": "18:00", "people": "1"}
        shown = {**filled, **{name: value[:40] for name, value in typed.items() if value}}
        view = FormPage(_whats(here, shown, spoken), _durations(shown, spoken), shown, today.isoformat())
        return view, acting

    view, acting = await home.db.read(load)
    errors = field_errors(spoken, error) if isinstance(error, Invalid) else {}
    reasons = told(spoken, error) if error is not None and not isinstance(error, Invalid) else []
    if isinstance(error, Refused) and error.is_conflict:
        status = 409
    return page(request, "waiting/form.html", status, view=view, acting=acting, errors=errors, reasons=reasons)


def _whats(here: VenueMap, typed: Mapping[str, str], spoken: Words) -> list[Choice]:
    """First the resource wished, then any of a kind that exists here, then everything else."""
    chosen = typed.get("what", "")
    bookable = [one for one in here.resources if one.is_bookable]
    listed = [one for one in bookable if one.is_listed or one.key == chosen]
    kinds = {"desk" if one.kind == "desk_pool" else one.kind for one in bookable}
    every = [(f"kind:{kind}", spoken.text(text)) for kind, text in KINDS.items() if kind in kinds]
    named = [(one.key, one.name) for one in listed]
    return [Choice(value, label, value == chosen) for value, label in (*every, *named)]


def _durations(typed: Mapping[str, str], spoken: Words) -> list[Choice]:
    chosen = typed.get("minutes", "60")
    known = {*DURATIONS, *([int(chosen)] if chosen.isdecimal() and 5 <= int(chosen) <= 1440 else [])}
    return [Choice(str(one), spoken.duration(one * 60), str(one) == chosen) for one in sorted(known)]


async def _earlier(
    request: AnyRequest, which: int, typed: Mapping[str, str], error: DomainError | None, status: int
) -> Response[bytes]:
    home, spoken, who = house(request), words(request), actor(request)

    def load(reader: Reader) -> tuple[EarlierPage, Acting | None]:
        one = reservations.stored(reader, which)
        if not who.may(FOR_OTHERS) and not may_act_for(reader, who.person_id, one.person_id, reader.now):
            raise NotFound("no_such_reservation")
        resource = venue(reader).by_id[one.resource_id]
        kind = KINDS.get("desk" if resource.kind == "desk_pool" else resource.kind, "")
        when = f"{spoken.day(one.starts_at)}, {spoken.hours(one.span)}"
        same = spoken.text(_("Seulement : {name}"), name=resource.name)
        shown = {"from": "08:00", "to": "20:00", "what": "same", **typed}
        acting = acted_for(reader, who, show(one.person_id), FOR_OTHERS)
        return EarlierPage(show(which), resource.name, when, same, spoken.text(kind), shown), acting

    view, acting = await home.db.read(load)
    errors = field_errors(spoken, error) if isinstance(error, Invalid) else {}
    reasons = told(spoken, error) if isinstance(error, Refused) else []
    return page(request, "waiting/earlier.html", status, view=view, acting=acting, errors=errors, reasons=reasons)
