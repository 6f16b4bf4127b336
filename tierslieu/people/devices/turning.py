"""A device's secret is replaced from time to time: the old one works until the new one is used, then never again.

Whoever comes with the old one later holds a copy, or the device itself was copied and the copy was faster: nobody
can tell which, so the device is stopped and staff are told.
"""

import secrets
from typing import Any

from sqlalchemy import bindparam, update

from tierslieu.basics.digest import hashed
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.actions import revoke_device
from tierslieu.people.devices.events import SecretCopied
from tierslieu.people.devices.queries import turning_device
from tierslieu.people.devices.rules import DEVICES
from tierslieu.people.devices.tables import Device

d = columns(Device)
OFFER: Query[Any] = Query(
    update(table_of(Device))
    .where(d.key == bindparam("which"), d.revoked_at == 0)
    .values(next_sha256=bindparam("secret"))
)
TURN: Query[Any] = Query(
    update(table_of(Device))
    .where(d.key == bindparam("which"), d.next_sha256 == bindparam("used"))
    .values(former_sha256=d.secret_sha256, secret_sha256=d.next_sha256, next_sha256="", turned_at=bindparam("now"))
)


def offer_secret(tx: Tx, key: str) -> str:
    """A new secret for a device that only calls; both count until it is used. One given before and unused is void."""
    secret = secrets.token_urlsafe(32)
    tx.run(OFFER, which=key, secret=hashed(secret))
    return secret


def secret_used(tx: Tx, key: str, secret_sha256: str) -> None:
    """A device came with its next or its former secret: the one takes over, the other tells a copy."""
    found = turning_device(tx, secret_sha256)
    if found is None or found.key != key:
        return
    if secret_sha256 == found.next_sha256:
        tx.run(TURN, which=key, used=secret_sha256, now=tx.now)
        tx.touch(DEVICES)
    elif not found.is_borne(secret_sha256, tx.now):
        revoke_device(tx, key)
        tx.announce(SecretCopied(key, tx.now))
