"""Reading the calendars of other programs: repetitions, zones, whole days, and files that are none."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clients import at
from tierslieu.basics.errors import Invalid
from tierslieu.reservations.calendars import apart
from tierslieu.reservations.calendars.reading import Date, Reading, Unreadable, Wish, read_calendar

PARIS = ZoneInfo("Europe/Paris")
WISH = Wish("Europe/Paris", at("2026-11-24T08:00"), at("2028-11-24T08:00"), 5000)
ZONE = """BEGIN:VTIMEZONE
TZID:Maison
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*events: str, head: str = "") -> bytes:
    """A file with these entries; each gets its frame, and a UID unless it says one."""
    parts = []
    for number, event in enumerate(events):
        uid = "" if "UID:" in event else f"UID:{number}\n"
        parts.append(f"BEGIN:VEVENT\n{uid}DTSTAMP:20260101T000000Z\n{event.strip()}\nEND:VEVENT\n")
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{head}{''.join(parts)}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def reading(*events: str, head: str = "") -> Reading:
    return read_calendar(calendar(*events, head=head), WISH)


def walls(found: Reading) -> list[str]:
    """The beginnings on the venue's clock."""
    return [f"{datetime.fromtimestamp(one.starts_at, PARIS):%Y-%m-%d %H:%M}" for one in found.dates]


def test_one_entry() -> None:
    found = reading("DTSTART:20261201T090000Z\nDTEND:20261201T103000Z\nSUMMARY:Réunion\\, suite\nLOCATION:x")
    assert found.dates == (Date("0", "", "Réunion, suite", at("2026-12-01T10:00"), at("2026-12-01T11:30")),)


@pytest.mark.parametrize("zone", ["Europe/Paris", "Maison", "Romance Standard Time", ""])
def test_a_repetition_keeps_its_hour_over_both_nights(zone: str) -> None:
    named = f";TZID={zone}" if zone else ""
    found = reading(
        f"DTSTART{named}:20270321T183000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;UNTIL=20270411T220000Z",
        f"DTSTART{named}:20271024T183000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=3",
        head=ZONE,
    )
    assert walls(found) == [
        *("2027-03-21 18:30", "2027-03-28 18:30", "2027-04-04 18:30", "2027-04-11 18:30"),
        *("2027-10-24 18:30", "2027-10-31 18:30", "2027-11-07 18:30"),
    ]
    assert {one.ends_at - one.starts_at for one in found.dates} == {7200}


def test_dates_changed_by_hand() -> None:
    rule = "UID:a\nDTSTART;TZID=Europe/Paris:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Cours"
    found = reading(
        f"{rule}\nEXDATE;TZID=Europe/Paris:20261208T090000\nRDATE;TZID=Europe/Paris:20261224T100000",
        "UID:a\nRECURRENCE-ID:20261215T080000Z\nDTSTART:20261216T080000Z\nDURATION:PT2H\nSUMMARY:Cours déplacé",
        "UID:a\nRECURRENCE-ID;TZID=Europe/Paris:20261222T090000\nSTATUS:CANCELLED\nDTSTART:20261222T080000Z",
    )
    assert walls(found) == ["2026-12-01 09:00", "2026-12-16 09:00", "2026-12-24 10:00"]
    assert found.dates[1].title == "Cours déplacé"
    assert found.dates[1].occurrence == str(at("2026-12-15T09:00"))


def test_whole_days() -> None:
    found = reading(
        "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261226\nSUMMARY:Noël",
        "DTSTART;VALUE=DATE:20270105\nSUMMARY:Un jour",
        "DTSTART;VALUE=DATE:20270201\nRRULE:FREQ=MONTHLY;COUNT=2",
    )
    assert [one.day for one in found.dates] == ["2026-12-24", "2026-12-25", "2027-01-05", "2027-02-01", "2027-03-01"]
    assert {one.starts_at for one in found.dates} == {0}


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("DTSTART;TZID=Nowhere/City:20261201T090000\nDURATION:PT1H", "unknown_zone"),
        ("DTSTART:20261201T090000Z", "no_length"),
        ("DTSTART:20261201T090000Z\nDTEND:20261201T080000Z", "no_length"),
        ("DTSTART:20261201T090000Z\nDTEND:20281201T080000Z", "too_long"),
        ("DTSTART:garbage\nDURATION:PT1H", "unreadable_entry"),
        ("SUMMARY:x", "unreadable_entry"),
        ("DTSTART:20261201T090000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT", "keeps_nobody_busy"),
        ("DTSTART:20261201T090000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY", "too_frequent"),
        ("DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=NOPE", "unreadable_entry"),
        ("DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;INTERVAL=0", "unreadable_entry"),
        ("UID:\nDTSTART:20261201T090000Z\nDURATION:PT1H", "no_uid"),
    ],
)
def test_what_cannot_be_used_is_said(event: str, why: str) -> None:
    found = reading(event, "UID:good\nDTSTART:20261201T090000Z\nDURATION:PT1H")
    assert [one.why for one in found.left_out] == [why]
    assert [one.uid for one in found.dates] == ["good"]


@pytest.mark.filterwarnings("ignore:Using both")
def test_of_two_ends_of_a_repetition_the_first_counts() -> None:
    start = "DTSTART;TZID=Europe/Paris:20261201T090000\nDURATION:PT1H\n"
    soon = reading(f"{start}RRULE:FREQ=DAILY;COUNT=9;UNTIL=20261203T080000Z")
    late = reading(f"{start}RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261230T080000Z")
    assert walls(soon) == ["2026-12-01 09:00", "2026-12-02 09:00", "2026-12-03 09:00"]
    assert walls(late) == ["2026-12-01 09:00", "2026-12-02 09:00"]


def test_private_titles_stay_private() -> None:
    found = reading("DTSTART:20261201T090000Z\nDURATION:PT1H\nSUMMARY:Médecin\nCLASS:PRIVATE")
    assert found.dates[0].title == ""


def test_what_is_over_is_counted_only() -> None:
    found = reading("DTSTART:20261101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=30")
    assert (found.past, len(found.dates)) == (23, 7)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"BEGIN:VCALENDAR\r\nBROKEN", b"<html>", b"BEGIN:VCARD\r\nEND:VCARD"]
)
def test_what_is_no_calendar(data: bytes) -> None:
    with pytest.raises(Unreadable, match="not_a_calendar"):
        read_calendar(data, WISH)


def test_too_many_dates() -> None:
    with pytest.raises(Unreadable, match="too_many_occurrences"):
        read_calendar(calendar("DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"), Wish(*_fields(most=50)))


def _fields(most: int) -> tuple[str, int, int, int]:
    return WISH.zone, WISH.start, WISH.end, most


RULES = st.sampled_from(
    ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYMONTHDAY=31"]
)


@settings(max_examples=40)
@given(rule=RULES, days=st.integers(0, 300), minutes=st.integers(0, 1439), count=st.integers(1, 40))
def test_a_repetition_is_the_rule_on_the_wall_clock(rule: str, days: int, minutes: int, count: int) -> None:
    first = datetime.fromisoformat("2026-12-01") + timedelta(days=days, minutes=minutes)
    found = reading(f"DTSTART;TZID=Europe/Paris:{first:%Y%m%dT%H%M%S}\nDURATION:PT30M\nRRULE:{rule};COUNT={count}")
    dates = list(rrulestr(f"{rule};COUNT={count}", dtstart=first))
    expected = sorted({int(one.replace(tzinfo=PARIS).timestamp()) for one in dates})
    assert [one.starts_at for one in found.dates] == [one for one in expected if one < WISH.end]


def test_the_file_is_read_in_another_process() -> None:
    found = asyncio.run(apart.read_apart(calendar("DTSTART:20261201T090000Z\nDURATION:PT1H\nSUMMARY:Été"), WISH))
    assert [one.title for one in found.dates] == ["Été"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "missing"), (b"x" * 2_000_001, "calendar_too_large"), (b"hello", "not_a_calendar")],
)
def test_refusals_of_whole_files(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        asyncio.run(apart.read_apart(data, WISH))
    assert refused.value.fields == {"file": code}


def test_a_rule_without_end_does_not_hold_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LIMITS", apart.LIMITS.replace(f"({apart.SECONDS}, {apart.SECONDS})", "(1, 1)"))
    never = "DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    with pytest.raises(Invalid) as refused:
        asyncio.run(apart.read_apart(calendar(*[never] * 50), WISH))
    assert refused.value.fields == {"file": "calendar_unreadable"}
