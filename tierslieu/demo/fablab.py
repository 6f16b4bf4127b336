"""Loading the demonstration's machines. Their device accounts have the same keys."""

from typing import Any

from tierslieu.demo import venue_file
from tierslieu.fablab import care, storing
from tierslieu.fablab.away import Absence
from tierslieu.fablab.storing import NewMachine
from tierslieu.infra.transaction import Tx

LOADED = {"p3d-1": "PLA", "p3d-2": "PETG", "p3d-3": "PLA"}
HOLD = 48 * 3600
REPAIR = "En attente d’une pièce\u00a0: le capot de protection."


def load(tx: Tx) -> None:
    """The machines of the file; the one that is under repair there is here too."""
    data = venue_file.read()
    sites = {space["id"]: space["site"] for space in data["spaces"]}
    for position, machine in enumerate(data["machines"]):
        storing.add_machine(tx, _machine(machine, sites[machine["space"]], position))
        if machine.get("status") == "maintenance":
            care.take_out(tx, machine["id"], REPAIR, Absence(HOLD))


def _machine(one: dict[str, Any], site: str, position: int) -> NewMachine:
    build = one.get("build_mm")
    return NewMachine(
        one["id"],
        site,
        one["name"],
        one["kind"],
        model=one.get("model", ""),
        qualification=one.get("qualification"),
        build=tuple(build) if build else None,
        notices=tuple(_notices(one)),
        material=LOADED.get(one["id"], ""),
        position=position,
    )


def _notices(one: dict[str, Any]) -> list[str]:
    found = []
    if one.get("alone_min_age"):
        found.append(f"Seul à partir de {one['alone_min_age']} ans, accompagné avant.")
    if one.get("presence_required"):
        found.append("Rester près de la machine pendant tout le travail.")
    if one.get("forbidden_materials"):
        found.append("Matières interdites : " + ", ".join(one["forbidden_materials"]) + ".")
    if one.get("note"):
        found.append(one["note"][:1].upper() + one["note"][1:] + ".")
    return found
