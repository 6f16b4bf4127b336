"""The queue in (Pydantic) and out (frozen structs)."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, ConfigDict, Field

from tierslieu.fablab.queue.scheduler import Rules
from tierslieu.fablab.schemas import Id, Key, Strict
from tierslieu.people.persons.schemas import readable

ReasonText = Annotated[str, AfterValidator(readable), Field(min_length=3, max_length=200)]
PolicyName = Literal["first_come", "deadline", "shortest", "fair"]


class Hold(Strict):
    """Put a job aside, saying why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "On attend la bobine"}]})

    reason: ReasonText


class Split(Strict):
    """Share the copies that are left among so many jobs."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"parts": 2}]})

    parts: Annotated[int, Field(ge=2, le=20)]


class Where(Strict):
    """The machine that is to make it; empty: any of the kind."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"machine": "p3d-3"}]})

    machine: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9_-]{0,31})?$")] = ""


class Priority(Strict):
    """Put a job before all others, saying why; without a reason it stands where it stood again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "Atelier de demain matin"}]})

    reason: Annotated[str, AfterValidator(readable), Field(max_length=200)] = ""


class Turn(Strict):
    """One place forward or back, or before all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"way": "first"}]})

    way: Literal["up", "down", "first"]


class Bulk(Strict):
    """The same for several jobs: all of them or none."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"act": "hold", "jobs": ["03F1X8EGCGAHJ"], "reason": "Panne"}]}
    )

    act: Literal["hold", "release", "cancel"]
    jobs: Annotated[list[Id], Field(min_length=1, max_length=100)]
    reason: Annotated[str, AfterValidator(readable), Field(max_length=200)] = ""


class OwnStart(Strict):
    """Start one's own job: in its turn, or in one's own time."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"machine": "p3d-1"}]})

    machine: Key


class Policy(Strict):
    """How the queue of a kind of machine works."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"policy": "shortest", "guard_hours": 24, "clear_minutes": 10}]}
    )

    policy: PolicyName
    guard_hours: Annotated[int, Field(ge=1, le=720)] = 48
    clear_minutes: Annotated[int, Field(ge=0, le=240)] = 10
    makers_clear: bool = True
    starts_next: bool = False

    @property
    def rules(self) -> Rules:
        """The same for the plan."""
        return Rules(self.policy, self.guard_hours, self.clear_minutes, self.makers_clear, self.starts_next)


class PolicyView(msgspec.Struct, frozen=True):
    """How the queue of a kind works."""

    kind: str
    policy: str
    guard_hours: int
    clear_minutes: int
    makers_clear: bool
    starts_next: bool


class PlaceView(msgspec.Struct, frozen=True):
    """What is expected of a waiting job. `measured_over`: on how many jobs of the machine the time rests, 0 for the
    file's own figure. `why` are the codes of what keeps it from beginning when no time is told, and of what its
    person lacks when the team starts it (`is_by_team`)."""

    job: str
    number: str
    kind: str
    state: str
    place: int
    machine: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    measured_over: int
    why: list[str]
    is_by_team: bool


class ChangeView(msgspec.Struct, frozen=True):
    """A job's place and start under the rules in force, and under others."""

    job: str
    number: str
    place: int
    new_place: int
    starts_at: datetime | None
    new_starts_at: datetime | None
