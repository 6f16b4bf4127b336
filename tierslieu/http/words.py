"""Words: translations, and dates, hours and prices as French (or English) readers expect them.

French is the language of the source; its catalogue exists for plurals, English has its own. Narrow and
plain no-break spaces are set here, never in stored data.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations

from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.http.showing import EASY, LANGUAGES

FOLDER = Path(__file__).parent.parent / "words"
DOMAIN = "tierslieu"
LOCALES = LANGUAGES
CATALOGUES = (*LOCALES, EASY)
NBSP, NNBSP = "\u00a0", "\u202f"
BEFORE_SIGNS = re.compile(r" ?([;!?])(?=\s|$|[»\"')])")
BEFORE_COLON = re.compile(r" ?:(?=\s|$)")
UNITS = re.compile(r"(\d) (?=(?:h|min|g|kg|mm|km|Go|Mo|ko|s)\b|[€%])")


@lru_cache(maxsize=4096)
def typo(text: str) -> str:
    """French typography: no-break spaces before signs, inside guillemets and before units; curved apostrophes."""
    text = text.replace("'", "\u2019").replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»")
    text = BEFORE_SIGNS.sub(rf"{NNBSP}\1", text)
    text = BEFORE_COLON.sub(f"{NBSP}:", text)
    return UNITS.sub(rf"\1{NBSP}", text)


class Words:
    """The words of one catalogue in one time zone. Plain words are French, and fall back to its usual words."""

    def __init__(self, catalogue: str, zone: Zone) -> None:
        self.catalogue = catalogue
        self.is_easy = catalogue == EASY
        self.locale = LOCALES[0] if self.is_easy else catalogue
        self.zone = zone
        self.translations: NullTranslations = Translations.load(FOLDER, [catalogue], DOMAIN)
        if self.is_easy:
            self.translations.add_fallback(Translations.load(FOLDER, [self.locale], DOMAIN))
        self._time_text = lru_cache(maxsize=2048)(self._format_minutes)
        self._hours_text = lru_cache(maxsize=8192)(self._format_hours)
        self._day_text = lru_cache(maxsize=2048)(self._format_day)

    def text(self, message: str, /, **facts: object) -> str:
        """A sentence in this language, its {facts} filled in."""
        found = self.translations.ugettext(message) if message else ""
        found = typo(found) if self.locale == "fr" else found
        return found.format(**facts) if facts else found

    def plural(self, one: str, many: str, count: int, /, **facts: object) -> str:
        """A sentence that counts, its {count} and {facts} filled in."""
        return self.counted(one, many, count).format(count=count, **facts)

    def counted(self, one: str, many: str, count: int) -> str:
        """The form of a sentence for a count, nothing filled in: what templates ask for."""
        found: str = self.translations.ungettext(one, many, count)
        return typo(found) if self.locale == "fr" else found

    def day(self, when: date | int, style: str = "full") -> str:
        """« mardi 24 novembre »; style "short": « mar. 24 nov. »; "year" adds the year; "weekday", "month"."""
        return self._day_text(self.zone.date(when) if isinstance(when, int) else when, style)

    def _format_day(self, day: date, style: str) -> str:
        pattern = {
            "full": "EEEE d MMMM",
            "short": "EEE d MMM",
            "year": "EEEE d MMMM y",
            "weekday": "EEE",
            "month": "MMM",
        }[style]
        if self.locale == "fr":
            return format_date(day, pattern, locale="fr").replace(" 1 ", " 1er ")
        return format_date(day, pattern, locale="en_GB")

    def hour(self, instant: int) -> str:
        """« 14 h 30 » (14:30 in English) of the venue's wall clock."""
        return self._time_text(self.zone.minutes(instant))

    def minutes(self, minutes: int) -> str:
        """The same for wall clock minutes after midnight."""
        return self._time_text(minutes)

    def _format_minutes(self, minutes: int) -> str:
        hour, rest = divmod(minutes % 1440, 60)
        if self.locale != "fr":
            return f"{hour}:{rest:02d}"
        return f"{hour}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")

    def clock(self, instant: int) -> str:
        """« 14:05 », for clocks and dense lists."""
        hour, minute = divmod(self.zone.minutes(instant), 60)
        return f"{hour:02d}:{minute:02d}"

    def hours(self, span: Span) -> str:
        """« 14 h – 16 h », kept on one line."""
        return self._hours_text(span)

    def _format_hours(self, span: Span) -> str:
        return f"{self.hour(span.start)}{NBSP}–{NBSP}{self.hour(span.end)}"

    def moment(self, instant: int) -> str:
        """« mardi 24 novembre à 14 h 05 »."""
        return self.text("{day} à {hour}", day=self.day(instant), hour=self.hour(instant))

    def money(self, cents: int) -> str:
        """« 12 € », « 2,50 € », « gratuit »."""
        if cents == 0:
            return self.text("gratuit")
        euros, rest = divmod(abs(cents), 100)
        sign = "-" if cents < 0 else ""
        whole = f"{euros:,}".replace(",", NNBSP if self.locale == "fr" else ",")
        if self.locale == "fr":
            return f"{sign}{whole}{f',{rest:02d}' if rest else ''}{NBSP}€"
        return f"{sign}€{whole}{f'.{rest:02d}' if rest else ''}"

    def duration(self, seconds: int) -> str:
        """« 1 h 12 », « 8 min », « 40 s »."""
        minutes = round(seconds / 60)
        if seconds < 60:
            return f"{seconds}{NBSP}s"
        if minutes < 60:
            return f"{minutes}{NBSP}min"
        hour, rest = divmod(minutes, 60)
        return f"{hour}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")

    def number(self, value: float, digits: int = 1) -> str:
        """A number with the language's decimal sign."""
        text = f"{value:.{digits}f}"
        return text.replace(".", ",") if self.locale == "fr" else text

    def long_date(self, instant: int) -> str:
        """Date and time with the year, for receipts and letters."""
        return format_datetime(self.zone.wall(instant), "d MMMM y, HH:mm", locale=self.locale)


def choose(accepted: str | None, cookie: str | None, default: str) -> str:
    """The language to answer in: the person's choice, else the browser's first known one, else the house's."""
    if cookie in LOCALES:
        return str(cookie)
    for code in _by_preference(accepted or ""):
        if code in LOCALES:
            return code
    return default


def _by_preference(accepted: str) -> list[str]:
    """The languages of an Accept-Language header, most wanted first; those of quality 0 are left out."""
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(","):
        code, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        if 0 < weight <= 1:
            wanted.append((weight, code.strip()[:2].lower()))
    return [code for _, code in sorted(wanted, key=lambda pair: -pair[0])]


@lru_cache(maxsize=16)
def spoken(catalogue: str, zone: Zone) -> Words:
    """The words of one catalogue (a language, or plain words), read once for each zone."""
    return Words(catalogue if catalogue in CATALOGUES else LOCALES[0], zone)


def catalogues(zone: Zone) -> Mapping[str, Words]:
    """The words of every catalogue."""
    return {catalogue: spoken(catalogue, zone) for catalogue in CATALOGUES}


def _(message: str) -> str:
    """Marks a sentence for translation where it is written; `Words.text` translates it where it is shown."""
    return message
