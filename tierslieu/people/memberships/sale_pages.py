"""Pages of the desk: somebody takes a plan, or renews it. The price is shown before anything is confirmed."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships import actions
from tierslieu.people.memberships.categories.queries import names
from tierslieu.people.memberships.days import last_day
from tierslieu.people.memberships.forms import Choice, Faults, FieldView, choices, faults_of, filled
from tierslieu.people.memberships.noting import require_person
from tierslieu.people.memberships.plans.queries import offered
from tierslieu.people.memberships.queries import held
from tierslieu.people.memberships.quoting import Quote, Wish, quote, renewal
from tierslieu.people.memberships.rights import MANAGE
from tierslieu.people.memberships.schemas import MOST_CENTS, Day, Free, Id
from tierslieu.people.memberships.wording import FREE_REASONS, amount_text


class SaleForm(BaseModel):
    """A plan from a day on. `cents` is the price that was shown, when one was."""

    model_config = ConfigDict(extra="ignore")

    plan: Id
    first: Day
    free: Free | None = None
    cents: Annotated[int, Field(ge=0, le=MOST_CENTS)] | None = None


class RenewalForm(BaseModel):
    """The same plan again, at the price that was shown."""

    model_config = ConfigDict(extra="ignore")

    free: Free | None = None
    cents: Annotated[int, Field(ge=0, le=MOST_CENTS)] | None = None


class SalePage(msgspec.Struct, frozen=True):
    """Choosing a plan; with `recap` also what it comes to, to confirm. `hidden` is what the confirmation sends."""

    title: str
    person: str
    name: str
    fields: list[FieldView]
    ask: str
    confirm: str
    recap: tuple[str, str, str] | None = None
    hidden: Mapping[str, str] = {}


class SalePages(Controller):
    """A new membership, in two steps that work without script."""

    @get("/personnes/{id:str}/adhesions/nouvelle", opt=allow(MANAGE), include_in_schema=False)
    async def choose(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """Which plan, from when."""
        return await show_sale(request, read(id), None)

    @post("/personnes/{id:str}/adhesions/prix", opt=allow(MANAGE), include_in_schema=False, status_code=200)
    async def price(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What it comes to, to confirm."""
        form, person_id = await read_form(request), read(id)
        try:
            wish = _wish(person_id, check(SaleForm, form))
            found = await house(request).db.read(quote, house(request).zone, wish)
        except (Invalid, Refused) as error:
            return await show_sale(request, person_id, form, error)
        return await show_sale(request, person_id, form, None, found)

    @post("/personnes/{id:str}/adhesions/nouvelle", opt=allow(MANAGE), include_in_schema=False)
    async def sell(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It is done."""
        form, person_id = await read_form(request), read(id)
        try:
            wish = _wish(person_id, check(SaleForm, form))
            await house(request).db.write(actions.sell, house(request).zone, wish, by=actor(request))
        except (Invalid, Refused) as error:
            return await show_sale(request, person_id, form, error)
        return see_other(f"/personnes/{show(person_id)}#memberships")

    @get("/adhesions/{id:str}/renouveler", opt=allow(MANAGE), include_in_schema=False)
    async def choose_renewal(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """From when to when, for which price."""
        return await show_renewal(request, read(id), None)

    @post("/adhesions/{id:str}/renouveler", opt=allow(MANAGE), include_in_schema=False)
    async def renew(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The same plan again."""
        form, membership_id, home = await read_form(request), read(id), house(request)
        try:
            asked = check(RenewalForm, form)
            terms = (asked.free or "", asked.cents)
            await home.db.write(actions.renew, home.zone, membership_id, *terms, by=actor(request))
        except (Invalid, Refused) as error:
            return await show_renewal(request, membership_id, error)
        one = await home.db.read(held, membership_id)
        return see_other(f"/personnes/{show(one.person_id)}#memberships")


def _wish(person_id: int, form: SaleForm) -> Wish:
    return Wish(person_id, read(form.plan), form.first, form.free or "", form.cents)


async def show_sale(
    request: AnyRequest,
    person_id: int,
    form: Mapping[str, str] | None,
    error: Invalid | Refused | None = None,
    found: Quote | None = None,
) -> Response[bytes]:
    """The page: the choice, what is wrong with it, or what it comes to."""
    spoken = words(request)
    view = await house(request).db.read(_sale, spoken, person_id, form, found)
    return _page(request, view, faults_of(spoken, error))


def _page(request: AnyRequest, view: SalePage, faults: Faults) -> Response[bytes]:
    shown = {one.name: one.label for one in view.fields}
    errors = {name: text for name, text in faults.errors.items() if name in shown}
    return page(
        request, "memberships/sale.html", faults.status, view=view, errors=errors, labels=shown, reasons=faults.reasons
    )


def _sale(
    reader: Reader, spoken: Words, person_id: int, form: Mapping[str, str] | None, found: Quote | None
) -> SalePage:
    person = require_person(reader, person_id)
    today = spoken.zone.date(reader.now).isoformat()
    plans = [Choice(show(one.terms.plan_id), one.terms.name) for one in offered(reader, reader.now)]
    fields = [
        FieldView("plan", spoken.text(_("Formule")), "select", choices=plans),
        FieldView("first", spoken.text(_("Premier jour")), "date", today),
        _free_field(spoken),
    ]
    id_ = show(person_id)
    view = SalePage(
        spoken.text(_("Nouvelle formule pour {name}"), name=f"{person.first_name} {person.last_name}"),
        id_,
        f"{person.first_name} {person.last_name}",
        [filled(one, form) for one in fields],
        f"/personnes/{id_}/adhesions/prix",
        f"/personnes/{id_}/adhesions/nouvelle",
    )
    if found is None or form is None:
        return view
    hidden = {name: form[name] for name in ("plan", "first", "free") if form.get(name)}
    recap = recap_of(reader, spoken, found)
    return msgspec.structs.replace(view, recap=recap, hidden={**hidden, "cents": str(found.price_cents)})


def _free_field(spoken: Words) -> FieldView:
    return FieldView(
        "free",
        spoken.text(_("Gratuité")),
        "select",
        choices=choices(spoken, FREE_REASONS, first=_("Non : au prix de la grille")),
        hint=spoken.text(_("Le prix de la grille reste noté à côté.")),
        is_required=False,
    )


def recap_of(reader: Reader, spoken: Words, found: Quote) -> tuple[str, str, str]:
    """Three lines: what, how much, from when to when and at which rate."""
    terms = found.offer.terms
    rate = spoken.text(_("tarif « {category} »"), category=names(reader).get(found.category, found.category))
    if found.price_cents != found.list_cents:
        rate = spoken.text(_("au lieu de {price}"), price=spoken.money(found.list_cents))
    elif found.is_partial:
        rate += spoken.text(_(", au prorata des jours qui restent"))
    if found.chosen is None:
        what = f"{terms.name} ({amount_text(spoken, terms.credit_kind, terms.credits)})"
        span = (
            ""
            if found.ends_at is None
            else spoken.text(
                _("À utiliser jusqu’au {day}."), day=spoken.day(last_day(spoken.zone, found.ends_at), "year")
            )
        )
        return what, f"{spoken.money(found.price_cents)}, {rate}", span
    facts = {
        "first": spoken.day(found.chosen.start, "year"),
        "last": spoken.day(last_day(spoken.zone, found.ends_at or 0), "year"),
    }
    span = spoken.text(_("Du {first} au {last}, ce jour compris."), **facts)
    return terms.name, f"{spoken.money(found.price_cents)}, {rate}", span


async def show_renewal(request: AnyRequest, membership_id: int, error: Invalid | Refused | None) -> Response[bytes]:
    """What the renewal comes to, or why it cannot be."""
    spoken = words(request)
    try:
        view = await house(request).db.read(_renewal, spoken, membership_id)
    except Refused as refused:
        view = await house(request).db.read(_no_renewal, spoken, membership_id)
        error = error or refused
    return _page(request, view, faults_of(spoken, error))


def _no_renewal(reader: Reader, spoken: Words, membership_id: int) -> SalePage:
    one = held(reader, membership_id)
    person = require_person(reader, one.person_id)
    name = f"{person.first_name} {person.last_name}"
    return SalePage(spoken.text(_("Renouveler : {plan}"), plan=one.name), show(one.person_id), name, [], "", "")


def _renewal(reader: Reader, spoken: Words, membership_id: int) -> SalePage:
    found = quote(reader, spoken.zone, renewal(reader, spoken.zone, membership_id))
    view = _no_renewal(reader, spoken, membership_id)
    return msgspec.structs.replace(
        view,
        fields=[_free_field(spoken)],
        confirm=f"/adhesions/{show(membership_id)}/renouveler",
        recap=recap_of(reader, spoken, found),
        hidden={"cents": str(found.price_cents)},
    )
