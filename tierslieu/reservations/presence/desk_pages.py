"""The desk's page of the day: who is late, expected, here, unknown or missed, with acts of one tap each."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import Span
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, page, read_form, words
from tierslieu.http.problems import status_of
from tierslieu.http.wording import reason_text
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations import actions as core
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.presence import actions, queries
from tierslieu.reservations.presence.own_pages import back
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.queries import venue

GROUPS = {
    "late": _("Pas encore là"),
    "here": _("Sont là"),
    "coming": _("Attendus plus tard"),
    "unknown": _("Sont-ils venus ?"),
    "missed": _("Absents aujourd’hui"),
    "gone": _("Repartis"),
}
"""The groups of the page, in the order in which they ask for somebody."""


class Line(msgspec.Struct, frozen=True):
    """One reservation of the day. `person` is first name and family name: staff only."""

    id: str
    person: str
    person_id: str
    resource: str
    start: str
    end: str
    note: str


Came = tuple[int, str, int]
"""When somebody came, by what, when they left."""


class Group(msgspec.Struct, frozen=True):
    """The reservations that are in one case."""

    key: str
    title: str
    lines: list[Line]


class PresencePages(Controller):
    """/accueil/presences."""

    path = "/accueil/presences"
    include_in_schema = False

    @get("/", opt=allow(core.FOR_OTHERS))
    async def look(self, request: AnyRequest) -> Response[bytes]:
        """Today."""
        return await _show(request)

    @post("/{id:str}/{act:str}", opt=allow(core.FOR_OTHERS))
    async def act(self, request: AnyRequest, id: FromPath[str], act: FromPath[str]) -> Response[Any]:
        """Note an arrival, a delay, a departure, an absence; say afterwards whether somebody came; pardon."""
        form = await read_form(request)
        try:
            await _do(request, read(id), act)
        except Refused as error:
            spoken = words(request)
            text = " ".join(reason_text(spoken, reason) for reason in error.reasons)
            return await _show(request, text, status_of(error))
        return back({"retour": form.get("retour", "accueil")}, id)


async def _do(request: AnyRequest, which: int, act: str) -> None:
    db, who = house(request).db, actor(request)
    if act == "arrivee":
        await db.write(actions.arrive, which, "desk", by=who)
    elif act in ("retard-15", "retard-30"):
        await db.write(actions.be_late, which, int(act[-2:]), by=who)
    elif act == "depart":
        await db.write(actions.leave, which, by=who)
    elif act == "absence":
        await db.write(actions.miss, which, by=who)
    elif act in ("venu", "pas-venu"):
        await db.write(actions.was_here, which, came=act == "venu", by=who)
    elif act == "excuse":
        await db.write(actions.pardon, which, by=who)
    else:
        raise NotFound("not_found")


async def _show(request: AnyRequest, problem: str = "", status: int = 200) -> Response[bytes]:
    spoken = words(request)
    groups = await house(request).db.read(presence_today, spoken)
    day = spoken.day(house(request).clock.now())
    return page(request, "presence/desk.html", status, groups=groups, problem=problem, day=day)


def presence_today(reader: Reader, spoken: Words) -> list[Group]:
    """The reservations of today in their groups. A fixed number of statements for any number of resources."""
    here = venue(reader)
    today = here.zone.day(here.zone.date(reader.now))
    units = sorted({unit for resource in here.resources for unit in resource.units})
    ids = [cause_id for cause, cause_id in reservations.causes(reader, units, today) if cause == "reservation"]
    found = {one.id: one for one in reservations.stored_among(reader, ids)}
    unknown = queries.unknown(reader)
    missed = [one for one in queries.ended(reader, "missed", today) if today.overlaps(one.span)]
    found |= {one.id: one for one in (*unknown, *missed)}
    names = {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, _people(found))}
    came = queries.attended(reader, list(found))
    groups: dict[str, list[Line]] = {key: [] for key in GROUPS}
    for one in sorted(found.values(), key=lambda each: (each.starts_at, each.id)):
        key = group_of(one, reader.now)
        if key and one.person_id in names:
            place = here.by_id[one.resource_id].name
            groups[key].append(_line(place, one, names[one.person_id], came.get(one.id), today, spoken))
    return [Group(key, spoken.text(GROUPS[key]), lines) for key, lines in groups.items() if lines]


def group_of(one: Stored, now: int) -> str:
    """In which group a reservation of the day stands; "" for one that concerns nobody at the desk."""
    if one.state == "confirmed":
        return "unknown" if now >= one.ends_at else "late" if now >= one.starts_at else "coming"
    return {"checked_in": "here", "missed": "missed", "finished": "gone"}.get(one.state, "")


def _people(found: dict[int, Stored]) -> list[int]:
    return list(dict.fromkeys(one.person_id for one in found.values()))


def _line(resource: str, one: Stored, person: str, came: Came | None, today: Span, spoken: Words) -> Line:
    notes = [] if one.span.overlaps(today) else [spoken.day(one.starts_at)]
    if one.state == "confirmed" and one.late_until:
        notes.append(spoken.text(_("Retard annoncé, place gardée jusqu’à {hour}"), hour=spoken.hour(one.late_until)))
    if came and came[0]:
        notes.append(spoken.text(_("Arrivée : {hour}"), hour=spoken.hour(came[0])))
    if came and came[2]:
        notes.append(spoken.text(_("Départ : {hour}"), hour=spoken.hour(came[2])))
    hours = (spoken.hour(one.starts_at), spoken.hour(one.ends_at))
    return Line(show(one.id), person, show(one.person_id), resource, *hours, ", ".join(notes))
