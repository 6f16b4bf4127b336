"""Somebody tries what they should not: another's number, another's desk, a thousand badges, a zone that is gone."""

from devices.badges.decide import Rule
from tests.access.doors import badge, kiosk, person_id, present, scan
from tests.access.kiosk.lists import List
from tests.access.scanning.standing import at_zone, inside, with_pin
from tests.support.clients import MEMBER, OTHER_MEMBER, HouseUnderTest
from tierslieu.access.kiosk.snapshot_store import refresh
from tierslieu.access.rules import Answer
from tierslieu.access.zones import actions, queries
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.infra.settings import PresenceSettings
from tierslieu.people.rights.actions import erase

DAY = "2026-11-24T"
BOOKED = (DAY + "10:00", DAY + "12:00")


def test_a_number_that_everybody_can_read_opens_nothing_alone(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    number, sofia = card.badge.card_number, house.sign_in(MEMBER)
    with_pin(house, "404142")
    door = at_zone(house, "Nuit", "coworking", ZoneFacts("Coworking"), Rule("role", "member", "always"))
    asked = present(house, door, number)
    assert (asked["outcome"], asked["reason"], asked["asks"]) == ("denied", "pin_needed", "pin")
    assert "Sofia" not in str(asked)
    assert present(house, door, number, 2, pin="999999")["reason"] == "pin_wrong"
    assert inside(house, "coworking") == 0
    known = present(house, door, number, 3, pin="404142")
    assert (known["outcome"], known["first_name"]) == ("granted", "Sofia"), "number and pin are as good as a card"
    assert present(house, door, number, 4, direction="out")["outcome"] == "granted", "exits are never refused"
    assert present(house, door, card.token, 5)["outcome"] == "granted"

    hall = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1), Rule("anyone", when="always"))
    assert sofia.reserve("D01", *BOOKED).status_code == 201
    house.is_at(DAY + "10:05")
    came = present(house, hall, number, 6)
    assert (came["outcome"], "desk" in came["choices"]) == ("granted", False), "what is open to all is open"
    assert house.sign_in(MEMBER).get("/api/v1/reservations").json()["items"][0]["state"] == "checked_in"
    assert present(house, hall, number, 7, direction="out")["outcome"] == "granted"
    mine = house.sign_in(MEMBER).get("/api/v1/reservations").json()["items"]
    assert [one["state"] for one in mine] == ["checked_in"], "nobody ends another's reservation by their number"
    other = badge(house, OTHER_MEMBER)
    typed = present(house, hall, other.badge.card_number, 8)
    assert hall.post("/api/v1/kiosk/desks", {"scan_id": typed["scan_id"]}).status_code == 404


def test_an_exit_told_late_frees_nothing_of_who_came_back(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    hall = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1), Rule("anyone", when="always"))
    assert house.sign_in(MEMBER).reserve("D01", *BOOKED).status_code == 201
    house.is_at(DAY + "10:05")
    assert present(house, hall, card.token)["outcome"] == "granted"
    kept = scan(house, card.token, 2, direction="out", decided="granted", at_device=house.clock.instant + 300)
    house.is_at(DAY + "10:30")
    assert present(house, hall, card.token, 3)["outcome"] == "granted"
    assert hall.post("/api/v1/scans/batch", {"scans": [kept]}).json()["answers"][0]["outcome"] == "granted"
    mine = house.sign_in(MEMBER).get("/api/v1/reservations").json()["items"]
    assert ([one["state"] for one in mine], inside(house, "site")) == (["checked_in"], 1)


def test_a_zone_that_is_gone_lets_nobody_in(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    door = at_zone(house, "Ancienne", "fablab", ZoneFacts("FabLab"), Rule("anyone", when="always"))
    assert present(house, door, card.token)["outcome"] == "granted"
    house.write(lambda tx: actions.retire_zone(tx, queries.zone_by_key(tx, "fablab").id))
    assert present(house, door, card.token, 2)["reason"] == "not_allowed"
    assert present(house, door, card.token, 3, direction="out")["outcome"] == "granted"
    held = List(door)
    held.fetch()
    assert (held.payload["gate"]["zone"], held.payload["gate"]["rules"]) == (0, []), "nor without network"


def test_a_kiosk_cannot_try_badges_by_the_thousand(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    slow = PresenceSettings(scans_per_minute=3)
    house.house.settings = house.house.settings.model_copy(update={"presence": slow})
    door, other = kiosk(house), kiosk(house, "Atelier")
    for number in range(1, 4):
        assert present(house, door, "102933", number)["reason"] != "too_fast"
    assert present(house, door, "102933", 4)["reason"] == "too_fast"
    waits = present(house, door, card.token, 5)
    assert (waits["reason"], waits["first_name"]) == ("too_fast", None)
    assert set(waits) == set(present(house, other, card.token, 1)), "the same shape as any answer"
    house.clock.instant += 10  # nobody is at two kiosks in the same second
    assert present(house, door, card.token, 6, direction="out")["outcome"] == "granted"
    kept = [scan(house, card.token, number) for number in range(10, 20)]
    assert len(door.post("/api/v1/scans/batch", {"scans": kept}).json()["answers"]) == 10
    house.clock.instant += 61
    assert present(house, door, card.token, 5)["outcome"] == "granted", (
        "what was not noted is judged when it comes again"
    )
    assert Answer("too_fast").outcome == "denied"


def test_somebody_erased_leaves_the_lists_of_kiosks(quick_nugue: HouseUnderTest) -> None:
    """Their line goes without a trace: no change could name it, so that whoever holds the list gets all of it anew."""
    house = quick_nugue
    badge(house), badge(house, OTHER_MEMBER)
    held, gone = List(kiosk(house)), person_id(house, OTHER_MEMBER)
    held.fetch()
    former = held.rev
    number = next(n for n, row in held.rows.items() if row[1].startswith("Thomas"))
    house.write(erase, house.house.personal, gone)
    house.write(refresh)
    held.fetch()
    assert held.rev > former
    assert held.payload["is_full"]
    assert number not in held.rows


def test_nobody_makes_room_by_leaving_again_and_again(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    hall = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1, capacity=2), Rule("anyone", when="always"))

    def count(number: int, direction: str, people: int = 1) -> str:
        wish = {"scan_id": f"{number:032x}", "people": people, "direction": direction}
        return str(hall.post("/api/v1/kiosk/walk-ins", wish).json()["outcome"])

    assert [count(number, "out", 200) for number in range(1, 4)] == ["granted"] * 3, "exits are never refused"
    assert [count(number, "in") for number in range(4, 8)] == ["granted", "granted", "denied", "denied"]
    assert [count(8, "out", 2), count(9, "in", 2), count(10, "in")] == ["granted", "granted", "denied"]
