"""Thousands of people with a card and a phone each, written straight into the tables."""

import hashlib
from typing import Any

from tierslieu.access.tables import Badge
from tierslieu.infra.statements import Query, insert_into
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.tables import Person
from tierslieu.people.roles.tables import RoleGrant

FIRST = ("Maryvonne", "Jean-Pierre", "Léa", "Abdelkader", "Zoé", "Bartholomé", "Anne-Charlotte", "Luc")
ADD_PERSON: Query[Any] = Query(insert_into(Person))
ADD_ROLE: Query[Any] = Query(insert_into(RoleGrant))
ADD_BADGE: Query[Any] = Query(insert_into(Badge))


def crowd(tx: Tx, count: int) -> None:
    """So many people, all of them members."""
    for number in range(count):
        _person(tx, number)


def _person(tx: Tx, number: int) -> None:
    id_ = tx.new_id()
    nothing = dict.fromkeys(("key", "email", "password_hash", "birth_year", "phone", "created_by", "merged_into"))
    facts = {"locale": "fr", "is_active": 1, "created_at": tx.now, "changed_at": 0, "erased_at": 0}
    name = {"first_name": FIRST[number % len(FIRST)], "last_name": f"{chr(65 + number % 26)}abc", "sort_name": "abc"}
    tx.run(ADD_PERSON, id=id_, **nothing, **facts, **name)
    granted = {"granted_by": None, "granted_at": tx.now, "ends_at": None}
    tx.run(ADD_ROLE, id=tx.new_id(), person_id=id_, role="member", scope="", **granted)
    for kind in ("card", "phone"):
        _badge(tx, id_, kind, 2 * number + (kind == "phone"))


def _badge(tx: Tx, person_id: int, kind: str, number: int) -> None:
    tx.run(
        ADD_BADGE,
        id=tx.new_id(),
        person_id=person_id,
        kind=kind,
        card_number=f"{number:06d}",
        secret_sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        state="active",
        issued_at=tx.now,
        issued_by=None,
        revoked_at=None,
        revoked_reason=None,
        label="",
        handle=f"{number:014x}" if kind == "phone" else "",
        valid_until=0,
        doubted_at=0,
    )
