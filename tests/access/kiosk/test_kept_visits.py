"""Visits that a kiosk counted without network: exact by hour and band, once each, however late and often they come."""

from typing import Any

import pytest
from sqlalchemy import bindparam, select

from tests.access.doors import kiosk
from tests.access.kiosk.halls import zoned
from tests.support.clients import Caller, HouseUnderTest, at
from tierslieu.access.presence import counting, queries
from tierslieu.access.presence.figures import Figure, figures
from tierslieu.access.tables import Scan
from tierslieu.basics.errors import Unavailable
from tierslieu.basics.spans import HOUR, MINUTE, Span
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader, Tx

BATCH = "/api/v1/kiosk/walk-ins/batch"
NINE = at("2026-11-24T09:00")
s = columns(Scan)
NOTED: Query[tuple[str, int, str]] = Query(
    select(s.direction, s.people, s.flags).where(s.device == bindparam("device")).order_by(s.device_seq)
)


def visit(number: int, instant: int, band: str = "adult", **more: Any) -> dict[str, Any]:
    """A visit as a kiosk keeps it."""
    return {"scan_id": f"{number:032x}", "band": band, "at_device": instant, "device_seq": number, **more}


def back(number: int, instant: int, **more: Any) -> dict[str, Any]:
    """What takes that visit back."""
    wrong = visit(number, instant)["scan_id"]
    return visit(number + 100, instant, **more) | {"scan_id": counting.contrary(wrong), "undoes": wrong}


def sent(door: Caller, *visits: dict[str, Any]) -> tuple[list[Any], list[str]]:
    """Whether each was known before, and the codes of those that are not wanted."""
    answer = door.post(BATCH, {"visits": list(visits)})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return [one["duplicate"] for one in found["answers"]], [one["code"] for one in found["refused"]]


def test_the_count_of_the_day_is_exact_after_the_upload(nugue: HouseUnderTest) -> None:
    zone, north, south = zoned(nugue, 6), kiosk(nugue, "Nord"), kiosk(nugue, "Sud")
    nugue.is_at("2026-11-24T11:30")
    morning = [visit(1, NINE, "child", people=3), visit(2, NINE + 10), visit(3, NINE + HOUR, direction="out", band="")]
    assert sent(north, *morning) == ([False] * 3, [])
    assert sent(south, visit(1, NINE, "child"), visit(2, NINE + HOUR, people=4)) == ([False] * 2, [])
    for _again in range(2):
        assert sent(north, *morning) == ([True] * 3, []), "an answer was lost: sent again, it counts once"
    assert sent(north, visit(2, NINE + 10, people=2)) == ([], ["scan_id_reused"])

    def counted(reader: Reader) -> list[Figure]:
        return figures(reader, Span(NINE, NINE + 2 * HOUR))

    assert nugue.read(counted) == [
        Figure(NINE, zone, "adult", 1, 0),
        Figure(NINE, zone, "child", 4, 0),
        Figure(NINE + HOUR, zone, "", 0, 1),
        Figure(NINE + HOUR, zone, "adult", 4, 0),
    ]
    assert nugue.read(queries.inside, zone) == 8, "what happened is not refused for want of places"
    rows = nugue.read(lambda reader: reader.rows(NOTED, device="kiosk-sud"))
    assert rows == [("in", 1, "late"), ("in", 4, "over_capacity,late")]


def test_a_wrong_tap_is_taken_back_once_and_only_soon(nugue: HouseUnderTest) -> None:
    zone, door = zoned(nugue, 90), kiosk(nugue, "Nord")
    nugue.is_at("2026-11-24T11:30")
    undone = back(1, NINE + 60)
    assert sent(door, undone, visit(1, NINE, people=4), visit(2, NINE)) == ([False] * 3, []), "in whatever order"
    assert sent(door, undone) == ([True], [])
    assert nugue.read(queries.inside, zone) == 1
    assert sent(door, back(2, NINE + 61), back(3, NINE)) == ([], ["no_such_scan"] * 2)
    stranger = back(2, NINE) | {"scan_id": f"{77:032x}"}
    assert sent(door, stranger) == ([], ["no_such_scan"])
    assert nugue.read(queries.inside, zone) == 1
    nugue.is_at("2026-11-25T11:30")
    yesterday = visit(5, NINE + HOUR), back(5, NINE + HOUR + 5)
    assert sent(door, *yesterday) == ([False] * 2, []), "heard of the day after"
    assert nugue.read(queries.inside, zone) == 1


def test_a_tablet_that_lies_fills_no_house_and_holds_nothing_up(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    zone, door = zoned(house, 90), kiosk(house, "Nord")
    most = house.house.settings.presence.visits_per_minute
    fast = [visit(number, NINE - HOUR + number % 7) for number in range(1, most + 4)]
    answers, refused = sent(door, *fast)
    assert (answers, refused) == ([False] * most, ["too_fast"] * 3)
    assert sent(door, *fast[:most]) == ([True] * most, []), "what was noted is not judged by its pace again"
    assert sent(door, visit(60, NINE - HOUR + MINUTE + 7)) == ([False], [])
    assert sent(door, visit(61, NINE - HOUR, direction="out", people=9)) == ([False], []), "nobody is held up"
    odd = [
        {},
        {"scan_id": "x" * 99},
        visit(70, 5),
        visit(71, NINE, "dog"),
        visit(72, NINE, people=0),
        visit(73, NINE, x=1),
    ]
    assert sent(door, *odd, visit(74, NINE)) == ([False], ["invalid_input"] * len(odd))
    assert door.post(BATCH, {"visits": [{}] * 101}).status_code == 400
    wrong_clock = visit(80, 4_000_000_000, offset=house.clock.instant - 4_000_000_000 - MINUTE)
    assert sent(door, wrong_clock) == ([False], [])
    rows = house.read(lambda reader: reader.rows(NOTED, device="kiosk-nord"))
    assert rows[-1][2] == "clock"
    assert house.read(queries.inside, zone) == most + 1 - 9 + 1 + 1
    turned_round = [visit(number, NINE - 2 * HOUR - number, people=most) for number in range(101, 161)]
    assert len(sent(door, *turned_round)[0]) == 1, "an hour told backwards is no slower"


def test_what_could_not_be_stored_is_no_faster_for_being_sent_again(
    quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the kiosk would be told « too fast », and forget visits that nobody has."""
    house = quick_nugue
    zone, door = zoned(house, 90), kiosk(house, "Nord")
    kept = [visit(number, NINE - HOUR) for number in range(house.house.settings.presence.visits_per_minute)]

    def away(_tx: Tx, _one: counting.Visitors) -> None:
        raise Unavailable("database_away")

    with monkeypatch.context() as now:
        now.setattr(counting, "count_visitors", away)
        assert door.post(BATCH, {"visits": kept}).status_code == 503
    assert sent(door, *kept) == ([False] * len(kept), [])
    assert house.read(queries.inside, zone) == len(kept)
