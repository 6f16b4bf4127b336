"""What a feed shows, worked out from the database: entries with every text ready."""

from collections.abc import Mapping
from typing import Final

from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span, span
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations.calendars import queries, rules
from tierslieu.reservations.calendars.queries import Feed
from tierslieu.reservations.ical import Group, Item, Member, groups, names
from tierslieu.reservations.invitations import DOMAIN, item, uid
from tierslieu.reservations.queries import claims
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

CAUSES: Final[Mapping[str, str]] = {
    "closure": _("Fermé"),
    "maintenance": _("Maintenance"),
    "run": _("Machine en marche"),
    "hold": _("Proposé à quelqu’un"),
    "import": _("Agenda importé"),
    "session": _("Séance"),
    "appointment": _("Rendez-vous"),
}
"""What occupies a resource when it is no reservation."""
Claim = tuple[int, int, int, str, int]


def items_of(reader: Reader, feed: Feed, words: Words, settings: Settings) -> list[Item]:
    """The entries of a feed, the soonest first; none when its place is gone."""
    window = rules.window_of(feed.detail, reader.now)
    here = venue(reader)
    if feed.detail == rules.OWN:
        found = _own(reader, here, feed.person_id, window, settings)
    else:
        place = rules.place_of(here, feed.place)
        if place is None:
            return []
        if feed.detail == rules.OPENING:
            found = _opening(here, feed, window, words)
        elif feed.detail == rules.BUSY:
            found = _busy(reader, place.resources, window, words)
        else:
            found = _named(reader, here, place.resources, window, words)
    return bounded(sorted(found, key=lambda one: (one.starts_at, one.uid)), words)


def bounded(items: list[Item], words: Words) -> list[Item]:
    """The same, or the first of them and an entry that says that there would be more."""
    if len(items) <= rules.MOST_ITEMS:
        return items
    last = items[rules.MOST_ITEMS]
    summary = words.text(_("La suite ne tient pas dans cet agenda : voyez le planning."))
    more = Item(f"more@{DOMAIN}", last.starts_at, last.ends_at, summary, is_free=True)
    return [*items[: rules.MOST_ITEMS], more]


def _own(reader: Reader, here: VenueMap, person_id: int, window: Span, settings: Settings) -> list[Item]:
    """One's own reservations; what was given up stays a month, as cancelled."""
    found = groups(queries.own(reader, person_id, window.start, window.end))
    items = [item(here, one, settings) for one in found]
    return [one for one in items if one.status != "CANCELLED" or one.changed_at > reader.now - rules.KEPT]


def _claims(reader: Reader, resources: tuple[ResourceFacts, ...], window: Span) -> list[Claim]:
    units = sorted({unit for one in resources for unit in one.units})
    return claims(reader, units, window) if units else []


def _busy(reader: Reader, resources: tuple[ResourceFacts, ...], window: Span, words: Words) -> list[Item]:
    """When each resource is taken: no name, no title, no reason."""
    taken: dict[int, list[Span]] = {}
    for unit, start, end, _cause, _id in _claims(reader, resources, window):
        taken.setdefault(unit, []).append(span(start, end))
    return [
        Item(
            uid=f"busy-{one.key}-{start}@{DOMAIN}",
            starts_at=start,
            ends_at=end,
            summary=words.text(_("{name} : occupé"), name=one.name),
            location=one.space.name,
        )
        for one in resources
        for start, end in rules.taken_spans(one, taken)
    ]


def _named(
    reader: Reader, here: VenueMap, resources: tuple[ResourceFacts, ...], window: Span, words: Words
) -> list[Item]:
    """Everything that takes time there, with the names of people: for staff."""
    rows = _claims(reader, resources, window)
    ids: dict[str, list[int]] = {}
    for _unit, _start, _end, cause, cause_id in rows:
        ids.setdefault(cause, []).append(cause_id)
    members = queries.members_among(reader, sorted(set(ids.pop("reservation", []))))
    people = {
        one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, [m.person_id for m in members])
    }
    said = {
        "closure": queries.closure_reasons(reader, ids.get("closure", [])),
        "import": queries.imported_titles(reader, ids.get("import", [])),
    }
    reserved = [_reserved(here, one, people) for one in groups(members)]
    return [*reserved, *_others(resources, rows, said, words)]


def _reserved(here: VenueMap, group: Group, people: Mapping[int, str]) -> Item:
    first: Member = group.standing[0]
    who, what = people.get(first.person_id, ""), names(group, here.by_id)
    title = next((one.title for one in group.standing if one.title), "")
    return Item(
        uid=uid(group.origin),
        starts_at=first.starts_at,
        ends_at=max(one.ends_at for one in group.standing),
        summary=", ".join(text for text in (what, who, title) if text),
        status=group.status,
        sequence=group.sequence,
        location=here.by_id[first.resource_id].space.name,
        created_at=first.created_at,
        changed_at=max(one.changed_at for one in group.members),
    )


def _others(
    resources: tuple[ResourceFacts, ...], rows: list[Claim], said: Mapping[str, Mapping[int, str]], words: Words
) -> list[Item]:
    """What is no reservation: one entry for each cause, on all its units together."""
    by_unit = {unit: one for one in reversed(resources) for unit in one.units}
    found: dict[tuple[str, int, int], Item] = {}
    for unit, start, end, cause, cause_id in rows:
        if cause == "reservation":
            continue
        text = said.get(cause, {}).get(cause_id, "")
        summary = ", ".join(part for part in (by_unit[unit].name, words.text(CAUSES[cause]), text) if part)
        found.setdefault(
            (cause, cause_id, start),
            Item(
                uid=f"{cause}-{show(cause_id)}-{start}@{DOMAIN}",
                starts_at=start,
                ends_at=end,
                summary=summary,
                location=by_unit[unit].space.name,
            ),
        )
    return list(found.values())


def _opening(here: VenueMap, feed: Feed, window: Span, words: Words) -> list[Item]:
    """When spaces are open, as entries that keep nobody busy."""
    spaces = [one for one in here.spaces.values() if feed.place in (rules.SPACE + one.key, rules.SITE + one.site)]
    first, last = here.zone.date(window.start), here.zone.date(window.end)
    days = [first.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    return [
        Item(
            uid=f"open-{one.key}-{start}@{DOMAIN}",
            starts_at=start,
            ends_at=end,
            summary=words.text(_("{name} : ouvert"), name=one.name),
            is_free=True,
        )
        for one in spaces
        for day in days
        for start, end in here.open_spans(one, day)
    ]
