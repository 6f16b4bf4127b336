"""All reads about devices."""

import msgspec
from sqlalchemy import bindparam, or_, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.rules import STILL_UNDER_WAY
from tierslieu.people.devices.tables import Device


class Enrolled(msgspec.Struct, frozen=True):
    """A device that may connect, and its secret as each broker keeps it."""

    key: str
    kind: str
    secret_sha256: str
    broker_hash: str


class Turning(msgspec.Struct, frozen=True):
    """A device that comes with a secret which is not, or no longer, its own."""

    key: str
    kind: str
    next_sha256: str
    former_sha256: str
    turned_at: int

    def is_borne(self, secret_sha256: str, now: int) -> bool:
        """True for the next secret, and for a moment for the former one: calls may still be under way."""
        return secret_sha256 == self.next_sha256 or now < self.turned_at + STILL_UNDER_WAY


d = columns(Device)
DEVICE_BY_SECRET: Query[tuple[str, str]] = Query(
    select(d.key, d.kind).where(d.secret_sha256 == bindparam("secret"), d.revoked_at == 0)
)
BY_OTHER_SECRET = Query(
    select(d.key, d.kind, d.next_sha256, d.former_sha256, d.turned_at).where(
        or_(d.next_sha256 == bindparam("secret"), d.former_sha256 == bindparam("secret")), d.revoked_at == 0
    ),
    into=Turning,
)
SECRET_SINCE: Query[tuple[int, int]] = Query(select(d.created_at, d.turned_at).where(d.key == bindparam("key")))
ENROLLED: Query[tuple[str]] = Query(select(d.key).where(d.key == bindparam("key"), d.revoked_at == 0))
KIND_OF: Query[tuple[str]] = Query(select(d.kind).where(d.key == bindparam("key"), d.revoked_at == 0))
DEVICES = Query(
    select(d.key, d.kind, d.secret_sha256, d.broker_hash).where(d.revoked_at == 0).order_by(d.key), into=Enrolled
)
NAMES: Query[tuple[str, str]] = Query(select(d.key, d.name))


def device_of(reader: Reader, secret_sha256: str) -> tuple[str, str] | None:
    """Key and kind of the device with this secret, None when there is none or it was revoked."""
    return reader.row(DEVICE_BY_SECRET, secret=secret_sha256)


def is_enrolled(reader: Reader, key: str) -> bool:
    """Whether the device of this key may call at all."""
    return reader.row(ENROLLED, key=key) is not None


def kind_of(reader: Reader, key: str) -> str:
    """What kind of device has this key now, "" for none."""
    found = reader.row(KIND_OF, key=key)
    return found[0] if found else ""


def turning_device(reader: Reader, secret_sha256: str) -> Turning | None:
    """The device whose next or former secret this is."""
    return reader.row(BY_OTHER_SECRET, secret=secret_sha256)


def devices(reader: Reader) -> list[Enrolled]:
    """Every device that may connect."""
    return reader.rows(DEVICES)


def names(reader: Reader) -> dict[str, str]:
    """What each device is called, also those that were stopped since."""
    return dict(reader.rows(NAMES))


def secret_since(reader: Reader, key: str) -> int:
    """Since when a device has its secret; 0 for an unknown one."""
    found = reader.row(SECRET_SINCE, key=key)
    return max(found) if found else 0
