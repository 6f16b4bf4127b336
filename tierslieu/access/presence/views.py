"""What the pages of presence show."""

import msgspec

from tierslieu.access.passes.queries import guest
from tierslieu.access.presence import queries
from tierslieu.access.presence.evacuation import named
from tierslieu.access.presence.queries import HereNow, PresenceRow, ZoneCountNow
from tierslieu.access.presence.rules import Who
from tierslieu.access.presence.wording import LOOKS, doubt_text, group_text, person_notes
from tierslieu.access.zones.queries import zone_of, zones
from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.groups.queries import groups
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.searching import search

MOST_LISTED = 300
"""People named on one page; the evacuation list has them all."""


class ZoneLine(msgspec.Struct, frozen=True):
    """A zone in the table of headcounts. `drift`: how many more left than came, as far as counted."""

    key: str
    name: str
    is_site: bool
    inside: str
    look: str
    look_text: str
    known: int
    visitors: int
    drift: int


class PersonLine(msgspec.Struct, frozen=True):
    """Somebody who is here; `href` is where staff put it right."""

    href: str
    name: str
    since: str
    notes: str


class ZonePeople(msgspec.Struct, frozen=True):
    """Those who are in a zone."""

    name: str
    people: list[PersonLine]


class GroupLine(msgspec.Struct, frozen=True):
    """A group that is here, or one that may come."""

    id: str
    text: str
    since: str = ""
    people: int = 0


class PresenceView(msgspec.Struct, frozen=True):
    """The page of who is here. `alarm` is a sentence while an alarm lasts."""

    zones: list[ZoneLine]
    people: list[ZonePeople]
    groups: list[GroupLine]
    choices: list[Choice]
    alarm: str
    is_alarm_on: bool
    more: int


class FoundLine(msgspec.Struct, frozen=True):
    """Somebody of a search, and where they are."""

    id: str
    name: str
    place: str
    is_inside: bool


class PersonView(msgspec.Struct, frozen=True):
    """The presence of a person or a guest, to be corrected. `href` leads to their file or their pass."""

    href: str
    is_guest: bool
    name: str
    place: str
    is_inside: bool
    choices: list[Choice]


def zone_line(words: Words, one: ZoneCountNow) -> ZoneLine:
    """A zone with its headcount."""
    count, capacity = one.count, one.zone.capacity
    inside = str(count.everyone)
    if capacity:
        inside = words.text(_("{taken} sur {capacity}"), taken=count.taken, capacity=capacity)
    look, text = LOOKS[one.look]
    return ZoneLine(
        one.zone.key,
        one.zone.name,
        bool(one.zone.is_site),
        inside,
        look if capacity else "",
        words.text(text) if capacity else "",
        count.people,
        max(count.visitors, 0),
        max(-count.visitors, 0),
    )


def zone_choices(reader: Reader, chosen: str = "") -> list[Choice]:
    """The zones to choose from, the whole site first."""
    found = sorted(zones(reader), key=lambda one: not one.is_site)
    return [Choice(one.key, one.name, one.key == chosen) for one in found]


def presence_view(reader: Reader, words: Words) -> PresenceView:
    """Who is here, how many, in which groups."""
    alarms = queries.alarms(reader)
    rows = queries.those_inside(reader)
    alarm = words.text(_("Alarme depuis {hour}"), hour=words.hour(alarms[0].started_at)) if alarms else ""
    return PresenceView(
        [zone_line(words, one) for one in queries.counts(reader)],
        people_here(reader, words, rows[:MOST_LISTED]),
        visit_lines(reader, words),
        zone_choices(reader),
        alarm,
        any(one.is_on for one in alarms),
        max(len(rows) - MOST_LISTED, 0),
    )


def people_here(reader: Reader, words: Words, rows: list[PresenceRow]) -> list[ZonePeople]:
    """Those who are inside, by zone, by first name."""
    names = {one.id: one.name for one in zones(reader)}
    found: dict[int, list[PersonLine]] = {id_: [] for id_ in names}
    for row, one in named(reader, rows):
        notes = [*person_notes(words, one), doubt_text(words, one, reader.now)]
        line = PersonLine(
            href_of(row.who),
            one.name or words.text(_("Visiteur")),
            words.hour(one.came_at),
            ". ".join(note for note in notes if note),
        )
        found.setdefault(row.zone_id, []).append(line)
    return [
        ZonePeople(names.get(id_, words.text(_("Zone retirée"))), sorted(lines, key=lambda line: line.name))
        for id_, lines in found.items()
        if lines
    ]


def visit_lines(reader: Reader, words: Words) -> list[GroupLine]:
    """The groups that are here."""
    names = {one.id: one.name for one in groups(reader)}
    return [
        GroupLine(
            show(one.id),
            group_text(words, names.get(one.group_id, ""), one.people),
            words.hour(one.arrived_at),
            one.people,
        )
        for one in queries.visits(reader)
    ]


def group_lines(reader: Reader, words: Words) -> list[GroupLine]:
    """The groups that may come, each with how many they are; those without a number are left to count."""
    here = {one.group_id for one in queries.visits(reader)}
    found = []
    for one in groups(reader):
        people = one.headcount or one.pupils or one.members
        if one.closed_at is None and people and one.id not in here:
            found.append(GroupLine(show(one.id), group_text(words, one.name, people), people=people))
    return found


def search_view(tx: Tx, words: Words, name: str) -> list[FoundLine]:
    """People of a name and whether they are here. Looking for somebody is an act that the log keeps, not its words."""
    found = search(tx, name)
    record(tx, "access.search_presence", None, "", found=len(found))
    lines = []
    for one in found:
        here = queries.now_of(tx, Who(one.id))
        lines.append(FoundLine(show(one.id), one.name, place_text(tx, words, here), here.is_inside))
    return lines


def place_text(reader: Reader, words: Words, here: HereNow) -> str:
    """« Dans le hall, vu à 9 h », « Sorti à 10 h », « Aucun passage »."""
    zone = zone_of(reader, here.zone_id)
    facts = {"zone": zone.name if zone else words.text(_("Zone retirée")), "moment": words.moment(here.last_at)}
    if here.is_inside:
        return words.text(_("Ici ({zone}). Dernier passage : {moment}."), **facts)
    if here.last_at:
        return words.text(_("Pas là. Dernier passage : {moment}."), **facts)
    return words.text(_("Pas là. Aucun passage ces derniers jours."))


def href_of(who: Who) -> str:
    """Where staff put a presence right."""
    if who.guest_id:
        return f"/presence/visiteurs/{show(who.guest_id)}"
    return f"/presence/personnes/{show(who.person_id)}"


def person_view(reader: Reader, words: Words, who: Who, chosen: str = "") -> PersonView:
    """The presence of a person or a guest. Raises NotFound."""
    here = queries.now_of(reader, who)
    about = f"/laissez-passer/{show(who.guest_id)}" if who.guest_id else f"/personnes/{show(who.person_id)}"
    return PersonView(
        about,
        bool(who.guest_id),
        _name(reader, words, who),
        place_text(reader, words, here),
        here.is_inside,
        zone_choices(reader, chosen),
    )


def _name(reader: Reader, words: Words, who: Who) -> str:
    if who.guest_id:
        return guest(reader, who.guest_id).first_name or words.text(_("Visiteur"))
    person = known(reader, who.person_id)
    if person is None:
        raise NotFound("no_such_person")
    return f"{person.first_name} {person.last_name}"
