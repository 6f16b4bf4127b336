"""A badge before a zone: who gets in, how many, twice, out again, with a pin."""

import asyncio

import pytest
from sqlalchemy import bindparam, select

from devices.badges.decide import Rule
from tests.access import doors as shared
from tests.access.doors import badge, person_id, plain, scan
from tests.access.scanning.standing import DAY, at_zone, inside, present, rows, same_as_log, told, with_pin
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.access import actions as actions_of_badges
from tierslieu.access.kiosk.page_words import languages
from tierslieu.access.passes.actions import guest_text, issue_guest, phone_texts
from tierslieu.access.rules import passage_flags
from tierslieu.access.scanning.actions import arrive_at_desk, record_scan
from tierslieu.access.schemas import NewScan
from tierslieu.access.zones import queries
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.access.zones.wording import FLAGS
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Refused
from tierslieu.basics.spans import Span
from tierslieu.http.words import spoken
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.tables import Message


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


def test_whoever_has_to_wait_hears_for_how_long(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    words = {one.key: one.text for one in languages({"fr": spoken("fr", house.house.zone)})[0].words}
    said = ((60, "Attendez une minute, ou appelez l’accueil.", "wait_one"), (600, "Attendez 10 minutes,", "wait_many"))
    for number, (seconds, sentence, key) in enumerate(said):
        facts = ZoneFacts("Salle", passback="timed", passback_s=seconds)
        door = at_zone(house, f"Salle{number}", "grande-salle", facts)
        house.clock.instant += 700
        assert present(house, door, card.token, 10 * number + 1)["outcome"] == "granted"
        shown_at = house.clock.instant
        for again in (2, 2, 3):  # sent again, and shown again
            refused = present(house, door, card.token, 10 * number + again, at_device=shown_at)
            assert (refused["reason"], refused["title"]) == ("passback_wait", "Ce badge vient de servir")
            assert refused["sentence"].startswith(sentence)
        assert words[key].format(count=10).startswith(sentence), "the kiosk alone says the same"


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
