"""What the person who runs the server does by hand, beside the service.

The first administrator gets their role and a password, one who lost every second proof begins anew, and the audit
log is read through.
"""

import asyncio
from collections.abc import Awaitable, Callable

from tierslieu.basics.clock import SystemClock
from tierslieu.basics.errors import DomainError, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.zone import Zone
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.migrations import HEAD
from tierslieu.migrations.current import current_revision
from tierslieu.people.audit.actions import record
from tierslieu.people.audit.queries import broken_at
from tierslieu.people.persons.actions import create_person, put_password
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.rules import normal_email
from tierslieu.people.roles.actions import grant
from tierslieu.people.roles.rules import MARK, ROLES, Held
from tierslieu.people.signin import passwords
from tierslieu.people.signin.changes import reset_factor
from tierslieu.people.signin.queries import account
from tierslieu.people.signin.rules import password_flaw

SOUND = "The audit log is sound: no entry was changed or removed."
TOLD = {
    "unknown_role": "There is no such role. Roles: " + ", ".join(sorted(ROLES)) + ".",
    "role_needs_place": "This role is given for a place, for instance trainer@machine:p3d-1.",
    "password_too_short": "This password is too short: at least twelve characters.",
    "password_too_common": "This password is among the first that people try. Choose another.",
    "password_personal": "This password is too close to the address or the name of the venue.",
    "string_too_long": "This password is too long.",
    "role_has_no_place": "This role holds everywhere: give it without a place.",
}


def grant_by_hand(settings: Settings, who: str, role: str, name: str = "") -> tuple[str, bool]:
    """Give a role as the system. Returns what to tell, and whether it was done."""
    return _run(settings, lambda db: db.write(_grant, who, role, name))


def set_password_by_hand(settings: Settings, who: str, password: str) -> tuple[str, bool]:
    """Give somebody a password as the system. Returns what to tell, and whether it was done."""
    flaw = password_flaw(password, (who, settings.venue_name))
    if flaw:
        return TOLD[flaw], False
    return _run(settings, lambda db: db.write(_set_password, who, passwords.make(password)))


def reset_factor_by_hand(settings: Settings, who: str) -> tuple[str, bool]:
    """Forget somebody's second factor and passkeys as the system. Returns what to tell, and whether it was done."""
    return _run(settings, lambda db: db.write(_reset_factor, who, Zone(settings.zone)))


def verify_log(settings: Settings) -> tuple[str, bool]:
    """Read the audit log through. Returns what to tell, and whether every entry follows from the one before it."""
    said, is_read = _run(settings, lambda db: db.read_long(_verify))
    return said, is_read and said == SOUND


def _run(settings: Settings, work: Callable[[Database], Awaitable[str]]) -> tuple[str, bool]:
    if current_revision(settings.database) != HEAD:
        return "The database does not have the schema of this version. First run: tierslieu migrate", False
    return asyncio.run(_inside(settings, work))


async def _inside(settings: Settings, work: Callable[[Database], Awaitable[str]]) -> tuple[str, bool]:
    db = Database(engine_for(settings.database), SystemClock())
    await db.start()
    try:
        return await work(db), True
    except Refused as error:
        return " ".join(TOLD.get(reason.code, reason.code) for reason in error.reasons), False
    except DomainError as error:
        return TOLD.get(error.code, error.code), False
    except LookupError as error:
        return str(error.args[0]), False
    finally:
        await db.stop()


def _verify(reader: Reader) -> str:
    broken = broken_at(reader)
    return SOUND if broken is None else f"Entry {broken} does not follow from the one before it: the log was changed."


def _set_password(tx: Tx, who: str, password_hash: str) -> str:
    person_id = _person(tx, who, "")
    put_password(tx, person_id, password_hash)
    record(tx, "people.set_password", person_id)
    return f"Done for {show(person_id)}. Staff give their second proof at the next sign-in."


def _reset_factor(tx: Tx, who: str, zone: Zone) -> str:
    person_id = _person(tx, who, "")
    reset_factor(tx, person_id, zone)
    return f"Done for {show(person_id)}. They set up a new second proof at their next sign-in."


def _grant(tx: Tx, who: str, role: str, name: str) -> str:
    person_id = _person(tx, who, name)
    plain, _sign, scope = role.partition(MARK)
    grant(tx, person_id, Held(plain, scope))
    return f"{role}: given to {show(person_id)}. It counts from their next request on."


def _person(tx: Tx, who: str, name: str) -> int:
    """Who is meant; a new person when there is a name and nobody has the address. Raises LookupError."""
    if "@" not in who:
        found = known(tx, read(who))
        if found is None:
            raise LookupError("Nobody has this id, or their account is closed.")
        return found.id
    email = normal_email(who)
    holder = account(tx, email)
    if holder is not None:
        return holder.id
    first, _space, last = name.strip().partition(" ")
    if not last:
        raise LookupError("Nobody has this address. Add --name 'First Last' to create the person.")
    return create_person(tx, first, last, email=email)
