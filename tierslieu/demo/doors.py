"""The demonstration's doors: the entrance, the FabLab and the big room, each with a simulated node."""

from typing import Any

from tierslieu.access.doors import enrolment, keys, queries
from tierslieu.access.doors.schemas import DoorFacts
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.actions import enrol_device

DOORS = (
    DoorFacts(name="Entrée", zone="site", side="both"),
    DoorFacts(name="FabLab", zone="fablab", side="in", online=True),
    DoorFacts(name="Grande salle", zone="grande-salle", side="in", online=True),
)


def load(tx: Tx) -> None:
    """Their rows; nobody has heard them yet."""
    for one in DOORS:
        enrolment.add(tx, one)


def accounts_of(tx: Tx, secret: bytes) -> list[dict[str, Any]]:
    """New secrets for the simulated nodes."""
    found = []
    for door in queries.doors(tx):
        password = enrol_device(tx, door.key, enrolment.KIND, door.name)
        key = keys.door_key(secret, door.id, door.generation).hex()
        found.append({"device": door.key, "kind": "door", "username": door.key, "password": password, "door_key": key})
    return found
