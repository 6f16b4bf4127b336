"""All reads about devices."""

from sqlalchemy import bindparam, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.tables import Device

d = columns(Device)
DEVICE_BY_SECRET: Query[tuple[str, str]] = Query(
    select(d.key, d.kind).where(d.secret_sha256 == bindparam("secret"), d.revoked_at == 0)
)
DEVICES: Query[tuple[str, str, str]] = Query(
    select(d.key, d.kind, d.secret_sha256).where(d.revoked_at == 0).order_by(d.key)
)


def device_of(reader: Reader, secret_sha256: str) -> tuple[str, str] | None:
    """Key and kind of the device with this secret, None when there is none or it was revoked."""
    return reader.row(DEVICE_BY_SECRET, secret=secret_sha256)


def devices(reader: Reader) -> list[tuple[str, str, str]]:
    """Key, kind and hashed secret of every device that may connect."""
    return reader.rows(DEVICES)
