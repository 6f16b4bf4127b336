"""The audit log: only added to, chained, without names, and still sound when its oldest part is forgotten."""

import asyncio
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, null, update

from tests.support.clients import ADMINISTRATOR, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.errors import Conflict
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit import queries
from tierslieu.people.audit.actions import forget, record
from tierslieu.people.audit.rules import START, Sealed, first_broken, seal
from tierslieu.people.audit.tables import AuditAnchor, AuditEntry

DAY = 86_400
ACT = st.tuples(
    st.integers(0, 2**40),
    st.text(max_size=20),
    st.text(max_size=20),
    st.none() | st.integers(0, 2**62),
    st.text(max_size=20),
    st.text(max_size=20),
)
a = columns(AuditEntry)


def chained(acts: list[tuple[int, str, str, int | None, str, str]]) -> list[Sealed]:
    """Entries sealed one after the other."""
    found: list[Sealed] = []
    for number, act in enumerate(acts, 1):
        found.append(seal(found[-1].sha256 if found else START, number, *act))
    return found


@given(st.lists(ACT, max_size=6))
def test_a_chain_that_nobody_touched_holds(acts: list[tuple[int, str, str, int | None, str, str]]) -> None:
    assert first_broken(START, chained(acts)) is None


@given(st.lists(ACT, min_size=1, max_size=6), st.data())
def test_any_change_is_found_at_its_place(
    acts: list[tuple[int, str, str, int | None, str, str]], data: st.DataObject
) -> None:
    entries = chained(acts)
    place = data.draw(st.integers(0, len(entries) - 1))
    entries[place] = entries[place]._replace(at=entries[place].at + 1)
    assert first_broken(START, entries) == place + 1


@given(st.lists(ACT, min_size=3, max_size=6), st.data())
def test_a_missing_entry_is_found(acts: list[tuple[int, str, str, int | None, str, str]], data: st.DataObject) -> None:
    entries = chained(acts)
    place = data.draw(st.integers(0, len(entries) - 2))
    del entries[place]
    assert first_broken(START, entries) == entries[place].seq


def note(tx: Tx, count: int) -> None:
    for number in range(count):
        record(tx, "people.test", 7, f"thing {number}", number=number)


def run(tx: Tx, query: Query[object]) -> None:
    tx.run(query)


def test_the_database_refuses_to_change_or_remove_an_entry(nugue: HouseUnderTest) -> None:
    write(nugue, note, 3)
    for statement in (
        update(table_of(AuditEntry)).values(act="nothing"),
        delete(table_of(AuditEntry)),
        update(table_of(AuditEntry)).where(a.seq == 1).values(subject_id=null()),
    ):
        with pytest.raises(Conflict):
            write(nugue, run, Query(statement))
    assert read(nugue, queries.broken_at) is None


def test_what_a_thief_of_the_file_changes_is_seen(nugue: HouseUnderTest) -> None:
    """Whoever can drop the guards can also move the anchor; the chain still tells."""
    write(nugue, note, 5)
    seq, _sha256 = read(nugue, queries.head)
    anchor: Query[object] = Query(update(table_of(AuditAnchor)).values(seq=seq - 1))
    write(nugue, forget, nugue.clock.instant + DAY, seq - 2)
    write(nugue, run, anchor)
    assert read(nugue, queries.broken_at) is not None


def test_old_entries_are_forgotten_and_the_rest_stays_verifiable(nugue: HouseUnderTest) -> None:
    write(nugue, note, 4)
    nugue.clock.instant += DAY
    write(nugue, note, 2)
    before = read(nugue, queries.head)
    assert write(nugue, forget, nugue.clock.instant, 3) == 3
    assert write(nugue, forget, nugue.clock.instant, 1000) >= 1
    assert write(nugue, forget, nugue.clock.instant, 1000) == 0
    assert read(nugue, queries.broken_at) is None
    assert read(nugue, queries.head) == before
    nugue.clock.instant += DAY
    write(nugue, forget, nugue.clock.instant, 1000)
    write(nugue, note, 1)
    assert read(nugue, queries.head)[0] == before[0] + 1
    assert read(nugue, queries.broken_at) is None


def test_the_log_names_nobody(nugue: HouseUnderTest) -> None:
    staff = nugue.sign_in(ADMINISTRATOR)
    found = staff.get("/api/v1/people?q=moreau").json()
    staff.get(f"/personnes/{found[0]['id']}")
    entries = read(nugue, queries.newest)
    assert entries
    text = json.dumps([one._asdict() for one in entries]).lower()
    assert not re.search(r"\b(sofia|moreau|inès|ines|claire)\b|example\.org", text)


def test_two_acts_at_once_are_chained_one_after_the_other(nugue: HouseUnderTest) -> None:
    async def many() -> None:
        await asyncio.gather(*(nugue.house.db.write(note, 2) for _ in range(12)))

    nugue.client.blocking_portal.call(many)
    assert read(nugue, queries.broken_at) is None
    assert len(read(nugue, queries.about_person, 7)) == 24
