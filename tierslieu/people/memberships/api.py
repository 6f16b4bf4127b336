"""Plans for everybody; memberships, credits and categories of people for staff."""

from typing import Any

from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships import actions, schemas
from tierslieu.people.memberships.categories.actions import set_category
from tierslieu.people.memberships.categories.queries import categories_of
from tierslieu.people.memberships.credits.actions import give, spend
from tierslieu.people.memberships.credits.queries import accounts
from tierslieu.people.memberships.days import after_last
from tierslieu.people.memberships.noting import require_person
from tierslieu.people.memberships.plans.queries import PlanView, plan_views
from tierslieu.people.memberships.queries import of_person, state_of, suspensions_of
from tierslieu.people.memberships.quoting import Wish
from tierslieu.people.memberships.rights import MANAGE, SEE


class PlansApi(Controller):
    """What can be taken, and what it costs."""

    path = "/api/v1"
    tags = ("memberships",)

    @get("/plans", opt=PUBLIC)
    async def plans(self, request: AnyRequest) -> list[PlanView]:
        """The plans in force, with their prices by rate category."""
        return await house(request).db.read(plan_views)


class MembershipsApi(Controller):
    """Memberships of people, for staff."""

    path = "/api/v1"
    tags = ("memberships",)

    @get("/people/{id:str}/memberships", opt=allow(SEE))
    async def of_person(self, request: AnyRequest, id: FromPath[str]) -> schemas.PersonMemberships:
        """Memberships, what is left of credits, categories in force."""
        return await house(request).db.read(all_of, read(id))

    @post("/people/{id:str}/memberships", opt=allow(MANAGE))
    async def sell(self, request: AnyRequest, id: FromPath[str], data: JSONBody[schemas.NewMembership]) -> schemas.Done:
        """Somebody takes a plan; for a pass the answer names its lot of credits."""
        wish = Wish(read(id), read(data.plan), data.starts_on, data.free_reason or "", data.price_cents)
        return schemas.Done(show(await _write(request, actions.sell, house(request).zone, wish)))

    @post("/memberships/{id:str}/renewals", opt=allow(MANAGE))
    async def renew(self, request: AnyRequest, id: FromPath[str], data: JSONBody[schemas.Renewal]) -> schemas.Done:
        """The same plan again, from the day after its end, or today when that day is past."""
        terms = (data.free_reason or "", data.price_cents)
        return schemas.Done(show(await _write(request, actions.renew, house(request).zone, read(id), *terms)))

    @post("/memberships/{id:str}/suspensions", opt=allow(MANAGE))
    async def suspend(
        self, request: AnyRequest, id: FromPath[str], data: JSONBody[schemas.NewSuspension]
    ) -> schemas.Done:
        """A membership does not count for a while."""
        wish = (read(id), data.first, data.until, data.reason)
        return schemas.Done(show(await _write(request, actions.suspend, house(request).zone, *wish)))

    @delete("/memberships/{id:str}/suspensions", opt=allow(MANAGE))
    async def resume(self, request: AnyRequest, id: FromPath[str]) -> None:
        """It counts again from today."""
        await _write(request, actions.resume, house(request).zone, read(id))

    @post("/memberships/{id:str}/cancellation", opt=allow(MANAGE), status_code=204)
    async def cancel(self, request: AnyRequest, id: FromPath[str], data: JSONBody[schemas.Cancellation]) -> None:
        """It stops now."""
        await _write(request, actions.cancel, read(id), data.reason)


class CreditsApi(Controller):
    """Credits and categories of people, for staff."""

    path = "/api/v1/people"
    tags = ("memberships",)

    @post("/{id:str}/credits", opt=allow(MANAGE))
    async def give(self, request: AnyRequest, id: FromPath[str], data: JSONBody[schemas.NewCredits]) -> schemas.Done:
        """Give credits."""
        expires_at = after_last(house(request).zone, data.until) if data.until else None
        values = (data.kind, data.amount, data.reason, data.about or "", expires_at)
        lot_id = await _write(request, give, read(id), *values)
        return schemas.Done(show(lot_id or 0), lot_id is not None)

    @post("/{id:str}/credits/spendings", opt=allow(MANAGE))
    async def spend(self, request: AnyRequest, id: FromPath[str], data: JSONBody[schemas.Spending]) -> schemas.Done:
        """Use credits, those that expire first before the others."""
        values = (data.kind, data.amount, data.reason, data.about)
        return schemas.Done(data.about, await _write(request, spend, read(id), *values))

    @post("/{id:str}/categories", opt=allow(MANAGE))
    async def set_category(
        self, request: AnyRequest, id: FromPath[str], data: JSONBody[schemas.NewCategory]
    ) -> schemas.Done:
        """Note a rate category; the former one of the same family ends."""
        until = after_last(house(request).zone, data.until)
        return schemas.Done(show(await _write(request, set_category, read(id), data.category, data.how, until)))


async def _write(request: AnyRequest, action: Any, *args: Any) -> Any:
    return await house(request).db.write(action, *args, by=actor(request))


def all_of(reader: Reader, person_id: int) -> schemas.PersonMemberships:
    """Everything of one person, for programs."""
    require_person(reader, person_id)
    suspended = suspensions_of(reader, person_id)
    memberships = []
    for one in of_person(reader, person_id):
        known = suspended.get(one.id, [])
        until = next((each.until_at for each in known if each.span.holds(reader.now)), None)
        memberships.append(
            schemas.MembershipView(
                show(one.id),
                one.key,
                one.name,
                one.category,
                schemas.moment(one.starts_at),
                schemas.moment(one.ends_at),
                state_of(one, known, reader.now),
                None if until is None else schemas.moment(until),
                one.list_cents,
                one.price_cents,
                one.free_reason,
            )
        )
    lots = [
        schemas.CreditView(lot.kind, lot.left, None if lot.expires_at is None else schemas.moment(lot.expires_at))
        for lot in accounts(reader, person_id)
    ]
    held = [
        schemas.CategoryView(one.category, one.name, one.how, schemas.moment(one.until_at))
        for one in categories_of(reader, person_id, reader.now)
    ]
    return schemas.PersonMemberships(memberships, lots, held)
