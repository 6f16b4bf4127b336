"""All changes to the devices' accounts."""

import secrets
from typing import Any

from sqlalchemy import bindparam, update

from tierslieu.basics.digest import hashed
from tierslieu.infra.statements import Query, columns, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.rules import DEVICES, mosquitto_hash
from tierslieu.people.devices.tables import Device

SALT_BYTES = 12
d = columns(Device)
PUT_DEVICE = upsert(Device, ("key",))
REVOKE_DEVICE: Query[Any] = Query(
    update(table_of(Device)).where(d.key == bindparam("which"), d.revoked_at == 0).values(revoked_at=bindparam("now"))
)


def enrol_device(tx: Tx, key: str, kind: str, name: str) -> str:
    """Give a device a new secret (a former one stops working). Returns the secret: it is shown only now."""
    secret = secrets.token_urlsafe(32)
    tx.run(
        PUT_DEVICE,
        key=key,
        kind=kind,
        name=name,
        secret_sha256=hashed(secret),
        created_at=tx.now,
        revoked_at=0,
        broker_hash=mosquitto_hash(secret, secrets.token_bytes(SALT_BYTES)),
        next_sha256="",
        former_sha256="",
        turned_at=0,
    )
    tx.touch(DEVICES)
    return secret


def revoke_device(tx: Tx, key: str) -> bool:
    """A device's secret stops working at once. False when there was none."""
    tx.touch(DEVICES)
    return tx.run(REVOKE_DEVICE, which=key, now=tx.now) > 0
