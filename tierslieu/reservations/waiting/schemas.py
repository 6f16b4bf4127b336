"""Wishes for the waiting list in (Pydantic) and out (frozen structs)."""

from datetime import date, datetime
from typing import Annotated, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from tierslieu.reservations.offers.schemas import OfferView
from tierslieu.reservations.schemas import Id

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
TARGET = r"^((kind|space):)?[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
EARLIEST, LATEST = date(2025, 1, 1), date(2100, 1, 1)
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
Clock = Annotated[str, Field(pattern=CLOCK)]
EXAMPLE: JsonDict = {
    "what": "kind:room",
    "first_day": "2026-11-26",
    "last_day": "2026-11-27",
    "from": "14:00",
    "to": "18:00",
    "minutes": 120,
    "people": 4,
}


class WaitingFields(BaseModel):
    """The form of an entry: days and hours of the venue's wall clock."""

    model_config = ConfigDict(extra="ignore")

    what: Annotated[str, Field(pattern=TARGET)]
    first_day: Day
    last_day: Day | None = None
    start: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]
    minutes: Annotated[int, Field(ge=5, le=1440)]
    people: Annotated[int, Field(ge=1, le=1000)] = 1


class NewEntry(WaitingFields):
    """What somebody wants as soon as it is free: a resource by its key, "kind:…" or "space:…"."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    person: Annotated[Id | None, Field(description="for whom, when one acts for somebody")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day is not None and self.last_day < self.first_day:
            raise ValueError("bad_date")
        return self


class EarlierFields(BaseModel):
    """« Plus tôt » for a reservation: the same thing or anything of its kind, between two hours of the day."""

    model_config = ConfigDict(extra="ignore")

    what: Annotated[str, Field(pattern="^(same|kind)$")] = "same"
    start: Annotated[Clock, Field(alias="from")] = "00:00"
    end: Annotated[Clock, Field(alias="to")] = "24:00"


class NewEarlier(EarlierFields):
    """An earlier time for a reservation that one has."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"reservation": "00EXAMP1E0000", "what": "same", "from": "08:00", "to": "12:00"}]
        },
    )

    reservation: Id


class EntryView(msgspec.Struct, frozen=True):
    """An entry of the waiting list. `rank` counts those who wait for the same from before; `offer` is what is kept."""

    id: str
    what: str
    first_day: date
    last_day: date
    from_minute: int
    to_minute: int
    minutes: int
    people: int
    state: str
    rank: int
    alerts: int
    until: datetime
    reservation: str | None = None
    offer: OfferView | None = None
