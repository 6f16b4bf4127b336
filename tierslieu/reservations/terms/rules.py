"""Which rule holds for whom on what. Pure.

The line that means the resource most closely wins (resource, then space, kind, everything); among those, the one
that means the person most closely (plan, then role, then everybody). Several roles or plans of one person: the most
favourable to them. Quotas add up: each target's own holds.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from tierslieu.reservations.standing.rules import Standing
from tierslieu.venue.map import Quota, ResourceFacts

NO_PLAN = "no_plan"
"""The audience of those without a membership in force."""
AHEAD = "count_ahead"
USUAL_AHEAD = 6
"""Reservations to come that a person may hold where no line says otherwise."""


class Rule(msgspec.Struct, frozen=True):
    """What a rule's value may be, and which way is kinder: `is_more_kind` when a greater value allows more."""

    least: int
    most: int
    is_more_kind: bool
    unit: str


MINUTES, DAYS, COUNT, FLAG, CENTS, CHOICE = "minutes", "days", "count", "flag", "cents", "choice"
YEAR = 366
LONG = 60 * 24 * YEAR
RULES: Mapping[str, Rule] = {
    "grid_minutes": Rule(5, 1440, False, MINUTES),
    "min_minutes": Rule(5, LONG, False, MINUTES),
    "max_minutes": Rule(5, LONG, True, MINUTES),
    "notice_minutes": Rule(0, LONG, False, MINUTES),
    "horizon_days": Rule(0, 3 * YEAR, True, DAYS),
    "buffer_before": Rule(0, 1440, False, MINUTES),
    "buffer_after": Rule(0, 1440, False, MINUTES),
    "cancel_minutes": Rule(0, LONG, False, MINUTES),
    "move_minutes": Rule(0, LONG, False, MINUTES),
    "min_people": Rule(1, 1000, False, COUNT),
    "one_at_a_time": Rule(0, 2, False, CHOICE),
    "needs_approval": Rule(0, 1, False, FLAG),
    "holds_requests": Rule(0, 1, True, FLAG),
    "is_bookable": Rule(0, 1, True, FLAG),
    "grace_minutes": Rule(0, 1440, True, MINUTES),
    "hourly_cents": Rule(0, 1_000_000, False, CENTS),
}
"""Rules of a resource that a line may set."""

QUOTAS: Mapping[str, tuple[str, str]] = {
    f"{unit}_{per}": (unit, per) for unit in (MINUTES, COUNT) for per in ("day", "week", "month", "ahead")
}
"""Limits on all that a target names, by name: (unit, per)."""
LIMIT = Rule(0, LONG, True, COUNT)


class Line(msgspec.Struct, frozen=True):
    """A rule of a set: on `target`, for `audience`, `name` is `value`."""

    target: str
    audience: str
    name: str
    value: int


class Limit(msgspec.Struct, frozen=True):
    """What binds one person more than others, whatever the lines say: requests that wait for the desk, less ahead."""

    needs_approval: bool = False
    horizon_days: int | None = None

    def on(self, resource: ResourceFacts) -> ResourceFacts:
        """A resource as this person may use it."""
        days = resource.horizon_days if self.horizon_days is None else min(self.horizon_days, resource.horizon_days)
        return replace(resource, needs_approval=resource.needs_approval or self.needs_approval, horizon_days=days)


def limit_of(standing: Standing | None) -> Limit | None:
    """How somebody is bound by their no-shows when they reserve."""
    if standing is None:
        return None
    if standing.consequence == "approval":
        return Limit(needs_approval=True)
    return Limit(horizon_days=standing.horizon_days)


def rule_of(name: str) -> Rule | None:
    """What is known of a rule's value; None for a name that is no rule."""
    return LIMIT if name in QUOTAS else RULES.get(name)


def audiences_of(lines: Iterable[Line]) -> frozenset[str]:
    """The audiences that some line means: nobody else need be told apart."""
    return frozenset(line.audience for line in lines if line.audience)


def effective(resource: ResourceFacts, lines: Sequence[Line], audiences: frozenset[str]) -> ResourceFacts:
    """A resource with the rules that hold for somebody."""
    held = [line for line in lines if line.target in resource.targets and line.audience in audiences | {""}]
    names = {line.name for line in held if line.name in RULES}
    values = {name: _closest(resource, [line for line in held if line.name == name]) for name in names}
    for name in names & {"needs_approval", "holds_requests", "is_bookable"}:
        values[name] = bool(values[name])
    return replace(resource, **values, quotas=_quotas(resource, held))


def _closest(resource: ResourceFacts, lines: Sequence[Line]) -> int:
    """The value of the line that means resource and person most closely."""

    def closeness(line: Line) -> tuple[int, int]:
        return resource.targets.index(line.target), _nearness(line.audience)

    best = max(closeness(line) for line in lines)
    return _kindest([line for line in lines if closeness(line) == best])


def _nearness(audience: str) -> int:
    if not audience:
        return 0
    return 1 if audience.startswith("role:") else 2


def _kindest(lines: Sequence[Line]) -> int:
    rule = rule_of(lines[0].name) or LIMIT
    values = [line.value for line in lines]
    return max(values) if rule.is_more_kind else min(values)


def _quotas(resource: ResourceFacts, held: Sequence[Line]) -> tuple[Quota, ...]:
    found = []
    for name, (unit, per) in QUOTAS.items():
        for target in resource.targets:
            lines = [line for line in held if line.name == name and line.target == target]
            if lines:
                nearest = max(_nearness(line.audience) for line in lines)
                limit = _kindest([line for line in lines if _nearness(line.audience) == nearest])
                found.append(Quota(target, per, unit, limit))
    if not any(quota.per == "ahead" and quota.unit == COUNT for quota in found):
        found.append(Quota("", "ahead", COUNT, USUAL_AHEAD))
    return tuple(found)
