"""What a plan would cost somebody and for how long: the same answer before confirming and when selling."""

from datetime import date, timedelta

import msgspec

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.zone import Zone
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.categories.queries import categories_of, default_category
from tierslieu.people.memberships.noting import require_person
from tierslieu.people.memberships.plans.queries import Offer, offer_of
from tierslieu.people.memberships.queries import held, of_plan
from tierslieu.people.memberships.rules import Period, add_months, best_price, period, price_of_period

EARLIEST, LATEST = timedelta(days=366), timedelta(days=732)


class Wish(msgspec.Struct, frozen=True):
    """Who takes which plan from which day. `cents` is the price that was shown, None when none was."""

    person_id: int
    plan_id: int
    first: date
    free_reason: str = ""
    cents: int | None = None
    follows: int | None = None


class Quote(msgspec.Struct, frozen=True):
    """What a wish comes to. `ends_at` is None for a pass without end; `chosen` is None for every pass."""

    offer: Offer
    category: str
    starts_at: int
    ends_at: int | None
    list_cents: int
    price_cents: int
    chosen: Period | None

    @property
    def is_partial(self) -> bool:
        """True when only the rest of a period is paid."""
        return self.chosen is not None and self.chosen.start != self.chosen.whole_start


def today(reader: Reader, zone: Zone) -> date:
    """The venue's day."""
    return zone.date(reader.now)


def quote(reader: Reader, zone: Zone, wish: Wish) -> Quote:
    """What a wish comes to. Raises Refused with every reason, NotFound for an unknown person or plan."""
    require_person(reader, wish.person_id)
    _require_day(reader, zone, wish.first)
    starts_at = zone.instant(wish.first, 0)
    offer = offer_of(reader, wish.plan_id, max(starts_at, reader.now))
    held_now = [one.category for one in categories_of(reader, wish.person_id, reader.now)]
    price = best_price(offer.prices, held_now, default_category(reader))
    reasons = []
    if price is None:
        reasons.append(Reason("plan_not_for_category", {"plan": offer.terms.name}))
    chosen = None if offer.terms.is_pass else period(offer.terms.unit, offer.terms.anchor, wish.first)
    ends_at = _end(zone, offer, wish.first, chosen)
    if chosen is not None and ends_at is not None:
        others = of_plan(reader, wish.person_id, wish.plan_id, starts_at)
        if any(one.starts_at < ends_at for one in others):
            reasons.append(Reason("already_member", {"plan": offer.terms.name}))
    if price is None or reasons:
        raise Refused(tuple(reasons))
    cents = price.cents if chosen is None else price_of_period(price.cents, chosen)
    asked = 0 if wish.free_reason else cents
    if wish.cents is not None and not wish.free_reason and wish.cents != cents:
        raise Refused((Reason("price_changed"),))
    return Quote(offer, price.category, starts_at, ends_at, cents, asked, chosen)


def renewal(reader: Reader, zone: Zone, membership_id: int, free_reason: str = "", cents: int | None = None) -> Wish:
    """The wish that renews a membership: from the day after its last, or from today when that day is past.

    Raises Refused when the plan is not renewed, NotFound for an unknown membership.
    """
    former = held(reader, membership_id)
    later = of_plan(reader, former.person_id, former.plan_id, former.ends_at)
    if later or former.cancelled_at is not None:
        raise Refused((Reason("already_renewed" if later else "membership_over"),))
    try:
        offer = offer_of(reader, former.plan_id, max(former.ends_at, reader.now))
    except NotFound:
        offer = None
    if offer is None or not offer.terms.is_renewable:
        raise Refused((Reason("not_renewable", {"plan": former.name}),))
    first = max(zone.date(former.ends_at), today(reader, zone))
    return Wish(former.person_id, former.plan_id, first, free_reason, cents, membership_id)


def _require_day(reader: Reader, zone: Zone, first: date) -> None:
    """A year back, for what was signed on paper before; two years ahead, for renewals."""
    now = today(reader, zone)
    if not now - EARLIEST <= first <= now + LATEST:
        raise Refused((Reason("start_not_possible"),))


def _end(zone: Zone, offer: Offer, first: date, chosen: Period | None) -> int | None:
    if chosen is not None:
        return zone.instant(chosen.end, 0)
    months = offer.terms.credit_months
    return zone.instant(add_months(first, months), 0) if months else None
