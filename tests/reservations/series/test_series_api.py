"""Series as programs use them: made, read, changed, cancelled; what could not be had stays listed."""

import pytest

from tests.people.messages.telling import letters
from tests.reservations.series.making import left_of, make, series, states
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, run_jobs
from tierslieu.basics.ids import show
from tierslieu.people.signin.queries import account


def test_free_dates_are_kept_and_the_others_stay_listed(nugue: HouseUnderTest) -> None:
    sofia, desk = nugue.sign_in(MEMBER), nugue.sign_in(RECEPTION)
    assert desk.reserve("visio-1", "2026-12-02T11:00", "2026-12-02T13:00").status_code == 201
    tried = sofia.post("/api/v1/series/preview", series()).json()
    assert [(one["is_free"], one["reasons"]) for one in tried["dates"]][:2] == [(True, []), (False, ["slot_taken"])]
    assert tried["dates"][1]["instead"]
    made = make(sofia)
    kept = [("2026-11-25", "confirmed"), ("2026-12-09", "confirmed"), ("2026-12-16", "confirmed")]
    assert states(made) == [kept[0], ("2026-12-02", "open"), *kept[1:]]
    assert made["left"] == [{"day": "2026-12-02", "reasons": ["slot_taken"]}]


def test_a_date_that_was_refused_is_added_later(quick_nugue: HouseUnderTest) -> None:
    sofia, desk = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(RECEPTION)
    taken = desk.reserve("visio-1", "2026-12-02T11:00", "2026-12-02T13:00").json()["reservations"][0]["id"]
    place = f"/api/v1/series/{make(sofia)['id']}"
    wish = {"dates": [{"day": "2026-12-02"}]}
    assert sofia.post(f"{place}/dates", wish).status_code == 409
    assert desk.delete(f"/api/v1/reservations/{taken}").status_code == 204
    added = sofia.post(f"{place}/dates", wish)
    assert added.status_code == 201, added.text
    assert [state for _day, state in states(added.json())] == ["confirmed"] * 4
    assert sofia.post(f"{place}/dates", wish).json()["code"] == "unknown_series_date"


def test_a_date_may_go_elsewhere(quick_nugue: HouseUnderTest) -> None:
    """Another resource, other hours or another day for one date: still a date of the series."""
    desk = quick_nugue.sign_in(RECEPTION)
    dates = [
        {"day": "2026-11-25"},
        {"day": "2026-12-02", "resource": "bureau-1"},
        {"day": "2026-12-09", "from": "15:00", "to": "16:00"},
        {"day": "2026-12-16", "on": "2026-12-17"},
    ]
    found = make(desk, dates=dates)["dates"]
    assert [one["resource"] for one in found] == ["visio-1", "bureau-1", "visio-1", "visio-1"]
    assert found[2]["starts_at"] == "2026-12-09T14:00:00Z"
    assert found[3]["day"] == "2026-12-16"
    assert found[3]["starts_at"].startswith("2026-12-17")


def test_closures_and_holidays_are_dates_to_treat(quick_nugue: HouseUnderTest) -> None:
    """The house is closed from Christmas on, and on Sundays and Mondays."""
    made = make(quick_nugue.sign_in(MEMBER), first_day="2026-12-11", rule="FREQ=WEEKLY;COUNT=4")
    assert states(made) == [
        ("2026-12-11", "confirmed"),
        ("2026-12-18", "confirmed"),
        ("2026-12-25", "open"),
        ("2027-01-01", "open"),
    ]
    assert left_of(made) == {"2026-12-25": ["closed_that_day"], "2027-01-01": ["closed_that_day"]}


def test_the_hour_stays_when_the_clocks_change(quick_nugue: HouseUnderTest) -> None:
    """Around 2027-03-28, then around 2027-10-31: 10 h is 9 h UTC in winter, 8 h in summer."""
    for now, first, hours in (
        ("2027-03-20T09:00", "2027-03-24", ["09", "08"]),
        ("2027-10-20T09:00", "2027-10-27", ["08", "09"]),
    ):
        quick_nugue.is_at(now)
        found = make(quick_nugue.sign_in(MEMBER), first_day=first, rule="FREQ=WEEKLY;COUNT=2")["dates"]
        assert [one["starts_at"][11:13] for one in found] == hours
        assert {one["state"] for one in found} == {"confirmed"}


def test_the_limit_of_reservations_to_come_counts_dates(quick_nugue: HouseUnderTest) -> None:
    """What is shown before is what is had: six dates for a member, all of them when staff say why."""
    sofia, desk = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(RECEPTION)
    wish = series(rule="FREQ=WEEKLY;UNTIL=20270210")
    tried = sofia.post("/api/v1/series/preview", wish).json()["dates"]
    free = [one["day"] for one in tried if one["is_free"]]
    made = make(sofia, rule="FREQ=WEEKLY;UNTIL=20270210")
    kept = [day for day, state in states(made) if state == "confirmed"]
    assert kept == free
    assert len(kept) == 6
    assert ["too_many_reservations"] in left_of(made).values()
    person = read(quick_nugue, account, OTHER_MEMBER)
    assert person is not None
    more = make(desk, resource="bureau-1", person=show(person.id), exception="arranged", rule="FREQ=WEEKLY;COUNT=10")
    assert len([day for day, state in states(more) if state == "confirmed"]) == 9
    assert left_of(more) == {"2026-12-30": ["closed_that_day"]}
    acts = quick_nugue.sign_in(OTHER_MEMBER).get("/api/v1/series").json()
    assert [one["id"] for one in acts] == [more["id"]]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"rule": "FREQ=WEEKLY"}, "series_without_end"),
        ({"rule": "FREQ=HOURLY;COUNT=3"}, "bad_rule"),
        ({"rule": "FREQ=WEEKLY;COUNT=61"}, "series_too_long"),
        ({"from": "12:00", "to": "10:00"}, "ends_before_it_starts"),
        ({"resource": "nowhere"}, "unknown_resource"),
        ({"dates": []}, "unknown_series_date"),
        ({"dates": [{"day": "2026-11-26"}]}, "unknown_series_date"),
        ({"dates": [{"day": "2026-11-25"}, {"day": "2026-11-25"}]}, "unknown_series_date"),
        ({"dates": [{"day": "2026-11-31"}]}, "invalid_input"),
        ({"person": "0000000000001"}, "not_allowed"),
        ({"first_day": "2026-02-30"}, "invalid_input"),
        ({"from": "03:00", "to": "04:00"}, "closed"),
    ],
)
def test_what_makes_no_series_is_refused(quick_nugue: HouseUnderTest, wish: dict[str, object], code: str) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    answer = sofia.post("/api/v1/series", series(**wish))
    assert answer.status_code in (400, 403, 404, 409, 422), answer.text
    assert code in answer.text
    assert sofia.get("/api/v1/series").json() == []


def test_nobody_sees_the_series_of_somebody_else(quick_nugue: HouseUnderTest) -> None:
    place = f"/api/v1/series/{make(quick_nugue.sign_in(MEMBER))['id']}"
    thomas = quick_nugue.sign_in(OTHER_MEMBER)
    for answer in (
        thomas.get(place),
        thomas.delete(place),
        thomas.patch(place, {"scope": "all", "from": "11:00", "to": "12:00"}),
        thomas.post(f"{place}/dates", {"dates": [{"day": "2026-12-02"}]}),
        thomas.post(f"{place}/confirmation"),
        thomas.delete(f"{place}/confirmation"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_series")


def test_many_dates_are_told_in_one_letter(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    made = make(sofia)
    run_jobs(quick_nugue)
    quick_nugue.is_at("2026-11-24T08:05")
    assert sofia.delete(f"/api/v1/series/{made['id']}").status_code == 200
    run_jobs(quick_nugue)
    first, last = [one for one in letters(quick_nugue) if one.to == MEMBER]
    assert (first.subject.partition("\u00a0")[0], last.subject.partition("\u00a0")[0]) == (
        "Vos réservations",
        "Réservations annulées",
    )
    assert first.attachments[0].content.count(b"BEGIN:VEVENT") == 4
    assert b"METHOD:CANCEL" in last.attachments[0].content
