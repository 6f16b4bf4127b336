"""Who is next, on which machine, from when to when. Pure: facts in, a plan out; the same facts give the same plan.

Jobs are put in order by the policy of their kind, then placed one by one, each where it ends first. What was placed
is not moved by what comes later: a short job may fill a gap, and delays nobody who stands before it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from tierslieu.basics.spans import HOUR, MINUTE, Span, merged, span

Policy = Literal["first_come", "deadline", "shortest", "fair"]
POLICIES: Final[tuple[Policy, ...]] = ("first_come", "deadline", "shortest", "fair")
USUAL_SECONDS: Final = 3600
"""How long a job of unknown length is taken to last."""
MARGIN: Final = 10 * MINUTE
"""What is kept free after an expected end: an estimate is not a promise."""
FAR: Final = 1 << 60


class Rules(msgspec.Struct, frozen=True):
    """How the queue of one kind works."""

    policy: Policy = "first_come"
    guard_hours: int = 48
    clear_minutes: int = 10
    makers_clear: bool = True
    starts_next: bool = False


class Slot(msgspec.Struct, frozen=True):
    """A machine as the plan sees it.

    `ready_at`: from when it can take a job, None when nobody knows. `taken`: time that belongs to somebody else, in
    order. `staffed`: when somebody is there to start and to empty it, None for always. `ratio`: how long jobs take
    there, compared with what their files say.
    """

    id: int
    kind: str
    ready_at: int | None
    taken: tuple[Span, ...] = ()
    staffed: tuple[Span, ...] | None = None
    ratio: float = 1.0
    samples: int = 0


class Wish(msgspec.Struct, frozen=True):
    """A waiting job as the plan sees it. `fits`: the machines that can make it; `own`: time its person reserved."""

    id: int
    person_id: int
    kind: str
    rank: int
    since: int
    fits: frozenset[int]
    seconds: int | None = None
    copies: int = 1
    deadline: int | None = None
    priority: int = 0
    own: Mapping[int, tuple[Span, ...]] = {}


class Place(msgspec.Struct, frozen=True):
    """Where a job stands in its queue, and when it is expected where; None when nobody knows."""

    place: int
    machine_id: int | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    samples: int = 0


def plan(
    wishes: Iterable[Wish],
    slots: Iterable[Slot],
    rules: Mapping[str, Rules],
    now: int,
    busy_people: Mapping[int, int] | None = None,
) -> dict[int, Place]:
    """The place and the expected time of every wish. `busy_people`: how many jobs of a person are on machines now."""
    machines = [_Machine(one, rules.get(one.kind, Rules())) for one in sorted(slots, key=lambda slot: slot.id)]
    kinds: dict[str, list[Wish]] = {}
    for wish in wishes:
        kinds.setdefault(wish.kind, []).append(wish)
    found: dict[int, Place] = {}
    for kind in sorted(kinds):
        ordered = order(kinds[kind], rules.get(kind, Rules()), now, busy_people or {})
        for place, wish in enumerate(ordered, start=1):
            found[wish.id] = _placed(wish, place, machines)
    return found


def order(wishes: Sequence[Wish], rules: Rules, now: int, busy_people: Mapping[int, int]) -> list[Wish]:
    """The wishes of one kind, first served first. Priority comes before all, then who has waited for too long."""
    turns = _turns(wishes, busy_people)

    def key(wish: Wish) -> tuple[int, int, int, int, int]:
        has_waited = rules.policy != "first_come" and now - wish.since >= rules.guard_hours * HOUR
        first = (
            0
            if has_waited
            else {
                "first_come": 0,
                "deadline": wish.deadline if wish.deadline is not None else FAR,
                "shortest": (wish.seconds or USUAL_SECONDS) * wish.copies,
                "fair": turns[wish.id],
            }[rules.policy]
        )
        return -wish.priority, not has_waited, first, wish.rank, wish.id

    return sorted(wishes, key=key)


def _turns(wishes: Sequence[Wish], busy_people: Mapping[int, int]) -> dict[int, int]:
    """Everybody's first job before anybody's second; a job that is on a machine already counts as a turn."""
    counts = Counter(busy_people)
    found = {}
    for wish in sorted(wishes, key=lambda one: (-one.priority, one.rank, one.id)):
        found[wish.id] = counts[wish.person_id]
        counts[wish.person_id] += 1
    return found


class _Machine:
    """A machine while the plan fills it: what is on it already, in order."""

    def __init__(self, slot: Slot, rules: Rules) -> None:
        self.slot, self.rules = slot, rules
        self.taken = _Line(merged(slot.taken))
        self.placed = _Line([])
        self.there = None if slot.staffed is None else _Line(merged(slot.staffed))

    def offer(self, wish: Wish, earliest: int) -> Span | None:
        """The first time at which it can make the wish once; None when nobody knows."""
        if self.slot.ready_at is None:
            return None
        seconds = max(1, round((wish.seconds or USUAL_SECONDS) * self.slot.ratio))
        others = self._others(wish)
        start = self.staffed_from(max(self.slot.ready_at, earliest))
        while start is not None:
            end = start + seconds
            after = others.end_of_first(start, end + MARGIN) or self.placed.end_of_first(start, self.cleared_at(end))
            if after is None:
                return span(start, end)
            start = self.staffed_from(after)
        return None

    def put(self, run: Span) -> int:
        """Put a run on it; returns when somebody will have emptied it."""
        cleared = self.cleared_at(run.end)
        self.placed.add(span(run.start, cleared))
        return cleared

    def cleared_at(self, end: int) -> int:
        """When it is empty again: somebody has to be there."""
        there = self.staffed_from(end)
        return (end if there is None else there) + self.rules.clear_minutes * MINUTE

    def staffed_from(self, instant: int) -> int | None:
        """The first instant from this one on at which somebody is there."""
        if self.there is None:
            return instant
        found = self.there.next_to(instant)
        return None if found is None else max(found.start, instant)

    def _others(self, wish: Wish) -> "_Line":
        own = set(wish.own.get(self.slot.id, ()))
        return _Line(merged(one for one in self.slot.taken if one not in own)) if own else self.taken


class _Line:
    """Spans that do not meet, in order, quickly found."""

    def __init__(self, spans: list[Span]) -> None:
        self.spans = spans
        self.ends = [one.end for one in spans]

    def next_to(self, instant: int) -> Span | None:
        """The first span that ends after an instant."""
        at = bisect_right(self.ends, instant)
        return self.spans[at] if at < len(self.spans) else None

    def end_of_first(self, start: int, end: int) -> int | None:
        """The end of the first span that shares time with [start, end); None when none does."""
        found = self.next_to(start)
        return found.end if found is not None and found.start < end else None

    def add(self, new: Span) -> None:
        """Put a span where nothing is."""
        at = bisect_right(self.ends, new.end)
        self.spans.insert(at, new)
        self.ends.insert(at, new.end)


def _placed(wish: Wish, place: int, machines: Iterable[_Machine]) -> Place:
    """Each copy where it ends first; the next one begins when the one before is out."""
    able = [one for one in machines if one.slot.id in wish.fits]
    earliest, last = 0, 0
    first: int | None = None
    where: Slot | None = None
    for _copy in range(max(1, wish.copies)):
        offers = [(run.end, run.start, one.slot.id, run, one) for one in able if (run := one.offer(wish, earliest))]
        if not offers:
            return Place(place, where.id if where else None, first)
        *_order, run, chosen = min(offers, key=lambda offer: offer[:3])
        earliest = chosen.put(run)
        where = where or chosen.slot
        first, last = run.start if first is None else first, run.end
    return Place(place, where.id if where else None, first, last, where.samples if where else 0)
