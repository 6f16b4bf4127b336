"""Where a device stands: the zone that a kiosk or a door's reader guards."""

from typing import Literal

import msgspec
from sqlalchemy import bindparam, literal_column, select, union_all

from tierslieu.access.tables import Kiosk
from tierslieu.access.zones.door_tables import AccessDoor
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader

k, d = columns(Kiosk), columns(AccessDoor)


class Place(msgspec.Struct, frozen=True):
    """Where a device stands: its zone (0: none), the side it reads on (in, out, both), and what it is."""

    zone_id: int = 0
    side: Literal["in", "out", "both"] = "both"
    kind: Literal["kiosk", "door"] = "kiosk"


PLACE = Query(
    union_all(
        select(k.zone_id, literal_column("'both'"), literal_column("'kiosk'")).where(k.key == bindparam("device")),
        select(d.zone_id, d.side, literal_column("'door'")).where(d.key == bindparam("device"), d.retired_at == 0),
    ),
    into=Place,
)


def place_of(reader: Reader, device: str) -> Place:
    """Where the device of this key stands."""
    return reader.row(PLACE, device=device) or Place()


def zone_behind(reader: Reader, device: str) -> int:
    """The id of the zone in front of which the device of this key stands; 0 for none."""
    return place_of(reader, device).zone_id
