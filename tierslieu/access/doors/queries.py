"""All reads about doors."""

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select

from tierslieu.access.doors.rules import CommandNow, DoorNow
from tierslieu.access.doors.tables import DoorCommand, DoorEventRow
from tierslieu.access.tables import Scan
from tierslieu.access.zones.door_tables import AccessDoor
from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, columns, one_of
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import venue

d, c, e, s = columns(AccessDoor), columns(DoorCommand), columns(DoorEventRow), columns(Scan)
ROW = tuple(d[name] for name in DoorNow.__struct_fields__)
COMMAND = tuple(c[name] for name in CommandNow.__struct_fields__)
IN_USE = d.retired_at == 0
DOORS = Query(select(*ROW).where(IN_USE).order_by(d.name, d.id), into=DoorNow)
BY_KEY = Query(select(*ROW).where(d.key == bindparam("key"), IN_USE), into=DoorNow)
ANY_BY_KEY = Query(select(*ROW).where(d.key == bindparam("key")), into=DoorNow)
BY_ID = Query(select(*ROW).where(d.id == bindparam("id")), into=DoorNow)
BESIDE = Query(select(*ROW).where(d.kiosk_key == bindparam("kiosk"), IN_USE).order_by(d.id).limit(1), into=DoorNow)
"""The door that a kiosk opens: one, so that one passage is one opening."""
WITH_DOOR: Query[tuple[str]] = Query(select(d.kiosk_key).where(d.kiosk_key != "", IN_USE))
COMMAND_BY_ID = Query(select(*COMMAND).where(c.cmd_id == bindparam("cmd")), into=CommandNow)
UNDER_WAY = Query(
    select(*COMMAND)
    .where(
        c.door_id == bindparam("door"),
        one_of(c.state, ("granted", "sent")),
        c.seq <= bindparam("upto", type_=BigInteger()),
        c.expires_at >= bindparam("now", type_=BigInteger()),
    )
    .order_by(c.seq),
    into=CommandNow,
)
"""Orders that may still be carried out, in their order: one that overtakes another would be the last."""
LAST_COMMANDS = Query(
    select(*COMMAND)
    .where(c.door_id == bindparam("door"), c.op != "ack_event")
    .order_by(c.issued_at.desc(), c.seq.desc())
    .limit(15),
    into=CommandNow,
)
AWAITING_LEAF = Query(
    select(*COMMAND)
    .where(
        c.door_id == bindparam("door"),
        one_of(c.state, ("sent", "confirmed")),
        one_of(c.op, ("pulse", "release")),
        c.opened_at == 0,
        c.issued_at >= bindparam("since", type_=BigInteger()),
    )
    .order_by(c.seq.desc())
    .limit(1),
    into=CommandNow,
)
EVENTS: Query[tuple[int, str, str]] = Query(
    select(e.at, e.type, e.reason)
    .where(e.door_id == bindparam("door"))
    .order_by(e.at.desc(), e.event_id.desc())
    .limit(15)
)
OPENED_LATELY: Query[tuple[int]] = Query(
    select(func.count()).where(
        c.reservation_id == bindparam("reservation", type_=BigInteger()),
        c.issued_at > bindparam("since", type_=BigInteger()),
    )
)


class Passage(msgspec.Struct, frozen=True):
    """What an opening asks of a passage: whether it was let through, by whom, when it was, when it was heard of."""

    outcome: str
    decided_by: str
    at: int
    received_at: int


PASSAGE = Query(
    select(s.outcome, s.decided_by, s.at, s.received_at).where(
        s.device == bindparam("device"), s.scan_id == bindparam("scan")
    ),
    into=Passage,
)


def passage(reader: Reader, device: str, scan_id: str) -> Passage | None:
    """A passage as it was noted."""
    return reader.row(PASSAGE, device=device, scan=scan_id)


def doors(reader: Reader) -> list[DoorNow]:
    """The doors in use, by name."""
    return reader.rows(DOORS)


def door(reader: Reader, key: str) -> DoorNow:
    """A door in use. Raises NotFound."""
    found = reader.row(BY_KEY, key=key)
    if found is None:
        raise NotFound("no_such_door")
    return found


def door_by_id(reader: Reader, door_id: int) -> DoorNow:
    """A door, also one that is used no more. Raises NotFound."""
    found = reader.row(BY_ID, id=door_id)
    if found is None:
        raise NotFound("no_such_door")
    return found


def door_beside(reader: Reader, kiosk_key: str) -> DoorNow | None:
    """The door that a kiosk opens, if there is one."""
    return reader.row(BESIDE, kiosk=kiosk_key) if kiosk_key else None


def has_door(reader: Reader, kiosk_key: str) -> bool:
    """Whether a kiosk opens a door at all; from memory: each change of what a door is moves the venue's revision."""
    return kiosk_key in reader.remembered(
        "kiosks_with_door", venue(reader), lambda: frozenset(key for (key,) in reader.rows(WITH_DOOR))
    )


def doors_of(reader: Reader, zone_ids: tuple[int, ...]) -> list[DoorNow]:
    """The doors in front of these zones."""
    return [one for one in doors(reader) if one.zone_id in zone_ids]


def opened_lately(reader: Reader, reservation_id: int, since: int) -> int:
    """How often a reservation opened its door from the page."""
    found = reader.row(OPENED_LATELY, reservation=reservation_id, since=since)
    return found[0] if found else 0
