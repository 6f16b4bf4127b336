"""Two files of one person become one, and two again."""

import asyncio
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.people.persons.test_persons_story import acts_about, desk, id_of
from tests.support.clients import RECEPTION, TUESDAY_MORNING, HouseUnderTest, at, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import read, run_jobs, write
from tierslieu.access.actions import issue_badge
from tierslieu.basics.errors import Conflict, Refused
from tierslieu.basics.ids import read as read_id
from tierslieu.infra.personal import MOVE
from tierslieu.infra.statements import Query, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons import correcting, merging
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.moving import OWN_TABLES, places
from tierslieu.people.persons.queries import file
from tierslieu.people.persons.searching import search

DAY = 86_400


def merge(house: HouseUnderTest, kept: str, gone: str, **chosen: str) -> int:
    """Merge as the system."""
    return write(house, merging.merge, read_id(kept), read_id(gone), chosen, house.house.personal)


def undo(house: HouseUnderTest, merge_id: int) -> merging.Undone:
    """Undo as the system."""
    return write(house, merging.undo, merge_id, house.house.personal)


def everything(reader: Reader, whose: dict[int, str]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every declared column that names one of these people, and their files without `changed_at`."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table, column in sorted(COLUMNS, key=str):
        rows: list[tuple[Any, ...]] = reader.rows(Query(text(f"SELECT * FROM {table} ORDER BY 1, 2")))
        names = [one.name for one in table_of(TABLES[table]).c]
        found[f"{table}.{column}"] = [row for row in rows if row[names.index(column)] in whose]
    for id_ in whose:
        one = file(reader, id_)
        found[f"file {whose[id_]}"] = [(one.values, one.is_active, one.merged_into)]
    return found


COLUMNS: set[tuple[str, str]] = set()
TABLES: dict[str, Any] = {}


def look(house: HouseUnderTest, *ids: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says of these people."""
    for item in house.house.personal:
        if item.on_merge == MOVE and item.table not in OWN_TABLES:
            COLUMNS.add((str(item.table.__tablename__), item.column))
            TABLES[str(item.table.__tablename__)] = item.table
    return read(house, everything, {read_id(id_): id_ for id_ in ids})


def test_the_desk_merges_two_files_and_takes_it_back(nugue: HouseUnderTest) -> None:
    claire, caller = desk(nugue), nugue.sign_in(RECEPTION)
    kept = id_of(nugue, "u01")
    body = {"first_name": "Moniqe", "last_name": "Lefevre", "email": "monique@example.org", "is_new": True}
    gone = caller.post("/api/v1/people", body).json()["id"]
    made = caller.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00", person=gone).json()["reservations"][0]
    assert "Moniqe Lefevre" in claire.get(f"/personnes/{kept}/fusionner").text
    both = claire.get(f"/personnes/{kept}/fusionner?avec={gone}")
    assert both.status_code == 200
    assert "Réservations" in both.text
    done = claire.submit(f"/personnes/{kept}/fusionner", {"avec": gone, "first_name": "kept"})
    assert done.headers["location"] == f"/personnes/{kept}?fait=reunie"
    stored = nugue.read(file, read_id(kept))
    assert (stored.first_name, stored.email) == ("Monique", "monique@example.org")
    assert claire.get(f"/personnes/{gone}").headers["location"] == f"/personnes/{kept}"
    shown = claire.get(f"/personnes/{kept}")
    assert "Salle de visio Marne" in shown.text
    way_back = re.search(rf"/personnes/{kept}/fusions/\w+/defaire", shown.text)
    assert way_back is not None
    assert claire.submit(way_back[0], {}).headers["location"] == f"/personnes/{kept}?fait=separee"
    assert nugue.read(file, read_id(kept)).email is None
    assert nugue.read(file, read_id(gone)).email == "monique@example.org"
    assert "Salle de visio Marne" in claire.get(f"/personnes/{gone}").text
    assert caller.get(f"/api/v1/reservations/{made['id']}").json()["state"] == "confirmed"
    assert [one.id for one in nugue.read(search, "moniqe")] == [read_id(gone)]
    assert acts_about(nugue, kept).count("people.merge") == 1
    assert acts_about(nugue, gone).count("people.undo_merge") == 1


def test_both_badges_work_for_the_kept_person(nugue: HouseUnderTest) -> None:
    kept, gone = id_of(nugue, "u05"), id_of(nugue, "u01")
    tokens = [write(nugue, issue_badge, read_id(one)).token for one in (kept, gone)]
    merge(nugue, kept, gone)
    from tests.support.doors import caller_with

    kiosk = caller_with(nugue, "kiosk")
    for turn, token in enumerate(tokens):
        body = {"scan_id": f"{turn:032x}", "badge": token, "at_device": at(TUESDAY_MORNING), "device_seq": turn}
        answer = kiosk.post("/api/v1/scans", body).json()
        assert answer["outcome"] == "granted"
        assert answer["first_name"] == "Sofia"


def test_sessions_of_the_old_file_end(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in()
    merge(nugue, id_of(nugue, "u01"), id_of(nugue, "u05"))
    assert sofia.get("/api/v1/me").status_code == 401


def test_what_cannot_be_merged_says_why(nugue: HouseUnderTest) -> None:
    one, other, third = id_of(nugue, "u01"), id_of(nugue, "u02"), id_of(nugue, "u03")
    with pytest.raises(Refused) as refused:
        merge(nugue, one, one)
    assert refused.value.reasons[0].code == "merge_same"
    merge(nugue, one, other)
    for kept, gone in ((one, other), (other, third), (third, other)):
        with pytest.raises(Refused) as refused:
            merge(nugue, kept, gone)
        assert refused.value.reasons[0].code == "merge_gone"


def test_a_parent_and_their_child_are_two_people(nugue: HouseUnderTest) -> None:
    parent, child = id_of(nugue, "u09"), id_of(nugue, "u08")
    for kept, gone in ((parent, child), (child, parent)):
        with pytest.raises(Refused) as refused:
            merge(nugue, kept, gone)
        assert [reason.code for reason in refused.value.reasons] == ["merge_related"]


def test_roles_never_rise_by_a_merge(nugue: HouseUnderTest) -> None:
    claire, lucie, sofia = desk(nugue), id_of(nugue, "s3"), id_of(nugue, "u05")
    claire.get(f"/personnes/{sofia}")
    refused = claire.submit(f"/personnes/{sofia}/fusionner", {"avec": lucie})
    assert refused.status_code == 422
    assert "administration" in refused.text
    merge(nugue, sofia, lucie)
    assert "fablab.run_machines" not in nugue.sign_in().get("/api/v1/me").json()["permissions"]


def test_only_the_latest_of_a_chain_is_undone(nugue: HouseUnderTest) -> None:
    one, other, third = id_of(nugue, "u01"), id_of(nugue, "u02"), id_of(nugue, "u03")
    first = merge(nugue, other, one)
    second = merge(nugue, third, other)
    assert desk(nugue).get(f"/personnes/{one}").headers["location"] == f"/personnes/{third}"
    with pytest.raises(Refused) as refused:
        undo(nugue, first)
    assert refused.value.reasons[0].code == "merge_later_first"
    undo(nugue, second)
    undo(nugue, first)
    with pytest.raises(Refused) as refused:
        undo(nugue, first)
    assert refused.value.reasons[0].code == "merge_undone"


def test_after_thirty_days_it_is_too_late(nugue: HouseUnderTest) -> None:
    made = merge(nugue, id_of(nugue, "u01"), id_of(nugue, "u02"))
    nugue.clock.instant += 30 * DAY
    nugue.clock.instant += 1
    with pytest.raises(Refused) as refused:
        undo(nugue, made)
    assert refused.value.reasons[0].code == "merge_too_old"
    assert nugue.read(merging.undoable, read_id(id_of(nugue, "u01"))) == []


def test_what_was_corrected_since_stays_and_is_told(nugue: HouseUnderTest) -> None:
    kept, gone = id_of(nugue, "u01"), id_of(nugue, "u02")
    made = merge(nugue, kept, gone, first_name="gone")
    now = nugue.read(file, read_id(kept))
    assert now.first_name == "Georges"
    write(nugue, correcting.correct, now.id, {"phone": "+33160097930"}, now.changed_at)
    undone = undo(nugue, made)
    assert undone.fields == ["phone"]
    after = nugue.read(file, read_id(kept))
    assert (after.first_name, after.phone) == ("Monique", "+33160097930")
    assert nugue.read(file, read_id(gone)).phone == "+33639980214"


@pytest.mark.parametrize("pairs", [[("u01", "u02"), ("u02", "u01")], [("u01", "u02"), ("u03", "u02")]])
def test_of_two_merges_at_once_one_wins(nugue: HouseUnderTest, pairs: list[tuple[str, str]]) -> None:
    """A into B while B into A, and A into B while A into C: never a ring, never twice."""
    personal, wishes = nugue.house.personal, [tuple(read_id(id_of(nugue, key)) for key in pair) for pair in pairs]

    async def race() -> list[object]:
        calls = [nugue.house.db.write(merging.merge, kept, gone, {}, personal) for kept, gone in wishes * 2]
        return await asyncio.gather(*calls, return_exceptions=True)

    found = nugue.client.blocking_portal.call(race)
    assert sum(isinstance(result, int) for result in found) == 1
    assert all(isinstance(result, int | Refused) for result in found)


ACTS = st.lists(st.tuples(st.sampled_from(["reserve", "badge", "job"]), st.integers(0, 3), st.booleans()), max_size=8)


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(
    acts=ACTS,
    chosen=st.dictionaries(st.sampled_from(["first_name", "email", "phone"]), st.sampled_from(["kept", "gone"])),
)
def test_merge_then_undo_is_as_if_nothing_was(
    acts: list[tuple[str, int, bool]],
    chosen: dict[str, str],
    sqlite_templates: SqliteTemplates,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with open_house(sqlite_templates.make("demo"), tmp_path_factory.mktemp("merge")) as house:
        ids = [id_of(house, "u05"), id_of(house, "u06")]
        caller = house.sign_in(RECEPTION)
        for act, number, is_first in acts:
            who = ids[is_first]
            if act == "reserve":
                start = 9 + number
                caller.reserve("visio-1", f"2026-11-25T{start:02d}:00", f"2026-11-25T{start + 1:02d}:00", person=who)
            elif act == "badge":
                try:
                    write(house, issue_badge, read_id(who), "card" if number % 2 else "phone")
                except Conflict:
                    continue
        run_jobs(house)
        before = look(house, *ids)
        sessions = {name for name in before if name.startswith("session")}
        made = merge(house, ids[0], ids[1], **chosen)
        merged = look(house, *ids)
        for place in places(house.house.personal):
            assert len(merged[place.name]) == len(before[place.name])
        undone = undo(house, made)
        assert (undone.rows, undone.fields) == ({}, [])
        after = look(house, *ids)
        assert {k: v for k, v in after.items() if k not in sessions} == {
            k: v for k, v in before.items() if k not in sessions
        }


def test_a_name_is_found_under_the_kept_file_only(nugue: HouseUnderTest) -> None:
    def two(tx: Tx) -> tuple[int, int]:
        return create_person(tx, "Zoé", "Vasseur"), create_person(tx, "Zoe", "Vasseur-Blin")

    kept, gone = write(nugue, two)
    write(nugue, merging.merge, kept, gone, {}, nugue.house.personal)
    assert [one.id for one in nugue.read(search, "vasseur")] == [kept]
    assert nugue.read(search, "blin") == []
