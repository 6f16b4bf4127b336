"""Tables of devices, which have accounts of their own."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Table

KINDS = "'kiosk', 'machine', 'door', 'service', 'meter', 'agent', 'listener', 'reader'"


class Device(Table, table=True):
    """A kiosk, a machine's box or a door: it has its own secret and never a person's rights.

    `broker_hash` is the secret as Mosquitto keeps it; empty for a device enrolled before that was kept.
    `next_sha256` was given out and takes the place of the secret when it is used first (at `turned_at`); the one it
    replaced is `former_sha256`: whoever still comes with that one holds a copy.
    """

    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('kiosk', 'machine', 'door', 'service', 'meter', 'agent', 'listener', 'reader')", name="kind"
        ),
    )

    key: str = Field(primary_key=True, max_length=40)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=100)
    secret_sha256: str = Field(max_length=64, unique=True)
    created_at: int = Field(sa_type=BigInteger)
    revoked_at: int = Field(sa_type=BigInteger)
    broker_hash: str = Field(default="", max_length=160, sa_column_kwargs={"server_default": ""})
    next_sha256: str = Field(default="", max_length=64, index=True, sa_column_kwargs={"server_default": ""})
    former_sha256: str = Field(default="", max_length=64, index=True, sa_column_kwargs={"server_default": ""})
    turned_at: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
