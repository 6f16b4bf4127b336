"""While an alarm lasts, and some time after, nobody loses a place because they did not come."""

from tests.reservations.presence.rooms import comes, reserved, state, with_grace
from tests.support.clients import MEMBER, OTHER_MEMBER, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.access.presence import alarms

DAY = "2026-11-24T"


def test_an_alarm_makes_no_no_show(nugue: HouseUnderTest) -> None:
    house = nugue
    with_grace(house, "bureau-1", 15)
    sofia, thomas = house.sign_in(MEMBER), house.sign_in(OTHER_MEMBER)
    short = reserved(sofia, "bureau-1", f"{DAY}10:00", f"{DAY}10:30")
    running = reserved(thomas, "bureau-1", f"{DAY}10:30", f"{DAY}12:00")
    late = reserved(sofia, "bureau-1", f"{DAY}14:00", f"{DAY}15:00")
    run_jobs(house)
    house.is_at(f"{DAY}10:05")
    house.write(alarms.note_alarm, alarms.BY_STAFF, True)
    for hour in ("10:15", "10:31", "10:50"):
        comes(house, f"{DAY}{hour}")
        assert state(thomas, running) == "confirmed"
    assert state(sofia, short) == "finished", "it ended while people were outside: nobody is blamed"
    house.write(alarms.note_alarm, alarms.BY_STAFF, False)
    house.write(alarms.end_alarm)
    comes(house, f"{DAY}11:19")
    assert state(thomas, running) == "confirmed", "half an hour to come back"
    comes(house, f"{DAY}11:21")
    assert state(thomas, running) == "missed"
    comes(house, f"{DAY}14:16")
    assert state(sofia, late) == "missed", "what begins long after is as ever"
