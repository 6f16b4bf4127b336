"""From facts to views: series in words. Each function reads a fixed number of statements."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.telling import Choice
from tierslieu.http.wording import reason_text
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.rules import HARD, SOFT
from tierslieu.reservations.search.rules import Proposal
from tierslieu.reservations.series import queries, views
from tierslieu.reservations.series.actions import NewSeries
from tierslieu.reservations.series.forms import REPEATS, USUAL_COUNT, written
from tierslieu.reservations.series.judging import is_out_of_hours
from tierslieu.reservations.series.preview import Judged, judged, judged_again
from tierslieu.reservations.series.queries import clock
from tierslieu.reservations.series.reconfirming import Manner, next_period
from tierslieu.reservations.series.rules import read_rule, span_on
from tierslieu.reservations.series.schemas import Occurrence, Pick, StoredSeries
from tierslieu.reservations.series.wording import STATES as DATE_STATES
from tierslieu.reservations.series.wording import rule_text, weekday
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.reservations.wording import EXCEPTIONS, STATES
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

LATER: Final = _("Ne pas réserver pour l’instant")
NAMES: Final = ("resource", "date", "from", "to", "people", "title", "repeat", "count", "until", "exception")
FIELDS: Final = (*NAMES, *(f"on{day}" for day in range(7)))


def typed_fields(given: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form among those given, cut to a length that anybody types."""
    return {name: given[name][:200] for name in FIELDS if given.get(name)}


def form_page(reader: Reader, words: Words, who: Actor, person_id: int, typed: Mapping[str, str]) -> views.FormPage:
    """The form: what was typed, else a sensible start."""
    here = venue_for(reader, person_id)
    today = here.zone.date(reader.now)
    chosen = typed.get("resource", "")
    resources = [one for one in here.resources if one.is_bookable and (one.is_listed or one.key == chosen)]
    first = here.by_key.get(chosen) or next(iter(resources), None)
    days = [today + timedelta(days=step) for step in range(1, 15)]
    day = next((one for one in days if first and here.hours(first, one)), days[0])
    usual = {"date": day.isoformat(), "people": "1", "count": str(USUAL_COUNT)}
    shown = {**dict.fromkeys(FIELDS, ""), **usual, **typed}
    return views.FormPage(
        [Choice(one.key, one.name, one.key == chosen) for one in resources],
        [Choice(key, words.text(text), key == shown["repeat"]) for key, text in REPEATS.items()],
        [views.Ticked(f"on{day}", weekday(day, words), bool(shown[f"on{day}"])) for day in range(7)],
        _exceptions(words, shown["exception"]) if who.may(FOR_OTHERS) else [],
        shown,
        today.isoformat(),
        show(person_id) if person_id != who.person_id else "",
    )


def _exceptions(words: Words, chosen: str) -> list[Choice]:
    none = Choice("", words.text(_("Les règles s’appliquent")), not chosen)
    return [none, *(Choice(code, words.text(text), code == chosen) for code, text in EXCEPTIONS.items())]


def preview_page(
    reader: Reader, words: Words, who: Actor, wish: NewSeries, typed: Mapping[str, str]
) -> views.PreviewPage:
    """Each date of a wish, free ones ticked. Raises Refused for what is no series."""
    found = judged(reader, who, wish)
    here = venue_for(reader, wish.person_id)
    pour = show(wish.person_id) if wish.person_id != who.person_id else ""
    free = [one for one in found if not one.reasons and not is_out_of_hours(one.answer)]
    cents = sum(one.price_cents for one in free)
    back = {name: value for name, value in typed.items() if name != "title"} | ({"pour": pour} if pour else {})
    dates = [date_line(one, here, words) for one in found]
    price = words.text(_("{price} pour les dates libres"), price=words.money(cents)) if cents else words.text("gratuit")
    return views.PreviewPage(
        here.resource(wish.key).name,
        rule_text(wish.rule, wish.first_day, words),
        words.hours(found[0].span),
        words.text(_("{free} dates libres sur {count}"), free=len(free), count=len(found)),
        price if free else "",
        dates,
        dict(typed),
        "/series/nouvelle?" + urlencode(back),
        pour,
        can_pick(dates),
    )


def can_pick(dates: Iterable[views.DateLine]) -> bool:
    """True when there is something to choose."""
    return any(one.is_free or one.choices for one in dates)


def date_line(one: Judged, here: VenueMap, words: Words, *, can_override: bool = False) -> views.DateLine:
    """A date to reserve, or why not and what there is instead. `can_override`: staff may have it all the same."""
    pick = Pick(one.day, one.resource.key, one.span)
    choices = [Choice(_value(one.day, each, here), _instead(each, one.span, words)) for each in one.instead]
    codes = {reason.code for reason in one.reasons}
    if codes and (codes <= SOFT or (can_override and codes.isdisjoint(HARD))):
        choices.insert(0, Choice(written(pick, here.zone), words.text(_("Réserver quand même"))))
    return views.DateLine(
        f"d{one.day.isoformat()}",
        words.day(one.day, "year"),
        words.hours(one.span),
        not one.reasons,
        is_out_of_hours(one.answer),
        words.text(_state(one)),
        "" if one.reasons else written(pick, here.zone),
        words.money(one.price_cents) if one.price_cents else "",
        [reason_text(words, reason) for reason in one.reasons],
        [Choice("", words.text(LATER), True), *choices] if choices else [],
    )


def _state(one: Judged) -> str:
    if one.reasons:
        return _("Pas possible")
    if is_out_of_hours(one.answer):
        return _("Libre, mais le lieu est fermé")
    return _("Libre, hors règles") if one.passed else _("Libre")


def _value(day: date, each: Proposal, here: VenueMap) -> str:
    return written(Pick(day, each.resource.key, each.span), here.zone)


def _instead(each: Proposal, wanted: Span, words: Words) -> str:
    """« Bureau Ourcq, aux mêmes heures » or « jeudi 3 décembre, 14 h – 16 h »."""
    if each.kind == "resource":
        return words.text(_("{resource}, aux mêmes heures"), resource=each.resource.name)
    hours = words.hours(each.span)
    if words.zone.date(each.span.start) == words.zone.date(wanted.start):
        return words.text(_("le même jour, {hours}"), hours=hours)
    return f"{words.day(each.span.start)}, {hours}"


def series_page(reader: Reader, words: Words, who: Actor, one: StoredSeries, manner: Manner) -> views.SeriesPage:
    """A series with all its dates: kept, to be treated (judged as of now), and over."""
    here = venue(reader)
    found = queries.occurrences(reader, one.id)
    ahead = [each for each in found if is_ahead(each, one, here, reader.now)]
    alive = [each for each in ahead if each.is_alive]
    to_add = [each for each in ahead if not each.is_alive]
    resource = here.by_id[one.resource_id]
    first = date.fromisoformat(one.first_day)
    facts = [
        (words.text(_("Espace")), resource.name),
        (words.text(_("Heures")), hours_text(one, here, words)),
        (words.text(_("Répétition")), rule_text(read_rule(one.rule), first, words)),
        (words.text(_("Personnes")), str(one.people)),
    ]
    if one.kept_until and one.state == "active":
        facts.append((words.text(_("Confirmée jusqu’au")), words.day(date.fromisoformat(one.kept_until), "year")))
    base = f"/series/{show(one.id)}"
    may_override = who.may(FOR_OTHERS)
    answers = judged_again(reader, who, one, to_add)
    todo = [date_line(each, here, words, can_override=may_override) for each in answers]
    return views.SeriesPage(
        show(one.id),
        one.title or resource.name,
        facts,
        question(reader, one, words, manner),
        [kept_line(each, one, here, words) for each in alive],
        todo,
        [kept_line(each, one, here, words) for each in found if each not in ahead and each.reservation is not None],
        f"{base}/modifier" if alive else "",
        f"/series/{show(one.former_id)}" if one.former_id else "",
        can_pick(todo),
        _exceptions(words, "") if may_override and todo else [],
    )


def is_ahead(each: Occurrence, one: StoredSeries, here: VenueMap, now: int) -> bool:
    """True for a date that is not over; one that is not reserved is over once it begins."""
    span = each.reservation.span if each.is_alive and each.reservation else None
    span = span or span_on(here.zone, each.day, one.from_minutes, one.to_minutes)
    return span.end > now if each.is_alive else span.start > now


def question(reader: Reader, one: StoredSeries, words: Words, manner: Manner) -> views.Question | None:
    """What the person is asked now; None when nothing is."""
    if not one.asked_at or not one.kept_until:
        return None
    found = queries.following(reader, one, next_period(one.kept_until, manner))
    dates = [f"{words.day(each.starts_at)}, {words.hours(each.span)}" for each in found]
    return views.Question(dates, words.day(one.deadline - 1, "year"))


def hours_text(one: StoredSeries, here: VenueMap, words: Words) -> str:
    """« 14 h – 16 h »: the hours of a series."""
    return words.hours(span_on(here.zone, date.fromisoformat(one.first_day), one.from_minutes, one.to_minutes))


def kept_line(each: Occurrence, one: StoredSeries, here: VenueMap, words: Words) -> views.Kept:
    """A date that is or was reserved."""
    found = each.reservation
    span = found.span if found else span_on(here.zone, each.day, one.from_minutes, one.to_minutes)
    is_elsewhere = found is not None and found.resource_id != one.resource_id
    note = words.text(_("Changement refusé : cette date reste comme avant.")) if each.state == "unchanged" else ""
    return views.Kept(
        words.day(span.start, "year"),
        words.hours(span),
        here.by_id[found.resource_id].name if found and is_elsewhere else "",
        found.state if found else each.state,
        state_text(each, words),
        note,
        f"/mes-reservations/{show(found.id)}" if found else "",
        f"/series/{show(one.id)}/modifier?day={each.day.isoformat()}" if each.is_alive else "",
    )


def state_text(each: Occurrence, words: Words) -> str:
    """How a date stands."""
    if each.reservation is None:
        return words.text(DATE_STATES[each.state])
    if each.reservation.ended_because == "series":
        return words.text(DATE_STATES["released"])
    return words.text(STATES[each.reservation.state])


def change_page(
    reader: Reader, words: Words, one: StoredSeries, day: date | None, typed: Mapping[str, str]
) -> views.ChangePage | None:
    """The forms for one date and those after it, or for all; None for a date that is none of the series."""
    here = venue_for(reader, one.person_id)
    found = queries.occurrences(reader, one.id)
    meant = [each for each in found if each.day == day]
    if day is not None and not meant:
        return None
    reservation = meant[0].reservation if meant else None
    span = (
        reservation.span
        if reservation
        else span_on(here.zone, day or date.fromisoformat(one.first_day), one.from_minutes, one.to_minutes)
    )
    resource = here.by_id[reservation.resource_id if reservation else one.resource_id]
    usual = {
        "scope": "one" if meant else "all",
        "from": words.clock(span.start),
        "to": clock(here.zone.minutes(span.end) or 1440),
        "title": one.title,
        "resource": resource.key,
        "on": "",
    }
    shown = {**usual, **{name: typed[name][:200] for name in usual if name in typed}}
    offered = [each for each in here.resources if each.is_bookable and (each.is_listed or each.id == resource.id)]
    return views.ChangePage(
        show(one.id),
        one.title or resource.name,
        f"{words.day(span.start, 'year')}, {words.hours(span)}" if meant else hours_text(one, here, words),
        day.isoformat() if day else "",
        [Choice(each.key, each.name, each.key == shown["resource"]) for each in offered],
        shown,
        not meant or meant[0].is_alive,
        len([each for each in found if each.is_alive]) > 1,
    )
