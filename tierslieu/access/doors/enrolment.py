"""Doors as staff set them up: what they guard, and the secrets of their node, shown once."""

import re
import unicodedata
from typing import Any, Final

import msgspec

from tierslieu.access import queries as access
from tierslieu.access.doors import keys, queries, storing
from tierslieu.access.doors.schemas import DoorFacts
from tierslieu.access.zones.queries import ZoneNow, zones
from tierslieu.basics.actor import require
from tierslieu.basics.errors import Invalid, Reason, Refused
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.devices.actions import enrol_device, revoke_device
from tierslieu.people.devices.queries import kind_of
from tierslieu.venue.actions import changed
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue

MANAGE: Final = "access.manage_doors"
KIND: Final = "reader"
LONGEST_KEY: Final = 30
NOT_IN_KEYS: Final = re.compile(r"[^a-z0-9]+")


class Secrets(msgspec.Struct, frozen=True):
    """What a new node needs to know, shown once. `broker_url` and `service_url` are where it connects."""

    site: str
    device: str
    password: str
    door_key: str
    pulse_ms: int
    service_url: str = ""

    @property
    def as_file(self) -> str:
        """The lines of the node's configuration file."""
        names = ("service_url", "site", "device", "password", "door_key")
        lines = [f'{name} = "{getattr(self, name)}"' for name in names]
        return "\n".join((*lines, f"pulse_ms = {self.pulse_ms}"))


def key_of(name: str) -> str:
    """The short key of a door of this name: porte-atelier-bois."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return f"porte-{NOT_IN_KEYS.sub('-', plain).strip('-')}"[:LONGEST_KEY].rstrip("-")


def add(tx: Tx, wish: DoorFacts) -> str:
    """A new door, or one that was taken out of use before, which comes back. Returns its key. Raises Invalid."""
    require(tx.by, MANAGE)
    key, zone = key_of(wish.name), _zone(tx, wish)
    former = tx.row(queries.ANY_BY_KEY, key=key)
    if _is_of_another(tx, key):
        raise Invalid("invalid_input", {"name": "device_key_taken"})
    if former is not None and not former.retired_at:
        raise Invalid("invalid_input", {"name": "door_exists"})
    if former is not None:
        _account(tx, former.id, former.generation + 1, retired_at=0)
        tx.run(storing.SET_FACTS, which=former.id, **_facts(tx, wish, zone, key))
    else:
        _insert(tx, key, zone, _facts(tx, wish, zone, key))
    changed(tx)  # which kiosks open a door is remembered with the venue
    record(tx, "access.door.set", None, key)
    tx.touch(storing.DOORS)
    return key


def change(tx: Tx, key: str, wish: DoorFacts) -> None:
    """What the door is and what opens it, from now on. Raises NotFound, Invalid."""
    require(tx.by, MANAGE)
    door = queries.door(tx, key)
    tx.run(storing.SET_FACTS, which=door.id, **_facts(tx, wish, _zone(tx, wish), key))
    changed(tx)  # which kiosks open a door is remembered with the venue
    record(tx, "access.door.set", None, key)
    tx.touch(storing.DOORS)


def enrol(tx: Tx, key: str, secret: bytes) -> Secrets:
    """Give the door's node new secrets: the former ones stop working at once.

    Raises Refused while another device has the door's key: its account stays as it is.
    """
    require(tx.by, MANAGE)
    door = queries.door(tx, key)
    if _is_of_another(tx, key):
        raise Refused((Reason("device_key_taken"),))
    generation = door.generation + 1
    _account(tx, door.id, generation, retired_at=0)
    password = enrol_device(tx, key, KIND, door.name)
    record(tx, "access.door.enrol", None, key)
    tx.touch(storing.DOORS)
    return Secrets(door.site, key, password, keys.door_key(secret, door.id, generation).hex(), door.pulse_ms)


def _is_of_another(tx: Tx, key: str) -> bool:
    """Whether a device that is no door has the key: to enrol the door would take its account from it."""
    return kind_of(tx, key) not in ("", KIND)


def retire(tx: Tx, key: str) -> None:
    """The door has no node any more; what it told stays."""
    require(tx.by, MANAGE)
    door = queries.door(tx, key)
    _account(tx, door.id, door.generation + 1, retired_at=tx.now)
    revoke_device(tx, key)
    changed(tx)
    record(tx, "access.door.retire", None, key)
    tx.touch(storing.DOORS)


def _account(tx: Tx, door_id: int, generation: int, *, retired_at: int) -> None:
    unheard = {"boot_id": "", "former_boot_id": "", "state_seq": -1, "heard_at": 0, "is_online": 0}
    tx.run(storing.SET_ACCOUNT, which=door_id, generation=generation, retired_at=retired_at, **unheard)


def _zone(tx: Tx, wish: DoorFacts) -> ZoneNow:
    found = next((one for one in zones(tx) if one.key == wish.zone), None)
    if found is None:
        raise Invalid("invalid_input", {"zone": "no_such_zone"})
    return found


def _facts(tx: Tx, wish: DoorFacts, zone: ZoneNow, key: str) -> dict[str, Any]:
    if wish.kiosk and wish.kiosk not in {one.key for one in access.kiosks(tx)}:
        raise Invalid("invalid_input", {"kiosk": "no_such_kiosk"})
    other = queries.door_beside(tx, wish.kiosk)
    if other is not None and other.key != key:
        raise Invalid("invalid_input", {"kiosk": "kiosk_has_door"})
    return {
        "name": wish.name,
        "zone_id": zone.id,
        "side": wish.side,
        "pulse_ms": wish.pulse_s * 1_000,
        "kiosk_key": wish.kiosk,
        "opens_online": int(wish.online),
    }


def _insert(tx: Tx, key: str, zone: ZoneNow, facts: dict[str, Any]) -> None:
    space = venue(tx).spaces.get(zone.space_id)
    nothing = dict.fromkeys(("seq", "retired_at", "is_online", "is_alarm", "uptime_s", "heard_at", "reborn_at"), 0)
    tx.run(
        storing.ADD_DOOR,
        id=tx.new_id(),
        key=key,
        site=space.site if space else next(iter(portraits(tx).sites), "site"),
        generation=0,
        created_at=tx.now,
        boot_id="",
        former_boot_id="",
        state_seq=-1,
        strike="unknown",
        leaf="unknown",
        reader="unknown",
        pin_pad="unknown",
        list_version=None,
        list_at=None,
        fault=None,
        rebirths=0,
        **nothing,
        **facts,
    )
