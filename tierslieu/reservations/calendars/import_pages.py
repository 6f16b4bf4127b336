"""Calendars of others, for staff: send the file, look at every date, confirm; look at an import, undo it."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, Invalid, NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import Span
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.calendars import importing, queries
from tierslieu.reservations.calendars.apart import LARGEST, MOST, read_apart
from tierslieu.reservations.calendars.importing import IMPORT
from tierslieu.reservations.calendars.planning_dates import CHANGED, MEETS, NEW, SAME, TAKES, Planned
from tierslieu.reservations.calendars.reading import Wish
from tierslieu.reservations.calendars.rules import AHEAD
from tierslieu.reservations.calendars.schemas import ImportFields
from tierslieu.reservations.rules import places
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

PATH: Final = "/agendas-importes"
MOST_SHOWN: Final = 300
OUTCOMES: Final[Mapping[str, str]] = {
    NEW: _("Sera pris"),
    SAME: _("Déjà pris, inchangé"),
    CHANGED: _("Sera mis à jour"),
    "meets_reservation": _("Déjà réservé"),
    "meets_closure": _("Fermé à ce moment"),
    "meets_other": _("Déjà occupé"),
    "meets_itself": _("Deux dates à la fois"),
    "closed_that_day": _("Fermé ce jour-là"),
    "imported_already": _("Déjà importé"),
}
WHY: Final[Mapping[str, str]] = {
    "unknown_zone": _("fuseau horaire inconnu"),
    "no_length": _("sans durée"),
    "too_long": _("plus d’un an d’un seul tenant"),
    "unreadable_entry": _("illisible"),
    "keeps_nobody_busy": _("marqué « disponible »"),
    "too_frequent": _("se répète plusieurs fois par jour"),
    "no_uid": _("sans identifiant"),
}
"""Why an entry of the file takes no time at all."""


class DateLine(msgspec.Struct, frozen=True):
    """One date in words. `kind` is free, taken or waiting."""

    when: str
    title: str
    resource: str
    outcome: str
    kind: str


class PreviewPage(msgspec.Struct, frozen=True):
    """What a file would do. Nothing was written so far."""

    id: str
    name: str
    resources: str
    taken: int
    same: int
    meets: int
    gone: int
    past: int
    troubles: list[DateLine]
    dates: list[DateLine]
    more: int
    left_out: list[str]


class ImportLine(msgspec.Struct, frozen=True):
    """One imported calendar in the list."""

    id: str
    name: str
    resources: str
    changed: str


class ImportPages(Controller):
    """/agendas-importes."""

    path = PATH
    include_in_schema = False

    @get("/", opt=allow(IMPORT))
    async def list(self, request: AnyRequest) -> Response[bytes]:
        """What was imported, and the form for a file."""
        return await _list(request, {}, [], {}, [], 200)

    @post("/", opt=allow(IMPORT))
    async def take(self, request: AnyRequest) -> Response[Any]:
        """Read a file and keep what it would do."""
        typed = await request.form()
        form, home = await read_form(request), house(request)
        keys = [str(value) for name, value in typed.multi_items() if name == "resource"]
        try:
            fields = check(ImportFields, form)
            into = read(fields.into) if fields.into else 0
            found = await read_apart(await _bytes(form.files.get("file")), _wish(request))
            draft = await home.db.write(importing.keep_draft, fields.name, keys, found, into, by=actor(request))
        except Invalid as error:
            return await _list(request, form, keys, field_errors(words(request), error), [], 422)
        except Refused as error:
            return await _list(request, form, keys, {}, told(words(request), error), 422)
        return see_other(f"{PATH}/apercu/{show(draft)}")

    @get("/apercu/{id:str}", opt=allow(IMPORT))
    async def preview(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What each date would do."""
        try:
            return await _preview(request, read(id), [], 200)
        except NotFound as error:
            return await _list(request, {}, [], {}, told(words(request), error), 404)

    @post("/apercu/{id:str}", opt=allow(IMPORT))
    async def confirm(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """All of it in one go, or nothing; what changed meanwhile is shown again."""
        form, home, draft_id = await read_form(request), house(request), read(id)
        try:
            made = await home.db.write(importing.confirm, draft_id, skip=form.get("skip") == "1", by=actor(request))
        except NotFound as error:
            return await _list(request, {}, [], {}, told(words(request), error), 404)
        except (Refused, Conflict) as error:
            await home.db.write(importing.look_again, draft_id, by=actor(request))
            is_late = isinstance(error, Conflict) or error.reasons[0].code == "import_changed_meanwhile"
            return await _preview(request, draft_id, told(words(request), error), 409 if is_late else 422)
        return see_other(f"{PATH}/{show(made)}")

    @get("/{id:str}", opt=allow(IMPORT))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One import: the dates to come, those that take no time first."""
        line, dates = await house(request).db.read(import_page, read(id), words(request))
        return page(request, "calendars/import.html", line=line, dates=dates)

    @post("/{id:str}/retrait", opt=allow(IMPORT))
    async def remove(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Undo an import."""
        await read_form(request)
        await house(request).db.write(importing.remove, read(id), by=actor(request))
        return see_other(PATH)


def _wish(request: AnyRequest) -> Wish:
    home = house(request)
    return Wish(home.settings.zone, home.clock.now(), home.clock.now() + 2 * AHEAD, MOST)


async def _bytes(upload: UploadFile | None) -> bytes:
    return await upload.read(LARGEST + 1) if upload is not None and upload.filename else b""


async def _list(
    request: AnyRequest,
    typed: Mapping[str, str],
    keys: list[str],
    errors: Mapping[str, str],
    reasons: list[Any],
    status: int,
) -> Response[bytes]:
    def load(reader: Reader) -> tuple[list[ImportLine], list[Choice], list[Choice]]:
        here = venue(reader)
        lines = [import_line(here, one, words(request)) for one in queries.imports(reader)]
        allowed = [one for one in here.resources if one.is_bookable and _may(actor(request), one)]
        resources = [Choice(one.key, _named(one), one.key in keys) for one in allowed]
        new = Choice("", words(request).text(_("Un nouvel agenda")))
        again = words(request).text(_("La mise à jour de « {name} »"))
        former = [Choice(one.id, again.format(name=one.name), typed.get("into") == one.id) for one in lines]
        return lines, resources, [new, *former]

    lines, resources, into = await house(request).db.read(load)
    return page(
        request,
        "calendars/imports.html",
        status,
        lines=lines,
        resources=resources,
        into=into,
        typed=typed,
        errors=errors,
        reasons=reasons,
    )


def _named(one: ResourceFacts) -> str:
    """A resource with its space, unless they are called the same."""
    return one.name if one.name == one.space.name else f"{one.name}, {one.space.name}"


def _may(who: Actor, resource: ResourceFacts) -> bool:
    return who.may(IMPORT, *places(resource))


def import_line(here: VenueMap, one: queries.StoredImport, spoken: Words) -> ImportLine:
    """An import in words."""
    names = ", ".join(each.name for each in importing.resources_of(here, one))
    return ImportLine(show(one.id), one.name, names, spoken.moment(one.changed_at))


async def _preview(request: AnyRequest, draft_id: int, reasons: list[Any], status: int) -> Response[bytes]:
    view = await house(request).db.read(preview_page, draft_id, actor(request).person_id, words(request))
    return page(request, "calendars/preview.html", status, view=view, reasons=reasons)


def preview_page(reader: Reader, draft_id: int, staff_id: int | None, spoken: Words) -> PreviewPage:
    """The page as things are now. Raises NotFound."""
    draft = importing.kept_draft(reader, draft_id, staff_id)
    found, here = importing.plan_of(reader, draft), venue(reader)
    troubles = [_date(here, one, spoken) for one in found.dates if one.outcome not in TAKES]
    dates = [_date(here, one, spoken) for one in found.dates if one.outcome in TAKES]
    resources = [here.by_id[one].name for one in draft.resource_ids if one in here.by_id]
    unnamed = spoken.text(_("Sans titre"))
    return PreviewPage(
        show(draft_id),
        draft.name,
        ", ".join(resources),
        found.count(NEW, CHANGED),
        found.count(SAME),
        found.count(*MEETS),
        len(found.gone),
        draft.reading.past,
        troubles[:MOST_SHOWN],
        dates[:MOST_SHOWN],
        max(len(dates) - MOST_SHOWN, 0) + max(len(troubles) - MOST_SHOWN, 0),
        [
            spoken.text(_("{title} : {why}"), title=one.title or unnamed, why=spoken.text(WHY.get(one.why, one.why)))
            for one in draft.reading.left_out
        ],
    )


def _date(here: VenueMap, one: Planned, spoken: Words) -> DateLine:
    kind = "waiting" if one.outcome == CHANGED else "free" if one.outcome in TAKES else "taken"
    return DateLine(
        when(one.starts_at, one.ends_at, spoken),
        one.title or spoken.text(_("Sans titre")),
        here.by_id[one.resource_id].name,
        spoken.text(OUTCOMES[one.outcome]),
        kind,
    )


def when(start: int, end: int, spoken: Words) -> str:
    """« jeudi 3 décembre, 14 h – 16 h »; the day alone when it is all of it; over midnight, both days."""
    if spoken.zone.day(spoken.zone.date(start)) == Span(start, end):
        return spoken.day(start, "year")
    if spoken.zone.date(start) == spoken.zone.date(end - 1):
        return f"{spoken.day(start, 'year')}, {spoken.hours(Span(start, end))}"
    return spoken.text(_("de {start} à {end}"), start=spoken.moment(start), end=spoken.moment(end))


def import_page(reader: Reader, import_id: int, spoken: Words) -> tuple[ImportLine, list[DateLine]]:
    """An import and its dates to come, those left out first. Raises NotFound."""
    stored, here = queries.stored_import(reader, import_id), venue(reader)
    events = [one for one in queries.events_of(reader, import_id) if one.ends_at > reader.now]
    dates = [
        DateLine(
            when(one.starts_at, one.ends_at, spoken),
            one.title or spoken.text(_("Sans titre")),
            here.by_id[one.resource_id].name if one.resource_id in here.by_id else "",
            spoken.text(OUTCOMES[one.why] if one.why in OUTCOMES else _("Pris")),
            "taken" if one.why else "free",
        )
        for one in sorted(events, key=lambda one: (one.state != "left_out", one.starts_at))
    ]
    return import_line(here, stored, spoken), dates[:MOST_SHOWN]
