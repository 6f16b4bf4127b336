"""The forms of series: what is typed, and the wish it means."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid
from tierslieu.basics.zone import Zone
from tierslieu.http.words import _
from tierslieu.reservations.rules import SOFT
from tierslieu.reservations.schemas import Key, Waiver
from tierslieu.reservations.series import rules
from tierslieu.reservations.series.actions import NewSeries
from tierslieu.reservations.series.judging import Terms
from tierslieu.reservations.series.queries import clock
from tierslieu.reservations.series.schemas import Clock, Day, Pick, Scope, Title, minutes_of

REPEATS: Final[Mapping[str, str]] = {
    "weekly": _("Chaque semaine"),
    "fortnightly": _("Toutes les 2 semaines"),
    "daily": _("Chaque jour"),
    "month_day": _("Chaque mois, à la même date"),
    "month_rank": _("Chaque mois, le même jour de la semaine"),
}
USUAL_COUNT: Final = 8
PICKED: Final = re.compile(r"d(20\d\d-\d\d-\d\d)")
CHOICE: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]{0,39})\|(20\d\d-\d\d-\d\d)\|(\d\d:\d\d)\|(\d\d:\d\d)")


class SeriesFields(BaseModel):
    """A series as people write it. The last day wins over the number of times."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    resource: Key
    date: Day
    start: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]
    people: Annotated[int, Field(ge=1, le=1000)] = 1
    title: Title = ""
    repeat: Literal["weekly", "fortnightly", "daily", "month_day", "month_rank"] = "weekly"
    on0: bool = False
    on1: bool = False
    on2: bool = False
    on3: bool = False
    on4: bool = False
    on5: bool = False
    on6: bool = False
    count: Annotated[int, Field(ge=2, le=rules.MOST_DATES)] = USUAL_COUNT
    until: Day | None = None
    exception: Waiver = ""

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days of the week that are ticked."""
        ticked = (self.on0, self.on1, self.on2, self.on3, self.on4, self.on5, self.on6)
        return tuple(day for day, is_on in enumerate(ticked) if is_on)

    @property
    def rule(self) -> rules.Rule:
        """The rule that is meant. Without a ticked day, it is the weekday of the first date."""
        first = date.fromisoformat(self.date)
        until = date.fromisoformat(self.until) if self.until else None
        count = 0 if until else self.count
        if self.repeat == "daily":
            return rules.Rule("DAILY", count=count, until=until)
        if self.repeat == "month_day":
            return rules.Rule("MONTHLY", month_day=first.day, count=count, until=until)
        if self.repeat == "month_rank":
            rank = (first.day - 1) // 7 + 1
            nth = rank if rank < 5 else -1
            return rules.Rule("MONTHLY", weekdays=(first.weekday(),), nth=nth, count=count, until=until)
        interval = 2 if self.repeat == "fortnightly" else 1
        return rules.Rule("WEEKLY", interval, self.weekdays or (first.weekday(),), count=count, until=until)

    def wish(self, person_id: int, picks: tuple[Pick, ...] | None = None) -> NewSeries:
        """The same for the action. Who picked dates saw what is said of the neighbours, and accepts it."""
        return NewSeries(
            self.resource,
            date.fromisoformat(self.date),
            minutes_of(self.start),
            minutes_of(self.end),
            self.rule,
            person_id,
            Terms(self.people, frozenset() if picks is None else SOFT, self.exception),
            self.title,
            picks,
        )


class ChangeFields(BaseModel):
    """A change of some dates. Empty fields change nothing."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    scope: Scope
    day: Day | None = None
    start: Annotated[Clock | None, Field(alias="from")] = None
    end: Annotated[Clock | None, Field(alias="to")] = None
    resource: Key | None = None
    on: Day | None = None
    title: Title = ""


class AddFields(BaseModel):
    """Why staff pass over the house's rules for the dates that they add."""

    model_config = ConfigDict(extra="ignore")

    exception: Waiver = ""


class ScopeFields(BaseModel):
    """Which dates to cancel."""

    model_config = ConfigDict(extra="ignore")

    scope: Scope
    day: Day | None = None


def written(pick: Pick, zone: Zone) -> str:
    """A pick as the value of a field."""
    day = zone.date(pick.span.start)
    start, end = zone.minutes(pick.span.start), zone.minutes(pick.span.end)
    return f"{pick.key}|{day.isoformat()}|{clock(start)}|{clock(end or 1440)}"


def picked(form: Mapping[str, str], zone: Zone) -> tuple[Pick, ...]:
    """The dates that are ticked in a form, in order. Raises Invalid for a field that we did not write."""
    return tuple(_picks(form.items(), zone))


def _picks(fields: Iterable[tuple[str, str]], zone: Zone) -> Iterable[Pick]:
    for name, value in sorted(fields):
        known = PICKED.fullmatch(name)
        if known is None or not value:
            continue
        found = CHOICE.fullmatch(value)
        if found is None:
            raise Invalid("unknown_series_date", {"dates": "unknown_series_date"})
        try:
            day, on = date.fromisoformat(known[1]), date.fromisoformat(found[2])
        except ValueError as error:
            raise Invalid("bad_date", {"dates": "bad_date"}) from error
        start, end = minutes_of(found[3]), minutes_of(found[4])
        if not start < end <= 1440:
            raise Invalid("bad_hour", {"dates": "bad_hour"})
        yield Pick(day, found[1], rules.span_on(zone, on, start, end))
