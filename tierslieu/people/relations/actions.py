"""All changes to relations."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, text, update

from tierslieu.basics.errors import Conflict, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.relations import queries, rules
from tierslieu.people.relations.tables import AgeNote, FamilyLink

li = columns(FamilyLink)
ONE_AT_A_TIME: Query[Any] = Query(postgresql=text("SELECT pg_advisory_xact_lock(7246070)"))
"""On PostgreSQL links are made one after the other, so that two of them close no ring; SQLite has one writer."""
ADD = insert_or_nothing(FamilyLink)
END: Query[Any] = Query(
    update(table_of(FamilyLink))
    .where(li.id == bindparam("which"), li.ended_at.is_(None))
    .values(ended_at=bindparam("now", type_=BigInteger()), ended_by=bindparam("by", type_=BigInteger()))
)
ADD_NOTE: Query[Any] = Query(insert_into(AgeNote))


class Bond(msgspec.Struct, frozen=True):
    """A link to make: `guardian_id` answers for `person_id`."""

    person_id: int
    guardian_id: int
    kind: str
    may_act: bool = True
    receives_messages: bool = True


def link(tx: Tx, wish: Bond) -> int:
    """Note that somebody answers for a person. Returns the link's id.

    Raises Refused with every reason, NotFound("no_such_person").
    """
    for id_ in (wish.person_id, wish.guardian_id):
        if tx.row(queries.IS_ACTIVE, id=id_) is None:
            raise NotFound("no_such_person")
    tx.rows(ONE_AT_A_TIME)
    _end_lapsed(tx, wish.person_id)
    reasons = _reasons(tx, wish)
    if reasons:
        raise Refused(reasons)
    link_id = tx.new_id()
    made = tx.run(
        ADD,
        id=link_id,
        **{
            name: int(value) if isinstance(value, bool) else value
            for name, value in msgspec.structs.asdict(wish).items()
        },
        checked_by=tx.by.person_id,
        since=tx.now,
        ended_at=None,
        ended_by=None,
    )
    if not made:
        raise Conflict("link_in_force")
    record(tx, "relations.link", wish.person_id, show(link_id), guardian=show(wish.guardian_id), kind=wish.kind)
    return link_id


def _end_lapsed(tx: Tx, person_id: int) -> None:
    """Close what ended by itself when the person came of age: it must not stand in the way of a new link."""
    year = queries.year_at(tx, tx.now)
    for one in tx.rows(queries.ANSWER_FOR, ids=[person_id]):
        if not rules.is_effective(one, year):
            tx.run(END, which=one.id, now=tx.now, by=tx.by.person_id)


def _reasons(tx: Tx, wish: Bond) -> tuple[Reason, ...]:
    reached = queries.answered_for(tx, wish.guardian_id)
    guardians = {one.guardian_id for one in tx.rows(queries.ANSWER_FOR, ids=[wish.person_id])}
    asked = rules.Candidate(
        wish.person_id,
        wish.guardian_id,
        wish.kind,
        queries.standing(tx, wish.person_id),
        queries.standing(tx, wish.guardian_id),
    )
    return rules.reasons_against(asked, guardians, reached, queries.year_at(tx, tx.now))


def end_link(tx: Tx, person_id: int, link_id: int) -> None:
    """End a link of a person (at either end), once. Raises NotFound, Refused when it is over."""
    found = tx.row(queries.STORED, id=link_id)
    if found is None or person_id not in found[:2]:
        raise NotFound("no_such_link")
    if not tx.run(END, which=link_id, now=tx.now, by=tx.by.person_id):
        raise Refused((Reason("link_over"),))
    record(tx, "relations.end", found[0], show(link_id), guardian=show(found[1]))


def note_standing(tx: Tx, person_id: int, note: str) -> None:
    """Note that somebody is an adult or a minor. Raises Refused when the birth year says otherwise."""
    if tx.row(queries.IS_ACTIVE, id=person_id) is None:
        raise NotFound("no_such_person")
    if not rules.may_note(queries.standing(tx, person_id), note, queries.year_at(tx, tx.now)):
        raise Refused((Reason("birth_year_tells"),))
    tx.run(ADD_NOTE, id=tx.new_id(), person_id=person_id, standing=note, noted_by=tx.by.person_id, noted_at=tx.now)
    record(tx, "relations.note_age", person_id, note=note)
