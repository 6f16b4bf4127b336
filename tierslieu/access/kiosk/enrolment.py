"""Making a device a kiosk: staff open a one-time code, the device types it and gets a secret of its own."""

import secrets
from typing import Any, Final

from litestar.datastructures import Cookie
from sqlalchemy import bindparam, null, update

from tierslieu.access import queries, rules
from tierslieu.access.kiosk import health
from tierslieu.access.tables import Kiosk
from tierslieu.access.zones.queries import zone_by_key
from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Invalid, NotFound
from tierslieu.http.middleware import device_cookie
from tierslieu.infra.house import House
from tierslieu.infra.statements import Query, columns, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.devices.actions import enrol_device, revoke_device
from tierslieu.people.devices.events import SecretCopied
from tierslieu.venue.actions import changed
from tierslieu.venue.queries import venue

YEAR: Final = 366 * 86_400
k = columns(Kiosk)
OFFER = upsert(Kiosk, ("key",))
USE_CODE: Query[Any] = Query(
    update(table_of(Kiosk))
    .where(k.key == bindparam("which"), k.code_sha256 == bindparam("code"))
    .values(code_sha256=null(), code_until=0, enrolled_at=bindparam("now"))
)
STOP: Query[Any] = Query(
    update(table_of(Kiosk)).where(k.key == bindparam("which")).values(code_sha256=null(), code_until=0, enrolled_at=0)
)


def offer_code(tx: Tx, name: str, door: str = "", *, shows_names: bool = False, zone: str = "") -> str:
    """Open a code for a kiosk of this name, new or known; a code opened before is closed. Returns the digits.

    With `door` (the key of a resource) it is for the screen at that door; with `zone` (its key) it stands in front of
    that zone. Raises NotFound for an unknown resource or zone.
    """
    key = rules.kiosk_key(name)
    resource_id = venue(tx).resource(door).id if door else 0
    former = next((one for one in queries.kiosks(tx) if one.key == key), None)
    code = rules.code_text(secrets.randbelow(10**rules.CODE_DIGITS))
    tx.run(
        OFFER,
        key=key,
        name=name,
        code_sha256=hashed(code),
        code_until=tx.now + rules.CODE_LIVES,
        enrolled_at=former.enrolled_at if former else 0,
        resource_id=resource_id,
        shows_names=int(shows_names),
        zone_id=zone_by_key(tx, zone).id if zone else 0,
    )
    changed(tx)  # which screens hang at doors is remembered with the venue
    return code


def enrol(tx: Tx, code: str) -> str:
    """The device's new secret in exchange for an open code, once. Raises Invalid("wrong_code")."""
    digest = hashed(code)
    found = queries.kiosk_by_code(tx, digest)
    if found is None or not tx.run(USE_CODE, which=found.key, code=digest, now=tx.now):
        raise Invalid("wrong_code", {"code": "wrong_code"})
    health.begin_anew(tx, found.key)
    return enrol_device(tx, found.key, "door" if found.is_door else "kiosk", found.name)


def stop_kiosk(tx: Tx, key: str) -> None:
    """A kiosk's secret stops working at once; it can be enrolled again. Raises NotFound."""
    if not tx.run(STOP, which=key):
        raise NotFound("no_such_kiosk")
    revoke_device(tx, key)


def stop_copied(tx: Tx, event: SecretCopied) -> None:
    """A kiosk's secret was used by two machines: it was stopped, and staff see why."""
    if any(one.key == event.device for one in queries.kiosks(tx)):
        tx.run(STOP, which=event.device)
        health.note_copied(tx, event.device, event.at)
        record(tx, "access.kiosk_copied", None, event.device)


def cookie_of(home: House, secret: str) -> Cookie:
    """What makes a browser this kiosk."""
    is_secure = home.settings.is_https
    return Cookie(key=device_cookie(home), value=secret, httponly=True, samesite="lax", secure=is_secure, max_age=YEAR)
