"""All reads of memberships. `in_force`, `is_member` and `members_among` are for other features."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import bindparam, exists, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, among, columns, table_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.categories.queries import Ending
from tierslieu.people.memberships.rules import state_at
from tierslieu.people.memberships.tables import (
    Membership,
    MembershipPlan,
    MembershipSuspension,
    PlanTerms,
)
from tierslieu.people.persons.tables import Person

m, s, t, n, p = (columns(one) for one in (Membership, MembershipSuspension, PlanTerms, MembershipPlan, Person))
o = table_of(Membership).alias("later").c
SOON = 30 * 86_400


class Held(msgspec.Struct, frozen=True):
    """A membership as it is stored, with the terms it was sold with."""

    id: int
    person_id: int
    plan_id: int
    key: str
    name: str
    unit: str
    category: str
    starts_at: int
    ends_at: int
    list_cents: int
    price_cents: int
    free_reason: str
    cancelled_at: int | None
    is_prolonged: int
    sold_at: int

    @property
    def span(self) -> Span:
        """From its first day to its last, as instants."""
        return Span(self.starts_at, self.ends_at)


class Suspension(msgspec.Struct, frozen=True):
    """A stretch during which a membership does not count."""

    id: int
    membership_id: int
    from_at: int
    until_at: int
    reason: str

    @property
    def span(self) -> Span:
        """The stretch."""
        return Span(self.from_at, self.until_at)


class InForce(msgspec.Struct, frozen=True):
    """A plan that counts for a person at an instant, and until when."""

    membership_id: int
    plan: str
    name: str
    category: str
    ends_at: int


class Reminded(msgspec.Struct, frozen=True):
    """A membership that ends soon and is not renewed, with what the letter needs."""

    id: int
    person_id: int
    name: str
    starts_at: int
    ends_at: int
    locale: str


HELD = (
    m.id,
    m.person_id,
    m.plan_id,
    n.key,
    t.name,
    t.unit,
    m.category,
    m.starts_at,
    m.ends_at,
    m.list_cents,
    m.price_cents,
    m.free_reason,
    m.cancelled_at,
    t.is_prolonged,
    m.sold_at,
)
_HELD = select(*HELD).join_from(Membership, PlanTerms, t.id == m.terms_id).join(MembershipPlan, n.id == m.plan_id)
SUSPENSION = (s.id, s.membership_id, s.from_at, s.until_at, s.reason)
BY_ID = Query(_HELD.where(m.id == bindparam("which")), into=Held)
OF_PERSON = Query(
    _HELD.where(m.person_id == bindparam("person")).order_by(m.ends_at.desc(), m.id.desc()).limit(100), into=Held
)
OF_PLAN = Query(
    _HELD.where(
        m.person_id == bindparam("person"),
        m.plan_id == bindparam("plan"),
        m.cancelled_at.is_(None),
        m.ends_at > bindparam("from_at"),
    ).order_by(m.starts_at, m.id),
    into=Held,
)
SUSPENSIONS_OF = Query(
    select(*SUSPENSION)
    .join_from(MembershipSuspension, Membership, s.membership_id == m.id)
    .where(m.person_id == bindparam("person"))
    .order_by(s.from_at),
    into=Suspension,
)
SUSPENSIONS = Query(
    select(*SUSPENSION).where(s.membership_id == bindparam("which")).order_by(s.from_at), into=Suspension
)
_COUNTS = (
    m.starts_at <= bindparam("at"),
    m.ends_at > bindparam("at"),
    (m.cancelled_at.is_(None)) | (m.cancelled_at > bindparam("at")),
    ~exists(select(s.id).where(s.membership_id == m.id, s.from_at <= bindparam("at"), s.until_at > bindparam("at"))),
)
IN_FORCE = Query(
    select(m.id, n.key, t.name, m.category, m.ends_at)
    .join_from(Membership, PlanTerms, t.id == m.terms_id)
    .join(MembershipPlan, n.id == m.plan_id)
    .where(m.person_id == bindparam("person"), *_COUNTS)
    .order_by(m.ends_at.desc(), m.id),
    into=InForce,
)
PLANS_IN_FORCE: Query[tuple[int, str]] = Query(
    select(m.person_id, n.key)
    .join_from(Membership, MembershipPlan, n.id == m.plan_id)
    .where(among(m.person_id, "ids"), *_COUNTS)
    .order_by(m.person_id, n.key)
)
MEMBERS: Query[tuple[int]] = Query(select(m.person_id).where(among(m.person_id, "ids"), *_COUNTS).distinct())
_ENDING = (
    m.ends_at > bindparam("now"),
    m.ends_at <= bindparam("soon"),
    m.cancelled_at.is_(None),
    p.is_active == 1,
    ~exists(
        select(o.id).where(
            o.person_id == m.person_id, o.plan_id == m.plan_id, o.cancelled_at.is_(None), o.ends_at > m.ends_at
        )
    ),
)
ENDING = Query(
    select(m.person_id, p.first_name, p.last_name, t.name, m.ends_at)
    .join_from(Membership, PlanTerms, t.id == m.terms_id)
    .join(Person, p.id == m.person_id)
    .where(*_ENDING)
    .order_by(m.ends_at, m.id)
    .limit(200),
    into=Ending,
)
TO_REMIND = Query(
    select(m.id, m.person_id, t.name, m.starts_at, m.ends_at, p.locale)
    .join_from(Membership, PlanTerms, t.id == m.terms_id)
    .join(Person, p.id == m.person_id)
    .where(*_ENDING)
    .order_by(m.ends_at, m.id),
    into=Reminded,
)


class Stretch(msgspec.Struct, frozen=True):
    """A plan of a person and when it was theirs; suspensions are not looked at."""

    person_id: int
    plan: str
    starts_at: int
    ends_at: int
    cancelled_at: int | None

    def counts_at(self, at: int) -> bool:
        """True when the plan was theirs at an instant."""
        return self.starts_at <= at < self.ends_at and (self.cancelled_at is None or self.cancelled_at > at)


DURING = Query(
    select(m.person_id, n.key, m.starts_at, m.ends_at, m.cancelled_at)
    .join_from(Membership, MembershipPlan, n.id == m.plan_id)
    .where(among(m.person_id, "ids"), m.ends_at > bindparam("from_at"))
    .order_by(m.person_id, m.starts_at),
    into=Stretch,
)


def plans_among(reader: Reader, ids: Sequence[int], from_at: int) -> list[Stretch]:
    """The plans of many people that were theirs at some time after an instant: one statement."""
    return reader.rows(DURING, ids=sorted(set(ids)), from_at=from_at) if ids else []


def in_force(reader: Reader, person_id: int, at: int) -> tuple[InForce, ...]:
    """The plans that count for a person at an instant; suspended and cancelled ones do not."""
    return tuple(reader.rows(IN_FORCE, person=person_id, at=at))


def plans_in_force(reader: Reader, ids: Sequence[int], at: int) -> dict[int, tuple[str, ...]]:
    """The keys of the plans that count for each of these people at an instant: one statement, however many."""
    found: dict[int, tuple[str, ...]] = {}
    for person_id, key in reader.rows(PLANS_IN_FORCE, ids=list(ids), at=at) if ids else []:
        found[person_id] = (*found.get(person_id, ()), key)
    return found


def is_member(reader: Reader, person_id: int, at: int) -> bool:
    """True when some plan counts for a person at an instant."""
    return bool(reader.rows(MEMBERS, ids=[person_id], at=at))


def members_among(reader: Reader, ids: Sequence[int], at: int) -> frozenset[int]:
    """Which of these people are members at an instant: one statement, however many."""
    return frozenset(row[0] for row in reader.rows(MEMBERS, ids=sorted(set(ids)), at=at)) if ids else frozenset()


def held(reader: Reader, membership_id: int) -> Held:
    """One membership. Raises NotFound."""
    found = reader.row(BY_ID, which=membership_id)
    if found is None:
        raise NotFound("no_such_membership")
    return found


def of_person(reader: Reader, person_id: int) -> list[Held]:
    """All memberships of a person, the one that ends last first."""
    return reader.rows(OF_PERSON, person=person_id)


def of_plan(reader: Reader, person_id: int, plan_id: int, from_at: int) -> list[Held]:
    """A person's memberships of one plan that are not cancelled and end after an instant, in order."""
    return reader.rows(OF_PLAN, person=person_id, plan=plan_id, from_at=from_at)


def suspensions(reader: Reader, membership_id: int) -> list[Suspension]:
    """The suspensions of a membership, in order."""
    return reader.rows(SUSPENSIONS, which=membership_id)


def suspensions_of(reader: Reader, person_id: int) -> dict[int, list[Suspension]]:
    """The suspensions of all memberships of a person, by membership."""
    found: dict[int, list[Suspension]] = {}
    for one in reader.rows(SUSPENSIONS_OF, person=person_id):
        found.setdefault(one.membership_id, []).append(one)
    return found


def state_of(one: Held, suspended: Sequence[Suspension], at: int) -> str:
    """cancelled, to_come, ended, suspended or in_force."""
    return state_at(one.span, one.cancelled_at, [each.span for each in suspended], at)


def ending(reader: Reader) -> list[Ending]:
    """Memberships that end within 30 days and are not renewed, soonest first."""
    return reader.rows(ENDING, now=reader.now, soon=reader.now + SOON)


def to_remind(reader: Reader) -> list[Reminded]:
    """The same, with what the letter needs; a day more, so that no change of hour hides one."""
    return reader.rows(TO_REMIND, now=reader.now, soon=reader.now + SOON + 86_400)
