"""Whatever any screen proposes is accepted when it is taken at once, on random days of a busy house."""

import random
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.reservations.waiting.queueing import person_id
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import read, run_jobs
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.reservations.presence.queries import codes
from tierslieu.reservations.queries import around
from tierslieu.venue.queries import venue

HREF = re.compile(r'(?:xlink:)?href="([^"]+)"')
FORM = re.compile(r'<form[^>]*action="/reservations">(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'name="([a-z_]+)" value="([^"]*)"')
REASON = re.compile(r'id="reason-([a-z_]+)"')
AT_ONCE = re.compile(r'name="start" value="(\d+)"><input type="hidden" name="end" value="(\d+)"')
TODAY, DAY = "2026-11-24", "2026-11-26"
TOLD = {"qualification_missing", "quiet_meanwhile", "noise_meanwhile"}
"""What a free machine asks of its person, and what people may accept about their neighbours: told on the page."""
HOURS = ("from=14:00&to=16:00&people=4", "minutes=60", "from=10:00&to=18:00&people=2")
PAGES = (
    "/",
    *(f"{page}?date={day}" for page in ("/reserver", "/plan") for day in (TODAY, DAY)),
    f"/plan?date={DAY}&from=14:00&to=16:00",
    *(f"/recherche?date={DAY}&{hours}" for hours in HOURS),
)
STAFF_PAGES = (f"/planning?date={DAY}", f"/planning?date={TODAY}", "/planning/semaine?resource=visio-1")


@pytest.fixture(params=["2026-11-24T13:37", "2026-11-26T09:07"])
def busy(request: pytest.FixtureRequest, quick_nugue: HouseUnderTest) -> HouseUnderTest:
    """The house at some hour, with many reservations of one person."""
    desk, chance = quick_nugue.sign_in(RECEPTION), random.Random(request.param)
    keys = [one.key for one in read(quick_nugue, venue).resources if one.is_bookable]
    who = person_id(quick_nugue, MEMBER)
    for _ in range(60):
        day, start = chance.choice((TODAY, DAY, DAY)), chance.randrange(8, 20)
        begin, end = (
            f"{day}T{start:02d}:{chance.choice(('00', '30'))}",
            f"{day}T{start + chance.randrange(1, 4):02d}:30",
        )
        desk.reserve(chance.choice(keys), begin, end, exception="event", person=who)
    quick_nugue.is_at(request.param)
    run_jobs(quick_nugue)
    return quick_nugue


def test_every_proposal_is_accepted(busy: HouseUnderTest) -> None:
    thomas, claire = Browser(busy), Browser(busy)
    thomas.sign_in(OTHER_MEMBER)
    claire.sign_in(RECEPTION)
    me, desk = busy.sign_in(OTHER_MEMBER), busy.sign_in(RECEPTION)
    spaces = [f"/reserver?date={DAY}&space={one.key}" for one in read(busy, venue).spaces.values()]
    wrong = [
        *of_links(thomas, desk, links(thomas, (*PAGES, *spaces))),
        *of_links(claire, desk, links(claire, STAFF_PAGES)),
        *of_links(thomas, desk, remedies(busy, me, desk)),
        *of_searches(me, desk),
        *of_codes(busy, thomas, desk),
        *of_series(me, desk),
    ]
    assert wrong == [], "\n".join(map(str, wrong))


def links(who: Browser, paths: Iterable[str]) -> list[str]:
    """The links of some pages that name something to reserve and an hour."""
    found: dict[str, None] = {}
    for path in paths:
        page = who.get(path)
        assert page.status_code == 200, page.text
        found.update(dict.fromkeys(unescape(one) for one in HREF.findall(page.text)))
    asked = {"resource", "from"}
    wanted = [one for one in found if one.startswith("/reserver?") and asked <= parse_qs(urlsplit(one).query).keys()]
    assert wanted
    return wanted


def of_links(who: Browser, desk: Caller, found: Iterable[str]) -> Iterator[str]:
    """The links that do not lead to what can be confirmed, and is."""
    for link in found:
        page = who.get(link)
        form = FORM.search(page.text)
        if form is not None:
            fields = {name: unescape(value) for name, value in HIDDEN.findall(form[1]) if name != "_csrf"}
            page = who.submit("/reservations", fields)
            if page.status_code == 303:
                give_back(desk, page.headers["location"].rpartition("/")[2])
                continue
        against = set(REASON.findall(page.text))
        if not against or not against <= TOLD:
            yield f"{link}: {page.status_code} {sorted(against)}"


def give_back(desk: Caller, made: str) -> None:
    """Undo at the desk: some begin too soon for their person to cancel."""
    answer = desk.delete(f"/api/v1/reservations/{made}")
    assert answer.status_code == 204, answer.text


def remedies(house: HouseUnderTest, me: Caller, desk: Caller) -> list[str]:
    """What refusals of random wishes propose instead."""
    chance, found = random.Random(7), dict[str, None]()
    keys = [one.key for one in read(house, venue).resources if one.is_bookable]
    for _ in range(100):
        start, people = chance.randrange(8, 21), chance.choice((1, 1, 2, 5))
        minute, length = chance.choice(("00", "30", "15")), chance.choice((1, 2, 3))
        hours = f"{DAY}T{start:02d}:{minute}", f"{DAY}T{start + length:02d}:{minute}"
        answer = me.reserve(chance.choice(keys), *hours, people=people)
        if answer.status_code == 201:
            give_back(desk, answer.json()["reservations"][0]["id"])
            continue
        for each in (one for reason in answer.json()["reasons"] for one in reason["remedies"]):
            if each["kind"] in ("next_free", "other_resource"):
                found[each["href"]] = None
    assert found
    return list(found)


def of_searches(me: Caller, desk: Caller) -> Iterator[Any]:
    """What programs were told that they could have, and were refused."""
    for hours in (*HOURS, "minutes=90", "minutes=45&people=6", "from=09:00&to=19:00"):
        answer = me.get(f"/api/v1/search?date={DAY}&{hours}")
        assert answer.status_code == 200, answer.text
        people = int(parse_qs(hours).get("people", ["1"])[0])
        for one in answer.json()["found"]:
            wish = {"starts_at": one["starts_at"], "ends_at": one["ends_at"], "people": people}
            made: httpx.Response = me.post("/api/v1/reservations", {"resources": [one["resource"]], **wish})
            if made.status_code == 201:
                give_back(desk, made.json()["reservations"][0]["id"])
            else:
                yield hours, one, made.text


def of_codes(house: HouseUnderTest, who: Browser, desk: Caller) -> Iterator[Any]:
    """What the codes on doors and desks offered to take at once, and did not give."""
    me = read_id(person_id(house, OTHER_MEMBER))
    for key, (code, _since) in read(house, codes).items():
        for start, end in AT_ONCE.findall(who.get(f"/ici/{code}").text):
            who.get(f"/ici/{code}")
            answer = who.submit(f"/ici/{code}/reserver", {"start": start, "end": end})
            if answer.status_code != 303:
                yield key, start, end, answer.status_code
            for one in read(house, around, me, Span(int(start), int(end))):
                give_back(desk, show(one.id))


def of_series(me: Caller, desk: Caller) -> Iterator[Any]:
    """The dates that a preview called free and that were not had, and what it proposed instead of the others."""
    for key, start, end in (("visio-1", "14:00", "16:00"), ("D02", "09:00", "12:30"), ("bureau-1", "10:00", "12:00")):
        wish = {"resource": key, "from": start, "to": end, "first_day": DAY, "rule": "FREQ=DAILY;COUNT=8"}
        tried = me.post("/api/v1/series/preview", wish).json()["dates"]
        made = me.post("/api/v1/series", wish)
        had = [one["day"] for one in made.json().get("dates", ()) if one["state"] in ("confirmed", "requested")]
        if had != [one["day"] for one in tried if one["is_free"]]:
            yield key, had, tried
        for one in (near for each in tried for near in each["instead"]):
            hours = {"starts_at": one["starts_at"], "ends_at": one["ends_at"]}
            answer = me.post("/api/v1/reservations", {"resources": [one["resource"]], **hours})
            if answer.status_code == 201:
                give_back(desk, answer.json()["reservations"][0]["id"])
            else:
                yield key, one, answer.text
        if made.status_code == 201:
            assert desk.delete(f"/api/v1/series/{made.json()['id']}?scope=all").status_code == 200
