"""Forms about passes, as commands."""

from datetime import date, time
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from tierslieu.people.persons.schemas import readable

MINUTES: Final = (60, 120, 240, 480, 1440, 2 * 1440, 7 * 1440, 14 * 1440)
"""How long a guest pass may be good for."""


class GuestWish(BaseModel):
    """A pass for a guest: what they want to be called (or nothing), where, from when (now when left out), how long."""

    first_name: Annotated[str, AfterValidator(readable), Field(max_length=40)] = ""
    zone: Annotated[int, Field(ge=0, le=255)] = 0
    day: date | None = None
    hour: time | None = None
    minutes: Literal["60", "120", "240", "480", "1440", "2880", "10080", "20160"] = "240"


class LentCard(BaseModel):
    """A card of the house to lend: its number typed, or its code scanned."""

    card: Annotated[str, Field(max_length=200)]
