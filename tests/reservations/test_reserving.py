"""A coworker reserves, sees, moves and cancels; refusals say every reason and what to do next."""

from tests.support.clients import MEMBER, OTHER_MEMBER, HouseUnderTest


def codes(answer: object) -> set[str]:
    return {reason["code"] for reason in answer.json()["reasons"]}  # type: ignore[attr-defined]


def test_a_member_reserves_a_desk_and_a_room_together(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in()
    answer = sofia.reserve(["D01", "visio-1"], "2026-11-24T09:00", "2026-11-24T12:00")
    assert answer.status_code == 201, answer.text
    assert [one["resource"] for one in answer.json()["reservations"]] == ["D01", "visio-1"]
    assert len(sofia.get("/api/v1/reservations").json()["items"]) == 2


def test_together_means_all_or_none(nugue: HouseUnderTest) -> None:
    thomas, sofia = nugue.sign_in(OTHER_MEMBER), nugue.sign_in()
    assert thomas.reserve("visio-1", "2026-11-24T11:00", "2026-11-24T12:00").status_code == 201
    refused = sofia.reserve(["D01", "visio-1"], "2026-11-24T09:00", "2026-11-24T12:00")
    assert refused.status_code == 409
    assert sofia.get("/api/v1/reservations").json()["items"] == []
    assert sofia.reserve("D01", "2026-11-24T09:00", "2026-11-24T12:00").status_code == 201


def test_a_refusal_says_every_reason_with_remedies(nugue: HouseUnderTest) -> None:
    thomas, sofia = nugue.sign_in(OTHER_MEMBER), nugue.sign_in()
    assert thomas.reserve("visio-1", "2026-11-24T09:00", "2026-11-24T11:00").status_code == 201
    refused = sofia.reserve("visio-1", "2026-11-24T10:15", "2026-11-24T11:05", people=40)
    assert refused.status_code == 409
    assert codes(refused) == {"slot_taken", "off_grid", "too_many_people"}
    assert "11 h" not in str(refused.json()).replace("\u00a0", " ")  # so many people would be refused then too
    refused = sofia.reserve("visio-1", "2026-11-24T10:15", "2026-11-24T11:05", people=4)
    taken = next(reason for reason in refused.json()["reasons"] if reason["code"] == "slot_taken")
    assert any("11 h" in remedy["text"].replace("\u00a0", " ") for remedy in taken["remedies"])


def test_a_cancelled_time_is_free_again(nugue: HouseUnderTest) -> None:
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    made = sofia.reserve("visio-1", "2026-11-25T09:00", "2026-11-25T10:00").json()["reservations"][0]
    assert thomas.reserve("visio-1", "2026-11-25T09:00", "2026-11-25T10:00").status_code == 409
    assert sofia.delete(f"/api/v1/reservations/{made['id']}").status_code == 204
    assert thomas.reserve("visio-1", "2026-11-25T09:00", "2026-11-25T10:00").status_code == 201


def test_nobody_touches_anothers_reservation(nugue: HouseUnderTest) -> None:
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    made = sofia.reserve("visio-1", "2026-11-25T09:00", "2026-11-25T10:00").json()["reservations"][0]
    assert sofia.get(f"/api/v1/reservations/{made['id']}").status_code == 200
    assert thomas.get(f"/api/v1/reservations/{made['id']}").status_code == 404
    assert thomas.delete(f"/api/v1/reservations/{made['id']}").status_code == 404


def test_the_whole_hall_and_its_halves_exclude_each_other(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in()
    assert sofia.reserve("grande-salle-cour", "2026-12-04T09:00", "2026-12-04T12:00").status_code == 201
    assert codes(sofia.reserve("grande-salle", "2026-12-04T10:00", "2026-12-04T11:00")) >= {"slot_taken"}
    assert sofia.reserve("grande-salle-jardin", "2026-12-04T10:00", "2026-12-04T11:00").status_code == 201
