"""Where a device stands: the zone that a kiosk or a door's reader guards."""

from typing import Any, Literal

import msgspec
from sqlalchemy import bindparam, literal_column, select, union_all

from tierslieu.access.tables import Kiosk
from tierslieu.access.zones.door_tables import AccessDoor
from tierslieu.access.zones.queries import site
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import venue

k, d = columns(Kiosk), columns(AccessDoor)


class Place(msgspec.Struct, frozen=True):
    """Where a device stands: its zone (0: none), the side it reads on (in, out, both), and what it is."""

    zone_id: int = 0
    side: Literal["in", "out", "both"] = "both"
    kind: Literal["kiosk", "door"] = "kiosk"


PLACES: Query[tuple[Any, ...]] = Query(
    union_all(
        select(k.key, k.zone_id, literal_column("'both'"), literal_column("'kiosk'")),
        select(d.key, d.zone_id, d.side, literal_column("'door'")).where(d.retired_at == 0),
    )
)

WITHOUT_PAD: Query[tuple[str]] = Query(
    select(d.name)
    .where(d.zone_id == bindparam("zone"), d.retired_at == 0, d.side != "out", d.pin_pad != "ready")
    .order_by(d.name)
)


def place_of(reader: Reader, device: str) -> Place:
    """Where the device of this key stands, from memory: setting up a kiosk or a door moves the venue's revision."""
    places = reader.remembered("access_places", venue(reader), lambda: _places(reader))
    return places.get(device) or Place()


def _places(reader: Reader) -> dict[str, Place]:
    return {key: Place(*place) for key, *place in reader.rows(PLACES)}


def doors_without_pad(reader: Reader, zone_id: int) -> list[str]:
    """The names of the doors into a zone at which no pin can be typed."""
    return [name for (name,) in reader.rows(WITHOUT_PAD, zone=zone_id)]


def is_one_walk(reader: Reader, device: str, other: str) -> bool:
    """Whether somebody may pass both within seconds: a kiosk on the way to a door, two doors of one way in."""
    here, there = place_of(reader, device), place_of(reader, other)
    if here.kind == there.kind:
        return is_way_in(reader, here, there) or is_way_in(reader, there, here)
    kiosk, door = (here, there) if here.kind == "kiosk" else (there, here)
    return kiosk.zone_id in (0, door.zone_id) or is_site(reader, kiosk)


def is_way_in(reader: Reader, outer: Place, inner: Place) -> bool:
    """Whether one door leads into the site, and the other one further in."""
    are_doors = outer.kind == inner.kind == "door"
    return are_doors and is_site(reader, outer) and not is_site(reader, inner)


def is_site(reader: Reader, place: Place) -> bool:
    """Whether it leads into the whole site, and no further."""
    whole = site(reader)
    return whole is not None and whole.id == place.zone_id


def zone_behind(reader: Reader, device: str) -> int:
    """The id of the zone in front of which the device of this key stands; 0 for none."""
    return place_of(reader, device).zone_id
