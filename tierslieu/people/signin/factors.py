"""The second factor: an authenticator's codes, and codes on paper for the day it is lost. Each works once."""

import secrets
from typing import Any, Final

import pyotp
from sqlalchemy import bindparam, delete, update

from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Conflict
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.signin.queries import Totp, totp_of
from tierslieu.people.signin.rules import CODE_LETTERS, RECOVERY_CODES, RECOVERY_LENGTH, STEP, is_totp, normal_code
from tierslieu.people.signin.tables import Authenticator, Passkey, RecoveryCode
from tierslieu.people.signin.throttle import WINDOW, Limit

WRONG: Final = "wrong_second_factor"
DRIFT: Final = 1
"""Steps that the clock of a telephone may be ahead or behind."""

t, r, y = columns(Authenticator), columns(RecoveryCode), columns(Passkey)
ADD_TOTP: Query[Any] = Query(insert_into(Authenticator))
DROP_TOTP: Query[Any] = Query(delete(table_of(Authenticator)).where(t.person_id == bindparam("person")))
USE_STEP: Query[Any] = Query(
    update(table_of(Authenticator))
    .where(t.id == bindparam("which"), t.last_step < bindparam("step"))
    .values(last_step=bindparam("step"))
)
CONFIRM: Query[Any] = Query(
    update(table_of(Authenticator))
    .where(t.id == bindparam("which"), t.confirmed_at == 0)
    .values(confirmed_at=bindparam("now"))
)
ADD_CODE: Query[Any] = Query(insert_into(RecoveryCode))
DROP_CODES: Query[Any] = Query(delete(table_of(RecoveryCode)).where(r.person_id == bindparam("person")))
USE_CODE: Query[Any] = Query(
    update(table_of(RecoveryCode))
    .where(r.person_id == bindparam("person"), r.code_sha256 == bindparam("code"), r.used_at == 0)
    .values(used_at=bindparam("now"))
)
DROP_PASSKEYS: Query[Any] = Query(delete(table_of(Passkey)).where(y.person_id == bindparam("person")))


def code_limits(person_id: int, origin: str) -> tuple[Limit, ...]:
    """What bounds wrong second factors. Only who gave the first one gets here; recovery codes and passkeys go on."""
    return Limit(f"factor:{person_id}|{origin}", 5), Limit(f"factor:{person_id}", 30, 4 * WINDOW)


def recovery_limits(person_id: int, origin: str) -> tuple[Limit, ...]:
    """The same for codes on paper."""
    return Limit(f"recovery:{person_id}|{origin}", 5), Limit(f"recovery:{person_id}", 30, 4 * WINDOW)


def limits_for(person_id: int, origin: str, code: str) -> tuple[Limit, ...]:
    """The limits that fit what was typed."""
    chosen = code_limits if is_totp(normal_code(code)) else recovery_limits
    return chosen(person_id, origin)


def give(tx: Tx, person_id: int, code: str) -> bool:
    """Take the code of the authenticator, or one on paper. True when it was right and unused: now it is used."""
    plain = normal_code(code)
    if is_totp(plain):
        return _use_totp(tx, totp_of(tx, person_id), plain)
    return tx.run(USE_CODE, person=person_id, code=hashed(plain), now=tx.now) == 1


def begin(tx: Tx, person_id: int) -> None:
    """Prepare an authenticator: a new secret that counts only after its first code. A confirmed one stays."""
    found = totp_of(tx, person_id)
    if found is not None and found.confirmed_at:
        raise Conflict("has_second_factor")
    tx.run(DROP_TOTP, person=person_id)
    put(tx, person_id, pyotp.random_base32())


def put(tx: Tx, person_id: int, secret: str, confirmed_at: int = 0) -> None:
    """Store an authenticator's secret."""
    tx.run(
        ADD_TOTP,
        id=tx.new_id(),
        person_id=person_id,
        kind="totp",
        secret=secret,
        last_step=0,
        created_at=tx.now,
        confirmed_at=confirmed_at,
    )


def confirm(tx: Tx, person_id: int, code: str) -> list[str] | None:
    """The first code of a new authenticator: it counts from now on. None for a wrong one.

    Returns fresh recovery codes, shown only now. Raises Conflict when no authenticator was begun.
    """
    found = totp_of(tx, person_id)
    if found is None or found.confirmed_at:
        raise Conflict("no_second_factor_begun")
    step = step_of(found, normal_code(code), tx.now)
    if step is None or not tx.run(USE_STEP, which=found.id, step=step):
        return None
    tx.run(CONFIRM, which=found.id, now=tx.now)
    return new_codes(tx, person_id)


def new_codes(tx: Tx, person_id: int) -> list[str]:
    """Replace a person's recovery codes. Returns the codes: only their hashes are kept."""
    tx.run(DROP_CODES, person=person_id)
    codes = [random_code(RECOVERY_LENGTH) for _number in range(RECOVERY_CODES)]
    for code in codes:
        tx.run(ADD_CODE, id=tx.new_id(), person_id=person_id, code_sha256=hashed(code), created_at=tx.now, used_at=0)
    return codes


def remove(tx: Tx, person_id: int) -> None:
    """No authenticator and no recovery code any more."""
    tx.run(DROP_TOTP, person=person_id)
    tx.run(DROP_CODES, person=person_id)


def reset(tx: Tx, person_id: int) -> None:
    """No second factor at all, passkeys included: the person begins anew at their next sign-in."""
    remove(tx, person_id)
    tx.run(DROP_PASSKEYS, person=person_id)


def random_code(length: int) -> str:
    """A code that nobody can foresee."""
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(length))


def step_of(found: Totp, code: str, now: int) -> int | None:
    """The step whose code this is, within the drift; None for a wrong code."""
    if not is_totp(code):
        return None
    here, clock = now // STEP, pyotp.TOTP(found.secret)
    steps = [
        step for step in range(here - DRIFT, here + DRIFT + 1) if secrets.compare_digest(clock.at(step * STEP), code)
    ]
    return steps[0] if steps else None


def next_code(reader: Reader, person_id: int) -> str:
    """The code to type now, "" when all codes of this moment are used: for the demonstration, and for tests."""
    found = totp_of(reader, person_id)
    if found is None:
        return ""
    here = reader.now // STEP
    step = max(here - DRIFT, found.last_step + 1)
    return pyotp.TOTP(found.secret).at(step * STEP) if step <= here + DRIFT else ""


def address_of(found: Totp, account: str, venue: str) -> str:
    """What an authenticator reads from the QR code."""
    return pyotp.TOTP(found.secret).provisioning_uri(name=account, issuer_name=venue)


def _use_totp(tx: Tx, found: Totp | None, code: str) -> bool:
    if found is None or not found.confirmed_at:
        return False
    step = step_of(found, code, tx.now)
    return step is not None and step > found.last_step and tx.run(USE_STEP, which=found.id, step=step) == 1
