"""Two series for one room in the same instant: no date is had twice, and none disappears."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.reservations.checks import count_overlaps
from tests.reservations.series.making import make, series, states
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, Caller, HouseUnderTest
from tests.support.counting import counted

DATES = ["2026-11-25", "2026-12-02", "2026-12-09", "2026-12-16", "2026-12-23"]


def together(*calls: Any) -> list[Any]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result(60) for one in [pool.submit(call) for call in calls]]


def test_each_date_has_one_winner(nugue: HouseUnderTest) -> None:
    """Wednesdays against Wednesdays and Fridays, and one who makes the same series twice."""
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    wishes = [series(rule="FREQ=WEEKLY;COUNT=5"), series(rule="FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6")]

    def post(caller: Caller, wish: dict[str, Any]) -> Any:
        return caller.post("/api/v1/series", wish)

    answers = together(lambda: post(sofia, wishes[0]), lambda: post(thomas, wishes[1]), lambda: post(sofia, wishes[0]))
    assert {one.status_code for one in answers} <= {201, 409}, [one.text for one in answers]
    made = [one.json() for one in answers if one.status_code == 201]
    had = [day for one in made for day, state in states(one) if state == "confirmed"]
    assert len(had) == len(set(had))
    assert set(DATES[:3]) <= set(had)
    assert all(len(one["dates"]) == 5 + (one["rule"] != wishes[0]["rule"]) for one in made)
    assert count_overlaps(str(nugue.house.settings.database)) == 0


def test_two_changes_at_once_leave_a_whole_series(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in(MEMBER)
    made = make(sofia, rule="FREQ=WEEKLY;COUNT=5")
    place = f"/api/v1/series/{made['id']}"
    wish = {"scope": "following", "day": "2026-12-09", "from": "14:00", "to": "16:00"}
    answers = together(
        lambda: sofia.patch(place, wish),
        lambda: sofia.delete(f"{place}?scope=following&day=2026-12-16"),
        lambda: sofia.patch(place, {"scope": "all", "resource": "bureau-1"}),
    )
    assert {one.status_code for one in answers} <= {200, 409, 422}, [one.text for one in answers]
    found = [one for one in sofia.get("/api/v1/series").json() if one["dates"]]
    assert sorted(day for one in found for day, _state in states(one)) == DATES
    assert count_overlaps(str(nugue.house.settings.database)) == 0


def test_a_preview_costs_the_same_for_two_dates_and_for_sixty(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    sofia.post("/api/v1/series/preview", series())  # the venue is read once for all
    costs = []
    for rule in ("FREQ=WEEKLY;COUNT=2", "FREQ=DAILY;COUNT=60"):
        with counted(quick_nugue) as engine:
            assert sofia.post("/api/v1/series/preview", series(rule=rule)).status_code == 200
            costs.append(engine.statements)
    assert costs[0] == costs[1] <= 16, costs


def test_a_page_costs_the_same_for_few_dates_and_for_many(quick_nugue: HouseUnderTest) -> None:
    lucie = quick_nugue.sign_in(FAB_MANAGER)
    costs = []
    for number, rule in enumerate(("FREQ=DAILY;COUNT=6", "FREQ=DAILY;COUNT=50")):
        hours = {"from": f"{10 + 2 * number}:00", "to": f"{11 + 2 * number}:00"}
        made = make(lucie, rule=rule, exception="event", **hours)
        with counted(quick_nugue) as engine:
            assert lucie.get(f"/series/{made['id']}").status_code == 200
            costs.append(engine.statements)
    assert costs[0] == costs[1] <= 20, costs
