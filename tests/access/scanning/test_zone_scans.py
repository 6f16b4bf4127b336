"""A badge before a zone: who gets in, how many, twice, out again, with a pin, and what a device kept meanwhile."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from devices.badges.decide import Rule
from tests.access import doors as shared
from tests.access.doors import badge, kiosk, person_id, plain, scan
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest, at
from tests.support.inside import run_jobs
from tierslieu.access import actions as actions_of_badges
from tierslieu.access.actions import revoke_badge
from tierslieu.access.passes.actions import guest_text, issue_guest, phone_texts
from tierslieu.access.presence import queries as presence
from tierslieu.access.presence.folding import folded
from tierslieu.access.presence.rules import Who
from tierslieu.access.rules import passage_flags
from tierslieu.access.scanning.actions import arrive_at_desk, record_scan
from tierslieu.access.schemas import NewScan
from tierslieu.access.tables import Kiosk, Scan
from tierslieu.access.zones import actions, queries
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.access.zones.wording import FLAGS
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Refused
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.tables import Message
from tierslieu.people.pins.actions import PUT_PIN
from tierslieu.people.signin.passwords import make
from tierslieu.venue.actions import changed

k, s = columns(Kiosk), columns(Scan)
STAND: Query[Any] = Query(update(table_of(Kiosk)).where(k.key == bindparam("which")).values(zone_id=bindparam("zone")))
ROWS: Query[tuple[Any, ...]] = Query(
    select(s.outcome, s.reason, s.flags, s.at, s.direction, s.decided_by, s.zone_id, s.person_id)
    .where(s.scan_id < "00000001")  # ours: the demonstration's are drawn by chance
    .order_by(s.at, s.device_seq)
)
ANYONE = (Rule("anyone", when="always"),)
DAY = "2026-11-24T"


def at_zone(house: HouseUnderTest, name: str, key: str, facts: ZoneFacts | None = None, *rules: Rule) -> Caller:
    """A kiosk in front of a zone, which may follow other rules than the demonstration's."""
    screen = kiosk(house, name)

    def stand(tx: Tx) -> None:
        zone = queries.zone_by_key(tx, key)
        tx.run(STAND, which=f"kiosk-{name.lower()}", zone=zone.id)
        changed(tx)
        if facts is not None:
            actions.change_zone(tx, zone.id, facts, rules or ANYONE)

    house.write(stand)
    return screen


def present(house: HouseUnderTest, door: Caller, text: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Present a badge, a second after what came before."""
    house.clock.instant += 1
    return shared.present(house, door, text, number, **changes)


def inside(house: HouseUnderTest, key: str) -> int:
    found: int = house.read(lambda reader: presence.count_of(reader, queries.zone_by_key(reader, key).id).people)
    return found


def rows(house: HouseUnderTest) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = house.read(lambda reader: reader.rows(ROWS))
    return found


def told(answer: dict[str, Any]) -> str:
    return str(answer["reason"] or answer["outcome"])


def with_pin(house: HouseUnderTest, pin: str, email: str = MEMBER) -> None:
    who = person_id(house, email)
    house.write(
        lambda tx: tx.run(PUT_PIN, id=tx.new_id(), person_id=who, pin_hash=make(pin), chosen_at=tx.now, blocked_at=0)
    )


def test_in_and_out_by_the_rules_of_a_zone(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    door = at_zone(house, "Atelier", "fablab", ZoneFacts("FabLab", passback="timed", capacity=2), Rule("reservation"))
    house.is_at(DAY + "14:20")
    assert told(present(house, door, card.token)) == "not_allowed"
    house.sign_in().reserve("visio-1", DAY + "15:00", DAY + "16:00")
    assert told(present(house, door, card.token, 2)) == "not_allowed"  # reserved, but elsewhere
    front = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1))
    early = present(house, front, card.token, 3)
    assert (early["outcome"], early["first_name"]) == ("granted", "Sofia")
    assert inside(house, "site") == 1
    again = present(house, front, card.token, 4)
    assert again["outcome"] == "granted"
    assert inside(house, "site") == 1
    house.is_at(DAY + "14:46")
    assert present(house, front, card.token, 5)["outcome"] == "granted"
    assert house.sign_in().get("/api/v1/reservations").json()["items"][0]["state"] == "checked_in"
    assert present(house, door, "https://example.org/", 6, direction="out")["outcome"] == "granted"
    assert present(house, front, card.token, 7, direction="out")["outcome"] == "granted"
    assert inside(house, "site") == 0
    kept = rows(house)
    assert [row[2] for row in kept] == ["", "", "", "", "passback", "unknown_exit", ""]
    assert [row[4] for row in kept] == ["in"] * 5 + ["out"] * 2


def test_the_last_places_go_to_as_many(nugue: HouseUnderTest) -> None:
    door = at_zone(nugue, "Salle", "grande-salle", ZoneFacts("Salle", capacity=2))
    cards = [badge(nugue, email) for email in (MEMBER, OTHER_MEMBER, RECEPTION)]
    found = [told(present(nugue, door, card.token, number)) for number, card in enumerate(cards, 1)]
    assert found == ["granted", "granted", "full"]
    assert inside(nugue, "grande-salle") == 2
    assert "near_capacity" in rows(nugue)[1][2]
    present(nugue, door, cards[0].token, 4, direction="out")
    assert told(present(nugue, door, cards[2].token, 5)) == "granted"
    full = at_zone(nugue, "Hall", "site", ZoneFacts("Tout", is_site=1, capacity=2))
    assert told(present(nugue, full, cards[0].token, 6)) == "full"
    sofia = person_id(nugue)
    nugue.clock.instant += 1
    with pytest.raises(Refused):
        nugue.write(arrive_at_desk, sofia)
    present(nugue, full, cards[1].token, 7, direction="out")
    nugue.write(arrive_at_desk, sofia)
    assert inside(nugue, "site") == 2
    assert nugue.read(same_as_log)
    run_jobs(nugue)
    letters = [one for one in nugue.read(told_to, person_id(nugue, RECEPTION)) if "Presque plein" in one]
    assert letters == ["Presque plein : Salle", "Presque plein : Tout"]


def told_to(reader: Reader, person: int) -> list[str]:
    """The subjects of the letters to somebody."""
    found = columns(Message)
    asked: Query[tuple[str]] = Query(
        select(found.subject).where(found.receiver_id == bindparam("person")).order_by(found.subject)
    )
    return [plain(row[0]) for row in reader.rows(asked, person=person)]


def test_the_last_place_for_ten_at_once(nugue: HouseUnderTest) -> None:
    doors = [at_zone(nugue, name, "grande-salle", ZoneFacts("Salle", capacity=1)) for name in ("Nord", "Sud")]
    cards = [badge(nugue, email).token for email in (MEMBER, OTHER_MEMBER)]
    orders = [(door, card) for door in doors for card in cards]
    outcomes = together(nugue, orders)
    assert sorted(set(outcomes)) == ["full", "granted"]
    assert inside(nugue, "grande-salle") == 1
    assert nugue.read(same_as_log)


def together(house: HouseUnderTest, orders: list[tuple[Caller, str]]) -> list[str]:
    """Several badges at several doors in the same instant."""

    async def run() -> list[str]:
        db, names = house.house.db, ("kiosk-nord", "kiosk-sud")
        found = await asyncio.gather(
            *(
                db.write(
                    record_scan,
                    NewScan.model_validate(scan(house, card, number)),
                    by=Actor(device=names[number // 2]),
                )
                for number, (_door, card) in enumerate(orders)
            )
        )
        return [one.answer.reason or "granted" for one in found]

    return house.client.blocking_portal.call(run)


def same_as_log(reader: Reader) -> bool:
    """Whether presence is what the log of passages says."""
    found = {who: one for who, one in presence.everyone_now(reader).items() if one.last_at}
    shown, said = ({who: (one.is_inside, one.last_at) for who, one in each.items()} for each in (found, folded(reader)))
    assert shown == said
    return True


def test_a_pin_when_nobody_is_there(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    with_pin(house, "482915")
    door = at_zone(house, "Nuit", "coworking", ZoneFacts("Coworking"), Rule("anyone", when="always", pin="always"))
    asked = present(house, door, card.token)
    assert told(asked) == "pin_needed"
    assert told(present(house, door, card.token, 2, pin="000000")) == "pin_wrong"
    sent = scan(house, card.token, 3, pin="482 915")
    found = [door.post("/api/v1/scans", sent).json() for _ in range(2)]
    assert [(one["outcome"], one["duplicate"]) for one in found] == [("granted", False), ("granted", True)]
    for number in range(4, 8):
        assert told(present(house, door, card.token, number, pin="111222")) == "pin_wrong"
    assert told(present(house, door, card.token, 9, pin="482915")) == "pin_wrong"  # no try is left here for a while
    other = at_zone(house, "Jour", "coworking")
    assert present(house, other, card.token, 10, pin="482915")["outcome"] == "granted"
    assert "482915" not in str(rows(house)).replace(" ", "")


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


def test_passes_of_phones_and_guests(quick_nugue: HouseUnderTest) -> None:
    house, who = quick_nugue, person_id(quick_nugue)
    anyone_alone = Rule("anyone", when="always", pin="unstaffed")
    doors = [at_zone(house, name, "coworking", ZoneFacts("Coworking"), anyone_alone) for name in ("Nord", "Sud")]
    hall = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1))
    house.is_at(DAY + "23:30")
    phone = house.write(actions_of_badges.carry_badge, who).badge.handle

    def shown(tx: Tx) -> tuple[str, str]:
        guest = issue_guest(tx, "Ana", queries.zone_by_key(tx, "coworking").number, tx.now, 120)
        return phone_texts(tx, phone, [Span(tx.now, tx.now + 30)])[0][1], guest_text(tx, guest)

    token, ticket = house.write(shown)
    told_at = [told(shared.present(house, door, token, number)) for number, door in enumerate(doors, 1)]
    assert told_at == ["granted", "pass_replayed"]  # the phone stands for the pin; its picture elsewhere is a copy
    house.clock.instant += 30
    assert told(present(house, doors[0], token, 3, direction="out")) == "granted"
    house.clock.instant += 60
    assert told(present(house, doors[0], token, 4)) == "pass_stale"
    assert [told(present(house, door, ticket, number)) for number, door in enumerate((hall, doors[0]), 5)] == [
        "granted"
    ] * 2
    elsewhere = at_zone(house, "Cave", "fablab", ZoneFacts("FabLab"))
    assert told(present(house, elsewhere, ticket, 7)) == "not_allowed"
    house.clock.instant += 3 * 3600
    assert told(present(house, doors[0], ticket, 8)) == "badge_expired"
    assert house.read(same_as_log)


@pytest.mark.parametrize(
    ("passed", "times", "more", "noted"),
    [
        ((), (), (), ""),
        (("passback",), (), (), "passback"),
        (("exit_without_entry",), ("late", "clock"), (), "exit_without_entry,late,clock"),
        ((), ("late",), ("is_conflict",), "late,conflict"),
        (("near_capacity",), ("late",), ("is_conflict", "is_copy"), "near_capacity,late,conflict,twice"),
        (("doubted",), (), ("is_only_number",), "doubted,number"),
    ],
)
def test_what_is_noted_of_a_passage(
    passed: tuple[str, ...], times: tuple[str, ...], more: tuple[str, ...], noted: str
) -> None:
    so = dict.fromkeys(("is_conflict", "is_copy", "is_only_number"), False) | dict.fromkeys(more, True)
    found = passage_flags(passed, times, **so)
    assert ",".join(found) == noted
    assert set(found) <= FLAGS.keys(), "each has its words"
    everything = "over_capacity,exit_without_entry,near_capacity,passback,doubted,late,clock,conflict,twice,number"
    assert len(everything) <= 120, "the column holds them all"


def test_whoever_says_that_they_leave_frees_the_rest(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    hall = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1))
    sofia = house.sign_in()
    sofia.reserve("visio-1", DAY + "09:00", DAY + "12:00")
    house.is_at(DAY + "09:00")
    assert present(house, hall, card.token)["outcome"] == "granted"
    house.is_at(DAY + "10:00")
    assert present(house, hall, card.token, 2, direction="out")["outcome"] == "granted"
    other = house.sign_in(OTHER_MEMBER)
    assert other.reserve("visio-1", DAY + "10:30", DAY + "11:30").status_code == 201
