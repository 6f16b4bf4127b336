"""A floor plan at a moment: what is free on it, on the drawing and in a list. The states are those of one scene."""

from datetime import date
from typing import Final
from urllib.parse import urlencode

import msgspec

from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import HOUR, Span
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import views
from tierslieu.reservations.availability import Run
from tierslieu.reservations.rules import Wish
from tierslieu.reservations.scene import Asker, Scene, scene
from tierslieu.reservations.search.rules import booked
from tierslieu.reservations.search.screens import hour_choices
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.plans.queries import FloorPlan, PlanArea, floor_plans

SOON: Final = 2 * HOUR
STATES: Final = {
    "free": ("free", "check", _("Libre")),
    "soon": ("soon", "clock", _("Se libère bientôt")),
    "taken": ("taken", "lock", _("Occupé")),
    "closed": ("silent", "door-open", _("Fermé")),
}
"""State of an area: the chip, its symbol and its word in the list."""


class Look(msgspec.Struct, frozen=True):
    """What is looked at: a plan (its key, "" for the first), a day, hours if any, for how many people."""

    plan: str
    day: date
    span: Span | None = None
    people: int = 1
    pour: str = ""


class Line(msgspec.Struct, frozen=True):
    """What the drawing shows of one resource, in words."""

    number: int
    name: str
    chip: str
    symbol: str
    word: str
    note: str
    details: str
    href: str | None


class PlanPage(msgspec.Struct, frozen=True):
    """« Plan »."""

    name: str
    tabs: list[tuple[str, str, bool]]
    plan: views.Plan
    lines: list[Line]
    when: str
    date: str
    starts: list[views.Choice]
    ends: list[views.Choice]
    people: str
    key: str
    pour: str


def plan_page(reader: Reader, asker: Asker, look: Look, words: Words) -> PlanPage | None:
    """The page; None while there is no plan. Raises NotFound for an unknown one. A fixed number of statements."""
    plans = floor_plans(reader)
    if not plans:
        return None
    shown = next((one for one in plans if look.plan in (one.key, "")), None)
    if shown is None:
        raise NotFound("no_such_plan")
    window = words.zone.day(look.day)
    seen = _scene(reader, asker, shown, window)
    here = seen.venue
    drawn: list[views.PlanArea] = []
    lines: list[Line] = []
    for area in shown.areas:
        resource = here.by_key.get(area.key)
        if resource is None or not resource.is_bookable:
            drawn.append(_service(seen, plans, shown, area, look))
            continue
        line, spot = _choice(seen, resource, area, len(lines) + 1, look, words)
        lines.append(line)
        drawn.append(spot)
    title = words.plural("Plan : {count} espace à réserver", "Plan : {count} espaces à réserver", len(lines))
    tabs = [(f"/plan?{urlencode(_fields(one.key, look, words))}", one.name, one is shown) for one in plans]
    return PlanPage(
        shown.name,
        tabs if len(tabs) > 1 else [],
        views.Plan(drawn, shown.walls, shown.view_box, title, shown.picture),
        lines,
        _when(look, words),
        look.day.isoformat(),
        hour_choices(words, words.clock(look.span.start) if look.span else ""),
        hour_choices(words, words.clock(look.span.end) if look.span else ""),
        str(look.people),
        shown.key,
        look.pour,
    )


def _scene(reader: Reader, asker: Asker, plan: FloorPlan, window: Span) -> Scene:
    """The scene of all that stands on a plan."""
    keys = {area.key for area in plan.areas}
    here = venue_for(reader, asker.person_id)
    return scene(reader, asker, [one for one in here.resources if one.key in keys and one.is_bookable], window)


def _fields(key: str, look: Look, words: Words) -> dict[str, str]:
    """The fields of an address of this page."""
    hours = {"from": words.clock(look.span.start), "to": words.clock(look.span.end)} if look.span else {}
    people = {"people": str(look.people)} if look.people > 1 else {}
    pour = {"pour": look.pour} if look.pour else {}
    return {"plan": key, "date": look.day.isoformat(), **hours, **people, **pour}


def _when(look: Look, words: Words) -> str:
    day = words.day(look.day)
    return f"{day}, {words.hours(look.span)}" if look.span else day


def _service(seen: Scene, plans: tuple[FloorPlan, ...], shown: FloorPlan, area: PlanArea, look: Look) -> views.PlanArea:
    """What cannot be reserved; a space with a plan of its own leads there."""
    spaces = {space.key: space for space in seen.venue.spaces.values()}
    thing = seen.venue.by_key.get(area.key) or spaces.get(area.key)
    own = next((one for one in plans if one.space == area.key and one is not shown), None)
    href = f"/plan?{urlencode({'plan': own.key, 'date': look.day.isoformat()})}" if own else None
    name = thing.name if thing else area.key
    return views.PlanArea(href, None, short(name), "service", "", area.outline, area.x, area.y)


def short(name: str) -> str:
    """The part of a long name that fits on a plan."""
    if len(name) <= 20:
        return name
    return name.split(" et ")[0] if " et " in name else name.split(",")[-1].strip()


def _choice(
    seen: Scene, resource: ResourceFacts, area: PlanArea, number: int, look: Look, words: Words
) -> tuple[Line, views.PlanArea]:
    """The same choice as a line and as an area."""
    state, note, start = _state(seen, resource, look, words)
    chip, symbol, word = STATES[state]
    href = _href(resource, look, start, words)
    count = len(resource.units)
    size = (
        words.plural("{count} poste", "{count} postes", count)
        if resource.pick == "one"
        else words.plural("{count} place", "{count} places", resource.capacity)
    )
    told = "" if note == words.text("libre") else note
    line = Line(number, resource.name, chip, symbol, words.text(word), told, f"{size}, {_price(resource, words)}", href)
    spot = views.PlanArea(href, number, short(resource.name), state, note, area.outline, area.x, area.y)
    return line, spot


def _price(resource: ResourceFacts, words: Words) -> str:
    return f"{words.money(resource.hourly_cents)}/h" if resource.hourly_cents else words.text("gratuit")


def _state(seen: Scene, resource: ResourceFacts, look: Look, words: Words) -> tuple[str, str, int | None]:
    """The state, what is said of it, and the first hour at which a reservation may begin."""
    opened = seen.venue.hours(resource, look.day)
    if not opened:
        return "closed", words.text("fermé"), None
    runs = seen.free(resource, words.zone.day(look.day))
    if look.span is not None:
        return _at(seen, resource, look.span, runs, look, words)
    at = max(seen.now, opened[0].start)
    now = [run for run in runs if run.span.holds(at)]
    if now:
        return "free", _free_text(resource, now, words), now[0].span.start
    return _later(runs, at, words)


def _at(
    seen: Scene, resource: ResourceFacts, span: Span, runs: list[Run], look: Look, words: Words
) -> tuple[str, str, int | None]:
    """At the hours asked for: free only when a reservation of exactly these would be accepted."""
    if booked(seen, Wish(resource, span, look.people)):
        return "free", _free_text(resource, [run for run in runs if run.offers(span)], words), span.start
    if look.people > resource.capacity:
        most = words.plural("{count} personne au plus", "{count} personnes au plus", resource.capacity)
        return "taken", most, None
    return _later([run for run in runs if run.span.start != span.start], span.start, words)


def _later(runs: list[Run], at: int, words: Words) -> tuple[str, str, int | None]:
    later = [run for run in runs if run.span.start > at]
    if not later:
        return "taken", words.text("complet"), None
    state = "soon" if later[0].span.start - at <= SOON else "taken"
    return state, words.text("libre à {hour}", hour=words.hour(later[0].span.start)), later[0].span.start


def _free_text(resource: ResourceFacts, runs: list[Run], words: Words) -> str:
    if resource.pick != "one":
        return words.text("libre")
    return words.plural("{count} poste libre", "{count} postes libres", max((run.units for run in runs), default=1))


def _href(resource: ResourceFacts, look: Look, start: int | None, words: Words) -> str:
    """Where this is confirmed, or where the day of a resource shows why not."""
    fields = {"date": look.day.isoformat(), "resource": resource.key}
    if start is not None:
        fields["from"] = words.clock(start)
        if look.span is not None and start == look.span.start:
            fields |= {"to": words.clock(look.span.end), "people": str(look.people)}
    if look.pour:
        fields["pour"] = look.pour
    return f"/reserver?{urlencode(fields)}#choice"
