"""The planning in words: rows of blocks. Pure but for what it reads at once."""

from datetime import date, timedelta
from urllib.parse import urlencode

import msgspec

from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.availability import Run, fewest
from tierslieu.reservations.planning.facts import Use, day_of, of_resource, uses
from tierslieu.reservations.scene import Asker, Scene, scene
from tierslieu.reservations.wording import STATES
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

FIRST_MINUTE, LAST_MINUTE, STEP = 8 * 60, 22 * 60, 30
COLUMNS = (LAST_MINUTE - FIRST_MINUTE) // STEP
MOST_ROWS = 25
SYMBOLS = {"requested": "hourglass", "confirmed": "clock", "checked_in": "door-open", "free": "check"}
LOOKS = {"requested": "asked", "confirmed": "mine", "checked_in": "here", "free": "free"}
CAUSES = {
    "closure": _("Fermé"),
    "maintenance": _("En panne ou en entretien"),
    "hold": _("Gardé pour quelqu’un"),
    "import": _("Agenda importé"),
    "session": _("Séance"),
    "run": _("Machine au travail"),
    "appointment": _("Rendez-vous"),
    "reservation": _("Occupé"),
}
KINDS = {
    "desk": _("Bureaux"),
    "desk_pool": _("Coworking"),
    "room": _("Salles"),
    "workstation": _("Ordinateurs"),
    "machine": _("Machines"),
    "loan_item": _("Prêts"),
    "staff_time": _("Temps de l’équipe"),
}


class Block(msgspec.Struct, frozen=True):
    """A block of a row. `at` and `length` count half hours from 8:00; `start` and `minutes` are of the wall clock.

    `id` and `version` only for a reservation that may be moved.
    """

    at: int
    length: int
    look: str
    symbol: str
    hours: str
    text: str
    state: str
    href: str
    id: str = ""
    version: int = 0
    start: int = 0
    minutes: int = 0


class Row(msgspec.Struct, frozen=True):
    """A resource on a day (`date`), or a day of a resource. `grid` is the step in minutes."""

    key: str
    name: str
    note: str
    date: str
    grid: int
    blocks: list[Block]
    href: str


class Planning(msgspec.Struct, frozen=True):
    """The whole page. `pages` counts pages of rows."""

    title: str
    date: str
    when: str
    previous_href: str
    next_href: str
    today_href: str
    hours: list[str]
    rows: list[Row]
    spaces: list[Choice]
    kinds: list[Choice]
    page: int
    page_hrefs: list[str]
    is_week: bool
    resource: str
    here: str


def day_page(reader: Reader, day: date, space: str, kind: str, number: int, words: Words) -> Planning:
    """A day: the resources of a filter, a bounded number of rows on each page."""
    found = day_of(reader, words.zone.day(day), space, kind)
    pages = max(1, -(-len(found.resources) // MOST_ROWS))
    number = min(max(number, 1), pages)
    shown = found.resources[(number - 1) * MOST_ROWS : number * MOST_ROWS]
    window = words.zone.day(day)
    around = scene(reader, Asker(has_authority=True), shown, window)
    rows = [_row(around, one, found.uses, day, words, name=one.name) for one in shown]

    def to(at: date, page: int = 1) -> str:
        return href(at, espace=space, sorte=kind, page_number=str(page) if page > 1 else "")

    return Planning(
        words.text(_("Planning")),
        day.isoformat(),
        words.day(day, "year"),
        to(day - timedelta(days=1)),
        to(day + timedelta(days=1)),
        to(words.zone.date(reader.now)),
        [words.minutes(minute) for minute in range(FIRST_MINUTE, LAST_MINUTE, 60)],
        rows,
        space_choices(found.here, space, words),
        [Choice("", words.text(_("Toutes les sortes"))), *_kinds(found.here, kind, words)],
        number,
        [to(day, page) for page in range(1, pages + 1)],
        False,
        "",
        to(day, number),
    )


def week_page(reader: Reader, key: str, monday: date, words: Words) -> Planning:
    """Seven days of one resource. Raises NotFound."""
    here = venue(reader)
    resource = here.resource(key)
    days = [monday + timedelta(days=step) for step in range(7)]
    window = Span(words.zone.day(days[0]).start, words.zone.day(days[-1]).end)
    found = uses(reader, [resource], window)
    around = scene(reader, Asker(has_authority=True), [resource], window)
    rows = [_row(around, resource, found, day, words, name=words.day(day, "short")) for day in days]

    def to(at: date) -> str:
        return f"/planning/semaine?{urlencode({'resource': key, 'date': at.isoformat()})}"

    return Planning(
        words.text(_("Planning : {resource}"), resource=resource.name),
        monday.isoformat(),
        words.text(_("Semaine du {day}"), day=words.day(monday, "year")),
        to(monday - timedelta(days=7)),
        to(monday + timedelta(days=7)),
        to(words.zone.date(reader.now)),
        [words.minutes(minute) for minute in range(FIRST_MINUTE, LAST_MINUTE, 60)],
        rows,
        [],
        [],
        1,
        [],
        True,
        key,
        to(monday),
    )


def href(day: date, **facts: str) -> str:
    """The address of a day with its filters."""
    return "/planning?" + urlencode({"date": day.isoformat(), **{k: v for k, v in facts.items() if v}})


def space_choices(here: VenueMap, chosen: str, words: Words) -> list[Choice]:
    """The spaces that hold something to reserve."""
    spaces = {one.space.key: one.space.name for one in here.resources if one.is_bookable or one.is_listed}
    return [
        Choice("", words.text(_("Tout le lieu"))),
        *(Choice(key, name, key == chosen) for key, name in spaces.items()),
    ]


def _kinds(here: VenueMap, chosen: str, words: Words) -> list[Choice]:
    kinds = dict.fromkeys(one.kind for one in here.resources if one.is_bookable or one.is_listed)
    return [Choice(kind, words.text(KINDS[kind]), kind == chosen) for kind in kinds if kind in KINDS]


def _row(around: Scene, resource: ResourceFacts, found: list[Use], day: date, words: Words, *, name: str) -> Row:
    window = words.zone.day(day)
    mine = [use for use in of_resource(resource, found) if use.span.overlaps(window)]
    free = fewest(around.free(resource, window)) if resource.is_bookable else []
    blocks = [_block(use, resource, window, words) for use in mine]
    blocks += [_free(run, resource, day, words) for run in free]
    blocks.sort(key=lambda block: (block.start, block.at))
    note = resource.space.name if name == resource.name != resource.space.name else ""
    link = f"/planning/semaine?{urlencode({'resource': resource.key, 'date': day.isoformat()})}"
    return Row(resource.key, name, note, day.isoformat(), resource.grid_minutes, blocks, link)


def _block(use: Use, resource: ResourceFacts, window: Span, words: Words) -> Block:
    one = use.reservation
    inside = use.span.within(window)
    start, minutes = words.zone.minutes(inside.start), inside.seconds // 60
    place, hours = _place(start, minutes), words.hours(use.span)
    if one is None or one.resource_id != resource.id:
        said = use.reason or use.title
        reason = f"{words.text(CAUSES[use.cause])} : {said}" if said else words.text(CAUSES[use.cause])
        link = f"/planning/reservations/{show(one.id)}" if one else _link_of(use)
        return Block(*place, "taken", "lock", hours, reason, "", link, start=start, minutes=minutes)
    name = f"{use.person.first_name} {use.person.last_name}" if use.person else words.text(_("Personne effacée"))
    text = f"{name}, {one.title}" if one.title else name
    is_movable = one.state in ("requested", "confirmed") and use.span == inside
    return Block(
        *place,
        LOOKS.get(one.state, "taken"),
        SYMBOLS.get(one.state, "clock"),
        hours,
        text,
        words.text(STATES[one.state]),
        f"/planning/reservations/{show(one.id)}",
        show(one.id) if is_movable else "",
        one.sequence,
        start,
        minutes,
    )


def _link_of(use: Use) -> str:
    return f"/fermetures/{show(use.cause_id)}" if use.cause in ("closure", "maintenance") else ""


def _free(run: Run, resource: ResourceFacts, day: date, words: Words) -> Block:
    start, minutes = words.zone.minutes(run.span.start), run.span.seconds // 60
    end = min(run.span.end, run.span.start + max(run.least, min(run.most, 3600)))
    wish = {"date": day.isoformat(), "resource": resource.key, "from": words.clock(run.span.start)}
    link = "/reserver?" + urlencode({**wish, "to": words.clock(end)})
    text = words.text(_("{count} libres"), count=run.units) if run.units > 1 else words.text(_("Libre"))
    return Block(*_place(start, minutes), "free", "check", words.hours(run.span), text, "", link, start=start)


def _place(start: int, minutes: int) -> tuple[int, int]:
    """The first half hour of a block and how many it covers, inside the hours that are drawn."""
    first = min(max((start - FIRST_MINUTE) // STEP, 0), COLUMNS - 1)
    last = min(max(-(-(start + minutes - FIRST_MINUTE) // STEP), first + 1), COLUMNS)
    return first + 1, last - first
