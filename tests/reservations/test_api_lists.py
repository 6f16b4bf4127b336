"""Lists of reservations for programs: in pages that nothing shifts, by person, resource, day and state."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tierslieu.basics.errors import Invalid
from tierslieu.http.paging import Place, cut, read_cursor, written

DAYS = ("2026-11-25", "2026-11-26", "2026-11-27")
LIST = "/api/v1/reservations"


def some(house: HouseUnderTest) -> list[str]:
    """Five reservations of two people on three days, in the order of their beginnings."""
    sofia, thomas = house.sign_in(MEMBER), house.sign_in(OTHER_MEMBER)
    plan = [
        (sofia, "D01", f"{DAYS[0]}T10:00", f"{DAYS[0]}T11:00"),
        (thomas, "D02", f"{DAYS[0]}T10:00", f"{DAYS[0]}T11:00"),
        (sofia, "D02", f"{DAYS[1]}T14:00", f"{DAYS[1]}T15:00"),
        (thomas, "D01", f"{DAYS[1]}T15:00", f"{DAYS[1]}T16:00"),
        (sofia, "D01", f"{DAYS[2]}T10:00", f"{DAYS[2]}T11:00"),
    ]
    made = []
    for who, desk, start, end in plan:
        answer = who.reserve(desk, start, end)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["reservations"][0]["id"])
    return made


def ids(who: Caller, **filters: Any) -> list[str]:
    answer = who.get(LIST, params=filters)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


def test_staff_see_everybody_and_choose(nugue: HouseUnderTest) -> None:
    made, claire = some(nugue), nugue.sign_in(RECEPTION)
    assert [one for one in ids(claire, person="all") if one in made] == made
    day = {"from": DAYS[1], "to": DAYS[1]}
    assert [one for one in ids(claire, person="all", **day) if one in made] == made[2:4]
    assert [one for one in ids(claire, person="all", resource="D01") if one in made] == [made[0], made[3], made[4]]
    sofia = claire.get(f"{LIST}/{made[0]}").json()["person"]
    assert [one for one in ids(claire, person=sofia) if one in made] == [made[0], made[2], made[4]]
    nugue.sign_in(MEMBER).delete(f"{LIST}/{made[0]}")
    assert [one for one in ids(claire, person="all", state="cancelled") if one in made] == [made[0]]


def test_members_see_their_own_and_nobody_elses(quick_nugue: HouseUnderTest) -> None:
    made, sofia = some(quick_nugue), quick_nugue.sign_in(MEMBER)
    assert ids(sofia) == [made[0], made[2], made[4]]
    assert sofia.get(LIST, params={"person": "all"}).status_code == 403
    anothers = quick_nugue.sign_in(OTHER_MEMBER).get(f"{LIST}/{made[1]}").json()["person"]
    assert sofia.get(LIST, params={"person": anothers}).status_code == 403
    assert sofia.get(LIST, params={"person": "0000000000001"}).status_code == 403


def test_pages_hold_each_row_once_whatever_comes_meanwhile(nugue: HouseUnderTest) -> None:
    made, claire = some(nugue), nugue.sign_in(RECEPTION)
    whole = ids(claire, person="all", limit=200)
    seen: list[str] = []
    page = claire.get(LIST, params={"person": "all", "limit": 2})
    for step in range(50):
        seen += [one["id"] for one in page.json()["items"]]
        if step == 0:  # somebody reserves before the place where the reader is
            new = nugue.sign_in(MEMBER).reserve("D03", f"{DAYS[0]}T09:30", f"{DAYS[0]}T10:00")
            assert new.status_code == 201, new.text
        if not page.json()["next"]:
            assert "link" not in page.headers
            break
        assert page.headers["link"] == f'<{page.json()["next"]}>; rel="next"'
        assert "person=all" in page.json()["next"]
        page = claire.get(page.json()["next"])
    late = [one for one in seen if one not in whole]
    assert [one for one in seen if one in whole] == whole
    assert len(late) <= 1
    assert set(made) <= set(seen)


@pytest.mark.parametrize(
    "wrong",
    [
        {"cursor": "x"},
        {"cursor": "é"},
        {"cursor": "a" * 61},
        {"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LjE"},
        {"limit": 0},
        {"limit": 201},
        {"limit": "x"},
        {"state": "gone"},
        {"from": "2026-02-30"},
        {"to": "demain"},
        {"resource": "nowhere"},
        {"person": "x"},
    ],
)
def test_what_cannot_be_read_is_refused(quick_nugue: HouseUnderTest, wrong: dict[str, Any]) -> None:
    answer = quick_nugue.sign_in(RECEPTION).get(LIST, params=wrong)
    assert answer.status_code in (400, 404, 422)
    assert answer.json()["code"] in ("bad_cursor", "invalid_input", "bad_date", "unknown_resource", "bad_id")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 1000)), unique=True), st.integers(1, 4))
def test_pages_put_together_are_the_list(rows: list[tuple[int, int]], limit: int) -> None:
    ordered = sorted(Place(*row) for row in rows)
    seen: list[Place] = []
    cursor = ""
    while True:
        after = read_cursor(cursor)
        shown, cursor = cut([row for row in ordered if row > after][: limit + 1], limit, lambda row: row)
        seen += shown
        if not cursor:
            break
    assert seen == ordered


@given(st.text(max_size=80))
def test_no_cursor_does_worse_than_being_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        place = read_cursor(text)
        assert not text or read_cursor(written(place)) == place
