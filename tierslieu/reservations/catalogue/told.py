"""Rules and hours in plain words, as pages tell them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from tierslieu.basics.hours import Opening, Period, Week
from tierslieu.basics.spans import DAY, MINUTE
from tierslieu.http.words import NBSP, Words
from tierslieu.venue.map import ResourceFacts, SpaceFacts, VenueMap
from tierslieu.venue.portraits import SpecialDays
from tierslieu.venue.school import BREAKS, SchoolBreak
from tierslieu.venue.wording import ACCESS, WEEKDAYS

BREAKS_SHOWN = 2


def rules_in_words(spoken: Words, one: ResourceFacts, names: Mapping[str, str]) -> list[str]:
    """What to know before one reserves, a sentence each. `names` are the resources' names by key."""
    found = [_length(spoken, one), _when(spoken, one)]
    if one.capacity > 1:
        found.append(spoken.text("Jusqu’à {count} personnes.", count=one.capacity))
    if one.min_people > 1:
        found.append(spoken.text("À partir de {count} personnes.", count=one.min_people))
    if one.parts:
        parts = ", ".join(f"{count} × {names[key]}" if count > 1 else names[key] for key, count in one.parts)
        found.append(spoken.text("Comprend : {parts}.", parts=parts))
    if one.needs_approval:
        found.append(spoken.text("La demande est d’abord lue par l’équipe."))
    if one.referent in names:
        found.append(spoken.text("Seulement quand « {name} » est là.", name=names[one.referent]))
    found.append(_cancelling(spoken, one))
    if one.grace_minutes:
        delay = spoken.duration(one.grace_minutes * MINUTE)
        found.append(spoken.text("Libéré si personne n’est arrivé après {delay}.", delay=delay))
    if one.noise == "noisy":
        found.append(spoken.text("Fait du bruit : à éviter quand la pièce voisine demande du calme."))
    if one.noise == "quiet":
        found.append(spoken.text("Demande du calme autour."))
    return found


def _length(spoken: Words, one: ResourceFacts) -> str:
    least, most = spoken.duration(one.min_minutes * MINUTE), spoken.duration(one.max_minutes * MINUTE)
    return spoken.text("De {least} à {most}.", least=least, most=most)


def _when(spoken: Words, one: ResourceFacts) -> str:
    if one.notice_minutes:
        notice = spoken.duration(one.notice_minutes * MINUTE)
        return spoken.text(
            "À réserver au moins {notice} avant, jusqu’à {days} jours à l’avance.",
            notice=notice,
            days=one.horizon_days,
        )
    return spoken.text("À réserver jusqu’à {days} jours à l’avance.", days=one.horizon_days)


def _cancelling(spoken: Words, one: ResourceFacts) -> str:
    if not one.cancel_minutes:
        return spoken.text("Annulation possible jusqu’au début.")
    seconds = one.cancel_minutes * MINUTE
    if seconds % DAY == 0:
        count = seconds // DAY
        delay = spoken.plural("{count} jour", "{count} jours", count)
    else:
        delay = spoken.duration(seconds)
    return spoken.text("Annulation possible jusqu’à {delay} avant.", delay=delay)


def periods_text(spoken: Words, periods: Iterable[Period]) -> str:
    """« 9 h – 12 h 30, 13 h 30 – 18 h », or closed."""
    found = ", ".join(f"{spoken.minutes(p.opens)}{NBSP}–{NBSP}{spoken.minutes(p.closes)}" for p in periods)
    return found or spoken.text("fermé")


def week_in_words(spoken: Words, week: Week) -> list[tuple[str, str]]:
    """Each weekday with its hours."""
    return [(spoken.text(name), periods_text(spoken, day)) for name, day in zip(WEEKDAYS, week, strict=True)]


def open_now(spoken: Words, here: VenueMap, space: SpaceFacts, now: int) -> tuple[bool, str]:
    """Whether a space is open, and until or from when it is."""
    today = here.zone.date(now)
    for day in (today - timedelta(days=1), today):
        for span in here.open_spans(space, day):
            if span.holds(now):
                return True, spoken.text("Ouvert jusqu’à {hour}", hour=spoken.hour(span.end))
            if span.start > now:
                return False, spoken.text("Fermé, ouvre à {hour}", hour=spoken.hour(span.start))
    return False, spoken.text("Fermé pour aujourd’hui")


def days_text(spoken: Words, first: date, last: date) -> str:
    """« jeudi 24 décembre 2026 », or from one day to another."""
    if first == last:
        return spoken.day(first, "year")
    return spoken.text("du {first} au {last}", first=spoken.day(first), last=spoken.day(last, "year"))


def special_in_words(spoken: Words, days: Iterable[SpecialDays], today: date) -> list[tuple[str, str]]:
    """Days that do not follow the week and are not over: when, and which hours (why)."""
    found = []
    for one in days:
        if one.last >= today:
            hours = periods_text(spoken, one.periods)
            found.append((days_text(spoken, one.first, one.last), f"{hours} ({one.reason})" if one.reason else hours))
    return found


def coming_breaks(today: date) -> list[SchoolBreak]:
    """The school holidays that are not over, the next ones."""
    return [one for one in BREAKS if one.last >= today][:BREAKS_SHOWN]


def breaks_in_words(spoken: Words, today: date) -> str:
    """When the school holidays are."""
    return ", ".join(f"{one.name} ({days_text(spoken, one.first, one.last)})" for one in coming_breaks(today))


def has_break_week(opening: Opening) -> bool:
    """True when the school holidays have hours of their own."""
    return opening.break_week is not None and opening.break_week != opening.week


def access_in_words(spoken: Words, known: Mapping[str, bool]) -> list[tuple[str, bool]]:
    """The accessibility facts that are known, those that are true first."""
    found = [(spoken.text(ACCESS[code]), is_true) for code, is_true in known.items() if code in ACCESS]
    return sorted(found, key=lambda one: not one[1])
