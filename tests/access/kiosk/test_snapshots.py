"""The list that kiosks hold for bad days: short, signed, followed within seconds, never silently incomplete."""

import json
from typing import Any

from sqlalchemy import bindparam, update

from devices.badges import codec
from tests.access.doors import badge, kiosk, person_id
from tests.access.kiosk.crowds import crowd
from tests.access.kiosk.lists import List
from tests.support.clients import MEMBER, OTHER_MEMBER, Caller, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.access import actions
from tierslieu.access.kiosk.snapshot_rows import card_code
from tierslieu.access.kiosk.snapshot_store import refresh
from tierslieu.access.schemas import Issued
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.tables import Person

PEOPLE, MOST_BYTES = 5000, 400_000
RENAME: Query[Any] = Query(
    update(table_of(Person)).where(columns(Person).id == bindparam("who")).values(first_name="Sonia")
)


def code_of(card: Issued) -> str:
    """How a card is named in the list."""
    return card_code(codec.stored(codec.read(card.token).secret))


def told(house: HouseUnderTest, door: Caller, **report: object) -> dict[str, object]:
    """A kiosk tells how it is; what it is answered."""
    answer = door.post("/api/v1/kiosk/health", report)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def follow(house: HouseUnderTest) -> None:
    """Two seconds pass, with the jobs that are due."""
    run_jobs(house)
    house.clock.instant += 2
    run_jobs(house)


def test_the_list_names_badges_and_greets_and_says_no_more(nugue: HouseUnderTest) -> None:
    door, card = kiosk(nugue), badge(nugue)
    sofia = nugue.sign_in(MEMBER)
    assert sofia.reserve("D01", "2026-11-24T10:00", "2026-11-24T12:00").status_code == 201
    held = List(door)
    assert held.fetch() == 200
    row = held.of(code_of(card))
    assert row is not None
    assert row[1] == "Sofia M"
    assert "2026" not in row[1]
    assert [slot[2] for slot in row[4]["s"]] == ["D01"]
    zones, place, space = held.payload["places"]["D01"]
    assert zones
    assert (place, space) == ("Poste 1", "Coworking")
    text = json.dumps(held.payload)
    assert "example.org" not in text
    assert str(person_id(nugue)) not in text
    assert card.badge.card_number not in text
    assert codec.stored(codec.read(card.token).secret) not in text
    assert held.fetch() == 304
    assert held.payload["device"] == "kiosk-entree"


def test_a_badge_that_stops_leaves_online_kiosks_within_seconds(nugue: HouseUnderTest) -> None:
    """Also one that was away meanwhile: it comes back with its revision and hears what it missed."""
    door, away, card, other = kiosk(nugue), kiosk(nugue, "Atelier"), badge(nugue), badge(nugue, OTHER_MEMBER)
    told(nugue, door)
    near, far = List(door), List(away)
    near.fetch(), far.fetch()
    nugue.write(actions.revoke_badge, card.badge.id, "lost")
    follow(nugue)
    assert door.get("/api/v1/kiosk").json()["rev"] > near.rev
    assert near.fetch() == 200
    assert not near.payload["is_full"]
    assert any(code_of(card) in row[4].get("x", ()) for row in near.rows.values() if len(row) > 4)
    assert near.of(code_of(card)) is None
    assert near.of(code_of(other)) is not None
    third = badge(nugue)
    follow(nugue)
    far.fetch()
    assert far.of(code_of(card)) is None
    assert far.of(code_of(third)) is not None
    assert sorted(map(str, far.rows.values())) == sorted(map(str, _whole(door).rows.values()))


def _whole(door: Caller) -> List:
    found = List(door)
    found.fetch(is_whole=True)
    return found


def test_who_may_have_missed_something_gets_everything(quick_nugue: HouseUnderTest) -> None:
    """A kiosk that knows more than the service (an old copy was restored), or was away too long, starts anew."""
    door = kiosk(quick_nugue)
    badge(quick_nugue)
    quick_nugue.write(refresh)
    held = List(door)
    held.rev = 10_000
    held.fetch()
    assert held.payload["is_full"]
    for since in (-1, 0, 2**60):
        answer = door.get(f"/api/v1/kiosk/snapshot?since={since}")
        assert json.loads(answer.text.splitlines()[1])["is_full"], since
    assert door.get("/api/v1/kiosk/snapshot?since=x").status_code == 400
    held.fetch()
    quick_nugue.clock.instant += 31 * 86_400
    door = kiosk(quick_nugue)
    badge(quick_nugue, OTHER_MEMBER)
    quick_nugue.write(refresh)
    held.kiosk = door
    held.fetch()
    assert held.rows


def test_a_change_that_nothing_announced_is_found_within_a_minute(quick_nugue: HouseUnderTest) -> None:
    door, card = kiosk(quick_nugue), badge(quick_nugue)
    told(quick_nugue, door)
    first = told(quick_nugue, door)["rev"]
    quick_nugue.write(_renamed, person_id(quick_nugue))
    assert told(quick_nugue, door)["rev"] == first
    quick_nugue.clock.instant += 61
    assert told(quick_nugue, door)["rev"] == int(str(first)) + 1
    held = List(door)
    held.fetch()
    row = held.of(code_of(card))
    assert row is not None
    assert row[1] == "Sonia M"


def _renamed(tx: Tx, who: int) -> None:
    tx.run(RENAME, who=who)


def test_five_thousand_people_fit(quick_nugue: HouseUnderTest) -> None:
    door = kiosk(quick_nugue)
    quick_nugue.write(crowd, PEOPLE)
    held = List(door)
    assert held.fetch() == 200
    assert held.payload["count"] >= PEOPLE
    assert held.size <= MOST_BYTES, "also without compression"
    quick_nugue.write(refresh)
    assert held.fetch() == 304
