"""All changes of plans. A change writes new terms; what was sold keeps its own."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import bindparam, update

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships.categories.queries import categories
from tierslieu.people.memberships.noting import note
from tierslieu.people.memberships.plans.queries import PLAN
from tierslieu.people.memberships.rules import PASSES
from tierslieu.people.memberships.tables import MembershipPlan, PlanPrice, PlanTerms

n = columns(MembershipPlan)
ADD_PLAN = insert_or_nothing(MembershipPlan)
ADD_TERMS: Query[Any] = Query(insert_into(PlanTerms))
ADD_PRICE: Query[Any] = Query(insert_into(PlanPrice))
OFFER: Query[Any] = Query(
    update(table_of(MembershipPlan)).where(n.id == bindparam("plan")).values(is_active=bindparam("active"))
)
LONGEST_DAY = 25 * 3600
PASS_OF: Mapping[str, str] = {"day": "day", "half_day": "half_day"}


class NewTerms(msgspec.Struct, frozen=True):
    """What was voted: prices in cents by rate category, a missing one meaning that the plan is not for it."""

    name: str
    includes: str
    unit: str
    decision: str
    valid_from: int
    prices: Mapping[str, int]
    anchor: str = ""
    credit_kind: str = ""
    credits: int = 0
    credit_months: int = 0
    is_renewable: bool = True
    is_prolonged: bool = False


def create_plan(tx: Tx, key: str, terms: NewTerms, position: int = 0) -> int:
    """A new plan. Refused when its key is known already, or its terms make no sense. Returns its id."""
    _check(tx, terms)
    plan_id = tx.new_id()
    if not tx.run(ADD_PLAN, id=plan_id, key=key, position=position, is_active=1):
        raise Refused((Reason("plan_key_taken"),))
    _add(tx, plan_id, terms)
    note(tx, "people.plans.create", None, key)
    return plan_id


def change_plan(tx: Tx, plan_id: int, terms: NewTerms) -> int:
    """New terms from a day on, today or later: what was sold and what was posted before stays. Returns their id."""
    found = tx.row(PLAN, plan=plan_id)
    if found is None:
        raise NotFound("no_such_plan")
    if terms.valid_from < tx.now - LONGEST_DAY:
        raise Refused((Reason("terms_in_the_past"),))
    _check(tx, terms)
    terms_id = _add(tx, plan_id, terms)
    note(tx, "people.plans.change", None, found[1])
    return terms_id


def offer_plan(tx: Tx, plan_id: int, *, is_active: bool) -> None:
    """Withdraw a plan from what can be taken, or offer it again. What was sold goes on."""
    found = tx.row(PLAN, plan=plan_id)
    if found is None:
        raise NotFound("no_such_plan")
    tx.run(OFFER, plan=plan_id, active=int(is_active))
    note(tx, "people.plans.offer" if is_active else "people.plans.withdraw", None, found[1])


def _check(tx: Tx, terms: NewTerms) -> None:
    """Raises Refused with every reason."""
    reasons = []
    known = {one.key for one in categories(tx)}
    if not terms.prices or not terms.prices.keys() <= known:
        reasons.append(Reason("plan_without_price"))
    if terms.unit == "free" and any(terms.prices.values()):
        reasons.append(Reason("free_plan_with_price"))
    if terms.unit == "book" and (terms.credits < 1 or not terms.credit_kind):
        reasons.append(Reason("book_without_credits"))
    if reasons:
        raise Refused(tuple(reasons))


def _add(tx: Tx, plan_id: int, terms: NewTerms) -> int:
    terms_id = tx.new_id()
    is_pass = terms.unit in PASSES
    tx.run(
        ADD_TERMS,
        id=terms_id,
        plan_id=plan_id,
        name=terms.name,
        includes=terms.includes,
        unit=terms.unit,
        anchor="" if is_pass or terms.unit == "free" else terms.anchor,
        credit_kind=PASS_OF.get(terms.unit, terms.credit_kind) if is_pass else "",
        credits=(terms.credits if terms.unit == "book" else 1) if is_pass else 0,
        credit_months=terms.credit_months if is_pass else 0,
        is_renewable=int(terms.is_renewable and not is_pass),
        is_prolonged=int(terms.is_prolonged and not is_pass),
        decision=terms.decision,
        valid_from=terms.valid_from,
        created_at=tx.now,
        created_by=tx.by.person_id,
    )
    for category, cents in sorted(terms.prices.items()):
        tx.run(ADD_PRICE, terms_id=terms_id, category=category, cents=cents)
    return terms_id
