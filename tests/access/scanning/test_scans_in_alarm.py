"""A fire alarm: nobody is refused, nobody is counted in, nothing reserved begins or ends; who leaves is counted out."""

import pytest

from devices.badges.decide import Rule
from tests.access.doors import badge, kiosk, person_id, plain, scan, submit
from tests.access.scanning.standing import DAY, at_zone, inside, present, rows, same_as_log
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tierslieu.access.presence import alarms, evacuation
from tierslieu.access.presence import queries as presence
from tierslieu.access.presence.folding import refold
from tierslieu.access.presence.rules import Who
from tierslieu.access.scanning.actions import arrive_at_desk
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.access.zones.queries import site
from tierslieu.basics.errors import Conflict


def state_of(person: Caller) -> str:
    """What became of the only reservation of a person."""
    return str(person.get("/api/v1/reservations").json()["items"][0]["state"])


def test_a_full_zone_in_an_alarm(nugue: HouseUnderTest) -> None:
    house = nugue
    hall = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1, capacity=2))
    room = at_zone(
        house, "Salle", "grande-salle", ZoneFacts("Salle", capacity=1), Rule("anyone", "", "always", "always")
    )
    sofia, thomas, claire = (badge(house, email) for email in (MEMBER, OTHER_MEMBER, RECEPTION))
    members = [house.sign_in(email) for email in (MEMBER, OTHER_MEMBER)]
    for member, what in zip(members, ("visio-1", "bureau-1"), strict=True):
        assert member.reserve(what, DAY + "09:00", DAY + "12:00").status_code == 201
    house.is_at(DAY + "08:40")
    assert present(house, hall, claire.token)["outcome"] == "granted"
    house.is_at(DAY + "09:00")
    assert present(house, hall, sofia.token, 2)["outcome"] == "granted"
    assert present(house, hall, thomas.token, 3)["reason"] == "full"
    house.write(alarms.note_alarm, "porte-hall", True)
    house.write(alarms.note_alarm, "porte-hall", False)
    listed = house.read(evacuation.evacuation)
    # a known badge at a full zone, at one that wants a pin, and texts that are nobody's: all pass, nobody is counted in
    shown = [(hall, thomas.token), (room, thomas.token), (room, "not-a-badge"), (kiosk(house, "Rue"), thomas.token)]
    for number, (door, text) in enumerate(shown, 4):
        told = present(house, door, text, number)
        assert (told["outcome"], told["code"], told["first_name"]) == ("granted", "released", None)
        assert (plain(told["title"]), "desk" in told["choices"]) == ("Alerte : sortez", False)
    assert not house.read(presence.now_of, Who(person_id(house, OTHER_MEMBER))).is_inside
    assert [inside(house, key) for key in ("site", "grande-salle")] == [2, 0]
    # nothing reserved begins or ends; who leaves is counted out
    assert present(house, hall, sofia.token, 8, direction="out")["code"] == "released"
    assert (inside(house, "site"), [state_of(one) for one in members]) == (1, ["checked_in", "confirmed"])
    house.clock.instant += 10
    kept = {"decided": "granted", "reason": "released"}
    late = [scan(house, thomas.token, 9, **kept), scan(house, claire.token, 10, direction="out", **kept)]
    answers = room.post("/api/v1/scans/batch", {"scans": late}).json()["answers"]
    assert [one["outcome"] for one in answers] == ["granted", "granted"]
    assert inside(house, "site") == 0
    assert [row[2] for row in rows(house)[3:]] == ["alarm"] * 7
    assert house.read(evacuation.evacuation).zones == listed.zones, "the list stays as it was"
    assert house.read(same_as_log)
    house.write(refold)
    assert inside(house, "site") == 0
    # afterwards all is as before
    house.write(alarms.end_alarm)
    house.clock.instant += 60
    assert present(house, hall, thomas.token, 11)["first_name"] == "Thomas"
    assert (inside(house, "site"), state_of(members[1])) == (1, "checked_in")


def test_in_an_alarm_nobody_is_counted_without_a_name(quick_nugue: HouseUnderTest) -> None:
    house, desk = quick_nugue, quick_nugue.sign_in(RECEPTION)
    hall = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1, capacity=1))
    for number, direction in ((1, "in"), (2, "in")):
        hall.post("/api/v1/kiosk/walk-ins", {"scan_id": f"{number:032x}", "direction": direction})
    whole = house.read(site)
    assert house.read(presence.inside, whole.id) == 1
    house.write(alarms.note_alarm, "porte-hall", True)
    for _time in range(2):
        told = hall.post("/api/v1/kiosk/walk-ins", {"scan_id": f"{3:032x}", "direction": "in"}).json()
        assert (told["outcome"], plain(told["title"])) == ("granted", "Alerte : sortez")
    assert house.read(presence.inside, whole.id) == 1
    counted = submit(desk, "/presence/comptage?zone=site", "/presence/comptage", zone="site", scan_id="a" * 32)
    assert (counted.status_code, "Une alarme est en cours" in counted.text) == (409, True)
    group = submit(desk, "/presence/groupes", zone="site", scan_id="b" * 32, people="28")
    assert (group.status_code, house.read(presence.visits)) == (409, [])
    with pytest.raises(Conflict, match="alarm_lasts"):
        house.write(arrive_at_desk, person_id(house))
    assert "à tout badge" in plain(desk.get("/presence").text)
    assert (
        hall.post("/api/v1/kiosk/walk-ins", {"scan_id": f"{4:032x}", "direction": "out"}).json()["outcome"] == "granted"
    )
    assert house.read(presence.inside, whole.id) == 0
    house.write(refold)
    assert house.read(presence.inside, whole.id) == 0


def test_nobody_waits_in_an_alarm(quick_nugue: HouseUnderTest) -> None:
    """More badges in a minute than a device may ask for: refused as too fast, but not in an alarm."""
    house = quick_nugue
    hall, card = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1)), badge(house)
    most = house.house.settings.presence.scans_per_minute
    house.house.lately.clear()
    number = 0
    while present(house, hall, card.token, number)["reason"] != "too_fast":
        number, house.clock.instant = number + 1, house.clock.instant - 1
        assert number <= most
    house.write(alarms.note_alarm, "porte-hall", True)
    assert present(house, hall, card.token, number)["code"] == "released"
