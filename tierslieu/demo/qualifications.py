"""Loading the demonstration's qualifications: the catalogue of the file, who holds what, trainings to come.

Dates are told from the day of loading, so that the demonstration shows what is in force and what has ended.
"""

from datetime import timedelta
from typing import Any

from tierslieu.demo import venue_file
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.people.qualifications import actions, queries, training
from tierslieu.people.qualifications.schemas import NewSession, NewSkill, Wish
from tierslieu.people.relations.queries import zone_of

DAY = 86_400
NEEDS = {"fraisage": (("decoupe-laser", "accompanied"),)}
ENFORCED = frozenset({"decoupe-laser", "fraisage"})
UNUSED_MONTHS = {"decoupe-laser": 6}
TEXTS = {
    "impression-3d": "Préparer un fichier, lancer une impression, retirer la pièce sans abîmer le plateau.",
    "decoupe-laser": "Choisir une matière permise, régler le foyer, surveiller la coupe, réagir à une flamme.",
    "decoupe-vinyle": "Poser le rouleau, couper, écheniller, presser à chaud.",
    "brodeuse": "Tendre le tissu, enfiler, charger un motif.",
    "electronique": "Souder au fer, mesurer, ranger le poste.",
    "fraisage": "Brider la pièce, choisir la fraise, faire une origine, arrêter la machine.",
}
GIVEN = (
    ("u14", "decoupe-vinyle", "trainer", 90),
    ("u17", "brodeuse", "trainer", 30),
    ("u04", "brodeuse", "autonomous", 800),
    ("u13", "decoupe-laser", "accompanied", 60),
    ("s3", "impression-3d", "autonomous", 200),
    ("s3", "decoupe-laser", "autonomous", 120),
)
"""Who, what, which level, how many days ago; the file itself names those who are autonomous."""
SESSIONS = (("decoupe-laser", 8, 18 * 60, 4), ("impression-3d", 9, 14 * 60, 6), ("brodeuse", 11, 10 * 60, 3))
"""What, in how many days, when, how many seats."""


def load(tx: Tx) -> None:
    """The catalogue first, then what was given, then what is announced."""
    data = venue_file.read()
    for one in data["qualifications"]:
        actions.put_skill(tx, _skill(one))
    skills = {one.key: one for one in queries.skills(tx).values()}
    given = [(user["id"], key, "autonomous", 45) for user in data["users"] for key in user.get("qualifications", ())]
    for person, key, level, days in (*given, *GIVEN):
        found = by_key(tx, person)
        if found is not None:
            actions.bring_in(tx, Wish(found.id, skills[key].id, level, "after_training"), tx.now - days * DAY)
    today = zone_of(tx).date(tx.now)
    for key, days, start, capacity in SESSIONS:
        day = today + timedelta(days=days)
        facts = {"date": day.isoformat(), "start": f"{start // 60:02d}:00", "place": "Atelier du FabLab"}
        new = NewSession.model_validate(
            {**facts, "qualification": "0" * 13, "minutes": _minutes(data, key), "capacity": capacity}
        )
        training.plan(tx, new, skills[key].id)


def _minutes(data: dict[str, Any], key: str) -> int:
    return next(int(one["training_minutes"]) for one in data["qualifications"] if one["id"] == key)


def _skill(one: dict[str, Any]) -> NewSkill:
    return NewSkill(
        key=one["id"],
        name=one["name"],
        description=TEXTS.get(one["id"], ""),
        levels=("discovery", "accompanied", "autonomous", "trainer"),
        valid_months=one.get("valid_months"),
        unused_months=UNUSED_MONTHS.get(one["id"]),
        training_minutes=one["training_minutes"],
        min_age=one.get("min_age"),
        is_active=True,
        is_enforced=one["id"] in ENFORCED,
        needs=NEEDS.get(one["id"], ()),
    )
