"""A badge at the door: who is let in, what the screen says, and that one passage is one passage."""

import asyncio

import pytest

from devices.badges.codec import encode
from tests.access.doors import badge, kiosk, person_id, plain, present, scan
from tests.support.clients import ADMINISTRATOR, OTHER_MEMBER, RECEPTION, HouseUnderTest, at
from tierslieu.access import actions as badge_actions
from tierslieu.access import queries
from tierslieu.access.personal import forget_scans
from tierslieu.access.presence.reader_figures import reader_figures
from tierslieu.access.rules import SCANS_LIVE
from tierslieu.access.scanning import actions
from tierslieu.access.schemas import NewScan
from tierslieu.basics.actor import Actor
from tierslieu.basics.spans import Span

STRANGE = encode(bytes(range(16)))


def test_a_reservation_is_checked_in_at_the_door(nugue: HouseUnderTest) -> None:
    sofia, door = nugue.sign_in(), kiosk(nugue)
    sofia.reserve("visio-1", "2026-11-24T09:00", "2026-11-24T11:00", people=3)
    token = badge(nugue).token
    nugue.is_at("2026-11-24T08:50")
    answer = present(nugue, door, token)
    assert (answer["outcome"], answer["reason"], answer["first_name"]) == ("granted", None, "Sofia")
    assert plain(answer["title"]) == "Bonjour Sofia, entrez !"
    texts = [plain(line["text"]) for line in answer["lines"]]
    assert texts[0].endswith("de 9 h à 11 h")
    assert "3 personnes attendues" in texts
    assert sofia.get("/api/v1/reservations").json()["items"][0]["state"] == "checked_in"


def test_the_same_scan_sent_again_gets_the_same_answer_and_changes_nothing(nugue: HouseUnderTest) -> None:
    door, token = kiosk(nugue), badge(nugue).token
    first = present(nugue, door, token)
    nugue.is_at("2026-11-24T08:01")
    again = door.post("/api/v1/scans", {**scan(nugue, token), "at_device": at("2026-11-24T08:00")}).json()
    assert (first.pop("duplicate"), again.pop("duplicate")) == (False, True)
    assert again == first
    assert len(nugue.read(queries.passages, person_id(nugue))) == 1


def test_a_scan_id_used_for_another_badge_is_noticed(nugue: HouseUnderTest) -> None:
    door = kiosk(nugue)
    tokens = [badge(nugue).token, badge(nugue, OTHER_MEMBER).token]
    present(nugue, door, tokens[0])
    answer = door.post("/api/v1/scans", scan(nugue, tokens[1]))
    assert (answer.status_code, answer.json()["code"]) == (409, "scan_id_reused")
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert present(nugue, door, tokens[1], 2)["outcome"] == "granted"


def test_eight_deliveries_at_once_are_one_passage(nugue: HouseUnderTest) -> None:
    new = NewScan.model_validate(scan(nugue, badge(nugue).token))
    door = Actor(device="kiosk-entree")

    async def deliver() -> list[actions.Recorded]:
        db = nugue.house.db
        return await asyncio.gather(*(db.write(actions.record_scan, new, by=door) for _ in range(8)))

    found = nugue.client.blocking_portal.call(deliver)
    assert sorted(one.is_duplicate for one in found) == [False] + [True] * 7
    assert {one.answer for one in found} == {found[0].answer}
    assert len(nugue.read(queries.passages, person_id(nugue))) == 1


def test_two_kiosks_may_have_the_same_scan_id(nugue: HouseUnderTest) -> None:
    token = badge(nugue).token
    for name in ("Entrée", "Jardin"):
        assert present(nugue, kiosk(nugue, name), token)["duplicate"] is False


def test_without_reservation_the_passage_is_noted(nugue: HouseUnderTest) -> None:
    answer = present(nugue, kiosk(nugue), badge(nugue).token)
    assert (answer["outcome"], answer["lines"]) == ("granted", [])
    assert "Passage noté" in answer["sentence"]


def test_a_second_presentation_says_that_one_is_already_here(nugue: HouseUnderTest) -> None:
    door, token = kiosk(nugue), badge(nugue).token
    nugue.sign_in().reserve("visio-1", "2026-11-24T09:00", "2026-11-24T11:00")
    nugue.is_at("2026-11-24T09:05")
    present(nugue, door, token)
    again = present(nugue, door, token, 2)
    assert (again["outcome"], again["sentence"]) == ("granted", "Votre arrivée est déjà notée.")


def test_too_early_says_when_to_come_back_and_nothing_personal(nugue: HouseUnderTest) -> None:
    door, token = kiosk(nugue), badge(nugue).token
    nugue.sign_in().reserve("visio-1", "2026-11-24T16:00", "2026-11-24T17:00")
    nugue.is_at("2026-11-24T15:44")
    answer = present(nugue, door, token)
    assert (answer["outcome"], answer["reason"], answer["first_name"]) == ("denied", "too_early", None)
    assert "à partir de 15 h 45" in plain(answer["sentence"])
    nugue.is_at("2026-11-24T15:45")
    assert present(nugue, door, token, 2)["outcome"] == "granted"


@pytest.mark.parametrize(
    ("text", "reason"),
    [(STRANGE, "badge_unknown"), (STRANGE[:-1], "misread"), ("https://example.org/", "not_a_badge")],
)
def test_what_is_no_badge_of_ours_is_said_plainly(nugue: HouseUnderTest, text: str, reason: str) -> None:
    door = kiosk(nugue)
    assert present(nugue, door, badge(nugue).token)["outcome"] == "granted"
    answer = present(nugue, door, text, 2)
    assert (answer["outcome"], answer["reason"], answer["first_name"]) == ("denied", reason, None)
    assert answer["title"]
    assert answer["sentence"]


def test_a_replaced_badge_stops_at_once_and_the_new_one_works(nugue: HouseUnderTest) -> None:
    door, former = kiosk(nugue), badge(nugue)
    assert present(nugue, door, former.token)["outcome"] == "granted"
    later = nugue.write(badge_actions.replace_badge, former.badge.id)
    assert present(nugue, door, former.token, 2)["reason"] == "badge_revoked"
    assert present(nugue, door, later.token, 3)["outcome"] == "granted"


def test_a_typed_number_lets_in_without_a_name(nugue: HouseUnderTest) -> None:
    number = badge(nugue).badge.card_number
    answer = present(nugue, kiosk(nugue), f"{number[:3]} {number[3:]}")
    assert (answer["outcome"], answer["first_name"]) == ("granted", None)
    assert "Sofia" not in str(answer)


def test_the_scanners_own_marks_do_not_matter(nugue: HouseUnderTest) -> None:
    assert present(nugue, kiosk(nugue), "]Q1" + badge(nugue).token.lower() + "\r\n")["outcome"] == "granted"


def test_answers_come_in_the_language_of_the_person(nugue: HouseUnderTest) -> None:
    answer = kiosk(nugue).post(
        "/api/v1/scans", scan(nugue, badge(nugue).token), headers={"accept-language": "en", "x-requested-with": "kiosk"}
    )
    assert answer.status_code == 200
    assert answer.json()["title"]


def test_only_an_enrolled_device_may_record(nugue: HouseUnderTest) -> None:
    token = badge(nugue).token
    assert nugue.stranger.post("/api/v1/scans", scan(nugue, token)).status_code == 401
    for email in (RECEPTION, OTHER_MEMBER):
        assert nugue.sign_in(email).post("/api/v1/scans", scan(nugue, token)).status_code == 403
    assert kiosk(nugue).post("/api/v1/scans", scan(nugue, token)).status_code == 200


def test_a_kiosk_may_do_nothing_else(nugue: HouseUnderTest) -> None:
    door = kiosk(nugue)
    assert door.get("/api/v1/kiosk").status_code == 200
    for path in ("/api/v1/reservations", "/mon-badge", "/bornes", "/api/v1/me"):
        assert door.get(path).status_code in (401, 403), path


@pytest.mark.parametrize(
    "changes",
    [
        {"scan_id": "abc"},
        {"scan_id": "G" * 32},
        {"badge": ""},
        {"badge": "T" * 201},
        {"at_device": -1},
        {"at_device": "soon"},
        {"device_seq": -1},
        {"first_name": "Sofia"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_scan_that_cannot_be_read_is_refused(quick_nugue: HouseUnderTest, changes: dict[str, object]) -> None:
    door, token = kiosk(quick_nugue), badge(quick_nugue).token
    assert door.post("/api/v1/scans", scan(quick_nugue, token)).status_code == 200
    assert door.post("/api/v1/scans", {**scan(quick_nugue, token, 2), **changes}).status_code in (400, 422)


def test_kept_scans_are_taken_in_at_their_own_time(nugue: HouseUnderTest) -> None:
    sofia, door, token = nugue.sign_in(), kiosk(nugue), badge(nugue).token
    made = sofia.reserve("visio-1", "2026-11-24T09:00", "2026-11-24T10:00").json()["reservations"][0]
    kept = scan(nugue, token, at_device=at("2026-11-24T09:05"))
    nugue.is_at("2026-11-24T10:30")
    answer = door.post("/api/v1/scans/batch", {"scans": [kept]}).json()
    assert answer == {
        "answers": [{"scan_id": kept["scan_id"], "outcome": "granted", "reason": None, "duplicate": False}],
        "refused": [],
    }
    state = sofia.get(f"/api/v1/reservations/{made['id']}").json()["state"]
    assert state in ("checked_in", "finished")  # its time is over: the house may have closed it already


def test_a_batch_judges_each_scan_alone(nugue: HouseUnderTest) -> None:
    door, token, other = kiosk(nugue), badge(nugue).token, badge(nugue, OTHER_MEMBER).token
    present(nugue, door, token)
    scans = [scan(nugue, token), scan(nugue, other), {"scan_id": "broken"}, scan(nugue, other, 2)]
    answer = door.post("/api/v1/scans/batch", {"scans": scans}).json()
    assert [(one["scan_id"][-1], one["duplicate"]) for one in answer["answers"]] == [("1", True), ("2", False)]
    assert [one["code"] for one in answer["refused"]] == ["scan_id_reused", "invalid_input"]


def test_a_batch_sent_again_after_a_lost_answer_changes_nothing(nugue: HouseUnderTest) -> None:
    door, token = kiosk(nugue), badge(nugue).token
    scans = [scan(nugue, token, number) for number in range(1, 31)]
    for is_again in (False, True):
        answer = door.post("/api/v1/scans/batch", {"scans": scans}).json()
        assert [one["duplicate"] for one in answer["answers"]] == [is_again] * 30
    assert len(nugue.read(queries.passages, person_id(nugue))) == 30


def test_a_batch_has_a_bound(quick_nugue: HouseUnderTest) -> None:
    door = kiosk(quick_nugue)
    scans = [scan(quick_nugue, STRANGE, number) for number in range(1, 102)]
    assert door.post("/api/v1/scans/batch", {"scans": scans[:100]}).status_code == 200
    assert door.post("/api/v1/scans/batch", {"scans": scans}).status_code in (400, 422)


def test_scans_are_forgotten_after_three_months(nugue: HouseUnderTest) -> None:
    door = kiosk(nugue)
    present(nugue, door, badge(nugue).token)
    present(nugue, door, STRANGE, 2)
    who, span = person_id(nugue), Span(nugue.clock.instant - 3600, nugue.clock.instant + 3600)
    counted = nugue.read(reader_figures, span)
    assert [(one.granted, one.denied) for one in counted] == [(1, 1)]
    assert nugue.write(forget_scans, nugue.clock.instant - SCANS_LIVE, 100) == 0
    assert len(nugue.read(queries.passages, who)) == 1
    nugue.clock.instant += SCANS_LIVE + 1
    assert nugue.write(forget_scans, nugue.clock.instant - SCANS_LIVE, 100) >= 1
    assert nugue.read(queries.passages, who) == []
    assert nugue.read(reader_figures, span) == counted
    week = nugue.sign_in(ADMINISTRATOR).get("/presence/chiffres?date=2026-11-24").text
    assert f"<li>{counted[0].name} : <b>1</b>, 1 refus</li>" in plain(week)
