"""All reads about devices."""

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.tables import Device


class Enrolled(msgspec.Struct, frozen=True):
    """A device that may connect, and its secret as each broker keeps it."""

    key: str
    kind: str
    secret_sha256: str
    broker_hash: str


d = columns(Device)
DEVICE_BY_SECRET: Query[tuple[str, str]] = Query(
    select(d.key, d.kind).where(d.secret_sha256 == bindparam("secret"), d.revoked_at == 0)
)
DEVICES = Query(
    select(d.key, d.kind, d.secret_sha256, d.broker_hash).where(d.revoked_at == 0).order_by(d.key), into=Enrolled
)


def device_of(reader: Reader, secret_sha256: str) -> tuple[str, str] | None:
    """Key and kind of the device with this secret, None when there is none or it was revoked."""
    return reader.row(DEVICE_BY_SECRET, secret=secret_sha256)


def devices(reader: Reader) -> list[Enrolled]:
    """Every device that may connect."""
    return reader.rows(DEVICES)
