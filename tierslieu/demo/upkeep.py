"""Loading the demonstration's upkeep: counters, plans of which two are due, an incident, safety sheets."""

from typing import Final

from tierslieu.demo import venue_file
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.upkeep import counting, incidents, planning, queries, sheets, storing
from tierslieu.fablab.upkeep.rules import HOUR, IN_UNIT, Reading
from tierslieu.fablab.upkeep.schemas import NewIncident, NewPlan, NewSheet
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key

WORKED: Final = {"p3d-1": (412, 286, 1_930_000), "p3d-2": (180, 97, 740_000), "p3d-3": (233, 161, 1_050_000)}
"""Hours, jobs and millimetres of filament before the house counted itself."""
PLANS: Final = (
    ("p3d-1", "Graisser les axes", "hours", 200, ("Nettoyer les tiges", "Graisser", "Faire un aller et retour"), 212),
    ("p3d-1", "Changer la buse", "metres", 1_000, ("Chauffer", "Dévisser", "Visser la neuve", "Refaire le zéro"), 930),
    ("p3d-2", "Nettoyer le plateau", "jobs", 50, ("Alcool isopropylique", "Vérifier le collage"), 20),
    ("p3d-3", "Graisser les axes", "hours", 200, ("Nettoyer les tiges", "Graisser"), 60),
)
"""Machine, what to do, measure, every, steps, and how much of it was used up already."""
LASER: Final = "laser-1"
REPORTER: Final = "u09"
SHEETS: Final = {
    LASER: (
        "Ne laissez jamais la machine tourner sans surveillance : un départ de feu va plus vite que vous.\n"
        "Mettez l’extraction en marche avant de commencer et laissez-la tourner deux minutes après.\n"
        "Ne découpez que les matières autorisées : jamais de PVC, jamais de vinyle.\n"
        "En cas de flamme : arrêt d’urgence, capot fermé, puis l’extincteur CO2.",
        ["Extraction en marche", "Capot fermé", "Rester à côté"],
    ),
    "brodeuse-1": (
        "Gardez les doigts loin de l’aiguille : elle part sans prévenir.\n"
        "Arrêtez la machine avant de changer le fil ou le cadre.",
        ["Cheveux attachés", "Doigts loin de l’aiguille"],
    ),
}


def load(tx: Tx) -> None:
    """What the machines did, what is to be done to them, what somebody told."""
    machines = {one.key: one for one in fablab.machines(tx)}
    for key, (hours, jobs, length) in WORKED.items():
        counting.add(tx, machines[key].id, f"before-{key}", "set", Reading(hours * HOUR, jobs, length))
    for key, title, measure, every, steps, used in PLANS:
        wish = NewPlan(title=title, measure=measure, every=every, steps=list(steps))
        _already_used(tx, planning.add_plan(tx, key, wish), measure, used)
    for key, (text, signs) in SHEETS.items():
        sheets.put_sheet(tx, key, NewSheet(text=text, signs=signs))
    _signed_on_paper(tx, LASER)
    told = NewIncident(kind="poor_quality", text="Les couches se décollent à mi-hauteur depuis ce matin.")
    reporter = by_key(tx, REPORTER)
    incidents.note(tx, machines["p3d-3"].id, told, reporter.id if reporter else None)


def _signed_on_paper(tx: Tx, key: str) -> None:
    """Who is of age signed the sheet on the evening when the workshop opened."""
    data = venue_file.read()
    for one in (*data["staff"], *data["users"]):
        person = by_key(tx, one["id"])
        if person is not None and one.get("birth_year", 1990) < 2008:
            sheets.accept(tx, key, 1, person.id)


def _already_used(tx: Tx, plan_id: int, measure: str, used: int) -> None:
    """Count a plan from earlier, and as told: the team of the demonstration knows."""
    one = queries.plan(tx, plan_id)
    reading = one.done_reading - used * IN_UNIT[measure]
    tx.run(storing.SET_DONE, which=plan_id, done_at=tx.now, done_reading=reading, told_at=tx.now, blocked_at=0)
