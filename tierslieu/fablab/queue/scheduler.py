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
    """A waiting job as the plan sees it. `fits`: the machines that can make it; `own`: time its person reserved;
    `copies`: how many are left, `made`: how many are made."""

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
    made: int = 0


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
    turns_had: Mapping[int, int] | None = None,
) -> dict[int, Place]:
    """The place and the expected time of every wish. `turns_had`: how many turns a person had already."""
    machines = [_Machine(one, rules.get(one.kind, Rules())) for one in sorted(slots, key=lambda slot: slot.id)]
    kinds: dict[str, list[Wish]] = {}
    for wish in wishes:
        kinds.setdefault(wish.kind, []).append(wish)
    found: dict[int, Place] = {}
    for kind in sorted(kinds):
        found.update(_placed(_copies(kinds[kind], rules.get(kind, Rules()), now, turns_had or {}), machines))
    return found


def order(wishes: Sequence[Wish], rules: Rules, now: int, turns_had: Mapping[int, int]) -> list[Wish]:
    """The wishes of one kind, first served first. Priority comes before all, then who has waited for too long."""
    return list({wish.id: wish for wish in _copies(wishes, rules, now, turns_had)}.values())


def _copies(wishes: Sequence[Wish], rules: Rules, now: int, turns_had: Mapping[int, int]) -> list[Wish]:
    """Each wish as often as copies of it are left, in the order in which they are made."""
    turns = _turns(wishes, turns_had)
    line = [(wish, copy) for wish in wishes for copy in range(max(1, wish.copies))]
    line.sort(key=lambda each: _rank(each[0], rules, now, turns[each[0].id] + each[1]))
    return [wish for wish, _copy in line]


def _rank(wish: Wish, rules: Rules, now: int, turn: int) -> tuple[int, int, int, int, int]:
    """What is smaller comes first. `turn`: how many copies of the same person come before this one."""
    has_waited = rules.policy != "first_come" and now - wish.since >= rules.guard_hours * HOUR
    by_policy: dict[Policy, int] = {
        "first_come": 0,
        "deadline": wish.deadline if wish.deadline is not None else FAR,
        "shortest": (wish.seconds or USUAL_SECONDS) * wish.copies,
        "fair": turn,
    }
    return -wish.priority, not has_waited, 0 if has_waited else by_policy[rules.policy], wish.rank, wish.id


def _turns(wishes: Sequence[Wish], turns_had: Mapping[int, int]) -> dict[int, int]:
    """The turn of each wish's next copy: everybody's first copy before anybody's second.

    What was made of the jobs that wait counts as turns of their person, beside those that the person had.
    """
    counts = Counter(turns_had)
    for wish in wishes:
        counts[wish.person_id] += wish.made
    found = {}
    for wish in sorted(wishes, key=lambda one: (-one.priority, one.rank, one.id)):
        found[wish.id] = counts[wish.person_id]
        counts[wish.person_id] += max(1, wish.copies)
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


def _placed(copies: Sequence[Wish], machines: Iterable[_Machine]) -> dict[int, Place]:
    """Each copy, one after the other, where it ends first; the next one of a wish begins when the one before is out."""
    able = {wish.id: [one for one in machines if one.slot.id in wish.fits] for wish in copies}
    found = {id_: Place(place) for place, id_ in enumerate(able, start=1)}
    empty: dict[int, int | None] = dict.fromkeys(able, 0)
    for wish in copies:
        earliest = empty[wish.id]
        if earliest is not None:
            found[wish.id], empty[wish.id] = _put_next(wish, able[wish.id], earliest, found[wish.id])
    return found


def _put_next(wish: Wish, able: Iterable[_Machine], earliest: int, before: Place) -> tuple[Place, int | None]:
    """The place of a wish with one copy more, and when this copy will be out; None when nobody knows."""
    offers = [(run.end, run.start, one.slot.id, run, one) for one in able if (run := one.offer(wish, earliest))]
    if not offers:
        return Place(before.place, before.machine_id, before.starts_at), None
    *_order, run, chosen = min(offers, key=lambda offer: offer[:3])
    cleared = chosen.put(run)
    if before.starts_at is None:
        return Place(before.place, chosen.slot.id, run.start, run.end, chosen.slot.samples), cleared
    return msgspec.structs.replace(before, ends_at=run.end), cleared
