"""« Formules »: what can be taken, and its prices, for everybody; what the administrator may change."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.categories.queries import Category, categories
from tierslieu.people.memberships.forms import FieldView, FormPage, choices
from tierslieu.people.memberships.plans.queries import Offer, in_force_at, newest, versions
from tierslieu.people.memberships.wording import ANCHORS, CREDIT_KINDS, UNITS, amount_text

PRICE = "price-"
"""How the fields of prices begin; the key of the category follows."""


class PlanRow(msgspec.Struct, frozen=True):
    """One plan with its prices, in the order of the categories."""

    id: str
    name: str
    includes: str
    unit_text: str
    prices: Sequence[str]
    decision: str


class PlansPage(msgspec.Struct, frozen=True):
    """The grid in force, what was voted for later, and (for the administrator) what was withdrawn."""

    categories: Sequence[Category]
    rows: Sequence[PlanRow]
    later: Sequence[tuple[str, str]]
    withdrawn: Sequence[PlanRow]
    decisions: Sequence[str]


def plans_page(reader: Reader, spoken: Words) -> PlansPage:
    """The page as it is now."""
    found = versions(reader)
    now = in_force_at(found, reader.now)
    used = {key for offer in now.values() if offer.terms.is_active for key in offer.prices}
    shown = [one for one in categories(reader) if one.key in used]
    rows = [_row(spoken, offer, shown) for offer in now.values() if offer.terms.is_active]
    return PlansPage(
        shown,
        rows,
        [_later(spoken, offer, shown) for offer in found if offer.terms.valid_from > reader.now],
        [_row(spoken, offer, shown) for offer in now.values() if not offer.terms.is_active],
        sorted({row.decision for row in rows if row.decision}),
    )


def _row(spoken: Words, offer: Offer, shown: Sequence[Category]) -> PlanRow:
    one = offer.terms
    unit = spoken.text(UNITS[one.unit])
    if one.unit == "book":
        unit = amount_text(spoken, one.credit_kind, one.credits)
    prices = [_price(spoken, offer, each.key) for each in shown]
    return PlanRow(show(one.plan_id), one.name, one.includes, unit, prices, one.decision)


def _price(spoken: Words, offer: Offer, category: str) -> str:
    cents = offer.prices.get(category)
    return spoken.text(_("non proposé")) if cents is None else spoken.money(cents)


def _later(spoken: Words, offer: Offer, shown: Sequence[Category]) -> tuple[str, str]:
    one = offer.terms
    facts = {"plan": one.name, "day": spoken.day(one.valid_from, "year"), "decision": one.decision}
    title = spoken.text(_("{plan}, à partir du {day} ({decision})"), **facts)
    each = [f"{kind.name}\u00a0: {_price(spoken, offer, kind.key)}" for kind in shown if kind.key in offer.prices]
    return title, ", ".join(each)


def plan_form(reader: Reader, spoken: Words, plan_id: int | None) -> FormPage:
    """The form of a new plan, or of new terms, which begin with the last ones."""
    last = newest(reader, plan_id) if plan_id is not None else None
    path = "/formules" if plan_id is None else f"/formules/{show(plan_id)}"
    title = spoken.text(_("Nouvelle formule")) if last is None else last.terms.name
    lines = [spoken.text(_("Un changement fait une nouvelle version. Ce qui est déjà vendu garde la sienne."))]
    key = FieldView(
        "key",
        spoken.text(_("Nom court")),
        hint=spoken.text(_("En minuscules, chiffres et tirets. Il ne change plus.")),
        extra={"maxlength": 40, "autocomplete": "off"},
    )
    fields = [*([key] if last is None else []), *_terms_fields(spoken, last), *_day_fields(reader, spoken, last)]
    fields += [_price_field(spoken, one, last) for one in categories(reader) if one.is_active]
    back = spoken.text(_("Retour aux formules"))
    return FormPage(title, lines, fields, path, spoken.text(_("Enregistrer")), "check", "/formules", back)


def _terms_fields(spoken: Words, last: Offer | None) -> list[FieldView]:
    one = last.terms if last is not None else None
    unit, anchor, kind = (one.unit, one.anchor, one.credit_kind) if one else ("year", "", "")
    return [
        FieldView("name", spoken.text(_("Nom")), value=one.name if one else "", extra={"maxlength": 120}),
        FieldView(
            "includes",
            spoken.text(_("Ce qu’elle comprend")),
            "textarea",
            one.includes if one else "",
            is_required=False,
        ),
        FieldView("unit", spoken.text(_("Vendue pour")), "select", choices=choices(spoken, UNITS, unit)),
        FieldView(
            "anchor", spoken.text(_("Période")), "select", choices=choices(spoken, ANCHORS, anchor), is_required=False
        ),
        FieldView(
            "credit_kind",
            spoken.text(_("Carnet de quoi")),
            "select",
            choices=choices(spoken, CREDIT_KINDS, kind, first=_("Ce n’est pas un carnet")),
            is_required=False,
        ),
        _number("credits", spoken.text(_("Carnet de combien")), one.credits if one else 0),
        _number("credit_months", spoken.text(_("Mois pour l’utiliser")), one.credit_months if one else 0),
        FieldView(
            "renewable", spoken.text(_("Peut être renouvelée")), "check", "1" if not one or one.is_renewable else ""
        ),
        FieldView(
            "prolonged",
            spoken.text(_("Une suspension repousse la fin")),
            "check",
            "1" if one and one.is_prolonged else "",
        ),
    ]


def _number(name: str, label: str, value: int) -> FieldView:
    extra = {"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"}
    return FieldView(name, label, value=str(value) if value else "", is_required=False, extra=extra)


def _day_fields(reader: Reader, spoken: Words, last: Offer | None) -> list[FieldView]:
    day = spoken.zone.date(reader.now) + timedelta(days=0 if last is None else 1)
    return [
        FieldView(
            "decision",
            spoken.text(_("Délibération")),
            hint=spoken.text(_("Son numéro et sa date.")),
            extra={"maxlength": 120},
        ),
        FieldView("valid_from", spoken.text(_("Vaut à partir du")), "date", day.isoformat()),
    ]


def _price_field(spoken: Words, one: Category, last: Offer | None) -> FieldView:
    cents = None if last is None else last.prices.get(one.key)
    return FieldView(
        PRICE + one.key,
        spoken.text(_("Prix en euros : {category}"), category=one.name),
        value="" if cents is None else f"{cents // 100},{cents % 100:02d}",
        is_required=False,
        extra={"inputmode": "decimal", "maxlength": 9, "autocomplete": "off"},
    )


def category_form(spoken: Words) -> FormPage:
    """The form of a new rate category."""
    fields = [
        FieldView(
            "key",
            spoken.text(_("Nom court")),
            hint=spoken.text(_("En minuscules, chiffres et tirets.")),
            extra={"maxlength": 40},
        ),
        FieldView("name", spoken.text(_("Nom")), extra={"maxlength": 120}),
        FieldView(
            "family",
            spoken.text(_("Famille")),
            hint=spoken.text(_("Une personne a au plus une catégorie par famille, par exemple « statut ».")),
            extra={"maxlength": 40},
        ),
        FieldView(
            "proof", spoken.text(_("Ce qui est montré à l’accueil")), is_required=False, extra={"maxlength": 300}
        ),
        FieldView("default", spoken.text(_("Pour qui n’en a pas d’autre")), "check"),
    ]
    lines = [spoken.text(_("Les justificatifs sont vus, jamais gardés ni copiés."))]
    back = spoken.text(_("Retour aux catégories"))
    title = spoken.text(_("Nouvelle catégorie de tarif"))
    return FormPage(
        title,
        lines,
        fields,
        "/formules/categories",
        spoken.text(_("Enregistrer")),
        "check",
        "/formules/categories",
        back,
    )
