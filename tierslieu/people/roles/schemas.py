"""What administrators send about roles."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class NewGrant(BaseModel):
    """A role to give: which, where ("" is everywhere), and its last day if it has one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"role": "receptionist"}]})

    role: Annotated[str, Field(max_length=30)]
    place: Annotated[str, Field(max_length=60)] = ""
    last_day: date | None = None
