"""Whatever takes or frees time: when all is done, nothing is claimed by what is not there, on both databases."""

import re
from typing import Any

from tests.reservations.checks import ask, count_orphans, count_overlaps, count_unsettled
from tests.reservations.series.making import make
from tests.reservations.waiting.queueing import join, open_offers
from tests.support.browsers import Browser
from tests.support.clients import OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.doors import someone
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.merging import merge
from tierslieu.people.rights.actions import erase
from tierslieu.reservations.closures.queries import displacement_of
from tierslieu.reservations.offers.queries import open_among
from tierslieu.reservations.visio.actions import RoomWish, set_room

DAY, ROOM, WORD = "2026-11-26", "visio-1", "Zéphyrinade"
START = re.compile(r'name="start" value="(\d+)"')


def agree(house: HouseUnderTest, url: str) -> None:
    """Run all jobs, then look at the tables."""
    run_jobs(house)
    assert count_unsettled(url) == {}
    assert count_orphans(url) == 0
    assert count_overlaps(url) == 0


def reserve(who: Caller, key: str, start: str, end: str, day: str = DAY, **more: Any) -> str:
    """One resource; the reservation's id."""
    answer = who.reserve(key, f"{day}T{start}", f"{day}T{end}", **more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reservations"][0]["id"])


def book_test(who: Browser, made: str) -> None:
    """A quarter of an hour to test the equipment."""
    found = START.search(who.get(f"/mes-reservations/{made}/visio").text)
    assert found is not None
    answer = who.submit(f"/mes-reservations/{made}/visio/essai", {"start": found[1]})
    assert answer.status_code == 303, answer.text


def test_a_life_of_closures_offers_tests_and_an_erasure(nugue: HouseUnderTest, demo_url: str) -> None:
    write(nugue, set_room, ROOM, RoomWish("jitsi", "https://meet.example.org"))
    desk, thomas = nugue.sign_in(RECEPTION), nugue.sign_in(OTHER_MEMBER)
    new = someone(nugue, "member", name=WORD)
    me, browser = Caller(nugue.client, new.token), Browser(nugue)
    browser.cookies["session"] = new.token
    made = reserve(me, ROOM, "10:00", "12:00", title=WORD)
    book_test(browser, made)
    join(thomas, what=ROOM)
    make(me, resource="D03", title=WORD, people=1, rule="FREQ=WEEKLY;COUNT=2")
    request = reserve(me, "grande-salle", "09:00", "12:00", "2026-12-04", title=WORD)
    wish = {"starts_at": "2026-12-04T13:00:00+01:00", "ends_at": "2026-12-04T15:00:00+01:00"}
    note = {"resource": "grande-salle", "note": f"Pour {WORD}"}
    assert desk.post(f"/api/v1/requests/{request}/proposals", {**wish, **note}).status_code == 201
    earlier = reserve(me, "bureau-1", "16:00", "17:00", title=WORD)
    answer = me.post(
        "/api/v1/waiting/earlier", {"reservation": earlier, "what": "same", "from": "09:00", "to": "12:00"}
    )
    assert answer.status_code == 201, answer.text
    agree(nugue, demo_url)
    shut = {"starts_at": f"{DAY}T08:00:00+01:00", "ends_at": f"{DAY}T20:00:00+01:00", "resource": ROOM}
    closed = desk.post("/api/v1/closures", {**shut, "reason": "essai", "displace": True})
    assert closed.status_code == 201, closed.text
    agree(nugue, demo_url)
    row = read(nugue, displacement_of, read_id(made))
    assert row is not None
    assert row.offer_id is not None
    assert [one.title for one in read(nugue, open_among, [row.offer_id])] == [WORD]
    assert desk.delete(f"/api/v1/closures/{closed.json()['id']}").status_code < 300
    agree(nugue, demo_url)
    again = reserve(me, ROOM, "14:00", "15:00", "2026-11-27", title=WORD)
    book_test(browser, again)
    moved = {"starts_at": "2026-11-27T16:00:00+01:00", "ends_at": "2026-11-27T17:00:00+01:00", "resource": "bureau-1"}
    assert me.patch(f"/api/v1/reservations/{again}", moved).status_code == 200
    agree(nugue, demo_url)
    assert words_left(demo_url)

    def gone(tx: Tx) -> None:
        erase(tx, nugue.house.personal, new.id)

    write(nugue, gone)
    agree(nugue, demo_url)
    assert [one for one in open_offers(nugue) if one.person_id == new.id] == []
    found = words_left(demo_url)
    assert found == {}, found


def words_left(url: str) -> dict[str, int]:
    """In which columns of texts a word of the erased person is still found, and how often."""
    left: dict[str, int] = {}
    by_table: dict[str, list[str]] = {}
    for table, column in text_columns(url):
        by_table.setdefault(table, []).append(column)
    for table, columns in by_table.items():
        counted = [f"sum(CASE WHEN CAST({one} AS TEXT) LIKE '%{WORD[1:]}%' THEN 1 ELSE 0 END)" for one in columns]
        (counts,) = ask(url, f"SELECT {', '.join(counted)} FROM {table}")
        left.update({f"{table}.{one}": count for one, count in zip(columns, counts, strict=True) if count})
    return left


def text_columns(url: str) -> list[tuple[str, str]]:
    """Every column of every table that may hold text."""
    if url.startswith("sqlite"):
        tables = [str(name) for (name,) in ask(url, "SELECT name FROM sqlite_master WHERE type = 'table'")]
        names = [(table, ask(url, f"SELECT name FROM pragma_table_info('{table}')")) for table in tables]
        return [(table, str(name)) for table, found in names if not table.startswith("sqlite") for (name,) in found]
    columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    rows = ask(url, f"{columns} AND data_type IN ('text', 'character varying', 'json', 'jsonb')")
    return [(str(table), str(column)) for table, column in rows]


def test_two_files_become_one(nugue: HouseUnderTest, demo_url: str) -> None:
    thomas = nugue.sign_in(OTHER_MEMBER)
    one, two = someone(nugue, "member", name=WORD), someone(nugue, "member", name=WORD)
    first, second = Caller(nugue.client, one.token), Caller(nugue.client, two.token)
    taken = reserve(thomas, ROOM, "10:00", "12:00")
    for each in (second, first):
        join(each)
    make(second, resource="D03", title=WORD, people=1, rule="FREQ=WEEKLY;COUNT=2")
    assert thomas.delete(f"/api/v1/reservations/{taken}").status_code == 204
    agree(nugue, demo_url)
    assert [each.person_id for each in open_offers(nugue)] == [two.id]

    def join_files(tx: Tx) -> None:
        merge(tx, one.id, two.id, {}, nugue.house.personal)

    write(nugue, join_files)
    agree(nugue, demo_url)
    assert [each.person_id for each in open_offers(nugue)] == [one.id]
    (kept,) = open_offers(nugue)
    assert first.post(f"/api/v1/offers/{show(kept.id)}/acceptance").status_code == 201
    agree(nugue, demo_url)
