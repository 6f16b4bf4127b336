"""« Formules »: the prices posted for everybody; creating, changing and withdrawing for the administrator."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read
from tierslieu.basics.zone import Zone
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.people.memberships.categories.actions import create_category, offer_category
from tierslieu.people.memberships.categories.queries import Category, categories
from tierslieu.people.memberships.forms import show_form
from tierslieu.people.memberships.plans.actions import NewTerms, change_plan, create_plan, offer_plan
from tierslieu.people.memberships.plans.screens import PRICE, category_form, plan_form, plans_page
from tierslieu.people.memberships.rights import PLANS
from tierslieu.people.memberships.schemas import MOST_CENTS, Day, Key, Kind, Name, Short, Unit, cents_of
from tierslieu.people.persons.schemas import readable


class TermsForm(BaseModel):
    """What was voted, without the prices."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    includes: Annotated[str, AfterValidator(readable), Field(max_length=1000)] = ""
    unit: Unit
    anchor: Annotated[str, Field(pattern="^(|01-01|09-01)$")] = ""
    credit_kind: Kind | None = None
    credits: Annotated[int, Field(ge=0, le=1000)] = 0
    credit_months: Annotated[int, Field(ge=0, le=120)] = 0
    renewable: bool = False
    prolonged: bool = False
    decision: Name
    valid_from: Day


class PlanForm(TermsForm):
    """A new plan."""

    key: Key


class CategoryForm(BaseModel):
    """A new rate category."""

    model_config = ConfigDict(extra="ignore")

    key: Key
    name: Name
    family: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=40)]
    proof: Short = ""
    default: bool = False


def terms_of(asked: TermsForm, form: Mapping[str, str], zone: Zone) -> NewTerms:
    """The terms that a form describes. Raises FormErrors for a price that cannot be read."""
    prices: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for name, text in form.items():
        if name.startswith(PRICE) and text.strip():
            try:
                cents = cents_of(text)
            except ValueError:
                cents = None
            if isinstance(cents, int) and cents <= MOST_CENTS:
                prices[name.removeprefix(PRICE)] = cents
            else:
                wrong[name] = "bad_price"
    if wrong:
        raise FormErrors("form", wrong)
    return NewTerms(
        asked.name,
        asked.includes,
        asked.unit,
        asked.decision,
        zone.instant(asked.valid_from, 0),
        prices,
        asked.anchor,
        asked.credit_kind or "",
        asked.credits,
        asked.credit_months,
        asked.renewable,
        asked.prolonged,
    )


class PlanPages(Controller):
    """The grid, and its changes."""

    path = "/formules"

    @get("/", opt=PUBLIC, include_in_schema=False)
    async def show(self, request: AnyRequest) -> Response[bytes]:
        """What can be taken, and what it costs whom."""
        view = await house(request).db.read(plans_page, words(request))
        return page(request, "memberships/plans.html", view=view)

    @get("/nouvelle", opt=allow(PLANS), include_in_schema=False)
    async def ask_new(self, request: AnyRequest) -> Response[bytes]:
        """The form of a new plan."""
        return show_form(request, await house(request).db.read(plan_form, words(request), None))

    @post("/", opt=allow(PLANS), include_in_schema=False)
    async def create(self, request: AnyRequest) -> Response[Any]:
        """A new plan."""
        form, home = await read_form(request), house(request)
        try:
            asked = check(PlanForm, form)
            await home.db.write(create_plan, asked.key, terms_of(asked, form, home.zone), by=actor(request))
        except (Invalid, Refused) as error:
            return show_form(request, await home.db.read(plan_form, words(request), None), form, error)
        return see_other("/formules")

    @get("/{id:str}/changer", opt=allow(PLANS), include_in_schema=False)
    async def ask_change(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form of new terms."""
        return show_form(request, await house(request).db.read(plan_form, words(request), read(id)))

    @post("/{id:str}", opt=allow(PLANS), include_in_schema=False)
    async def change(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """New terms."""
        form, home, plan_id = await read_form(request), house(request), read(id)
        try:
            terms = terms_of(check(TermsForm, form), form, home.zone)
            await home.db.write(change_plan, plan_id, terms, by=actor(request))
        except (Invalid, Refused) as error:
            return show_form(request, await home.db.read(plan_form, words(request), plan_id), form, error)
        return see_other("/formules")

    @post("/{id:str}/retirer", opt=allow(PLANS), include_in_schema=False)
    async def withdraw(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Not to be taken any more."""
        return await _offer(request, id, is_active=False)

    @post("/{id:str}/proposer", opt=allow(PLANS), include_in_schema=False)
    async def offer(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """To be taken again."""
        return await _offer(request, id, is_active=True)


async def _offer(request: AnyRequest, id_: str, *, is_active: bool) -> Response[Any]:
    await read_form(request)
    await house(request).db.write(offer_plan, read(id_), is_active=is_active, by=actor(request))
    return see_other("/formules")


class CategoryPages(Controller):
    """Rate categories."""

    path = "/formules/categories"

    @get("/", opt=allow(PLANS), include_in_schema=False)
    async def show(self, request: AnyRequest) -> Response[bytes]:
        """All of them."""
        return page(request, "memberships/categories.html", rows=await house(request).db.read(categories))

    @get("/nouvelle", opt=allow(PLANS), include_in_schema=False)
    async def ask_new(self, request: AnyRequest) -> Response[bytes]:
        """The form of a new one."""
        return show_form(request, category_form(words(request)))

    @post("/", opt=allow(PLANS), include_in_schema=False)
    async def create(self, request: AnyRequest) -> Response[Any]:
        """A new one."""
        form = await read_form(request)
        try:
            asked = check(CategoryForm, form)
            one = Category(asked.key, asked.name, asked.family, asked.proof, int(asked.default), 1)
            await house(request).db.write(create_category, one, 99, by=actor(request))
        except (Invalid, Refused) as error:
            return show_form(request, category_form(words(request)), form, error)
        return see_other("/formules/categories")

    @post("/{key:str}/retirer", opt=allow(PLANS), include_in_schema=False)
    async def withdraw(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Not to be set any more."""
        await read_form(request)
        await house(request).db.write(offer_category, key[:40], is_active=False, by=actor(request))
        return see_other("/formules/categories")

    @post("/{key:str}/proposer", opt=allow(PLANS), include_in_schema=False)
    async def offer(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """To be set again."""
        await read_form(request)
        await house(request).db.write(offer_category, key[:40], is_active=True, by=actor(request))
        return see_other("/formules/categories")
