"""Calendars of others: look, confirm, bring up to date, undo; and who comes first has the time."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from tests.reservations.calendars.test_reading import calendar
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest, at
from tests.support.doors import someone
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations.calendars import importing
from tierslieu.reservations.calendars.reading import Date, Reading
from tierslieu.reservations.tables import Claim
from tierslieu.venue.queries import venue

c = columns(Claim)
CLAIMS: Query[tuple[int, int]] = Query(
    select(c.starts_at, c.ends_at).where(c.cause == bindparam("cause")).order_by(c.starts_at)
)
YOGA = "UID:yoga\nDTSTART;TZID=Europe/Paris:20261125T180000\nDURATION:PT1H30M\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:Yoga"


def desk(house: HouseUnderTest) -> Browser:
    browser = Browser(house)
    browser.sign_in(RECEPTION)
    return browser


def send(browser: Browser, data: bytes, *resources: str, **fields: str) -> Any:
    """Send a file with the form of the page."""
    browser.get("/agendas-importes")
    sent = {"name": "Association de yoga", "_csrf": browser.token, **fields, "resource": list(resources)}
    return browser.send("POST", "/agendas-importes", data=sent, files={"file": ("yoga.ics", data, "text/calendar")})


def confirm(browser: Browser, answer: Any, **fields: str) -> Any:
    """Look at the preview, then confirm."""
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    assert browser.get(place).status_code == 200
    return browser.submit(place, fields)


def claimed(house: HouseUnderTest) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = read(house, lambda reader: reader.rows(CLAIMS, cause="import"))
    return found


def text_of(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))).replace("\u00a0", " ")


def test_the_dates_of_a_file_are_taken(nugue: HouseUnderTest) -> None:
    claire, before = desk(nugue), claimed(nugue)
    answer = send(claire, calendar(YOGA), "visio-1")
    looked = text_of(claire.get(answer.headers["location"]))
    assert "3 dates seront prises" in looked
    assert claimed(nugue) == before
    done = confirm(claire, answer)
    assert done.status_code == 303, done.text
    fresh = [one for one in claimed(nugue) if one not in before]
    assert fresh == [(at(f"2026-{day}T18:00"), at(f"2026-{day}T19:30")) for day in ("11-25", "12-02", "12-09")]
    refused = nugue.sign_in(MEMBER).reserve("visio-1", "2026-11-25T18:00", "2026-11-25T19:00")
    assert refused.status_code == 409
    assert "Yoga" not in refused.text
    assert "Yoga" in claire.get(done.headers["location"]).text
    assert claire.submit(answer.headers["location"], {}).status_code == 404


def test_the_next_file_moves_frees_and_adds(nugue: HouseUnderTest) -> None:
    claire, before = desk(nugue), claimed(nugue)
    done = confirm(claire, send(claire, calendar(YOGA, "UID:x\nDTSTART:20261201T090000Z\nDURATION:PT1H"), "visio-1"))
    which = done.headers["location"].rpartition("/")[2]
    moved = YOGA.replace("COUNT=3", "COUNT=4")
    late = "UID:yoga\nRECURRENCE-ID:20261202T170000Z\nDTSTART:20261202T173000Z\nDURATION:PT1H\nSUMMARY:Yoga plus tard"
    answer = send(claire, calendar(moved, late), into=which)
    looked = text_of(claire.get(answer.headers["location"]))
    assert "2 dates ne changent pas" in looked
    assert "1 date n’est plus dans le fichier" in looked
    assert confirm(claire, answer).status_code == 303
    fresh = [start for start, _end in claimed(nugue) if (start, _end) not in before]
    assert fresh == [at(f"2026-{text}") for text in ("11-25T18:00", "12-02T18:30", "12-09T18:00", "12-16T18:00")]
    page = claire.get(f"/agendas-importes/{which}")
    assert "Yoga plus tard" in page.text
    assert claire.submit(f"/agendas-importes/{which}/retrait", {}).status_code == 303
    assert claimed(nugue) == before
    assert claire.get(f"/agendas-importes/{which}").status_code == 404


def test_what_is_taken_here_stays_with_its_people(quick_nugue: HouseUnderTest) -> None:
    claire, sofia = desk(quick_nugue), quick_nugue.sign_in(MEMBER)
    assert sofia.reserve("visio-1", "2026-12-02T18:00", "2026-12-02T19:00").status_code == 201
    before = claimed(quick_nugue)
    answer = send(claire, calendar(YOGA), "visio-1")
    assert "1 date est déjà occupée ici" in text_of(claire.get(answer.headers["location"]))
    refused = confirm(claire, answer)
    assert refused.status_code == 422
    assert claimed(quick_nugue) == before
    done = claire.submit(answer.headers["location"], {"skip": "1"})
    assert done.status_code == 303
    assert len(claimed(quick_nugue)) == len(before) + 2
    assert "Déjà réservé" in text_of(claire.get(done.headers["location"]))


def test_who_reserves_meanwhile_is_not_passed_over(quick_nugue: HouseUnderTest) -> None:
    claire, sofia, before = desk(quick_nugue), quick_nugue.sign_in(MEMBER), claimed(quick_nugue)
    answer = send(claire, calendar(YOGA), "visio-1")
    claire.get(answer.headers["location"])
    assert sofia.reserve("visio-1", "2026-12-02T18:00", "2026-12-02T19:00").status_code == 201
    late = claire.submit(answer.headers["location"], {"skip": "1"})
    assert late.status_code == 409
    assert claimed(quick_nugue) == before
    assert claire.submit(answer.headers["location"], {"skip": "1"}).status_code == 303
    assert len(claimed(quick_nugue)) == len(before) + 2


def test_an_import_and_a_member_race_for_an_hour(nugue: HouseUnderTest) -> None:
    claire, sofia = desk(nugue), nugue.sign_in(MEMBER)
    answers = [
        send(claire, calendar(YOGA.replace("yoga", f"u{number}").replace("20261125", day)), "visio-1")
        for number, day in enumerate(("20261125", "20261126", "20261127"))
    ]
    for answer, day in zip(answers, ("25", "26", "27"), strict=True):
        place = answer.headers["location"]
        claire.get(place)
        with ThreadPoolExecutor(2) as pool:
            ours = pool.submit(claire.submit, place, {})
            theirs = pool.submit(sofia.reserve, "visio-1", f"2026-11-{day}T18:00", f"2026-11-{day}T19:00")
        assert sorted((ours.result().status_code == 303, theirs.result().status_code == 201)) == [False, True]


def test_whole_days_are_the_opening_hours(quick_nugue: HouseUnderTest) -> None:
    claire, before = desk(quick_nugue), claimed(quick_nugue)
    days = "UID:d\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nSUMMARY:Tournage"
    answer = send(claire, calendar(days), "visio-1")
    looked = text_of(claire.get(answer.headers["location"]))
    assert "Fermé ce jour-là" in looked
    assert confirm(claire, answer).status_code == 303
    for start, end in [one for one in claimed(quick_nugue) if one not in before]:
        wall = quick_nugue.house.zone.wall(start)
        assert 6 <= wall.hour < 15
        assert 0 < end - start <= 16 * 3600


def test_the_same_file_twice_takes_nothing_twice(quick_nugue: HouseUnderTest) -> None:
    claire = desk(quick_nugue)
    confirm(claire, send(claire, calendar(YOGA), "visio-1"))
    before = claimed(quick_nugue)
    answer = send(claire, calendar(YOGA), "visio-1")
    assert "Déjà importé" in text_of(claire.get(answer.headers["location"]))
    assert confirm(claire, answer).status_code == 303
    assert claimed(quick_nugue) == before


def test_a_pool_gives_one_desk(quick_nugue: HouseUnderTest) -> None:
    pool = read(quick_nugue, _a_pool)
    claire, before = desk(quick_nugue), claimed(quick_nugue)
    two = "UID:{n}\nDTSTART;TZID=Europe/Paris:20261125T1400{s}\nDURATION:PT1H"
    answer = send(claire, calendar(two.format(n=1, s="00"), two.format(n=2, s="30")), pool)
    assert confirm(claire, answer).status_code == 303
    assert len(claimed(quick_nugue)) == len(before) + 2


def _a_pool(reader: Reader) -> str:
    return next(one.key for one in venue(reader).resources if one.pick == "one" and len(one.units) > 2)


@pytest.mark.parametrize(
    ("data", "resources", "said"),
    [
        (b"hello", ["visio-1"], "n’est pas un agenda"),
        (b"", ["visio-1"], "file"),
        (calendar("DTSTART:20200101T090000Z\nDURATION:PT1H"), ["visio-1"], "rien à venir"),
        (calendar(YOGA), [], "Choisissez au moins une ressource"),
        (calendar(YOGA), ["nothing"], ""),
    ],
)
def test_refusals_say_what_to_do(quick_nugue: HouseUnderTest, data: bytes, resources: list[str], said: str) -> None:
    answer = send(desk(quick_nugue), data, *resources)
    assert answer.status_code in (404, 422)
    assert said in unescape(answer.text)
    if answer.status_code == 422:
        assert "Association de yoga" in answer.text


def test_members_import_nothing(quick_nugue: HouseUnderTest) -> None:
    sofia = Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    assert sofia.get("/agendas-importes").status_code == 403


def test_a_site_administrator_imports_on_their_site_only(quick_nugue: HouseUnderTest) -> None:
    who = someone(quick_nugue, "site_administrator@site:nowhere")
    actor = Actor(person_id=who.id, scopes={importing.IMPORT: frozenset({"site:nowhere"})})
    reading = Reading("x", (Date("u", "", "t", at("2026-11-25T10:00"), at("2026-11-25T11:00")),))

    def try_it(tx: Tx) -> None:
        tx.by = actor
        importing.keep_draft(tx, "x", ["visio-1"], reading)

    with pytest.raises(Forbidden):
        write(quick_nugue, try_it)
