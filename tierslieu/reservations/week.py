"""The week of all resources, in words: one short sentence a day, so that it reads as a list."""

from datetime import timedelta

from msgspec.structs import replace

from tierslieu.basics.spans import Span
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import views
from tierslieu.reservations.availability import fewest
from tierslieu.reservations.scene import Asker, Scene, facts
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, VenueMap

WEEK = timedelta(days=7)


def week_page(reader: Reader, window: Span, words: Words, pour: str = "") -> views.WeekPage:
    """The page for seven days from a Monday. Two statements, whatever the history and the number of resources."""
    here = venue_for(reader, None)
    listed = [one for one in here.resources if one.is_listed]
    seen = Scene(facts(reader, Asker(), here, listed, window), Asker(), reader.now)
    monday = here.zone.date(window.start)
    days = [monday + timedelta(days=step) for step in range(7)]
    spans = [here.zone.day(day) for day in days]
    isos = [day.isoformat() for day in days]
    rows = [_row(seen, resource, spans, isos, words) for resource in listed]
    more = f"&pour={pour}" if pour else ""
    return views.WeekPage(
        title=words.text("La semaine"),
        week_text=words.text("Semaine du {day}", day=words.day(monday, "year")),
        previous_href=f"/semaine?date={monday - WEEK}{more}",
        next_href=f"/semaine?date={monday + WEEK}{more}",
        resources=[_with_more(row, more) for row in rows],
        days=[words.day(day, "short") for day in days],
        day_href=[f"/reserver?date={iso}{more}" for iso in isos],
    )


def _with_more(row: views.WeekRow, more: str) -> views.WeekRow:
    """The same row, its links with what they must carry along."""
    if not more:
        return row
    cells = [replace(cell, href=f"{cell.href}{more}" if cell.href else None) for cell in row.cells]
    return replace(row, href=f"{row.href}{more}", cells=cells)


def _row(
    seen: Scene,
    resource: ResourceFacts,
    spans: list[Span],
    isos: list[str],
    words: Words,
) -> views.WeekRow:
    here, now = seen.venue, seen.now
    runs = fewest(seen.free(resource, Span(spans[0].start, spans[-1].end)))
    by_day: list[list[Span]] = [[] for _ in spans]
    at = 0
    for run in runs:
        while run.span.start >= spans[at].end:
            at += 1
        by_day[at].append(run.span)
    cells = [
        _cell(here, resource, free, day, iso, now, words) for free, day, iso in zip(by_day, spans, isos, strict=True)
    ]
    return views.WeekRow(resource.name, f"/reserver?date={isos[0]}&resource={resource.key}", cells)


def _cell(
    here: VenueMap, resource: ResourceFacts, free: list[Span], day: Span, iso: str, now: int, words: Words
) -> views.WeekCell:
    if not free:
        opened = here.hours(resource, here.zone.date(day.start))
        if not opened:
            return views.WeekCell(words.text("fermé"), "closed", None)
        is_over = opened[-1].end <= now
        return views.WeekCell(words.text("passé") if is_over else words.text("complet"), "full", None)
    hours = ", ".join([words.hours(span) for span in _joined(free)])
    link = f"/reserver?date={iso}&resource={resource.key}"
    return views.WeekCell(words.text("{hours} libre", hours=hours), "free" if len(free) == 1 else "partly", link)


def _joined(spans: list[Span]) -> list[Span]:
    """Runs of a pool that touch read as one: the count of desks is told on the day's page."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
