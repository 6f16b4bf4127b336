"""The demonstration's second factor: everybody who works there has the same authenticator, whose codes pages show."""

from tierslieu.demo import venue_file
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.roles.rules import is_staff
from tierslieu.people.signin import factors

TOTP_SECRET = "NUGUEDEMONSTRATIONTRILPORT234567"  # noqa: S105  (for invented people only)


def load(tx: Tx) -> None:
    """An authenticator for each of the staff."""
    for member in venue_file.read()["staff"]:
        person = by_key(tx, member["id"])
        if person is not None and is_staff(roles_of(tx, person.id)):
            factors.put(tx, person.id, TOTP_SECRET, confirmed_at=tx.now)
