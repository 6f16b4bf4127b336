"""Loading the demonstration venue, once: sites, spaces, resources, closures."""

from datetime import date, timedelta
from typing import Any

from tierslieu.demo import described, venue_file
from tierslieu.infra.transaction import Tx
from tierslieu.venue import actions, changing, opening
from tierslieu.venue.actions import NewResource, NewSite, NewSpace
from tierslieu.venue.plans.actions import draw_plans

ALONE_KINDS = frozenset({"laser_cutter"})
"""Machines that people book for themselves; the others take files, or are used with the team."""
HALVES = (("grande-salle-jardin", "Grande salle, côté jardin"), ("grande-salle-cour", "Grande salle, côté cour"))
ROOM_CENTS = {"visio-1": 500, "bureau-1": 400, "grande-salle": 1500}
HALF_CENTS = 800
DESK_CENTS = 200
GRACE_MINUTES = 15
"""After which a desk or a room that nobody came for is free again."""


def load(tx: Tx, zone: str) -> None:
    """The venue of the file. The caller makes sure that it happens once."""
    data = venue_file.read()
    actions.set_zone(tx, zone)
    sites = {s["id"]: actions.open_site(tx, _site(s)) for s in data["sites"]}
    spaces = {
        s["id"]: actions.open_space(tx, sites[s["site"]], _space(s, position))
        for position, s in enumerate(data["spaces"])
    }
    units: dict[str, int] = {}
    _offer_desks(tx, data, spaces, units)
    _offer_rooms(tx, data, spaces, units)
    _offer_workstations(tx, data, spaces, units)
    _offer_machines(tx, data, spaces, units)
    _offer_the_rest(tx, spaces, units)
    _close(tx, data, spaces)
    draw_plans(tx, venue_file.read_plans())


def _site(one: dict[str, Any]) -> NewSite:
    return NewSite(one["id"], one["name"], one["kind"], one["capacity"], **described.SITES.get(one["id"], {}))


def _space(one: dict[str, Any], position: int) -> NewSpace:
    periods = venue_file.weekly_periods(one["opening_hours"])
    told = described.SPACES.get(one["id"], {})
    return NewSpace(one["id"], one["name"], one["capacity"], periods, position, **told)


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
            grace_minutes=GRACE_MINUTES,
            equipment=("power", *(described.DESK_EXTRAS[extra] for extra in desk["extras"])),
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
        grace_minutes=GRACE_MINUTES,
        equipment=("power", "wired_network"),
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
            grace_minutes=GRACE_MINUTES,
            **described.ROOMS.get(room["id"], {}),
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
            grace_minutes=GRACE_MINUTES,
            equipment=("tables",),
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
        equipment=("computer", "printer"),
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
            **described.MACHINES.get(machine["id"], {}),
        )
        actions.offer(tx, spaces[machine["space"]], resource, units)


def _offer_the_rest(tx: Tx, spaces: dict[str, int], units: dict[str, int]) -> None:
    """Kits to borrow, people's time, places in the workshop, and what is made of several of these."""
    for one in (described.KIT, described.CAMERA):
        actions.offer(tx, spaces["accueil"], one, units)
    adviser = actions.offer(tx, spaces["accueil"], described.ADVISER, units)
    opening.set_resource_week(tx, adviser, described.ADVISER_HOURS)
    referent = actions.offer(tx, spaces["fablab"], described.REFERENT, units)
    opening.set_resource_week(tx, referent, described.REFERENT_HOURS)
    for one in (described.SEATS, described.GUIDED_LASER):
        actions.offer(tx, spaces["fablab"], one, units)
    for key, (week, in_breaks) in described.BREAK_WEEKS.items():
        opening.set_hours(tx, spaces[key], week, in_breaks, closes_on_holidays=True)
    for left, right in described.NEIGHBOURS:
        changing.set_neighbours(tx, spaces[left], [spaces[right]])


def _close(tx: Tx, data: dict[str, Any], spaces: dict[str, int]) -> None:
    for closure in data["closures"]:
        day, last = date.fromisoformat(closure["from"]), date.fromisoformat(closure["to"])
        while day <= last:
            for space_id in spaces.values():
                actions.set_day(tx, space_id, day.isoformat(), (), closure["reason"])
            day += timedelta(days=1)
