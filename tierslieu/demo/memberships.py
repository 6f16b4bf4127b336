"""The demonstration's plans, categories, memberships and credits: prices of the file, everything else invented."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tierslieu.basics.zone import Zone
from tierslieu.demo import venue_file
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships import actions, reminders
from tierslieu.people.memberships.categories.actions import create_category, set_category
from tierslieu.people.memberships.categories.queries import Category
from tierslieu.people.memberships.credits.actions import give, spend
from tierslieu.people.memberships.plans.actions import NewTerms, change_plan, create_plan
from tierslieu.people.memberships.queries import held
from tierslieu.people.memberships.quoting import Wish
from tierslieu.people.persons.queries import by_key

FORMER_FROM = date(2026, 1, 1)
FORMER_DECISION = "délibération fictive n° 2025-DEMO"
DEFAULT = "exterieur"
REDUCED = "reduit"
PLANS: Mapping[str, tuple[str, str]] = {
    "adh-annuelle": ("year", "Accès au FabLab et à l’espace de travail partagé, aux horaires d’ouverture."),
    "cow-jour": ("day", "Une place dans l’espace de travail partagé, toute la journée."),
    "cow-demi": ("half_day", "Une place dans l’espace de travail partagé, le matin ou l’après-midi."),
    "cow-carnet": ("book", "Dix demi-journées dans l’espace de travail partagé, à utiliser en un an."),
    "cow-mois": ("month", "Une place libre dans l’espace de travail partagé, chaque jour d’ouverture."),
    "cow-mois-reserve": ("month", "Toujours le même bureau, et un casier fermé à clé."),
}
HOW = {"habitant": "seen_proof_of_address", "association": "seen_association_papers"}
HOW_BY_PERSON = {"u07": "seen_job_seeker_notice", "u14": "seen_student_card"}
ENDING_SOON = {"u07": 20}
"""Whose category runs out in how many days."""


def load(tx: Tx, zone: Zone) -> None:
    """Categories, plans in two voted grids, who has what."""
    data = venue_file.read()
    _categories(tx, data)
    plans = _plans(tx, zone, data)
    for user in data["users"]:
        _categories_of(tx, zone, user)
    _memberships(tx, zone, plans)
    _credits(tx, zone, plans)


def _categories(tx: Tx, data: dict[str, Any]) -> None:
    for position, one in enumerate(data["rate_categories"]):
        proof = "\u00a0; ".join([*one.get("who", ()), *([one["proof"]] if "proof" in one else ())])
        family = "reduction" if one["id"] == REDUCED else "status"
        category = Category(one["id"], one["name"], family, proof, int(one["id"] == DEFAULT), 1)
        create_category(tx, category, position)


def _plans(tx: Tx, zone: Zone, data: dict[str, Any]) -> dict[str, int]:
    """The grid in force, and the one voted for later when that day has not come."""
    grid = data["price_grid"]
    former, later = (zone.instant(day, 0) for day in (FORMER_FROM, date.fromisoformat(grid["valid_from"])))
    now, decision = (former, FORMER_DECISION) if later > tx.now else (later, grid["voted_by"])
    categories = [one["id"] for one in data["rate_categories"]]
    free = NewTerms(
        "Carte d’usager", "Les postes informatiques et l’aide numérique.", "free", decision, now,
        dict.fromkeys(categories, 0),
    )  # fmt: skip
    found = {"carte-usager": create_plan(tx, "carte-usager", free)}
    items = {item["id"]: item for item in grid["items"]}
    for position, (key, (unit, includes)) in enumerate(PLANS.items(), 1):
        terms = _terms(items[key], unit, includes, decision, now)
        found[key] = create_plan(tx, key, terms, position)
        if key == "adh-annuelle" and later > tx.now:
            change_plan(tx, found[key], _terms(items[key], unit, includes, grid["voted_by"], later))
    return found


def _terms(item: dict[str, Any], unit: str, includes: str, decision: str, valid_from: int) -> NewTerms:
    is_book = unit == "book"
    return NewTerms(
        item["label"],
        includes,
        unit,
        decision,
        valid_from,
        item["cents"],
        credit_kind="half_day" if is_book else "",
        credits=10 if is_book else 0,
        credit_months=12 if unit in ("book", "day", "half_day") else 0,
        is_prolonged=unit in ("month", "year"),
    )


def _categories_of(tx: Tx, zone: Zone, user: dict[str, Any]) -> None:
    person = by_key(tx, user["id"])
    if person is None or user["rate_category"] == DEFAULT:
        return
    is_reduced = user["rate_category"] == REDUCED
    for key in ("habitant", REDUCED) if is_reduced else (user["rate_category"],):
        how = HOW_BY_PERSON.get(user["id"], "seen_identity_document") if key == REDUCED else HOW.get(key, "declared")
        days = ENDING_SOON.get(user["id"], 300) if key == REDUCED else 300
        set_category(tx, person.id, key, how, zone.instant(zone.date(tx.now) + timedelta(days=days), 0))


def _memberships(tx: Tx, zone: Zone, plans: Mapping[str, int]) -> None:
    today = zone.date(tx.now)
    for key, plan, days_ago, free in (
        ("u05", "adh-annuelle", 120, ""),
        ("u06", "adh-annuelle", 200, ""),
        ("u06", "cow-mois", 10, ""),
        ("u13", "adh-annuelle", 345, ""),
        ("u17", "adh-annuelle", 40, "volunteer"),
        ("u19", "adh-annuelle", 90, ""),
        ("u18", "adh-annuelle", 366, ""),
        ("u02", "carte-usager", 30, ""),
    ):
        membership_id = _sell(tx, zone, key, plans[plan], today - timedelta(days=days_ago), free)
        if key == "u13":  # their letter left in earlier days: a demonstration does not begin with letters
            reminders.mark_told(tx, held(tx, membership_id))
        if key == "u19":
            actions.suspend(tx, zone, membership_id, today, today + timedelta(days=30), "absence")


def _sell(tx: Tx, zone: Zone, key: str, plan_id: int, first: date, free: str = "") -> int:
    person = by_key(tx, key)
    return actions.sell(tx, zone, Wish(person.id, plan_id, first, free)) if person else 0


def _credits(tx: Tx, zone: Zone, plans: Mapping[str, int]) -> None:
    today = zone.date(tx.now)
    _sell(tx, zone, "u05", plans["cow-carnet"], today - timedelta(days=60))
    people = {key: person.id for key in ("u05", "u12", "u14") if (person := by_key(tx, key))}
    for number in range(3):
        spend(tx, people["u05"], "half_day", 1, "used", f"demo-{number}")
    give(tx, people["u14"], "half_day", 2, "bought", "demo-u14", zone.instant(today + timedelta(days=6), 0))
    give(tx, people["u12"], "euro", 1250, "goodwill", "demo-u12")
