"""Loading the demonstration venue, once: sites, spaces, resources, closures."""

from datetime import date, timedelta
from typing import Any

from tierslieu.demo import venue_file
from tierslieu.infra.transaction import Tx
from tierslieu.venue import actions
from tierslieu.venue.actions import NewResource, NewSpace

FABLAB_KINDS = {"machine"}
ALONE_KINDS = frozenset({"laser_cutter"})
"""Machines that people book for themselves; the others take files, or are used with the team."""
HALVES = (("grande-salle-jardin", "Grande salle, côté jardin"), ("grande-salle-cour", "Grande salle, côté cour"))
ROOM_CENTS = {"visio-1": 500, "bureau-1": 400, "grande-salle": 1500}
HALF_CENTS = 800
DESK_CENTS = 200


def load(tx: Tx, zone: str) -> None:
    """The venue of the file. The caller makes sure that it happens once."""
    data = venue_file.read()
    actions.set_zone(tx, zone)
    sites = {s["id"]: actions.open_site(tx, s["id"], s["name"], s["kind"], s["capacity"]) for s in data["sites"]}
    spaces = {
        s["id"]: actions.open_space(tx, sites[s["site"]], _space(s, position))
        for position, s in enumerate(data["spaces"])
    }
    units: dict[str, int] = {}
    _offer_desks(tx, data, spaces, units)
    _offer_rooms(tx, data, spaces, units)
    _offer_workstations(tx, data, spaces, units)
    _offer_machines(tx, data, spaces, units)
    _close(tx, data, spaces)
    actions.draw_plans(tx, venue_file.read_plans())


def _space(one: dict[str, Any], position: int) -> NewSpace:
    periods = venue_file.weekly_periods(one["opening_hours"])
    return NewSpace(one["id"], one["name"], one["capacity"], periods, position)


def _offer_desks(tx: Tx, data: dict[str, Any], spaces: dict[str, int], units: dict[str, int]) -> None:
    hot = tuple(desk["id"] for desk in data["desks"] if desk["kind"] == "hot")
    for position, desk in enumerate(data["desks"]):
        resource = NewResource(
            desk["id"],
            desk["label"],
            "desk",
            is_bookable=desk["id"] in hot,
            is_listed=False,
            hourly_cents=DESK_CENTS,
            details=", ".join(desk["extras"]),
            position=100 + position,
        )
        actions.offer(tx, spaces[desk["space"]], resource, units)
    pool = NewResource(
        "coworking",
        "Coworking",
        "desk_pool",
        pick="one",
        unit_keys=hot,
        hourly_cents=DESK_CENTS,
        details="Un poste au choix, prise et réseau",
        position=1,
    )
    actions.offer(tx, spaces["coworking"], pool, units)


def _offer_rooms(tx: Tx, data: dict[str, Any], spaces: dict[str, int], units: dict[str, int]) -> None:
    rooms = [space for space in data["spaces"] if space.get("by") == "room"]
    for position, room in enumerate(rooms):
        is_hall = room["id"] == "grande-salle"
        resource = NewResource(
            room["id"],
            room["name"],
            "room",
            capacity=room["capacity"],
            unit_keys=tuple(key for key, _ in HALVES) if is_hall else (),
            needs_approval=room.get("needs_approval", False),
            grid_minutes=room["slot_minutes"],
            min_minutes=room["slot_minutes"],
            max_minutes=13 * 60,
            buffer_after=30 if is_hall else 0,
            cancel_minutes=24 * 60 if is_hall else 60,
            hourly_cents=ROOM_CENTS[room["id"]],
            details=", ".join(room.get("equipment", [])),
            position=10 + position,
        )
        actions.offer(tx, spaces[room["id"]], resource, units)
    for position, (key, name) in enumerate(HALVES):
        half = NewResource(
            key,
            name,
            "room",
            capacity=25,
            needs_approval=True,
            grid_minutes=60,
            min_minutes=60,
            max_minutes=13 * 60,
            buffer_after=30,
            cancel_minutes=24 * 60,
            hourly_cents=HALF_CENTS,
            position=20 + position,
        )
        actions.offer(tx, spaces["grande-salle"], half, units)


def _offer_workstations(tx: Tx, data: dict[str, Any], spaces: dict[str, int], units: dict[str, int]) -> None:
    keys = tuple(pc["id"] for pc in data["workstations"])
    pool = NewResource(
        "poste-informatique",
        "Poste informatique",
        "workstation",
        pick="one",
        unit_keys=keys,
        max_minutes=data["workstations"][0]["max_minutes"],
        details="Ordinateur et imprimante, à l’accueil",
        position=30,
    )
    actions.offer(tx, spaces["accueil"], pool, units)


def _offer_machines(tx: Tx, data: dict[str, Any], spaces: dict[str, int], units: dict[str, int]) -> None:
    for position, machine in enumerate(data["machines"]):
        resource = NewResource(
            machine["id"],
            machine["name"],
            "machine",
            is_bookable=machine["kind"] in ALONE_KINDS,
            is_listed=False,
            details=machine.get("note", ""),
            position=200 + position,
        )
        actions.offer(tx, spaces[machine["space"]], resource, units)


def _close(tx: Tx, data: dict[str, Any], spaces: dict[str, int]) -> None:
    for closure in data["closures"]:
        day, last = date.fromisoformat(closure["from"]), date.fromisoformat(closure["to"])
        while day <= last:
            for space_id in spaces.values():
                actions.set_day(tx, space_id, day.isoformat(), (), closure["reason"])
            day += timedelta(days=1)
