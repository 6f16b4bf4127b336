"""Calendars to subscribe to: secret, revocable, told cheaply, and no name for those who may not know it."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import update

from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, at
from tests.support.counting import counted
from tests.support.inside import write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.roles.tables import RoleGrant
from tierslieu.reservations.calendars import actions, rules
from tierslieu.venue.map import Need

ADDRESS = re.compile(r'value="[^"]*(/agendas/[A-Za-z0-9_-]{32}\.ics)"')


def subscribe(browser: Browser, **fields: str) -> str:
    """A new address, as the page shows it."""
    browser.get("/mes-agendas")
    answer = browser.submit("/mes-agendas", {"name": "Mon téléphone", **fields})
    assert answer.status_code == 200, answer.text
    found = ADDRESS.search(answer.text)
    assert found is not None, answer.text
    assert "no-store" in answer.headers["cache-control"]
    return found[1]


def entries(house: HouseUnderTest, address: str) -> list[Any]:
    answer = house.stranger.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.fixture
def sofia(nugue: HouseUnderTest) -> Browser:
    browser = Browser(nugue)
    browser.sign_in(MEMBER)
    return browser


def test_ones_own_reservations_follow_on_the_phone(nugue: HouseUnderTest, sofia: Browser) -> None:
    address = subscribe(sofia)
    caller = nugue.sign_in(MEMBER)
    before = len(entries(nugue, address))
    made = caller.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00").json()["reservations"][0]
    fresh = [one for one in entries(nugue, address) if one["UID"] == f"{made['id']}@tierslieu"]
    assert len(entries(nugue, address)) == before + 1
    assert fresh[0]["STATUS"] == "CONFIRMED"
    assert "ATTENDEE" not in fresh[0]
    assert int(fresh[0].start.timestamp()) == at("2026-11-25T10:00")
    caller.delete(f"/api/v1/reservations/{made['id']}")
    gone = next(one for one in entries(nugue, address) if one["UID"] == f"{made['id']}@tierslieu")
    assert gone["STATUS"] == "CANCELLED"
    nugue.is_at("2026-12-28T08:00")
    assert not [one for one in entries(nugue, address) if one["UID"] == f"{made['id']}@tierslieu"]


def test_an_unchanged_feed_is_told_in_a_line(nugue: HouseUnderTest, sofia: Browser) -> None:
    address = subscribe(sofia)
    first = nugue.stranger.get(address)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    assert "max-age" in first.headers["cache-control"]
    assert nugue.stranger.get(address, headers={"if-none-match": tag}).status_code == 304
    assert nugue.stranger.get(address, headers={"if-none-match": '"other", ' + tag}).status_code == 304
    assert nugue.stranger.get(address, headers={"if-modified-since": date}).status_code == 304
    nugue.is_at("2026-11-24T08:05")
    nugue.sign_in(MEMBER).reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00")
    assert nugue.stranger.get(address, headers={"if-modified-since": date}).status_code == 200
    changed = nugue.stranger.get(address, headers={"if-none-match": tag})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)
    assert nugue.stranger.get(address, headers={"if-none-match": changed.headers["etag"]}).status_code == 304
    assert nugue.stranger.get(address, headers={"if-modified-since": "yesterday"}).status_code == 200


def test_a_renewed_or_ended_address_leads_nowhere(quick_nugue: HouseUnderTest) -> None:
    sofia = Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    address = subscribe(sofia)
    assert "Jamais lu" in sofia.get("/mes-agendas").text
    quick_nugue.stranger.get(address)
    listed = sofia.get("/mes-agendas").text
    assert "Lu par un agenda" in listed
    assert address.removesuffix(".ics").rpartition("/")[2] not in listed
    path = re.findall(r'action="(/mes-agendas/\w+)/nouvelle-adresse"', listed)[-1]
    found = ADDRESS.search(sofia.submit(f"{path}/nouvelle-adresse", {}).text)
    assert found is not None
    assert quick_nugue.stranger.get(address).status_code == 404
    assert quick_nugue.stranger.get(found[1]).status_code == 200
    sofia.get("/mes-agendas")
    assert sofia.submit(f"{path}/fin", {}).status_code == 303
    assert quick_nugue.stranger.get(found[1]).status_code == 404
    sofia.get("/mes-agendas")
    assert sofia.submit(f"{path}/fin", {}).status_code == 404


def test_nobody_touches_anothers_calendar(quick_nugue: HouseUnderTest) -> None:
    sofia, thomas = Browser(quick_nugue), Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    thomas.sign_in(OTHER_MEMBER)
    address = subscribe(sofia)
    path = re.findall(r'action="(/mes-agendas/\w+)/fin"', sofia.get("/mes-agendas").text)[-1]
    thomas.get("/mes-agendas")
    assert thomas.submit(f"{path}/fin", {}).status_code == 404
    assert thomas.submit(f"{path}/nouvelle-adresse", {}).status_code == 404
    assert quick_nugue.stranger.get(address).status_code == 200


def test_a_planning_without_names_names_nobody(quick_nugue: HouseUnderTest) -> None:
    sofia = Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    quick_nugue.sign_in(OTHER_MEMBER).reserve(
        "visio-1", "2026-11-25T10:00", "2026-11-25T11:00", title="Rendez-vous secret"
    )
    address = subscribe(sofia, place="resource:visio-1", detail="busy")
    body = quick_nugue.stranger.get(address).text
    (entry,) = [one for one in entries(quick_nugue, address) if int(one.start.timestamp()) >= at("2026-11-25T00:00")]
    assert int(entry.start.timestamp()) <= at("2026-11-25T10:00")
    assert "occup" in entry["SUMMARY"]
    assert not re.search("Thomas|Girard|secret|Rendez", body)
    refused = sofia.submit("/mes-agendas", {"name": "Ruse", "place": "resource:visio-1", "detail": "names"})
    assert refused.status_code == 403


def test_staff_see_names_as_long_as_they_are_staff(quick_nugue: HouseUnderTest) -> None:
    claire = Browser(quick_nugue)
    claire.sign_in(RECEPTION)
    quick_nugue.sign_in(OTHER_MEMBER).reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00")
    address = subscribe(claire, place="resource:visio-1", detail="names")
    assert any("Thomas Girard" in one["SUMMARY"] for one in entries(quick_nugue, address))
    write(quick_nugue, _take_roles)
    assert quick_nugue.stranger.get(address).status_code == 404


def _take_roles(tx: Tx) -> None:
    g = columns(RoleGrant)
    ending: Query[Any] = Query(update(table_of(RoleGrant)).where(g.role == "receptionist").values(ends_at=1))
    tx.run(ending)


def test_a_site_in_a_fixed_number_of_statements(quick_nugue: HouseUnderTest) -> None:
    claire = Browser(quick_nugue)
    claire.sign_in(RECEPTION)
    one = subscribe(claire, place="resource:visio-1", detail="names")
    site = re.findall(r'value="(site:[\w-]+)"', claire.get("/mes-agendas").text)[0]
    all_ = subscribe(claire, place=site, detail="names")
    for address in (one, all_):
        quick_nugue.stranger.get(address)
    numbers = []
    for address in (one, all_):
        with counted(quick_nugue) as statements:
            assert quick_nugue.stranger.get(address).status_code == 200
        numbers.append(statements.statements)
    assert numbers[1] <= numbers[0] + 2
    assert max(numbers) <= 10


def test_opening_hours_keep_the_wall_clock(quick_nugue: HouseUnderTest) -> None:
    sofia = Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    site = re.findall(r'value="(site:[\w-]+)"', sofia.get("/mes-agendas").text)[0]
    quick_nugue.is_at("2027-03-20T08:00")
    sofia.sign_in(MEMBER)
    address = subscribe(sofia, place=site, detail="opening")
    found = entries(quick_nugue, address)
    assert found
    assert {one["TRANSP"] for one in found} == {"TRANSPARENT"}
    walls: dict[tuple[str, int], set[str]] = {}
    for one in found:
        wall = quick_nugue.house.zone.wall(int(one.start.timestamp()))
        if wall.hour < 13:
            walls.setdefault((str(one["SUMMARY"]), wall.weekday()), set()).add(f"{wall:%H:%M}")
    days = {int(one.start.timestamp()) // 86_400 for one in found}
    assert min(days) < at("2027-03-28T00:00") // 86_400 < max(days)
    assert {len(hours) for hours in walls.values()} == {1}


@pytest.mark.parametrize("path", ["/agendas/nothing.ics", "/agendas/" + "a" * 32 + ".ics", "/agendas/%00.ics"])
def test_an_unknown_address_is_not_found(quick_nugue: HouseUnderTest, path: str) -> None:
    assert quick_nugue.stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    ("place", "detail"),
    [
        ("resource:nothing", "busy"),
        ("", "busy"),
        ("resource:visio-1", "own"),
        ("resource:visio-1", "opening"),
        ("x", "busy"),
    ],
)
def test_a_calendar_that_is_none_is_refused_beside_its_field(
    quick_nugue: HouseUnderTest, place: str, detail: str
) -> None:
    sofia = Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    sofia.get("/mes-agendas")
    answer = sofia.submit("/mes-agendas", {"name": "Mon <téléphone>", "place": place, "detail": detail})
    assert answer.status_code == 422
    assert "Mon &lt;téléphone&gt;" in answer.text


def test_twenty_calendars_are_enough(quick_nugue: HouseUnderTest) -> None:
    sofia = Browser(quick_nugue)
    sofia.sign_in(MEMBER)
    for _ in range(rules.MOST_FEEDS):
        sofia.get("/mes-agendas")
        last = sofia.submit("/mes-agendas", {"name": "Encore"})
        if last.status_code == 422:
            break
    sofia.get("/mes-agendas")
    assert sofia.submit("/mes-agendas", {"name": "Encore"}).status_code == 422


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=6)


@settings(max_examples=40)
@given(st.lists(SPANS, min_size=1, max_size=4), st.integers(1, 4))
def test_taken_is_what_leaves_too_few_units(units: list[list[tuple[int, int]]], count: int) -> None:
    count = min(count, len(units))
    taken = {number: _apart(spans) for number, spans in enumerate(units)}
    need = Need(tuple(taken), count)
    found = rules._too_few(need, taken)
    for at_ in range(60):
        clear = sum(not any(one.holds(at_) for one in spans) for spans in taken.values())
        assert any(one.holds(at_) for one in found) == (clear < count)


def _apart(pairs: list[tuple[int, int]]) -> list[Span]:
    """Spans that do not overlap, as the claims of a unit."""
    found: list[Span] = []
    for start, length in sorted(pairs):
        begin = max(start, found[-1].end if found else 0)
        found.append(Span(begin, begin + length))
    return found


def test_programs_make_renew_and_end_calendars(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    made = sofia.post("/api/v1/feeds", {"name": "Programme"})
    assert made.status_code == 201, made.text
    path = made.json()["address"].removeprefix("http://testserver.local")
    path = path[path.index("/agendas/") :]
    assert quick_nugue.stranger.get(path).status_code == 200
    listed = next(one for one in sofia.get("/api/v1/feeds").json() if one["name"] == "Programme")
    assert listed["last_used_at"] is not None
    assert "address" not in listed
    renewed = sofia.post(f"/api/v1/feeds/{listed['id']}/renewal")
    assert renewed.status_code == 200
    assert quick_nugue.stranger.get(path).status_code == 404
    thomas = quick_nugue.sign_in(OTHER_MEMBER)
    assert thomas.delete(f"/api/v1/feeds/{listed['id']}").status_code == 404
    assert sofia.delete(f"/api/v1/feeds/{listed['id']}").status_code == 204
    assert sofia.post("/api/v1/feeds", {"name": "x", "detail": "names", "place": "resource:visio-1"}).status_code == 403
    assert sofia.post("/api/v1/feeds", {"name": "x", "place": "resource:nothing", "detail": "busy"}).status_code == 422


def test_nobody_takes_an_address_away_from_a_kiosk(quick_nugue: HouseUnderTest) -> None:
    def at_kiosk(tx: Tx) -> None:
        tx.by = Actor(person_id=1, session_kind="kiosk")
        actions.make_feed(tx, "Borne", "", "own")

    with pytest.raises(Forbidden, match="not_at_kiosk"):
        write(quick_nugue, at_kiosk)
