"""All reads of plans and their prices. There are few plans: two statements load them all."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.rules import PASSES
from tierslieu.people.memberships.tables import MembershipPlan, PlanPrice, PlanTerms

n, t, c = columns(MembershipPlan), columns(PlanTerms), columns(PlanPrice)


class Terms(msgspec.Struct, frozen=True):
    """What a plan is from `valid_from` on. Its prices are beside, by category."""

    id: int
    plan_id: int
    key: str
    is_active: int
    name: str
    includes: str
    unit: str
    anchor: str
    credit_kind: str
    credits: int
    credit_months: int
    is_renewable: int
    is_prolonged: int
    decision: str
    valid_from: int

    @property
    def is_pass(self) -> bool:
        """True when it gives credits, False when it gives a period."""
        return self.unit in PASSES


class Offer(msgspec.Struct, frozen=True):
    """Terms with their prices in cents, by rate category."""

    terms: Terms
    prices: Mapping[str, int]


TERMS_COLUMNS = (
    t.id,
    t.plan_id,
    n.key,
    n.is_active,
    t.name,
    t.includes,
    t.unit,
    t.anchor,
    t.credit_kind,
    t.credits,
    t.credit_months,
    t.is_renewable,
    t.is_prolonged,
    t.decision,
    t.valid_from,
)
ALL = Query(
    select(*TERMS_COLUMNS)
    .join_from(MembershipPlan, PlanTerms, n.id == t.plan_id)
    .order_by(n.position, n.id, t.valid_from, t.id),
    into=Terms,
)
ONE = Query(
    select(*TERMS_COLUMNS).join_from(MembershipPlan, PlanTerms, n.id == t.plan_id).where(t.id == bindparam("terms")),
    into=Terms,
)
PRICES: Query[tuple[int, str, int]] = Query(select(c.terms_id, c.category, c.cents))
PRICES_OF: Query[tuple[str, int]] = Query(select(c.category, c.cents).where(c.terms_id == bindparam("terms")))
PLAN: Query[tuple[Any, ...]] = Query(select(n.id, n.key, n.is_active).where(n.id == bindparam("plan")))
KEY: Query[tuple[int]] = Query(select(n.id).where(n.key == bindparam("key")))


def versions(reader: Reader) -> list[Offer]:
    """All terms of all plans, each plan's in the order of their beginning."""
    prices: dict[int, dict[str, int]] = {}
    for terms_id, category, cents in reader.rows(PRICES):
        prices.setdefault(terms_id, {})[category] = cents
    return [Offer(terms, prices.get(terms.id, {})) for terms in reader.rows(ALL)]


def in_force_at(offers: Iterable[Offer], at: int) -> dict[int, Offer]:
    """For each plan, the terms that count at an instant."""
    return {offer.terms.plan_id: offer for offer in offers if offer.terms.valid_from <= at}


def offered(reader: Reader, at: int) -> list[Offer]:
    """The plans people can take at an instant, in their order."""
    return [offer for offer in in_force_at(versions(reader), at).values() if offer.terms.is_active]


def offer_of(reader: Reader, plan_id: int, at: int) -> Offer:
    """The terms of a plan that count at an instant. Raises NotFound when it has none then, or is withdrawn."""
    found = in_force_at(versions(reader), at).get(plan_id)
    if found is None or not found.terms.is_active:
        raise NotFound("no_such_plan")
    return found


def terms_of(reader: Reader, terms_id: int) -> Terms:
    """The terms with which something was sold. Raises NotFound."""
    found = reader.row(ONE, terms=terms_id)
    if found is None:
        raise NotFound("no_such_plan")
    return found


def newest(reader: Reader, plan_id: int) -> Offer:
    """The last terms of a plan, in force or to come. Raises NotFound."""
    found = [offer for offer in versions(reader) if offer.terms.plan_id == plan_id]
    if not found:
        raise NotFound("no_such_plan")
    return found[-1]


def plan_by_key(reader: Reader, key: str) -> int | None:
    """The id of a plan."""
    found = reader.row(KEY, key=key)
    return found[0] if found else None


class PlanView(msgspec.Struct, frozen=True):
    """A plan as programs see it: prices in cents by rate category. `credits` counts what a pass gives."""

    id: str
    key: str
    name: str
    includes: str
    unit: str
    credit_kind: str
    credits: int
    is_renewable: bool
    decision: str
    prices: Mapping[str, int]


def plan_views(reader: Reader) -> list[PlanView]:
    """What can be taken now."""
    return [plan_view(offer) for offer in offered(reader, reader.now)]


def plan_view(offer: Offer) -> PlanView:
    """One plan for programs."""
    one = offer.terms
    return PlanView(
        show(one.plan_id),
        one.key,
        one.name,
        one.includes,
        one.unit,
        one.credit_kind,
        one.credits,
        bool(one.is_renewable),
        one.decision,
        offer.prices,
    )
