"""What the forms of closures give: a place, days and hours of the wall clock, a reason."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.reservations.api import day_of
from tierslieu.reservations.closures.rules import HOUSE
from tierslieu.reservations.closures.schemas import ReasonText
from tierslieu.reservations.closures.views import EVERYTHING
from tierslieu.reservations.pages import CLOCK, minutes_of

PLACE = r"^(\*|(resource|space|site):[A-Za-z0-9][A-Za-z0-9_-]{0,39})$"
Clock = Annotated[str, Field(pattern=CLOCK)]
Day = Annotated[str, Field(max_length=10)]


class ClosureForm(BaseModel):
    """What to close. Without hours: whole days, the last one included."""

    model_config = ConfigDict(extra="ignore")

    place: Annotated[str, Field(pattern=PLACE)]
    first: Day
    start: Annotated[Clock, Field(alias="from")] = ""
    last: Day = ""
    end: Annotated[Clock, Field(alias="to")] = ""
    reason: ReasonText
    seen: Annotated[str, Field(max_length=16)] = ""

    @property
    def place_name(self) -> str:
        """The place as closures name it."""
        return HOUSE if self.place == EVERYTHING else self.place


class EndForm(BaseModel):
    """When a closure ends instead."""

    model_config = ConfigDict(extra="ignore")

    last: Day
    end: Annotated[Clock, Field(alias="to")]


def span_of(form: ClosureForm, zone: Zone, now: int) -> Span:
    """The span of a form. Raises Invalid with the field that cannot be read."""
    first = _day("first", form.first, zone, now)
    last = _day("last", form.last, zone, now) if form.last else first
    start = zone.instant(first, minutes_of(form.start)) if form.start else zone.day(first).start
    end = zone.instant(last, minutes_of(form.end)) if form.end else zone.day(last).end
    return Span(start, end)


def end_of(form: EndForm, zone: Zone, now: int) -> int:
    """The instant of a form. Raises Invalid."""
    return zone.instant(_day("last", form.last, zone, now), minutes_of(form.end))


def _day(name: str, text: str, zone: Zone, now: int) -> date:
    try:
        return day_of(text, zone, now)
    except Invalid as error:
        raise Invalid(error.code, {name: error.code}) from None


def tomorrow(zone: Zone, now: int) -> str:
    """The day that a new form proposes."""
    return (zone.date(now) + timedelta(days=1)).isoformat()
