"""Trying a draft of rules on what happened: who would have been refused, before it is switched on.

Each reservation made in the last months is judged again as on the day it was made: the same wish, by the same person,
with what they had reserved by then. Only what the draft refuses and the rules of today do not is told. Claims, ages
and qualifications are left out: no rule of a set touches them. Roles are those of today, plans those of that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.basics.errors import Reason
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.queries import plans_among
from tierslieu.people.roles.queries import held_among
from tierslieu.reservations.availability import Facts, Mine
from tierslieu.reservations.rules import Wish, house_rules
from tierslieu.reservations.tables import Reservation
from tierslieu.reservations.terms.queries import Terms, terms
from tierslieu.reservations.terms.rules import NO_PLAN, Line
from tierslieu.venue.queries import venue

DAY = 86_400
MOST = 20_000
"""Reservations that one trial looks at: the latest ones."""
r = columns(Reservation)


class Past(msgspec.Struct, frozen=True):
    """A reservation as it was wished."""

    id: int
    resource_id: int
    person_id: int
    starts_at: int
    ends_at: int
    people: int
    state: str
    created_at: int
    changed_at: int

    def as_mine(self, at: int) -> Mine:
        """As its person held it at an instant: what ended later was still to be used."""
        gone = self.state in ("cancelled", "rejected")
        state = self.state if self.changed_at <= at else "confirmed"
        return Mine(
            self.resource_id, self.starts_at, self.ends_at, "cancelled" if gone and self.changed_at <= at else state
        )


MADE = Query(
    select(*(r[name] for name in Past.__struct_fields__))
    .where(r.created_at >= bindparam("since"), r.moved_from.is_(None), r.person_id > 0)
    .order_by(r.created_at.desc(), r.id.desc())
    .limit(MOST),
    into=Past,
)
BEFORE = Query(
    select(*(r[name] for name in Past.__struct_fields__))
    .where(r.created_at < bindparam("since"), r.ends_at > bindparam("from_at"), r.person_id > 0)
    .order_by(r.created_at),
    into=Past,
)


class Found(msgspec.Struct, frozen=True):
    """A reservation that the draft would have refused, with every reason that is new."""

    past: Past
    reasons: tuple[Reason, ...]


class Replay(msgspec.Struct, frozen=True):
    """What a trial tells: how many reservations it looked at, those newly refused (latest first), how many people
    they concern, and how many that today's rules refuse (staff passed over them) the draft would accept."""

    seen: int
    refused: list[Found]
    people: int
    newly_accepted: int


def replay(reader: Reader, draft: Sequence[Line], since: int) -> Replay:
    """Judge what was reserved since an instant by a draft. Five statements, whatever was reserved."""
    here, today = venue(reader), terms(reader)
    tried = Terms(here, tuple(draft))
    pasts = reader.rows(MADE, since=since)
    earlier = reader.rows(BEFORE, since=since, from_at=since - 35 * DAY)
    known = _Audiences(reader, pasts, since)
    by_person: dict[int, list[Past]] = defaultdict(list)
    for one in (*earlier, *reversed(pasts)):
        by_person[one.person_id].append(one)
    refused, accepted = [], 0
    for one in pasts:
        if one.resource_id not in here.by_id:
            continue
        audiences = known.at(one.person_id, one.created_at)
        mine = _held(by_person[one.person_id], one)
        before, after = (_codes(which, audiences, one, mine) for which in (today, tried))
        fresh = tuple(reason for code, reason in after.items() if code not in before)
        if fresh:
            refused.append(Found(one, fresh))
        accepted += bool(before) and not after
    return Replay(len(pasts), refused, len({one.past.person_id for one in refused}), accepted)


def _held(pasts: Iterable[Past], one: Past) -> tuple[Mine, ...]:
    """What a person had reserved just before a reservation was made."""
    return tuple(
        other.as_mine(one.created_at)
        for other in pasts
        if other.id != one.id and (other.created_at, other.id) < (one.created_at, one.id)
    )


def _codes(which: Terms, audiences: frozenset[str], one: Past, mine: tuple[Mine, ...]) -> dict[str, Reason]:
    seen = which.venue_for(audiences)
    wish = Wish(seen.by_id[one.resource_id], Span(one.starts_at, one.ends_at), one.people)
    return {reason.code: reason for reason in house_rules(Facts(seen, {}, mine), wish, one.created_at)}


class _Audiences:
    """What each person was when they reserved: two statements for all of them."""

    def __init__(self, reader: Reader, pasts: Sequence[Past], since: int) -> None:
        ids = sorted({one.person_id for one in pasts})
        self._roles = held_among(reader, ids)
        self._plans = defaultdict(list)
        for stretch in plans_among(reader, ids, since):
            self._plans[stretch.person_id].append(stretch)

    def at(self, person_id: int, at: int) -> frozenset[str]:
        plans = {f"plan:{one.plan}" for one in self._plans[person_id] if one.counts_at(at)}
        roles = {f"role:{one.role}" for one in self._roles.get(person_id, ())}
        return frozenset(roles | (plans or {NO_PLAN}))
