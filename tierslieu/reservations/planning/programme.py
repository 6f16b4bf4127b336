"""The programme of a day for the desk, for the doors, and for days without network: facts and words, then paper."""

from datetime import date
from typing import Final

import msgspec
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Table, TableStyle

from tierslieu.basics.spans import Span
from tierslieu.http.assets import Assets
from tierslieu.http.paper import BOLD, INK, QUIET, STYLES, Paper, marked
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.schemas import Known
from tierslieu.reservations.planning.facts import CLOSED, Use, of_resource, uses
from tierslieu.reservations.planning.views import CAUSES
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

DOOR: Final = "none"
GRID: Final = TableStyle(
    [
        ("FONTNAME", (0, 0), (-1, 0), BOLD),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, QUIET),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)
WIDTHS: Final = (40 * mm, 112 * mm, 18 * mm)


class Line(msgspec.Struct, frozen=True):
    """One use of a resource: hours, who or what; `box` asks for a tick when its person came."""

    hours: str
    what: str
    box: bool
    is_here: bool


class Part(msgspec.Struct, frozen=True):
    """A resource and its day."""

    name: str
    place: str
    opening: str
    lines: list[Line]


class Programme(msgspec.Struct, frozen=True):
    """The whole day. For doors: only what is used, no names, nothing to tick."""

    title: str
    day: str
    date: str
    made: str
    is_door: bool
    parts: list[Part]


def programme(reader: Reader, day: date, names: str, words: Words) -> Programme:
    """The programme of a day; `names` is initial, full or none (for doors). Seven statements."""
    here = venue(reader)
    window = words.zone.day(day)
    found = uses(reader, here.resources, window)
    parts = []
    for resource in here.resources:
        mine = [use for use in of_resource(resource, found) if _is_told(use)]
        if mine or resource.is_listed:
            opened = ", ".join(words.hours(span) for span in here.hours(resource, day))
            lines = [_line(use, here, resource, use.span.within(window), names, words) for use in mine]
            parts.append(Part(resource.name, resource.space.name, opened or words.text(_("fermé")), lines))
    made = words.text(_("Imprimé le {when}"), when=words.moment(reader.now))
    title = words.text(_("Programme du {day}"), day=words.day(day, "year"))
    return Programme(title, words.day(day, "year"), day.isoformat(), made, names == DOOR, parts)


def _is_told(use: Use) -> bool:
    """What concerns a door: all that holds time, but what is only kept for somebody who has not answered."""
    return bool(use.units) and use.cause != "hold"


def _line(use: Use, here: VenueMap, resource: ResourceFacts, span: Span, names: str, words: Words) -> Line:
    one, hours = use.reservation, words.hours(span)
    if one is None:
        cause = words.text(CAUSES[use.cause])
        reason = words.text(_("{title} : {why}"), title=cause, why=use.reason) if use.reason else cause
        return Line(hours, reason if names != DOOR or use.cause in CLOSED else words.text(_("Occupé")), False, False)
    if one.resource_id != resource.id:
        by = words.text(_("Réservé avec {resource}"), resource=here.by_id[one.resource_id].name)
        return Line(hours, by, False, False)
    if names == DOOR:
        return Line(hours, words.text(_("Réservé")), False, False)
    parts = [called(use.person, names, words), one.title, words.text(_("{count} pers."), count=one.people)]
    if one.state == "requested":
        parts.append(words.text(_("demande sans réponse")))
    return Line(hours, ", ".join(part for part in parts if part), True, one.state == "checked_in")


def called(person: Known | None, names: str, words: Words) -> str:
    """« Sofia M. » or « Sofia Moreau »."""
    if person is None:
        return words.text(_("Personne effacée"))
    last = person.last_name if names == "full" else f"{person.last_name[:1]}."
    return f"{person.first_name} {last}"


def paper(view: Programme, assets: Assets, venue_name: str, words: Words) -> bytes:
    """The programme as a PDF."""
    document = Paper(assets, f"{venue_name} – {view.title}", venue_name, words.locale)
    document.text(view.made, "quiet")
    for part in view.parts:
        document.heading(f"{part.name} ({part.opening})")
        if part.lines:
            document.add(_table(part, view, words))
        else:
            document.text(words.text(_("Rien de réservé.")), "quiet")
    return document.pdf()


def _table(part: Part, view: Programme, words: Words) -> Table:
    last = "" if view.is_door else words.text(_("Venu"))
    head = [words.text(_("Heures")), words.text(_("Qui et quoi")), last]
    rows = [
        [one.hours, one.what, "" if not one.box or view.is_door else "[x]" if one.is_here else "[  ]"]
        for one in part.lines
    ]
    cells = [[Paragraph(marked(text), STYLES["text"]) for text in row] for row in [head, *rows]]
    return Table(cells, colWidths=WIDTHS, style=GRID, hAlign="LEFT", repeatRows=1)
