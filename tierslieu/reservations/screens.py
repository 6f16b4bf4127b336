"""From facts to views: the « Réserver » page in words. Pure: same facts and words, same view."""

from datetime import date, timedelta
from urllib.parse import urlencode

from msgspec.structs import replace

from tierslieu.basics.errors import Reason
from tierslieu.basics.spans import Span, minus
from tierslieu.http.wording import Link, reason_text, remedy_link
from tierslieu.http.words import Words
from tierslieu.people.qualifications.rules import PASSABLE
from tierslieu.reservations import rules, views
from tierslieu.reservations.availability import Run
from tierslieu.reservations.board import Asked, DayFacts, Row
from tierslieu.reservations.wording import EXCEPTIONS
from tierslieu.venue.map import ResourceFacts

FIRST_MINUTE, LAST_MINUTE, STEP = 8 * 60, 22 * 60, 30
SOON = 2 * 3600


def href(day: date, **facts: str) -> str:
    """The address of the page for a day and a wish."""
    return "/reserver?" + urlencode({"date": day.isoformat(), **{k: v for k, v in facts.items() if v}})


def day_page(facts: DayFacts, asked: Asked, words: Words, *, is_signed_in: bool, path: str) -> views.DayPage:
    """The whole page."""
    zone = words.zone
    today = zone.date(facts.now)
    chosen = facts.venue.by_key.get(asked.key) or (facts.rows[0].resource if facts.rows else None)
    booking = facts.decision if isinstance(facts.decision, rules.Booking) else None
    title = words.text("Choisir un poste") if asked.space else words.text("Réserver un espace")
    return views.DayPage(
        title=title,
        date_iso=facts.day.isoformat(),
        min_date=today.isoformat(),
        max_date=(today + timedelta(days=90)).isoformat(),
        date_text=words.day(facts.day),
        days=_chips(facts, asked, words),
        hours=[words.minutes(minute) for minute in range(FIRST_MINUTE, LAST_MINUTE, 60)],
        plan=_plan(facts, asked, words),
        rows=[_row(facts, asked, number, row, words) for number, row in enumerate(facts.rows, 1)],
        form=_form(facts, asked, chosen, words),
        summary=_summary(asked, chosen, words, is_signed_in=is_signed_in, path=path) if booking else None,
        week_href=f"/semaine?date={facts.day.isoformat()}" + (f"&pour={asked.pour}" if asked.pour else ""),
        list_href="#board",
    )


def _chips(facts: DayFacts, asked: Asked, words: Words) -> list[views.DayChip]:
    found = []
    for step, count in enumerate(facts.free_counts):
        day = facts.first_day + timedelta(days=step)
        note = words.text("fermé") if count is None else words.plural("{count} libre", "{count} libres", count)
        weekday = words.day(day, "weekday")
        link = href(day, space=asked.space, resource=asked.key, pour=asked.pour)
        found.append(views.DayChip(link, weekday, str(day.day), note, count is None, day == facts.day))
    return found


def _plan(facts: DayFacts, asked: Asked, words: Words) -> views.Plan:
    by_key = {row.resource.key: (number, row) for number, row in enumerate(facts.rows, 1)}
    spaces = {space.key: space for space in facts.venue.spaces.values()}
    areas = []
    for area in facts.plan.areas:
        known = by_key.get(area.key)
        place = (area.outline, area.x, area.y)
        if known is None:
            thing = spaces.get(area.key) or facts.venue.by_key.get(area.key)
            name = thing.name if thing else area.key
            areas.append(views.PlanArea(None, None, _short(name), "service", "", *place))
            continue
        number, row = known
        state, note = _state_now(facts, asked, row, words)
        link = (
            href(facts.day, space=area.key, pour=asked.pour)
            if row.resource.kind == "desk_pool"
            else _pick(facts, asked, row, words)
        )
        areas.append(views.PlanArea(link, number, _short(row.resource.name), state, note, *place))
    title = words.text("Plan : {count} espaces à réserver", count=len(facts.rows))
    return views.Plan(areas, facts.plan.walls, facts.plan.view_box, title, facts.plan.picture)


def _short(name: str) -> str:
    """The part of a long name that fits on the plan: « Accueil », « côté jardin »."""
    if len(name) <= 20:
        return name
    return name.split(" et ")[0] if " et " in name else name.split(",")[-1].strip()


def _pick(facts: DayFacts, asked: Asked, row: Row, words: Words) -> str | None:
    """The link that fills the form with the first free time; None when there is none."""
    if not row.free:
        return None
    at = words.clock(row.free[0].span.start)
    return href(facts.day, space=asked.space, resource=row.resource.key, pour=asked.pour, **{"from": at}) + "#choice"


def _state_now(facts: DayFacts, asked: Asked, row: Row, words: Words) -> tuple[str, str]:
    """How an area of the plan looks: at the hour asked for, else now, else at opening."""
    if asked.key == row.resource.key and asked.span is not None:
        return "chosen", words.text("votre choix")
    if not row.opened:
        return "closed", words.text("fermé")
    at = asked.span.start if asked.span else max(facts.now, row.opened[0].start)
    for run in row.free:
        if run.span.holds(at):
            if row.resource.pick == "one":
                return "free", words.plural("{count} poste libre", "{count} postes libres", run.units)
            return "free", words.text("libre")
    if any(one.span.holds(at) for one in row.closed):
        return "closed", words.text("fermé")
    later = [run for run in row.free if run.span.start > at]
    if later:
        kind = "soon" if later[0].span.start - at <= SOON else "taken"
        return kind, words.text("libre à {hour}", hour=words.hour(later[0].span.start))
    return "taken", words.text("complet") if row.resource.is_bookable else words.text("fermé")


def _row(facts: DayFacts, asked: Asked, number: int, row: Row, words: Words) -> views.BoardRow:
    resource = row.resource
    size = (
        words.plural("{count} place", "{count} places", resource.capacity)
        if resource.pick == "all"
        else words.plural("{count} poste", "{count} postes", len(resource.units))
    )
    detail = f"{size}, {_price(resource, words)}"
    return views.BoardRow(number, resource.name, detail, _blocks(facts, asked, row, words))


def _price(resource: ResourceFacts, words: Words) -> str:
    if not resource.hourly_cents:
        return words.text("gratuit")
    return f"{words.money(resource.hourly_cents)}/h"


Part = tuple[Span, str, str, str | None]
"""A run of the board: when, which kind, its word, where a tap leads."""


def _blocks(facts: DayFacts, asked: Asked, row: Row, words: Words) -> list[views.Block]:
    """Free, taken, own and chosen runs in order of time; time outside the opening hours stays empty."""
    is_chosen = asked.key == row.resource.key and isinstance(facts.decision, rules.Booking)
    chosen = [asked.span] if is_chosen and asked.span else []
    parts: list[Part] = [
        (span, "mine", words.text("Sa réservation") if asked.pour else words.text("Ma réservation"), None)
        for span in row.mine
    ]
    parts += [(span, "chosen", words.text("Votre choix"), None) for span in chosen]
    own = [*row.mine, *chosen]
    for run in row.free:
        label = _free_label(row, run, words)
        parts += [(part, "free", label, _link(facts, asked, row, part, words)) for part in minus([run.span], own)]
    parts += _unavailable(facts, row, [part[0] for part in parts], words)
    blocks = (_block(part, words) for part in sorted(parts, key=lambda part: part[0]))
    return [block for block in blocks if block is not None]


def _unavailable(facts: DayFacts, row: Row, known: list[Span], words: Words) -> list[Part]:
    """The open time that is neither free nor one's own. A closure says why it is there."""
    gaps = minus(row.opened, known)
    parts = [(gap.within(one.span), one.reason) for gap in gaps for one in row.closed if gap.overlaps(one.span)]
    shut = [part for part, _reason in parts]
    found: list[Part] = [
        (part, "taken", words.text("Fermé : {reason}", reason=reason) if reason else words.text("Fermé"), None)
        for part, reason in parts
    ]
    return found + [
        (gap, "closed", words.text("Passé"), None)
        if gap.end <= facts.now
        else (gap, "taken", words.text("Occupé"), None)
        for gap in minus(gaps, shut)
    ]


def _free_label(row: Row, run: Run, words: Words) -> str:
    if row.resource.pick == "one":
        return words.plural("{count} libre", "{count} libres", run.units)
    return words.text("Libre")


def _link(facts: DayFacts, asked: Asked, row: Row, span: Span, words: Words) -> str:
    at = {"from": words.clock(span.start)}
    return href(facts.day, space=asked.space, resource=row.resource.key, pour=asked.pour, **at) + "#choice"


def _block(part: Part, words: Words) -> views.Block | None:
    """The place of a run on the board, in half hours of the wall clock; None when it lies outside."""
    span, kind, label, link = part
    start = words.zone.minutes(span.start)
    first = max((start - FIRST_MINUTE) // STEP, 0)
    last = min(-(-(start + span.seconds // 60 - FIRST_MINUTE) // STEP), (LAST_MINUTE - FIRST_MINUTE) // STEP)
    return views.Block(first + 1, last - first, kind, label, words.hours(span), link) if first < last else None


def _form(facts: DayFacts, asked: Asked, chosen: ResourceFacts | None, words: Words) -> views.WishForm:
    listed = [row.resource for row in facts.rows]
    names = listed if chosen is None or chosen in listed else [chosen, *listed]
    resources = [views.Choice(one.key, one.name, one is chosen) for one in names]
    starts, ends = _times(facts, chosen)
    start = asked.span.start if asked.span else (starts[0] if starts else 0)
    end = asked.span.end if asked.span else 0
    reasons = facts.decision if isinstance(facts.decision, tuple) else ()
    capacity = chosen.capacity if chosen else 1
    return views.WishForm(
        action="/reserver",
        resources=resources,
        starts=[_choice(at, at == start, words) for at in starts],
        ends=[_choice(at, at == end, words) for at in ends],
        people=str(asked.people),
        max_people=max(capacity, 1),
        help=words.plural("{count} personne au plus.", "{count} personnes au plus.", capacity) if capacity > 1 else "",
        errors={},
        reasons=reason_lines(reasons, words, asked.pour),
        pour=asked.pour,
    )


def _choice(at: int, selected: bool, words: Words) -> views.Choice:
    return views.Choice(words.clock(at), words.hour(at), selected)


def _times(facts: DayFacts, chosen: ResourceFacts | None) -> tuple[list[int], list[int]]:
    """Starts and ends that the lists offer: the grid of the open hours, whatever is taken (the answer explains)."""
    if chosen is None:
        return [], []
    step = chosen.grid_minutes * 60
    opened = facts.venue.hours(chosen, facts.day) or (_usual_hours(facts),)
    starts = [at for span in opened for at in range(span.start, span.end, step) if at + step > facts.now]
    return starts, [at + step for at in starts]


def _usual_hours(facts: DayFacts) -> Span:
    """The hours of the board, for a closed day: the form still speaks, and the answer says that it is closed."""
    zone = facts.venue.zone
    return Span(zone.instant(facts.day, FIRST_MINUTE), zone.instant(facts.day, LAST_MINUTE))


def reason_lines(reasons: tuple[Reason, ...], words: Words, pour: str = "") -> list[views.ReasonLine]:
    """Reasons with their sentences and links; the links stay with the person one acts for."""
    return [
        views.ReasonLine(
            reason.code,
            reason_text(words, reason),
            [_remedy(remedy_link(words, remedy), pour) for remedy in reason.remedies],
        )
        for reason in reasons
    ]


def _remedy(link: Link, pour: str) -> views.Link:
    is_ours = bool(pour) and link.href.startswith(("/reserver?", "/attente/nouvelle?"))
    return views.Link(f"{link.href}&pour={pour}" if is_ours else link.href, link.text)


def with_reasons(view: views.DayPage, reasons: tuple[Reason, ...], words: Words, pour: str = "") -> views.DayPage:
    """The page after a refusal: every reason beside the form, nothing to confirm."""
    form = replace(view.form, reasons=reason_lines(reasons, words, pour))
    return replace(view, form=form, summary=None)


def with_errors(view: views.DayPage, errors: dict[str, str], people: str) -> views.DayPage:
    """The page after a form that cannot be read: a sentence beside each field, what was typed kept."""
    return replace(view, form=replace(view.form, errors=errors, people=people), summary=None)


def _summary(
    asked: Asked, chosen: ResourceFacts | None, words: Words, *, is_signed_in: bool, path: str
) -> views.Summary | None:
    if chosen is None or asked.span is None:
        return None
    price = words.money(rules.price_cents(chosen, asked.span))
    details = words.text("À confirmer par l’accueil") if chosen.needs_approval else chosen.details
    sign_in = "" if is_signed_in else "/connexion?" + urlencode({"next": path})
    day = words.day(asked.span.start)
    return views.Summary(
        chosen.name,
        day,
        words.hours(asked.span),
        price,
        details,
        is_signed_in,
        _wish_fields(asked, asked.span, words),
        sign_in,
    )


def _wish_fields(asked: Asked, span: Span, words: Words) -> dict[str, str]:
    """The fields of a form that asks for this wish."""
    return {
        "resource": asked.key,
        "date": words.zone.date(span.start).isoformat(),
        "from": words.clock(span.start),
        "to": words.clock(span.end),
        "people": str(asked.people),
        **({"pour": asked.pour} if asked.pour else {}),
    }


def waiver(view: views.DayPage, asked: Asked, words: Words, *, is_staff: bool) -> views.Waiver | None:
    """How to go on in spite of the reasons: anybody may accept what goes on next door, staff pass over rules."""
    codes = {reason.code for reason in view.form.reasons}
    if asked.span is None or not codes:
        return None
    fields = _wish_fields(asked, asked.span, words)
    if codes <= rules.SOFT:
        return views.Waiver({**fields, "accepted": ",".join(sorted(codes))}, [])
    if not is_staff or not codes <= PASSABLE | rules.HOUSE_CODES:
        return None
    choices = [views.Choice(code, words.text(text), False) for code, text in EXCEPTIONS.items()]
    return views.Waiver(fields, choices)


def default_span(facts_free: list[Run], start: int, resource: ResourceFacts) -> Span:
    """The span a tap on a free run proposes: half a day for a desk, an hour for a room, less when less is free."""
    wanted = 3 * 3600 if resource.kind in ("desk", "desk_pool") else 3600
    wanted = min(max(wanted, resource.min_minutes * 60), resource.max_minutes * 60)
    for run in facts_free:
        if run.span.holds(start):
            return Span(start, min(start + wanted, start + max(run.most, run.least), run.span.end))
    return Span(start, start + wanted)
