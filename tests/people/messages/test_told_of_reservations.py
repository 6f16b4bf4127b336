"""What people are told of their reservations: once, together, a day before, and by the channel they accept."""

import pytest
from icalendar import Calendar

from tests.people.messages.telling import facts_of, letters, tell, texts
from tests.support.clients import MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.ids import show
from tierslieu.people.messages import gsm
from tierslieu.people.messages.choices import say
from tierslieu.people.persons.queries import by_key
from tierslieu.people.signin.queries import account

WAY = ("kind", "channel", "state")


@pytest.fixture
def sofia(nugue: HouseUnderTest) -> Caller:
    return nugue.sign_in(MEMBER)


def id_of(house: HouseUnderTest) -> int:
    """Sofia's id."""
    found = read(house, account, MEMBER)
    assert found is not None
    return found.id


def id_by_key(house: HouseUnderTest, key: str) -> int:
    found = read(house, by_key, key)
    assert found is not None
    return found.id


def subjects(house: HouseUnderTest) -> list[str]:
    return [one.subject for one in letters(house)]


def test_a_confirmation_brings_its_calendar_file(nugue: HouseUnderTest, sofia: Caller) -> None:
    made = sofia.reserve("visio-1", "2026-11-24T10:00", "2026-11-24T11:00").json()["reservations"][0]
    run_jobs(nugue)
    letter = letters(nugue)[0]
    assert letter.to == MEMBER
    assert made["reference"] in letter.text
    event = Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")[0]
    assert (event["UID"], event["STATUS"]) == (f"{made['id']}@tierslieu", "CONFIRMED")
    sofia.delete(f"/api/v1/reservations/{made['id']}")
    run_jobs(nugue)
    file = Calendar.from_ical(letters(nugue)[1].attachments[0].content)
    assert file["METHOD"] == "CANCEL"
    assert subjects(nugue)[1] == "Réservation annulée : mardi 24 novembre 2026".replace(" :", "\u00a0:")


def test_what_is_reserved_together_is_told_together(nugue: HouseUnderTest) -> None:
    desk, person = nugue.sign_in(RECEPTION), show(id_of(nugue))
    made = desk.reserve(["visio-1", "D01", "D02"], "2026-11-24T10:00", "2026-11-24T11:00", person=person)
    assert made.status_code == 201, made.text
    run_jobs(nugue)
    assert len(subjects(nugue)) == 1
    letter = letters(nugue)[0]
    assert all(one["reference"] in letter.text for one in made.json()["reservations"])
    (event,) = Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")
    assert all(one["resource_name"] in str(event["SUMMARY"]) for one in made.json()["reservations"])


def test_a_reminder_comes_a_day_before_and_once(nugue: HouseUnderTest, sofia: Caller) -> None:
    sofia.reserve("visio-1", "2026-11-27T10:00", "2026-11-27T11:00")
    for moment in ("24T08:00", "26T09:50", "26T10:00", "26T10:10", "26T18:00", "27T09:00"):
        nugue.is_at(f"2026-11-{moment}")
        run_jobs(nugue)
    assert [text.partition("\u00a0")[0].partition(" ")[0] for text in subjects(nugue)] == ["Votre", "Rappel"]
    person_id = id_of(nugue)
    assert facts_of(nugue, person_id, *WAY, "left_at")[0][:3] == ("reservation_reminder", "email", "sent")


def test_no_reminder_comes_on_a_sunday_nor_too_late(nugue: HouseUnderTest, sofia: Caller) -> None:
    nugue.is_at("2026-11-24T08:00")
    made = sofia.reserve("visio-1", "2026-12-01T10:00", "2026-12-01T11:00")
    assert made.status_code == 201, made.text
    run_jobs(nugue)
    nugue.is_at("2026-11-30T09:59")
    run_jobs(nugue)
    assert len(subjects(nugue)) == 1
    nugue.is_at("2026-11-30T10:10")
    run_jobs(nugue)
    assert len(subjects(nugue)) == 2


def test_who_has_just_reserved_is_not_reminded(nugue: HouseUnderTest, sofia: Caller) -> None:
    sofia.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00")
    nugue.is_at("2026-11-24T10:30")
    run_jobs(nugue)
    assert len(subjects(nugue)) == 1


def test_who_wants_only_what_is_needed_is_not_reminded(nugue: HouseUnderTest, sofia: Caller) -> None:
    person_id = id_of(nugue)
    write(nugue, say, person_id, "useful", False, "online")
    sofia.reserve("visio-1", "2026-11-27T10:00", "2026-11-27T11:00")
    for moment in ("24T08:00", "26T10:00"):
        nugue.is_at(f"2026-11-{moment}")
        run_jobs(nugue)
    assert [one[1:] for one in facts_of(nugue, person_id, *WAY)] == [("", "not_wanted"), ("email", "sent")]


def test_a_cancelled_reservation_takes_its_reminder_back(nugue: HouseUnderTest, sofia: Caller) -> None:
    made = sofia.reserve("visio-1", "2026-11-27T10:00", "2026-11-27T11:00").json()["reservations"][0]
    run_jobs(nugue)
    nugue.is_at("2026-11-26T09:50")
    person_id = id_of(nugue)
    for _ in range(5):
        tell(nugue, person_id)
    run_jobs(nugue)
    nugue.is_at("2026-11-26T10:00")
    run_jobs(nugue)
    assert facts_of(nugue, person_id, *WAY, "reason")[0] == (
        *("reservation_reminder", "email", "waiting"),
        "too_many_today",
    )
    sofia = nugue.sign_in(MEMBER)
    assert sofia.delete(f"/api/v1/reservations/{made['id']}").status_code == 204
    run_jobs(nugue)
    told = facts_of(nugue, person_id, "kind", "state", "reason")
    assert ("reservation_reminder", "cancelled", "overtaken") in told


def test_people_without_mail_are_told_by_sms_or_on_paper(nugue: HouseUnderTest) -> None:
    desk = nugue.sign_in(RECEPTION)
    georges, monique = id_by_key(nugue, "u02"), id_by_key(nugue, "u01")
    write(nugue, say, georges, "sms", True, "desk")
    for person_id, start in ((georges, "10"), (monique, "14")):
        made = desk.reserve("visio-1", f"2026-11-24T{start}:00", f"2026-11-24T{start}:30", person=show(person_id))
        assert made.status_code == 201, made.text
    run_jobs(nugue)
    assert facts_of(nugue, monique, *WAY)[0] == ("reservation_confirmed", "print", "waiting")
    assert facts_of(nugue, georges, *WAY)[0] == ("reservation_confirmed", "sms", "sent")
    text = texts(nugue)[0].text
    assert text.startswith("Réservation notée : Salle de visio Marne, mar. 24 nov.")
    assert text.endswith("Le Nugue 01 99 00 00 00")
    assert gsm.parts(text) == 1
