"""What is on the screens of reservations, as tables to take along: the same reads, the same rows."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations import actions, queries, rules
from tierslieu.reservations.calendars.feeds import CAUSES
from tierslieu.reservations.calendars.queries import closure_reasons, imported_titles, members_among
from tierslieu.reservations.calendars.spreadsheets import Cell, Sheet
from tierslieu.reservations.schemas import Expected
from tierslieu.reservations.week import week_page
from tierslieu.reservations.wording import STATES
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

WHEN: Final = (_("Jour"), _("Début"), _("Fin"))
OWN: Final = (_("Référence"), *WHEN, _("Ressource"), _("Espace"), _("Personnes"), _("État"), _("Prix en euros"))
PEOPLE: Final = (_("Référence"), *WHEN, _("Ressource"), _("Espace"), _("Nom"), _("Prénom"), _("État"))
PLANNING: Final = (*WHEN, _("Ressource"), _("Espace"), _("Sorte"), _("Nom"), _("Prénom"), _("Objet"), _("État"))


def mine(reader: Reader, person_id: int, words: Words, *, is_past: bool) -> Sheet:
    """« Mes réservations », those to come or the past ones."""
    rows = [
        (
            one.reference,
            *_when(words, int(one.starts_at.timestamp()), int(one.ends_at.timestamp())),
            one.resource_name,
            one.space,
            one.people,
            words.text(STATES[one.state]),
            one.price_cents / 100,
        )
        for one in queries.mine(reader, person_id, is_past=is_past)
    ]
    return Sheet("mes-reservations", [words.text(title) for title in OWN], rows)


def day(tx: Tx, words: Words) -> Sheet:
    """Who is expected today. Who takes the list away is noted."""
    here = venue(tx)
    found = queries.expected(tx, here.zone.day(here.zone.date(tx.now)))
    return _people(tx, "attendus", here, found, words)


def requests(tx: Tx, words: Words) -> Sheet:
    """The requests that the actor may answer. Who takes the list away is noted."""
    here = venue(tx)
    found = [one for one in queries.requests(tx) if _may_answer(tx.by, here, one)]
    return _people(tx, "demandes", here, found, words)


def _may_answer(who: Actor, here: VenueMap, one: Expected) -> bool:
    return who.may(actions.ANSWER, *rules.places(here.by_id[one.resource_id]))


def _people(tx: Tx, name: str, here: VenueMap, found: Iterable[Expected], words: Words) -> Sheet:
    rows = [
        (
            show(one.id)[-6:],
            *_when(words, one.starts_at, one.ends_at),
            here.by_id[one.resource_id].name,
            here.by_id[one.resource_id].space.name,
            one.last_name,
            one.first_name,
            words.text(STATES[one.state]),
        )
        for one in found
    ]
    record(tx, "reservations.export", None, name, count=len(rows))
    return Sheet(name, [words.text(title) for title in PEOPLE], rows)


def week(reader: Reader, window: Span, words: Words) -> Sheet:
    """« La semaine »: what is free of each resource on each day."""
    view = week_page(reader, window, words)
    rows = [(row.name, *(cell.text for cell in row.cells)) for row in view.resources]
    return Sheet("semaine", [words.text(_("Ressource")), *view.days], rows)


class Shown(msgspec.Struct, frozen=True):
    """What a planning shows: some days, and when given, one space, one kind, one resource (keys)."""

    first: date
    days: int = 1
    space: str = ""
    kind: str = ""
    resource: str = ""

    def has(self, one: ResourceFacts) -> bool:
        """True for a resource that it shows."""
        wanted = ((self.space, one.space.key), (self.kind, one.kind), (self.resource, one.key))
        return one.is_bookable and all(asked in ("", found) for asked, found in wanted)


def planning(tx: Tx, asked: Shown, words: Words) -> Sheet:
    """All that takes time on some days, with names: the staff's planning. Who takes it away is noted."""
    here = venue(tx)
    last = asked.first + timedelta(days=asked.days - 1)
    window = Span(here.zone.day(asked.first).start, here.zone.day(last).end)
    units = {unit: one for one in here.resources if asked.has(one) for unit in one.units}
    claimed = queries.claims(tx, sorted(units), window)
    ids: dict[str, set[int]] = {}
    for _unit, _start, _end, cause, cause_id in claimed:
        ids.setdefault(cause, set()).add(cause_id)
    rows = [*_reserved(tx, here, ids.get("reservation", set()), words)]
    said = closure_reasons(tx, sorted(ids.get("closure", ()))) | imported_titles(tx, sorted(ids.get("import", ())))
    for unit, start, end, cause, cause_id in claimed:
        if cause != "reservation":
            one, kind = here.units.get(unit, units[unit]), words.text(CAUSES[cause])
            rows.append((*_when(words, start, end), one.name, one.space.name, kind, "", "", said.get(cause_id, ""), ""))
    record(tx, "reservations.export", None, "planning", count=len(rows))
    return Sheet("planning", [words.text(title) for title in PLANNING], sorted(rows, key=lambda row: str(row[:4])))


def _reserved(reader: Reader, here: VenueMap, ids: set[int], words: Words) -> list[tuple[Cell, ...]]:
    members = members_among(reader, sorted(ids))
    people = {one.id: one for one in known_among(reader, [one.person_id for one in members])}
    rows: list[tuple[Cell, ...]] = []
    for one in members:
        resource, person = here.by_id[one.resource_id], people.get(one.person_id)
        names = (person.last_name, person.first_name) if person else ("", "")
        rows.append(
            (
                *_when(words, one.starts_at, one.ends_at),
                resource.name,
                resource.space.name,
                words.text(_("Réservation")),
                *names,
                one.title,
                words.text(STATES[one.state]),
            )
        )
    return rows


def _when(words: Words, start: int, end: int) -> tuple[Cell, Cell, Cell]:
    """Day, from, until, of the venue's wall clock."""
    begin, finish = words.zone.wall(start), words.zone.wall(end)
    return begin.date(), begin.time(), finish.time()
