"""The desk: who is expected, requests to answer, arrivals noted by hand."""

from tests.support.clients import RECEPTION, HouseUnderTest, at
from tierslieu.people.persons.queries import by_key
from tierslieu.reservations.desk import desk_page


def desk(nugue: HouseUnderTest, text: str = "") -> object:
    return nugue.read(desk_page, nugue.client.app.state.words["fr"], text)


def request_hall(nugue: HouseUnderTest) -> str:
    answer = nugue.sign_in().reserve("grande-salle", "2026-12-04T09:00", "2026-12-04T12:00")
    (made,) = answer.json()["reservations"]
    assert made["state"] == "requested"
    return str(made["id"])


def test_a_request_holds_the_time_until_the_desk_answers(nugue: HouseUnderTest) -> None:
    made, claire = request_hall(nugue), nugue.sign_in(RECEPTION)
    assert [one.id for one in desk(nugue).requests] == [made]  # type: ignore[attr-defined]
    answer = claire.post(f"/api/v1/requests/{made}", {"granted": True})
    assert answer.status_code == 204, answer.text
    assert claire.get(f"/api/v1/reservations/{made}").json()["state"] == "confirmed"
    assert claire.post(f"/api/v1/requests/{made}", {"granted": False}).json()["code"] == "already_answered"


def test_a_request_that_is_not_granted_frees_the_time(nugue: HouseUnderTest) -> None:
    made, claire = request_hall(nugue), nugue.sign_in(RECEPTION)
    taken = claire.reserve("grande-salle-cour", "2026-12-04T10:00", "2026-12-04T11:00")
    assert taken.status_code == 409
    assert claire.post(f"/api/v1/requests/{made}", {"granted": False}).status_code == 204
    assert claire.get(f"/api/v1/reservations/{made}").json()["state"] == "rejected"
    assert claire.reserve("grande-salle-cour", "2026-12-04T10:00", "2026-12-04T11:00").status_code == 201


def test_a_member_answers_no_request(nugue: HouseUnderTest) -> None:
    made = request_hall(nugue)
    assert nugue.sign_in().post(f"/api/v1/requests/{made}", {"granted": True}).status_code == 403


def test_the_desk_sees_today_with_names_and_notes_an_arrival(nugue: HouseUnderTest) -> None:
    made = nugue.sign_in().reserve("visio-1", "2026-11-24T09:00", "2026-11-24T10:00").json()["reservations"][0]
    (line,) = desk(nugue).expected  # type: ignore[attr-defined]
    assert (line.person, line.resource, line.can_check_in) == ("Sofia Moreau", "Salle de visio Marne", True)
    nugue.clock.instant = at("2026-11-24T09:05")
    claire = nugue.sign_in(RECEPTION)
    assert claire.post(f"/api/v1/reservations/{made['id']}/arrival").status_code == 204
    assert claire.get(f"/api/v1/reservations/{made['id']}").json()["state"] == "checked_in"
    assert claire.post(f"/api/v1/reservations/{made['id']}/arrival").json()["code"] == "not_confirmed"


def test_people_are_found_by_either_name_and_signs_are_only_letters(nugue: HouseUnderTest) -> None:
    assert [one.name for one in desk(nugue, "moreau sof").people] == ["Sofia Moreau"]  # type: ignore[attr-defined]
    assert [one.name for one in desk(nugue, "SOFIA").people] == ["Sofia Moreau"]  # type: ignore[attr-defined]
    assert desk(nugue, "%").people == []  # type: ignore[attr-defined]
    assert nugue.read(by_key, "u05").first_name == "Sofia"


def test_staff_reserve_for_somebody_without_an_address(nugue: HouseUnderTest) -> None:
    from tierslieu.basics.ids import show

    monique = show(nugue.read(by_key, "u01").id)
    claire = nugue.sign_in(RECEPTION)
    made = claire.reserve("D02", "2026-11-25T09:00", "2026-11-25T12:00", person=monique)
    assert made.status_code == 201
    refused = nugue.sign_in().reserve("D03", "2026-11-25T09:00", "2026-11-25T12:00", person=monique)
    assert refused.status_code == 403
