"""What forms about measures send."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

MOST_WATTS = 100_000


class Form(BaseModel):
    """Fields of a form; what it does not know is refused."""

    model_config = ConfigDict(extra="ignore")


class Recording(Form):
    """Begin or end a recording."""

    phase: Literal["idle", "busy"]
    what: Literal["begin", "end"]


class Limits(Form):
    """Thresholds in watts, holds in seconds."""

    off_below: float = Field(ge=0, le=MOST_WATTS, allow_inf_nan=False)
    idle_below: float = Field(ge=0, le=MOST_WATTS, allow_inf_nan=False)
    busy_above: float = Field(ge=0, le=MOST_WATTS, allow_inf_nan=False)
    busy_after: int = Field(default=5, ge=0, le=600)
    idle_after: int = Field(default=120, ge=0, le=3600)

    @field_validator("idle_below", "busy_above")
    @classmethod
    def is_in_order(cls, value: float, info: ValidationInfo) -> float:
        """Off below rest below work: each is held against the one before."""
        former = info.data.get("off_below" if info.field_name == "idle_below" else "idle_below")
        if former is not None and value < former:
            raise ValueError("thresholds_in_order")
        return value


class KwhPrice(Form):
    """The price of a kilowatt-hour, in cents, from a day on."""

    since: date
    cents: float = Field(gt=0, le=10_000, allow_inf_nan=False)
