"""Loading the demonstration's people: members of the file, staff with an address of their own, one password."""

import unicodedata
from typing import Any

from tierslieu.demo import venue_file
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons import actions
from tierslieu.people.roles.rules import STAFF_ROLES

PASSWORD = "demo-nugue"  # noqa: S105  (printed at start, for invented people only)


def load(tx: Tx, password_hash: str) -> None:
    """Everybody of the file. Members without an address exist too: staff act for them."""
    data = venue_file.read()
    for user in data["users"]:
        _create(tx, user, user["email"], "member", password_hash)
    for member in data["staff"]:
        role = member["role"] if member["role"] in STAFF_ROLES else "elected_referent"
        _create(tx, member, staff_email(member), role, password_hash)


def _create(tx: Tx, person: dict[str, Any], email: str | None, roles: str, password_hash: str) -> None:
    actions.create_person(
        tx,
        person["first_name"],
        person["last_name"],
        email=email,
        phone=person.get("mobile"),
        birth_year=person.get("birth_year"),
        password_hash=password_hash if email else None,
        roles=roles,
        key=person["id"],
    )


def staff_email(member: dict[str, Any]) -> str:
    """claire@example.org: the first name without accents."""
    plain = unicodedata.normalize("NFD", member["first_name"]).encode("ascii", "ignore").decode()
    return f"{plain.lower()}@example.org"
