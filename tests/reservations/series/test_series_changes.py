"""One date, that one and the following, or all: what changes, what stays, and that no date is ever lost."""

from typing import Any

from sqlalchemy import select

from tests.people.messages.telling import letters
from tests.reservations.checks import count_overlaps
from tests.reservations.series.making import hours, left_of, make, states
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.infra.statements import Query, columns
from tierslieu.people.audit.tables import AuditEntry

ACTS: Query[tuple[str]] = Query(select(columns(AuditEntry).act))
DATES = ["2026-11-25", "2026-12-02", "2026-12-09", "2026-12-16"]


def change(caller: Caller, made: dict[str, Any], scope: str, **more: Any) -> dict[str, Any]:
    answer = caller.patch(f"/api/v1/series/{made['id']}", {"scope": scope, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def again(caller: Caller, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/api/v1/series/{made['id']}").json()
    return found


def test_this_one_and_the_following_become_a_series(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in(MEMBER)
    made = make(sofia)
    found = change(sofia, made, "following", day="2026-12-09", **{"from": "14:00", "to": "16:00"}, title="Club")
    assert (found["former"], found["rule"], found["first_day"]) == (made["id"], "FREQ=WEEKLY;COUNT=2", "2026-12-09")
    assert (found["from_clock"], found["title"], hours(found)) == ("14:00", "Club", ["13:00", "13:00"])
    former = again(sofia, made)
    assert (former["rule"], states(former)) == (
        "FREQ=WEEKLY;UNTIL=20261208",
        [("2026-11-25", "confirmed"), ("2026-12-02", "confirmed")],
    )
    assert hours(former) == ["09:00", "09:00"]
    assert former["title"] == ""


def test_all_dates_move_to_another_room(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in(MEMBER)
    found = change(sofia, make(sofia), "all", resource="bureau-1")
    assert {one["resource"] for one in found["dates"]} == {"bureau-1"}
    assert hours(found) == ["09:00"] * 4
    assert found["resource"] == "bureau-1"
    thomas = nugue.sign_in(OTHER_MEMBER)
    assert thomas.reserve("visio-1", "2026-12-02T10:00", "2026-12-02T12:00").status_code == 201


def test_a_date_that_cannot_change_stays_and_is_listed(nugue: HouseUnderTest) -> None:
    """It keeps its own hours and its reservation; once the room is free, it goes where the others went."""
    sofia, desk = nugue.sign_in(MEMBER), nugue.sign_in(RECEPTION)
    made = make(sofia)
    other = desk.reserve("visio-1", "2026-12-09T12:00", "2026-12-09T13:00").json()["reservations"][0]["id"]
    found = change(sofia, made, "all", **{"from": "11:00", "to": "13:00"})
    assert left_of(found) == {"2026-12-09": ["slot_taken"]}
    assert hours(found) == ["10:00", "10:00", "09:00", "10:00"]
    assert [one["is_unchanged"] for one in found["dates"]] == [False, False, True, False]
    assert {state for _day, state in states(found)} == {"confirmed"}
    desk.delete(f"/api/v1/reservations/{other}")
    found = change(sofia, made, "one", day="2026-12-09", **{"from": "11:00", "to": "13:00"})
    assert hours(found) == ["10:00"] * 4


def test_one_date_alone_is_had_or_refused(quick_nugue: HouseUnderTest) -> None:
    sofia, desk = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(RECEPTION)
    made = make(sofia)
    assert hours(change(sofia, made, "one", day="2026-12-02", **{"from": "15:00", "to": "16:00"}))[1] == "14:00"
    desk.reserve("visio-1", "2026-12-09T16:00", "2026-12-09T17:00")
    wish = {"scope": "one", "day": "2026-12-09", "from": "16:00", "to": "17:00"}
    refused = sofia.patch(f"/api/v1/series/{made['id']}", wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert hours(again(sofia, made)) == ["09:00", "14:00", "09:00", "09:00"]
    for more in ({"day": "2026-12-03"}, {}):
        wish = {"scope": "one", "from": "16:00", "to": "17:00", **more}
        assert sofia.patch(f"/api/v1/series/{made['id']}", wish).json()["code"] == "unknown_series_date"


def test_longer_hours_overlap_nothing_but_themselves(quick_nugue: HouseUnderTest) -> None:
    """A date's own time is no obstacle to its change."""
    sofia = quick_nugue.sign_in(MEMBER)
    found = change(sofia, make(sofia), "all", **{"from": "09:30", "to": "12:30"})
    assert left_of(found) == {}
    assert hours(found) == ["08:30"] * 4


def test_a_moved_date_keeps_its_day_when_hours_change(quick_nugue: HouseUnderTest) -> None:
    desk = quick_nugue.sign_in(RECEPTION)
    made = make(desk, dates=[{"day": DATES[0]}, {"day": DATES[1], "on": "2026-12-03"}])
    found = change(desk, made, "all", **{"from": "11:00", "to": "13:00"})
    assert [one["starts_at"] for one in found["dates"][:2]] == ["2026-11-25T10:00:00Z", "2026-12-03T10:00:00Z"]


def test_cancel_one_then_the_following(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in(MEMBER)
    made = make(sofia)
    place = f"/api/v1/series/{made['id']}"
    one = sofia.delete(f"{place}?scope=one&day=2026-12-02").json()
    assert states(one)[1] == ("2026-12-02", "dropped")
    rest = sofia.delete(f"{place}?scope=following&day=2026-12-09").json()
    assert [state for _day, state in states(rest)] == ["confirmed", "dropped", "dropped", "dropped"]
    assert rest["rule"] == "FREQ=WEEKLY;UNTIL=20261208"
    assert rest["state"] == "active"
    back = sofia.post(f"{place}/dates", {"dates": [{"day": "2026-12-16"}]})
    assert states(back.json())[3] == ("2026-12-16", "confirmed")
    ended = sofia.delete(place).json()
    assert ended["state"] == "ended"
    assert {state for _day, state in states(ended)} == {"dropped"}
    assert nugue.sign_in(OTHER_MEMBER).reserve("visio-1", "2026-11-25T10:00", "2026-11-25T12:00").status_code == 201


def test_each_date_has_its_own_delay(quick_nugue: HouseUnderTest) -> None:
    """An hour before its start a date can no longer be cancelled nor moved; the others can."""
    sofia = quick_nugue.sign_in(MEMBER)
    made = make(sofia)
    quick_nugue.is_at("2026-11-25T09:30")
    found = change(sofia, made, "all", **{"from": "14:00", "to": "16:00"})
    assert left_of(found) == {"2026-11-25": ["too_late_to_move"]}
    gone = sofia.delete(f"/api/v1/series/{made['id']}").json()
    assert left_of(gone) == {"2026-11-25": ["too_late_to_cancel"]}
    assert [state for _day, state in states(gone)] == ["confirmed", "dropped", "dropped", "dropped"]
    refused = sofia.delete(f"/api/v1/series/{made['id']}?scope=one&day=2026-11-25")
    assert (refused.status_code, refused.json()["code"]) == (422, "too_late_to_cancel")


def test_what_changed_together_is_told_together(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in(MEMBER)
    made = make(sofia)
    run_jobs(nugue)
    nugue.is_at("2026-11-24T08:05")
    change(sofia, made, "following", day="2026-12-09", **{"from": "14:00", "to": "16:00"})
    run_jobs(nugue)
    nugue.is_at("2026-11-24T08:10")
    change(sofia, made, "one", day="2026-12-02", **{"from": "15:00", "to": "16:00"})
    run_jobs(nugue)
    texts = [one.text for one in letters(nugue) if one.to == MEMBER]
    assert len(texts) == 3
    assert texts[1].count("14\u00a0h") == 2
    assert texts[2].count("15\u00a0h") == 1
    assert count_overlaps(str(nugue.house.settings.database)) == 0


def test_staff_act_for_somebody_and_it_is_noted(quick_nugue: HouseUnderTest) -> None:
    sofia, desk = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(RECEPTION)
    made = make(sofia)
    found = change(desk, made, "following", day="2026-12-09", resource="bureau-1")
    assert [one["resource"] for one in found["dates"]] == ["bureau-1"] * 2
    assert desk.delete(f"/api/v1/series/{made['id']}").status_code == 200
    assert [state for _day, state in states(again(sofia, made))] == ["dropped", "dropped"]
    acts = quick_nugue.read(_acts)
    assert {"series.change", "series.cancel", "reservations.move"} <= acts


def _acts(reader: Any) -> set[str]:
    return {act for (act,) in reader.rows(ACTS)}
