"""What people and programs send about presence."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0, le=20)]
Days = Annotated[int, Field(ge=1, le=366)]


class Delay(BaseModel):
    """How late somebody comes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"minutes": 15}]})

    minutes: Annotated[int, Field(ge=1, le=120, description="15 or 30: minutes after the start")]


class PolicyFields(BaseModel):
    """The form of the house's choices; a box that is not ticked is a no."""

    model_config = ConfigDict(extra="ignore")

    most_late_minutes: Literal["0", "15", "30"]
    app_check_in: bool = False
    unknown_days: Annotated[int, Field(ge=0, le=14)]
    missed_count: Count
    missed_days: Days
    lasting_days: Days
    consequence: Literal["approval", "horizon"]
    horizon_days: Annotated[int, Field(ge=1, le=60)]


class AtOnce(BaseModel):
    """One tap on a door: from, until, as they were shown (seconds since 1970)."""

    model_config = ConfigDict(extra="ignore")

    start: Annotated[int, Field(ge=1_735_689_600, le=4_102_444_800)]
    end: Annotated[int, Field(ge=1_735_689_600, le=4_102_444_800)]
