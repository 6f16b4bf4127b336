"""Pages of the desk: giving and using credits, undoing a line, setting a rate category."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, read_form, see_other
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships import screens
from tierslieu.people.memberships.categories.actions import end_category, set_category
from tierslieu.people.memberships.categories.queries import categories, categories_of
from tierslieu.people.memberships.credits.actions import give, reverse, spend
from tierslieu.people.memberships.credits.queries import accounts
from tierslieu.people.memberships.days import after_last
from tierslieu.people.memberships.forms import Choice, FieldView, FormPage, ask, choices, take
from tierslieu.people.memberships.noting import require_person
from tierslieu.people.memberships.rights import MANAGE
from tierslieu.people.memberships.schemas import Day, How, Key, Kind, cents_of
from tierslieu.people.memberships.wording import CREDIT_KINDS, GIVE_REASONS, HOWS, SPEND_REASONS

Once = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{4,40}$")]
"""New on each page: a form that is sent twice counts once."""


class GiveForm(BaseModel):
    """Credits given."""

    model_config = ConfigDict(extra="ignore")

    kind: Kind
    amount: Annotated[str, Field(max_length=20)]
    reason: Annotated[str, Field(pattern=f"^({'|'.join(GIVE_REASONS)})$")]
    until: Day | None = None
    once: Once


class SpendForm(BaseModel):
    """Credits used."""

    model_config = ConfigDict(extra="ignore")

    kind: Kind
    amount: Annotated[str, Field(max_length=20)]
    reason: Annotated[str, Field(pattern=f"^({'|'.join(SPEND_REASONS)})$")]
    once: Once


class CategoryForm(BaseModel):
    """A category, how it was checked, its last day."""

    model_config = ConfigDict(extra="ignore")

    category: Key
    how: How
    until: Day


def amount_of(kind: str, text: str) -> int:
    """How much was typed: whole numbers, euros with their cents. Raises Invalid."""
    try:
        found = cents_of(text)
    except ValueError:
        found = None
    if not isinstance(found, int) or (kind != "euro" and found % 100):
        raise Invalid("form", {"amount": "amount_not_possible"})
    return found if kind == "euro" else found // 100


class AccountPages(Controller):
    """Credits and categories of one person."""

    path = "/personnes"

    @get("/{id:str}/credits/ajouter", opt=allow(MANAGE), include_in_schema=False)
    async def choose_giving(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What to give."""
        return await ask(request, _give_form, read(id))

    @post("/{id:str}/credits/ajouter", opt=allow(MANAGE), include_in_schema=False)
    async def give(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Give."""
        home, person_id = house(request), read(id)

        async def act(form: Mapping[str, str]) -> None:
            asked = check(GiveForm, form)
            amount = amount_of(asked.kind, asked.amount)
            until = after_last(home.zone, asked.until) if asked.until else None
            wish = (person_id, asked.kind, amount, asked.reason, asked.once, until)
            await home.db.write(give, *wish, by=actor(request))

        return await take(request, _give_form, person_id, act)

    @get("/{id:str}/credits/retirer", opt=allow(MANAGE), include_in_schema=False)
    async def choose_spending(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What was used."""
        return await ask(request, _spend_form, read(id))

    @post("/{id:str}/credits/retirer", opt=allow(MANAGE), include_in_schema=False)
    async def spend(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Use."""
        person_id = read(id)

        async def act(form: Mapping[str, str]) -> None:
            asked = check(SpendForm, form)
            wish = (person_id, asked.kind, amount_of(asked.kind, asked.amount), asked.reason, asked.once)
            await house(request).db.write(spend, *wish, by=actor(request))

        return await take(request, _spend_form, person_id, act)

    @post("/{id:str}/credits/{move:str}/annuler", opt=allow(MANAGE), include_in_schema=False)
    async def reverse(self, request: AnyRequest, id: FromPath[str], move: FromPath[str]) -> Response[Any]:
        """Undo a line by its opposite."""
        await read_form(request)
        await house(request).db.write(reverse, read(id), read(move), by=actor(request))
        return see_other(f"/personnes/{id}/adhesions")

    @get("/{id:str}/categorie", opt=allow(MANAGE), include_in_schema=False)
    async def choose_category(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """Which category, seen how."""
        return await ask(request, _category_form, read(id))

    @post("/{id:str}/categorie", opt=allow(MANAGE), include_in_schema=False)
    async def set_category(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note it."""
        home, person_id = house(request), read(id)

        async def act(form: Mapping[str, str]) -> None:
            asked = check(CategoryForm, form)
            wish = (person_id, asked.category, asked.how, after_last(home.zone, asked.until))
            await home.db.write(set_category, *wish, by=actor(request))

        return await take(request, _category_form, person_id, act)

    @post("/{id:str}/categorie/{held:str}/terminer", opt=allow(MANAGE), include_in_schema=False)
    async def end_category(self, request: AnyRequest, id: FromPath[str], held: FromPath[str]) -> Response[Any]:
        """It does not hold any more."""
        await read_form(request)
        await house(request).db.write(end_category, read(id), read(held), by=actor(request))
        return see_other(f"/personnes/{id}/adhesions")


def _what_is_left(reader: Reader, spoken: Words, person_id: int) -> list[str]:
    person = require_person(reader, person_id)
    found = [screens.credit_line(spoken, one) for one in accounts(reader, person_id)]
    left = "\u00a0; ".join(f"{one.text} ({one.until_text})" if one.until_text else one.text for one in found)
    return [f"{person.first_name} {person.last_name}", spoken.text(_("Reste : {left}"), left=left or "0")]


def _kind_and_amount(spoken: Words) -> list[FieldView]:
    return [
        FieldView("kind", spoken.text(_("Quoi")), "select", choices=choices(spoken, CREDIT_KINDS)),
        FieldView(
            "amount",
            spoken.text(_("Combien")),
            hint=spoken.text(_("Un nombre entier, ou une somme comme 12,50 pour un avoir.")),
            extra={"inputmode": "decimal", "maxlength": 12, "autocomplete": "off"},
        ),
    ]


def _give_form(reader: Reader, spoken: Words, person_id: int) -> FormPage:
    fields = [
        *_kind_and_amount(spoken),
        FieldView("reason", spoken.text(_("Raison")), "select", choices=choices(spoken, GIVE_REASONS)),
        FieldView(
            "until",
            spoken.text(_("Dernier jour d’utilisation")),
            "date",
            hint=spoken.text(_("Sans date : pas de limite.")),
            is_required=False,
        ),
    ]
    return _form(reader, spoken, person_id, fields, ("credits/ajouter", _("Ajouter des crédits"), "check"))


def _spend_form(reader: Reader, spoken: Words, person_id: int) -> FormPage:
    reason = FieldView("reason", spoken.text(_("Raison")), "select", choices=choices(spoken, SPEND_REASONS))
    fields = [*_kind_and_amount(spoken), reason]
    return _form(reader, spoken, person_id, fields, ("credits/retirer", _("Retirer des crédits"), "check"))


def _category_form(reader: Reader, spoken: Words, person_id: int) -> FormPage:
    known = [one for one in categories(reader) if one.is_active]
    until = spoken.zone.date(reader.now) + timedelta(days=365)
    labels = [Choice(one.key, f"{one.name} ({one.proof})" if one.proof else one.name) for one in known]
    fields = [
        FieldView("category", spoken.text(_("Catégorie")), "select", choices=labels),
        FieldView("how", spoken.text(_("Vérifiée comment")), "select", choices=choices(spoken, HOWS)),
        FieldView("until", spoken.text(_("Dernier jour où elle vaut")), "date", until.isoformat()),
    ]
    view = _form(reader, spoken, person_id, fields, ("categorie", _("Noter la catégorie de tarif"), "check"))
    held = [screens.category_line(spoken, one, reader.now) for one in categories_of(reader, person_id, reader.now)]
    lines = [view.lines[0], *(f"{one.name}, {one.until_text}" for one in held)]
    lines.append(spoken.text(_("Les justificatifs sont vus, jamais gardés ni copiés.")))
    return msgspec.structs.replace(view, lines=lines)


def _form(
    reader: Reader, spoken: Words, person_id: int, fields: list[FieldView], act: tuple[str, str, str]
) -> FormPage:
    path, title, symbol = act
    id_ = show(person_id)
    return FormPage(
        spoken.text(title),
        _what_is_left(reader, spoken, person_id),
        fields,
        f"/personnes/{id_}/{path}",
        spoken.text(title),
        symbol,
        f"/personnes/{id_}#memberships",
        spoken.text(_("Retour à la fiche")),
        hidden={"once": secrets.token_urlsafe(12)},
    )
