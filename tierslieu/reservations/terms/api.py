"""The rules of reservations for programs: what holds, drafts, and the trial of lines on what happened."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import JSONBody
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.ids import show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.terms import actions, queries
from tierslieu.reservations.terms.pages import MONTH
from tierslieu.reservations.terms.replay import Replay, replay
from tierslieu.reservations.terms.rules import Line


class RuleLineIn(BaseModel):
    """A rule: on what, for whom, which one, which value."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"target": "kind:room", "audience": "no_plan", "name": "minutes_week", "value": 240}]
        },
    )

    target: Annotated[str, Field(max_length=60)] = ""
    audience: Annotated[str, Field(max_length=60)] = ""
    name: Annotated[str, Field(max_length=30)]
    value: Annotated[int, Field(ge=0, le=10_000_000, strict=True)]

    @property
    def line(self) -> Line:
        """What it says."""
        return Line(self.target, self.audience, self.name, self.value)


class NewRules(BaseModel):
    """A draft: its name, and lines beside those in force today."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Rentrée",
                    "lines": [{"target": "kind:room", "audience": "", "name": "max_minutes", "value": 120}],
                }
            ]
        },
    )

    name: Annotated[str, Field(min_length=1, max_length=120)]
    lines: Annotated[list[RuleLineIn], Field(max_length=200)] = Field(default_factory=list)


class Trial(BaseModel):
    """Lines to try on what was reserved in the last months."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"months": 3, "lines": [{"target": "", "audience": "", "name": "count_ahead", "value": 2}]}]
        },
    )

    months: Annotated[int, Field(ge=1, le=24, strict=True)] = 3
    lines: Annotated[list[RuleLineIn], Field(max_length=200)]


class LineView(msgspec.Struct, frozen=True):
    """A rule in force."""

    target: str
    audience: str
    name: str
    value: int


class DraftView(msgspec.Struct, frozen=True):
    """A draft that was made."""

    id: str


class RefusedView(msgspec.Struct, frozen=True):
    """A reservation that would have been refused, and why."""

    reservation: str
    reasons: list[str]


class TrialView(msgspec.Struct, frozen=True):
    """What a trial found."""

    seen: int
    people: int
    newly_accepted: int
    refused: list[RefusedView]


class RulesApi(Controller):
    """The rules of reservations."""

    path = "/api/v1/rules"
    tags = ("reservations",)

    @get("/", opt=allow(actions.EDIT))
    async def in_force(self, request: AnyRequest) -> list[LineView]:
        """The lines in force; where none speaks, the settings of each resource hold."""
        found = await house(request).db.read(lambda reader: queries.terms(reader).lines)
        return [LineView(one.target, one.audience, one.name, one.value) for one in found]

    @post("/", opt=allow(actions.EDIT))
    async def draft(self, request: AnyRequest, data: JSONBody[NewRules]) -> DraftView:
        """Make a draft: the lines in force today, and these."""
        lines = [one.line for one in data.lines]
        return DraftView(show(await house(request).db.write(actions.draft_with, data.name, lines, by=actor(request))))

    @post("/trials", opt=allow(actions.EDIT), status_code=200)
    async def try_out(self, request: AnyRequest, data: JSONBody[Trial]) -> TrialView:
        """Judge what was reserved in the last months by these lines alone. Nothing changes."""
        found = await house(request).db.read(_tried, [one.line for one in data.lines], data.months)
        refused = [RefusedView(show(one.past.id), [reason.code for reason in one.reasons]) for one in found.refused]
        return TrialView(found.seen, found.people, found.newly_accepted, refused)


def _tried(reader: Reader, lines: list[Line], months: int) -> Replay:
    for line in lines:
        actions.require_sound(line)
    return replay(reader, lines, reader.now - months * MONTH)
