"""What the waiting list does not take: what is free, what can never be, what is waited for already."""

from typing import Any

import pytest

from tests.reservations.waiting.queueing import DAY, cancel, join, mine, open_offers, person_id, take, wish
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.counting import counted
from tests.support.doors import someone
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.ids import read as id_of
from tierslieu.people.rights.events import Erased
from tierslieu.reservations.offers import personal
from tierslieu.reservations.waiting import jobs
from tierslieu.reservations.waiting.queries import entry


@pytest.fixture
def thomas(quick_nugue: HouseUnderTest) -> Caller:
    take(quick_nugue.sign_in(MEMBER))
    return quick_nugue.sign_in(OTHER_MEMBER)


def code(answer: Any) -> str:
    assert answer.status_code in (404, 409, 422), answer.text
    return str(answer.json()["code"])


WRONG = [
    ({"what": "nowhere"}, "unknown_resource"),
    ({"what": "space:nowhere"}, "unknown_resource"),
    ({"people": 40}, "nothing_suits"),
    ({"first_day": "2026-11-20"}, "in_the_past"),
    ({"from": "02:00", "to": "04:00"}, "never_open_then"),
    ({"minutes": 10, "from": "10:00", "to": "10:15"}, "never_open_then"),
    ({"what": "visio-1", "from": "14:00", "to": "16:00"}, "free_already"),
]


@pytest.mark.parametrize(("changes", "expected"), WRONG)
def test_what_makes_no_sense_is_told(thomas: Caller, changes: dict[str, Any], expected: str) -> None:
    assert code(thomas.post("/api/v1/waiting", wish(**changes))) == expected


UNREADABLE = [
    {"what": "../x"},
    {"first_day": "demain"},
    {"last_day": "2026-11-25"},
    {"first_day": "2026-11-26", "last_day": "2027-11-26"},
    {"from": "12:00", "to": "10:00"},
    {"minutes": 180},
    {"minutes": 10**12},
    {"people": 0},
    {"person": "x"},
    {"more": 1},
]


@pytest.mark.parametrize("changes", UNREADABLE)
def test_what_cannot_be_read_is_named(thomas: Caller, changes: dict[str, Any]) -> None:
    assert thomas.post("/api/v1/waiting", wish(**changes)).status_code in (400, 422)


def test_a_form_keeps_what_was_typed(quick_nugue: HouseUnderTest, thomas: Caller) -> None:
    browser = Browser(quick_nugue)
    browser.sign_in(OTHER_MEMBER)
    browser.get("/attente/nouvelle")
    form = {"what": "visio-1", "first_day": "2026-11-31", "from": "10:00", "to": "12:00", "minutes": "120"}
    answer = browser.submit("/attente", {**form, "people": "beaucoup"})
    assert answer.status_code == 422
    assert 'value="10:00"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    for odd in ("resource=%01&from=99:99&to=aa:bb", "date=x&from=10:00&to=12:00&people=-1", "pour="):
        assert browser.get(f"/attente/nouvelle?{odd}").status_code == 200


def test_the_same_twice(quick_nugue: HouseUnderTest, thomas: Caller) -> None:
    join(thomas)
    assert code(thomas.post("/api/v1/waiting", wish())) == "already_waiting"
    join(thomas, minutes=60)
    assert len(mine(thomas)) == 2


def test_only_so_many_at_a_time(quick_nugue: HouseUnderTest, thomas: Caller) -> None:
    for minute in range(10):
        join(thomas, **{"from": f"10:{minute:02}"}, minutes=60)
    assert code(thomas.post("/api/v1/waiting", wish(minutes=30))) == "too_many_waiting"


def test_nobody_else_leaves_for_one(quick_nugue: HouseUnderTest, thomas: Caller) -> None:
    made = join(thomas)["id"]
    sofia = quick_nugue.sign_in(MEMBER)
    assert code(sofia.delete(f"/api/v1/waiting/{made}")) == "no_such_entry"
    assert sofia.get("/api/v1/waiting/everybody").status_code == 403
    assert thomas.post("/api/v1/waiting", wish(person=person_id(quick_nugue, MEMBER))).status_code == 403
    assert thomas.delete(f"/api/v1/waiting/{made}").status_code == 204
    assert code(thomas.delete(f"/api/v1/waiting/{made}")) == "waiting_over"
    assert quick_nugue.sign_in(RECEPTION).get("/api/v1/waiting/everybody").json() == []


def test_what_is_past_ends_by_itself(quick_nugue: HouseUnderTest, thomas: Caller) -> None:
    made = id_of(join(thomas)["id"])
    quick_nugue.is_at(f"{DAY}T10:01")
    run_jobs(quick_nugue)
    assert read(quick_nugue, entry, made).state == "expired"


def test_an_erased_person_waits_for_nothing_and_keeps_nothing(quick_nugue: HouseUnderTest) -> None:
    sofia, other = quick_nugue.sign_in(MEMBER), someone(quick_nugue, "member")
    made = take(sofia)
    waiting = Caller(quick_nugue.client, other.token)
    kept = id_of(join(waiting)["id"])
    cancel(sofia, made)
    run_jobs(quick_nugue)
    assert len(open_offers(quick_nugue)) == 1
    write(quick_nugue, personal.call_off_all, Erased(other.id))
    write(quick_nugue, jobs.forget, Erased(other.id))
    assert open_offers(quick_nugue) == []
    assert read(quick_nugue, entry, kept).state == "withdrawn"
    assert sofia.reserve("visio-1", f"{DAY}T10:00", f"{DAY}T12:00").status_code == 201


def test_a_link_opens_one_offer_and_says_nothing_of_others(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    for key in ("x", "0" * 13, "0" * 45, "é" * 45, "0000000000001" + "a" * 32):
        assert browser.get(f"/propositions/{key}").status_code in (303, 404, 422, 400), key


def test_lists_cost_the_same_however_long_they_are(quick_nugue: HouseUnderTest, thomas: Caller) -> None:
    desk, paths = quick_nugue.sign_in(RECEPTION), ("/accueil/attente", "/demandes", "/api/v1/waiting/everybody")

    def costs() -> list[int]:
        found = []
        with counted(quick_nugue) as engine:
            for path in paths:
                before = engine.statements
                assert desk.get(path).status_code == 200
                found.append(engine.statements - before)
        return found

    join(thomas)
    assert thomas.reserve("grande-salle", "2026-12-04T09:00", "2026-12-04T10:00").status_code == 201
    few = costs()
    for number in range(5):
        join(Caller(quick_nugue.client, someone(quick_nugue, "member").token), minutes=60)
        asks = Caller(quick_nugue.client, someone(quick_nugue, "member").token)
        times = f"2026-12-04T{11 + number}:00", f"2026-12-04T{12 + number}:00"
        asks.reserve("grande-salle-cour", *times)
    assert costs() == few
