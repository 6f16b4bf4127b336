"""Tables of pins: the pin of a person, and the desk's permission to choose one."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class KioskPin(Table, table=True):
    """A person's pin. `blocked_at` is when too many wrong tries in a day stopped it, 0 while it works."""

    __tablename__ = "kiosk_pin"

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", unique=True, ondelete="CASCADE")
    pin_hash: str = Field(max_length=200)
    chosen_at: int = Field(sa_type=BigInteger)
    blocked_at: int = Field(sa_type=BigInteger)


class PinPermission(Table, table=True):
    """The desk lets a person choose a pin at a kiosk, once, until an instant."""

    __tablename__ = "kiosk_pin_permission"

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", unique=True, ondelete="CASCADE")
    until: int = Field(sa_type=BigInteger, index=True)
