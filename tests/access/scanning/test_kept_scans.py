"""What a device kept while it was alone: facts, lost answers, cards stopped or shown elsewhere meanwhile."""

from devices.badges.decide import Rule
from tests.access.doors import badge, person_id, scan
from tests.access.scanning.standing import DAY, at_zone, inside, present, rows, same_as_log, told
from tests.support.clients import HouseUnderTest, at
from tierslieu.access.actions import revoke_badge
from tierslieu.access.presence import queries as presence
from tierslieu.access.presence.rules import Who
from tierslieu.access.zones.actions import ZoneFacts


def test_what_a_device_kept_is_a_fact(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    door = at_zone(house, "Atelier", "fablab", ZoneFacts("FabLab"), Rule("qualification", "fraisage"))
    late = scan(house, card.token, 1, at_device=at(DAY + "09:00"), decided="granted", reason="entered")
    off = scan(house, card.token, 2, at_device=at(DAY + "09:10"), decided="granted", direction="out", offset=600)
    no = scan(house, card.token, 3, at_device=at(DAY + "09:25"), decided="denied", reason="facts_too_old")
    house.is_at(DAY + "10:00")
    answer = door.post("/api/v1/scans/batch", {"scans": [off, no, late, late]}).json()
    assert [one["outcome"] for one in answer["answers"]] == ["granted", "denied", "granted", "granted"]
    assert sum(one["duplicate"] for one in answer["answers"]) == 1
    kept = rows(house)
    assert [(row[0], row[2], row[5]) for row in kept] == [
        ("granted", "late,conflict", "kiosk"),
        ("granted", "exit_without_entry,late,clock", "kiosk"),
        ("denied", "late", "kiosk"),
    ]
    assert [row[3] for row in kept] == [at(DAY + "09:00"), at(DAY + "09:20"), at(DAY + "09:25")]
    assert inside(house, "fablab") == 0
    assert house.read(same_as_log)


def test_a_lost_answer_and_what_the_device_decided_meanwhile(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    door = at_zone(house, "Salle", "grande-salle", ZoneFacts("Salle", passback="hard"))
    sent = scan(house, card.token)
    assert door.post("/api/v1/scans", sent).json()["outcome"] == "granted"
    told_no = {**sent, "decided": "denied", "reason": "facts_too_old"}
    for is_again in (True, True):
        answer = door.post("/api/v1/scans/batch", {"scans": [told_no]}).json()["answers"][0]
        assert (answer["outcome"], answer["reason"], answer["duplicate"]) == ("denied", "facts_too_old", is_again)
    assert inside(house, "grande-salle") == 0
    assert present(house, door, card.token, 2)["outcome"] == "granted"  # nobody is stranded by it
    strict = at_zone(house, "Cave", "fablab", ZoneFacts("FabLab"), Rule("qualification", "fraisage"))
    house.clock.instant += 60
    sent = scan(house, card.token, 3)
    assert told(strict.post("/api/v1/scans", sent).json()) == "not_allowed"
    answer = strict.post("/api/v1/scans/batch", {"scans": [{**sent, "decided": "granted"}]}).json()
    assert answer["answers"][0]["outcome"] == "granted"
    assert inside(house, "fablab") == 1
    assert house.read(same_as_log)
    assert [row[2] for row in rows(house)] == ["conflict", "", "conflict"]


def test_one_badge_at_two_places_is_told_to_staff(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    doors = [at_zone(house, name, "grande-salle", ZoneFacts("Salle", passback="hard")) for name in ("Nord", "Sud")]
    assert told(present(house, doors[0], card.token)) == "granted"
    house.clock.instant += 2
    assert told(present(house, doors[1], card.token, 2)) == "passback"
    assert rows(house)[1][2] == "twice"
    house.clock.instant += 60
    assert told(present(house, doors[1], card.token, 3)) == "pin_needed"  # whoever has a copy has no pin
    assert rows(house)[2][2] == ""
    who = Who(person_id(house))
    assert house.read(lambda reader: presence.now_of(reader, who)).is_inside


def test_a_card_stopped_while_the_kiosk_was_alone(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    door = at_zone(house, "Salle", "grande-salle", ZoneFacts("Salle"))
    house.is_at(DAY + "09:30")
    house.write(revoke_badge, card.badge.id, "lost")
    house.is_at(DAY + "11:00")
    before = scan(house, card.token, 1, at_device=at(DAY + "09:00"), decided="granted")
    after = scan(house, card.token, 2, at_device=at(DAY + "10:00"), decided="granted")
    door.post("/api/v1/scans/batch", {"scans": [before, after]})
    assert [row[2] for row in rows(house)] == ["late", "late,conflict"]
    assert told(present(house, door, card.token, 3)) == "badge_revoked"
    assert present(house, door, card.token, 4, direction="out")["outcome"] == "granted"
