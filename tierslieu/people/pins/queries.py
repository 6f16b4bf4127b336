"""All reads of pins."""

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.pins.tables import KioskPin, PinPermission

k, q = columns(KioskPin), columns(PinPermission)


class PinRow(msgspec.Struct, frozen=True):
    """A person's pin as it is stored."""

    pin_hash: str
    chosen_at: int
    blocked_at: int


OF_PERSON = Query(select(k.pin_hash, k.chosen_at, k.blocked_at).where(k.person_id == bindparam("person")), into=PinRow)
PERMISSION: Query[tuple[int]] = Query(
    select(q.until).where(q.person_id == bindparam("person"), q.until > bindparam("now"))
)


def pin_of(reader: Reader, person_id: int) -> PinRow | None:
    """A person's pin, None without."""
    return reader.row(OF_PERSON, person=person_id)


def allowed_until(reader: Reader, person_id: int) -> int:
    """Until when the person may choose a pin; 0 when they may not."""
    found = reader.row(PERMISSION, person=person_id, now=reader.now)
    return found[0] if found else 0
