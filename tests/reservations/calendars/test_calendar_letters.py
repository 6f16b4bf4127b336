"""The calendar file of letters: one entry for what is reserved together, the same one after every change."""

from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.support.clients import MEMBER, PARIS, HouseUnderTest, at, iso
from tests.support.inside import run_jobs
from tierslieu.infra.mail import Attachment, Letter, compose
from tierslieu.infra.settings import MailSettings
from tierslieu.reservations.ical import Head, Item, Member, groups, write


def files(house: HouseUnderTest) -> list[Calendar]:
    """The calendar files of all letters so far, as another program reads them."""
    return [
        Calendar.from_ical(one.content)
        for letter in house.house.mail.letters  # type: ignore[attr-defined]
        for one in letter.attachments
    ]


def events(file: Calendar) -> list[Any]:
    return list(file.walk("VEVENT"))


def move(house: HouseUnderTest, caller: Any, id: str, start: str, end: str) -> Any:
    answer = caller.patch(f"/api/v1/reservations/{id}", {"starts_at": iso(start), "ends_at": iso(end)})
    assert answer.status_code == 200, answer.text
    run_jobs(house)
    return answer.json()


def test_a_moved_reservation_stays_one_entry(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in(MEMBER)
    made = sofia.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00").json()["reservations"][0]
    run_jobs(nugue)
    moved = move(nugue, sofia, made["id"], "2026-11-26T14:00", "2026-11-26T15:00")
    new_id = moved["reservations"][0]["id"] if "reservations" in moved else moved["id"]
    assert sofia.delete(f"/api/v1/reservations/{new_id}").status_code == 204
    run_jobs(nugue)
    first, second, third = files(nugue)
    assert [one["METHOD"] for one in (first, second, third)] == ["PUBLISH", "PUBLISH", "CANCEL"]
    found = [events(one)[0] for one in (first, second, third)]
    assert {str(one["UID"]) for one in found} == {f"{made['id']}@tierslieu"}
    assert [one["STATUS"] for one in found] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    numbers = [int(one["SEQUENCE"]) for one in found]
    assert numbers == sorted(set(numbers))
    assert [int(one.start.timestamp()) for one in found[:2]] == [at("2026-11-25T10:00"), at("2026-11-26T14:00")]
    assert all(str(one["ORGANIZER"]).startswith("mailto:") for one in found)
    assert all("ATTENDEE" not in one for one in found)


def test_what_is_reserved_together_is_one_entry_until_a_part_leaves(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    desk, room = sofia.reserve(["D01", "visio-1"], "2026-11-25T10:00", "2026-11-25T11:00").json()["reservations"]
    run_jobs(quick_nugue)
    (whole,) = events(files(quick_nugue)[-1])
    assert desk["resource_name"] in whole["SUMMARY"]
    assert room["resource_name"] in whole["SUMMARY"]
    assert sofia.delete(f"/api/v1/reservations/{desk['id']}").status_code == 204
    run_jobs(quick_nugue)
    (rest,) = events(files(quick_nugue)[-1])
    assert files(quick_nugue)[-1]["METHOD"] == "PUBLISH"
    assert rest["UID"] == whole["UID"]
    assert rest["SEQUENCE"] > whole["SEQUENCE"]
    assert desk["resource_name"] not in rest["SUMMARY"]
    assert sofia.delete(f"/api/v1/reservations/{room['id']}").status_code == 204
    run_jobs(quick_nugue)
    last = files(quick_nugue)[-1]
    assert (last["METHOD"], events(last)[0]["UID"]) == ("CANCEL", whole["UID"])


def test_the_file_of_the_page_is_the_one_of_the_letter(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    made = sofia.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00").json()["reservations"][0]
    run_jobs(quick_nugue)
    answer = sofia.get(f"/mes-reservations/{made['id']}/agenda.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert Calendar.from_ical(answer.content)["METHOD"] == "PUBLISH"
    assert events(Calendar.from_ical(answer.content))[0]["UID"] == events(files(quick_nugue)[0])[0]["UID"]


def test_the_part_of_the_mail_says_its_method() -> None:
    kind = "text/calendar; method=CANCEL; charset=utf-8"
    letter = Letter(
        "sofia@example.org", "Annulée", "Bonjour", (Attachment("reservation.ics", kind, b"BEGIN:VCALENDAR"),)
    )
    sent = message_from_bytes(compose(letter, MailSettings()).as_bytes(), policy=policy.default)
    (part,) = sent.iter_attachments()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "CANCEL")
    assert part.get_filename() == "reservation.ics"


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\\"), max_size=200)


@settings(max_examples=40)
@given(summary=TEXTS, location=TEXTS)
def test_every_text_comes_back_as_it_was(summary: str, location: str) -> None:
    item = Item("a@b", 1_800_000_000, 1_800_003_600, f"👩‍👧🎉,;{summary}", location=f"L\n{location}", changed_at=1)
    raw = write([item], Head("PUBLISH", organizer="lieu@example.org", organizer_name='Le "Nugue"', stamp=5))
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    (event,) = events(Calendar.from_ical(raw))
    assert str(event["SUMMARY"]) == f"👩‍👧🎉,;{summary}"
    assert str(event["LOCATION"]) == f"L\n{location}"
    assert event.errors == []


def test_a_backslash_is_escaped_and_nothing_else() -> None:
    raw = write([Item("a@b", 1, 2, "C:\\Nuit\nfin", changed_at=1)], Head("PUBLISH", stamp=5))
    assert b"SUMMARY:C:\\\\Nuit\\nfin\r\n" in raw


def test_the_same_facts_make_the_same_file() -> None:
    items = [
        Item("a@b", 1, 2, "Été", changed_at=1),
        Item("c@d", 3, 4, "Nuit", url="https://example.org/", is_free=True),
    ]
    head = Head(name="Agenda, Le Nugue", organizer="lieu@example.org", organizer_name="Lieu", stamp=5)
    raw = write(items, head)
    assert write(items, head) == raw
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in raw
    assert b"\r\nDTSTART:19700101T000001Z\r\n" in raw
    assert list(Calendar.from_ical(raw)) == [
        *("PRODID", "VERSION", "CALSCALE", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"),
    ]


def member(id: int, origin: int, sequence: int = 0, state: str = "confirmed", starts_at: int = 100) -> Member:
    return Member(id, 1, id, 1, starts_at, starts_at + 50, 1, state, origin, sequence, "", 1, 1)


def test_a_part_that_moves_alone_becomes_its_own_entry() -> None:
    both = groups([member(1, 1), member(2, 2)])
    assert [(one.origin, one.sequence) for one in both] == [(1, 2)]
    former, moved = member(1, 1, 1, state="cancelled"), member(3, 1, 2, starts_at=500)
    apart = {one.origin: one for one in groups([former, member(2, 2), moved])}
    assert set(apart) == {1, 2}
    assert apart[1].members == (moved,)
    assert apart[1].sequence > both[0].sequence


@pytest.mark.parametrize(
    ("state", "status"),
    [("requested", "TENTATIVE"), ("checked_in", "CONFIRMED"), ("rejected", "CANCELLED"), ("missed", "CANCELLED")],
)
def test_the_status_follows_the_state(state: str, status: str) -> None:
    assert groups([member(1, 0, state=state)])[0].status == status


@pytest.mark.parametrize("wall", ["2027-03-28T01:30", "2027-03-28T03:30", "2027-10-31T01:30", "2027-10-31T03:30"])
def test_hours_are_right_on_both_nights_of_the_year(wall: str) -> None:
    raw = write([Item("a@b", at(wall), at(wall) + 3600, "Nuit", changed_at=1)], Head("PUBLISH", stamp=5))
    (event,) = events(Calendar.from_ical(raw))
    assert f"{event.start.astimezone(PARIS.info):%Y-%m-%dT%H:%M}" == wall
