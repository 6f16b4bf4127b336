"""The database is held by another, its disk is full, an old copy is restored, the clock leaps: what doors then do."""

import asyncio
import contextlib
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.access.doors import badge, person_id, scan
from tests.access.kiosk.lists import List
from tests.access.scanning.standing import ANYONE, at_zone, inside, present, rows, same_as_log, told
from tests.support.clients import MEMBER, OTHER_MEMBER, TUESDAY_MORNING, Caller, HouseUnderTest, at, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import stop_jobs
from tierslieu.access import actions
from tierslieu.access.kiosk.snapshot_store import refresh
from tierslieu.access.passes.actions import phone_texts
from tierslieu.access.presence.queries import everyone_now
from tierslieu.access.presence.rules import Who
from tierslieu.access.scanning.actions import record_scan
from tierslieu.access.scanning.online import take_kept
from tierslieu.access.schemas import NewScan, Receipt, RefusedScan
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Unavailable
from tierslieu.basics.spans import HOUR, Span
from tierslieu.infra import postgres_engine, sqlite_engine
from tierslieu.infra.statements import insert_or_nothing
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Tx

PUT = insert_or_nothing(HouseValue)
READ_ONLY = 'ALTER DATABASE "{}" SET default_transaction_read_only = {}'
BEGIN_ANEW = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
PEOPLE = (MEMBER, OTHER_MEMBER, "lucie@example.org", "ines@example.org")
LEAP = at("2038-01-20T10:00")


def hall(house: HouseUnderTest, capacity: int = 0) -> Caller:
    """A kiosk in front of the whole site, where everybody may come in."""
    return at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1, capacity=capacity), *ANYONE)


@contextlib.contextmanager
def held(url: str) -> Iterator[None]:
    """Another program holds what a passage writes."""
    if url.startswith("sqlite:///"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))
        runner.run(connection.execute("BEGIN; LOCK TABLE scan IN EXCLUSIVE MODE"))
        yield
        runner.run(connection.execute("ROLLBACK"))
        runner.run(connection.close())


def test_a_database_held_by_another_is_waited_for_and_then_told(
    demo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_engine, "BUSY_MS", 300)
    monkeypatch.setattr(postgres_engine, "PATIENCE_SECONDS", 0.3)
    with open_house(demo_url, tmp_path) as house:
        stop_jobs(house)
        door, sent = hall(house, 5), scan(house, badge(house).token)
        with held(demo_url):
            answer = door.post("/api/v1/scans", sent)
            assert (answer.status_code, answer.json()["code"]) == (503, "database_busy")
            assert answer.headers["retry-after"].isdigit()
            assert rows(house) == []
            assert inside(house, "site") == 0
            assert door.get("/api/v1/kiosk/evacuation").status_code == 200
        found = [door.post("/api/v1/scans", sent).json() for _ in range(2)]
        assert [(one["outcome"], one["duplicate"]) for one in found] == [("granted", False), ("granted", True)]
        assert inside(house, "site") == 1


def test_a_wait_that_ends_is_only_a_wait(quick_nugue: HouseUnderTest) -> None:
    hall(quick_nugue)
    sent, by = NewScan.model_validate(scan(quick_nugue, badge(quick_nugue).token)), Actor(device="kiosk-hall")

    async def record() -> str:
        return (await quick_nugue.house.db.write(record_scan, sent, by=by)).answer.outcome

    with held(database_of(quick_nugue)):
        waiting = quick_nugue.client.blocking_portal.start_task_soon(record)
        assert not waiting.done()
    assert waiting.result(30) == "granted"


def database_of(house: HouseUnderTest) -> str:
    """Where the database of a house is."""
    return house.house.settings.database


def writer(house: HouseUnderTest) -> sqlite3.Connection:
    """The one connection that writes."""
    found: sqlite3.Connection = house.write(lambda tx: tx._driver.connection)
    return found


def put(tx: Tx, name: str, value: str) -> None:
    tx.run(PUT, name=name, value=value)


@contextlib.contextmanager
def refusing(house: HouseUnderTest) -> Iterator[None]:
    """What is stored can be read, and nothing can be written."""
    url = database_of(house)
    if url.startswith("sqlite:///"):
        disk = writer(house)
        disk.execute("PRAGMA query_only=ON")
        yield
        disk.execute("PRAGMA query_only=OFF")
        return
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))
        for is_on in ("on", "off"):
            runner.run(connection.execute(READ_ONLY.format(url.rpartition("/")[2], is_on)))
            runner.run(connection.execute(BEGIN_ANEW))
            if is_on == "on":
                yield
        runner.run(connection.close())


def settled(door: Caller, sent: dict[str, Any]) -> httpx.Response:
    """The answer to a scan, once connections that were taken away have been made anew."""
    answers = (door.post("/api/v1/scans", sent) for _ in range(20))
    return next(one for one in answers if one.json().get("code") != "database_away")


def test_a_disk_that_takes_nothing(nugue: HouseUnderTest) -> None:
    stop_jobs(nugue)
    door, sent = hall(nugue, 5), scan(nugue, badge(nugue).token)
    with refusing(nugue):
        answer = settled(door, sent)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_refuses")
        assert answer.headers["retry-after"].isdigit()
        ready = nugue.client.get("/health/ready")
        assert (ready.status_code, ready.json()["database"]) == (503, "refusing")
        assert door.get("/api/v1/kiosk/evacuation").status_code == 200
    answer = settled(door, sent)
    assert (answer.json()["outcome"], answer.json()["duplicate"]) == ("granted", False)
    assert nugue.client.get("/health/ready").json()["database"] == "ok"


def test_a_full_disk_keeps_what_was_answered_and_breaks_nothing(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    stop_jobs(house)
    door, cards = hall(house), [badge(house, email).token for email in (MEMBER, OTHER_MEMBER)]
    assert present(house, door, cards[0])["outcome"] == "granted"
    before, disk = rows(house), writer(house)
    disk.execute("PRAGMA max_page_count=1")  # as many as there are

    async def together() -> list[Any]:
        work = (house.house.db.write(put, f"n{n}", "x" * 4_000_000) for n in range(3))
        return await asyncio.gather(*work, return_exceptions=True)

    found = house.client.blocking_portal.call(together)
    assert [(type(one), getattr(one, "code", "")) for one in found] == [(Unavailable, "storage_refuses")] * 3
    assert rows(house) == before
    disk.execute("PRAGMA max_page_count=1000000")
    assert present(house, door, cards[1], 2)["outcome"] == "granted"
    assert house.read(same_as_log)


def test_an_old_copy_is_restored(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    """Kiosks notice that their list is of another history, take it anew, and send what they still keep."""
    copy = tmp_path / "copy.sqlite3"
    with open_house(sqlite_templates.make("open"), tmp_path / "now") as house:
        stop_jobs(house)
        door, card = hall(house), badge(house)
        house.write(refresh)
        with contextlib.closing(sqlite3.connect(house.house.settings.database.removeprefix("sqlite:///"))) as live:
            live.execute("VACUUM INTO ?", (str(copy),))
        kept = scan(house, card.token, 9, decided="granted")
        for email in (OTHER_MEMBER, "lucie@example.org"):
            badge(house, email)
            house.write(refresh)
        ahead = List(door)
        ahead.fetch()
        secret = door.headers["authorization"].removeprefix("Bearer ")
    shutil.copy(copy, restored := tmp_path / "restored.sqlite3")
    with open_house(f"sqlite:///{restored}", tmp_path / "then") as house:
        stop_jobs(house)
        ahead.kiosk = Caller(house.client, secret)
        assert told_rev(ahead.kiosk) < ahead.rev
        assert ahead.fetch() == 200
        assert ahead.payload["is_full"]
        found = ahead.kiosk.post("/api/v1/scans/batch", {"scans": [kept, kept]}).json()["answers"]
        assert [(one["outcome"], one["duplicate"]) for one in found] == [("granted", False), ("granted", True)]
        assert inside(house, "site") == 1


def told_rev(door: Caller) -> int:
    """The revision that the service tells."""
    return int(door.get("/api/v1/kiosk").json()["rev"])


def test_a_day_without_network_comes_in_at_once(quick_nugue: HouseUnderTest) -> None:
    """Five hundred passages of three kiosks, shuffled, some twice: each once, in the order in which they happened."""
    house, chance = quick_nugue, random.Random(7)
    stop_jobs(house)
    hall(house)
    names, cards = ("kiosk-hall", "kiosk-nord", "kiosk-sud"), [badge(house, email) for email in PEOPLE]
    for name in ("Nord", "Sud"):
        at_zone(house, name, "site")
    begins, last = house.clock.instant, dict[int, tuple[int, str]]()
    kept: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(500):
        card, direction = chance.choice(cards), chance.choice(("in", "out"))
        more = {"at_device": begins + number, "decided": "granted", "direction": direction}
        kept[names[number % 3]].append(scan(house, card.token, number + 1, **more))
        last[card.badge.person_id] = (begins + number, direction)
    house.clock.instant += HOUR
    for one in kept.values():
        one += chance.sample(one, 40)
        chance.shuffle(one)

    async def upload() -> list[Receipt | RefusedScan]:
        found = (take_kept(house.house, kept[name], Actor(device=name)) for name in names)
        return [one for every in await asyncio.gather(*found) for one in every]

    answers = house.client.blocking_portal.call(upload)
    assert [one for one in answers if not isinstance(one, Receipt) or one.outcome != "granted"] == []
    assert sum(one.duplicate for one in answers if isinstance(one, Receipt)) == 120
    assert len(rows(house)) == 500
    assert house.read(same_as_log)
    now = house.read(everyone_now)
    assert {who: (now[Who(who)].last_at, now[Who(who)].last_direction) for who in last} == last


@pytest.mark.parametrize("leap", [2 * HOUR, -2 * HOUR, -40, LEAP - at(TUESDAY_MORNING)])
def test_a_clock_that_leaps(quick_nugue: HouseUnderTest, leap: int) -> None:
    """Passes of phones wait, cards work, nobody is counted twice, and all is well when the clock is right again."""
    house, who = quick_nugue, person_id(quick_nugue, OTHER_MEMBER)
    stop_jobs(house)
    door, card = hall(house, 5), badge(house)
    phone = house.write(actions.carry_badge, who).badge.handle
    text = house.write(lambda tx: phone_texts(tx, phone, [Span(tx.now, tx.now + 30)])[0][1])
    assert present(house, door, card.token)["outcome"] == "granted"
    right = house.clock.instant
    house.clock.instant += leap
    if abs(leap) > HOUR:
        assert told(present(house, door, text, 2)) == "pass_stale"
    assert present(house, door, card.token, 3)["outcome"] == "granted"
    assert inside(house, "site") == 1
    assert present(house, door, card.token, 4, direction="out")["outcome"] == "granted"
    assert inside(house, "site") <= 1
    for path in ("", "/snapshot", "/evacuation"):
        assert door.get(f"/api/v1/kiosk{path}").status_code == 200, path
    assert house.read(same_as_log)
    house.clock.instant = right + 60
    assert present(house, door, card.token, 5, direction="out")["outcome"] == "granted"
    assert house.read(same_as_log)
