"""Staff draw a plan, members pick on it; the list beside it says the same."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, HouseUnderTest
from tests.support.counting import counted
from tests.support.doors import someone

THURSDAY = "2026-11-26"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200"><path d="M0 0h400v200H0z" fill="none"/></svg>'
PICTURE = re.compile(r'<image href="(/plan/fond/[^"]+)"')
PLACE = re.compile(r'href="(/gestion/plans/\w+\?place=\w+)#place"')
ITEM = re.compile(
    r'<li><span class="number"[^>]*>(\d+)</span><a class="phone" href="([^"]*)">([^<]*)</a>(.*?)</li>', re.S
)
AREA = re.compile(r'<a href="([^"]*)" class="(\w+)"[^>]*>\s*<path class="area".*?class="no"[^>]*>(\d+)<', re.S)


@pytest.fixture
def staff(nugue: HouseUnderTest) -> Browser:
    """An administrator's browser."""
    browser = Browser(nugue)
    browser.sign_in(ADMINISTRATOR)
    return browser


def start(staff: Browser, name: str = "Premier étage") -> str:
    """The address of a new plan."""
    staff.get("/gestion/plans")
    made = staff.submit("/gestion/plans", {"name": name, "site": "oasis", "space": ""})
    assert made.status_code == 303, made.text
    staff.get(made.headers["location"])
    return made.headers["location"]


def upload(staff: Browser, address: str, data: bytes, name: str = "plan.svg") -> httpx.Response:
    """Send a file as the form does."""
    return staff.send("POST", f"{address}/fond", data={"_csrf": staff.token}, files={"file": (name, data)})


def test_a_plan_is_drawn_and_picked_on(nugue: HouseUnderTest, staff: Browser) -> None:
    address = start(staff)
    assert upload(staff, address, DRAWING).status_code == 303
    page = staff.get(address)
    picture = PICTURE.search(page.text)
    assert picture is not None
    assert 'viewBox="0 0 800 400"' in page.text
    sent = nugue.client.get(picture[1])
    assert sent.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in sent.headers["content-security-policy"]
    assert "immutable" in sent.headers["cache-control"]
    box = {"key": "visio-1", "shape": "box", "x": "100", "y": "50", "width": "200", "height": "120"}
    assert staff.submit(f"{address}/places", box).status_code == 303
    round_one = {"key": "bureau-1", "shape": "round", "x": "400", "y": "50", "width": "200", "height": "120"}
    assert staff.submit(f"{address}/places", round_one).status_code == 303
    shown = Browser(nugue).get(f"/plan?plan={address.rpartition('/')[2].lower()}&date={THURSDAY}")
    assert "Premier étage" in shown.text
    assert "resource=visio-1" in shown.text
    assert "resource=bureau-1" in shown.text


def test_places_move_and_go(staff: Browser) -> None:
    address = start(staff)
    box = {"key": "visio-1", "shape": "box", "x": "100", "y": "50", "width": "200", "height": "120"}
    staff.submit(f"{address}/places", box)
    place = PLACE.search(staff.get(address).text)
    assert place is not None
    form = staff.get(place[1]).text
    assert re.search(r'name="x"[^>]*value="100"', form)
    target = place[1].replace("?place=", "/places/")
    corners = {"shape": "corners", "corners": "10,10 200,10 200,150 90,180"}
    assert staff.submit(target, {**box, **corners}).status_code == 303
    moved = {"shape": "corners", "corners": "10,10 200,10 200,150 90,180", "x": "50", "y": "20"}
    assert staff.submit(target, {**moved, "width": "380", "height": "340"}).status_code == 303
    page = staff.get(place[1]).text
    assert 'value="50,20 430,20 430,300 210,360"' in page, "the same corners, moved and stretched"
    assert staff.submit(f"{target}/retirer", {}).status_code == 303
    assert PLACE.search(staff.get(address).text) is None
    assert staff.submit(f"{target}/retirer", {}).status_code == 404


def test_plans_are_renamed_ordered_and_removed(nugue: HouseUnderTest, staff: Browser) -> None:
    address = start(staff)
    renamed = staff.submit(address, {"name": "Étage", "site": "container", "space": "container-bureau"})
    assert renamed.status_code == 303
    names = [one["name"] for one in nugue.stranger.get("/api/v1/floor-plans").json()]
    assert names[-1] == "Étage"
    for _step in names:
        staff.submit(f"{address}/ordre", {"step": "before"})
    assert nugue.stranger.get("/api/v1/floor-plans").json()[0]["name"] == "Étage"
    assert upload(staff, address, DRAWING).status_code == 303
    staff.submit(f"{address}/fond", {"drop": "1"})
    assert nugue.stranger.get("/api/v1/floor-plans").json()[0]["picture"] == ""
    assert staff.submit(f"{address}/retirer", {}).headers["location"] == "/gestion/plans"
    assert nugue.client.get(f"/plan?plan={address.rpartition('/')[2].lower()}").status_code == 404


REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("/places", {"key": "nowhere", "shape": "box", "x": "1", "y": "1", "width": "50", "height": "50"}, "key"),
    ("/places", {"key": "", "shape": "box", "x": "1", "y": "1", "width": "50", "height": "50"}, "key"),
    ("/places", {"key": "visio-1", "shape": "box", "x": "790", "y": "1", "width": "50", "height": "50"}, "x"),
    ("/places", {"key": "visio-1", "shape": "box", "x": "9", "y": "1", "width": "3", "height": "50"}, "width"),
    ("/places", {"key": "visio-1", "shape": "box", "x": "trois", "y": "1", "width": "30", "height": "50"}, "x"),
    ("/places", {"key": "visio-1", "shape": "corners", "corners": "1,1 2"}, "corners"),
    ("", {"name": "", "site": "oasis"}, "name"),
    ("", {"name": "Plan", "site": "nowhere"}, "site"),
    ("", {"name": "Plan", "site": "oasis", "space": "container-bureau"}, "space"),
]


def test_what_cannot_be_is_said_at_its_field(quick_nugue: HouseUnderTest) -> None:
    staff = Browser(quick_nugue)
    staff.sign_in(ADMINISTRATOR)
    address = start(staff)
    for door, fields, field in REFUSED:
        answer = staff.submit(f"{address}{door}", fields)
        assert answer.status_code == 422, fields
        assert f'href="#{field}"' in answer.text, fields
        for name in ("x", "corners"):
            if name in fields:
                assert f'value="{fields[name]}"' in answer.text, "nothing typed is lost"


def test_refused_files_and_strangers(quick_nugue: HouseUnderTest) -> None:
    staff = Browser(quick_nugue)
    staff.sign_in(ADMINISTRATOR)
    address = start(staff)
    for data, words in (
        (DRAWING.replace(b"<path", b"<script/><path"), "un programme ou une animation"),
        (b"%PDF-1.7", "pas une image lisible"),
        (b"<svg" + b" " * 2_000_000, "trop gros"),
    ):
        answer = upload(staff, address, data)
        assert answer.status_code == 422
        assert words in unescape(answer.text)
    twice = {"key": "visio-1", "shape": "box", "x": "1", "y": "1", "width": "50", "height": "50"}
    assert staff.submit(f"{address}/places", twice).status_code == 303
    assert staff.submit(f"{address}/places", twice).status_code == 422
    member = Browser(quick_nugue)
    member.sign_in(MEMBER)
    member.get("/plan")
    for path in ("/gestion/plans", address):
        assert member.get(path).status_code == 403
    assert member.submit(f"{address}/places", twice).status_code == 403


def test_a_site_administrator_draws_their_site_only(quick_nugue: HouseUnderTest) -> None:
    token = someone(quick_nugue, "site_administrator@site:container").token
    page = Browser(quick_nugue)
    page.cookies["session"] = token
    page.get("/gestion/plans")
    assert page.submit("/gestion/plans", {"name": "Le leur", "site": "container"}).status_code == 303
    assert page.submit("/gestion/plans", {"name": "Pas le leur", "site": "oasis"}).status_code == 403


def compared(page: str) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """What the drawing says and what the list says: number to link and state."""
    drawn = {number: (unescape(href), state) for href, state, number in AREA.findall(page)}
    kinds = {"silent": "closed"}
    listed = {}
    for number, href, _name, rest in ITEM.findall(page):
        state = re.search(r"state state-(\w+)", rest)
        assert state is not None
        listed[number] = (unescape(href), kinds.get(state[1], state[1]))
    return drawn, listed


def test_the_drawing_and_the_list_say_the_same(quick_nugue: HouseUnderTest) -> None:
    other = quick_nugue.sign_in(OTHER_MEMBER)
    assert other.reserve("visio-1", f"{THURSDAY}T14:00", f"{THURSDAY}T16:00").status_code == 201
    for address in (
        f"/plan?date={THURSDAY}",
        f"/plan?date={THURSDAY}&from=14:00&to=16:00",
        f"/plan?date={THURSDAY}&from=13:00&to=15:00&people=2",
        f"/plan?plan=desks&date={THURSDAY}&from=09:00&to=12:00",
        "/plan?date=2026-12-25",
    ):
        drawn, listed = compared(Browser(quick_nugue).get(address).text)
        assert listed
        assert drawn == listed
    at_two = compared(Browser(quick_nugue).get(f"/plan?date={THURSDAY}&from=14:00&to=16:00").text)[1]
    states = {href.partition("resource=")[2].partition("&")[0]: state for href, state in at_two.values()}
    assert states["visio-1"] in ("taken", "soon")
    assert states["bureau-1"] == "free"


def test_what_is_free_on_the_plan_is_accepted(quick_nugue: HouseUnderTest) -> None:
    browser = Browser(quick_nugue)
    browser.sign_in()
    _drawn, listed = compared(browser.get(f"/plan?date={THURSDAY}&from=14:00&to=16:00&people=1").text)
    free = [href for href, state in listed.values() if state == "free"]
    assert len(free) >= 3
    for href in free:
        assert "Confirmer la réservation" in unescape(browser.get(href.partition("#")[0]).text), href


def test_addresses_that_mean_nothing(quick_nugue: HouseUnderTest) -> None:
    queries = {"plan=nowhere": 404, "date=2026-13-01": 422, "from=9&to=10:00": 422, "from=10:00&to=09:00": 422}
    for query, status in queries.items():
        assert Browser(quick_nugue).get(f"/plan?{query}").status_code == status


def test_a_plan_costs_the_same_whatever_stands_on_it(quick_nugue: HouseUnderTest) -> None:
    def cost(address: str) -> int:
        Browser(quick_nugue).get(address)
        with counted(quick_nugue) as engine:
            Browser(quick_nugue).get(address)
            return engine.statements

    asked_why = 1  # of everything that is closed at once: on the main plan the mill is out of service
    assert cost("/plan?plan=desks") + asked_why == cost("/plan?plan=main") <= 6


def test_programs_draw_as_well(quick_nugue: HouseUnderTest) -> None:
    caller = quick_nugue.sign_in(ADMINISTRATOR)
    made = caller.post("/api/v1/floor-plans", {"name": "Sous-sol", "site": "oasis"})
    assert made.status_code == 201, made.text
    address = f"/api/v1/floor-plans/{made.json()['key']}"

    def put(path: str, body: dict[str, Any]) -> httpx.Response:
        return quick_nugue.client.put(path, json=body, headers=caller.headers)

    box = {"x": 100, "y": 50, "width": 200, "height": 120}
    assert put(f"{address}/places/visio-1", box).json()["places"][0]["outline"] == "M100 50h200v120h-200z"
    corners = put(f"{address}/places/visio-1", {"corners": [[10, 10], [200, 10], [200, 150]]}).json()["places"]
    assert [(one["key"], one["outline"]) for one in corners] == [("visio-1", "M10 10L200 10L200 150z")]
    for body, status in (({"x": 790, "y": 1, "width": 90, "height": 9}, 422), ({"x": 1, "y": 1}, 400), (box, 200)):
        assert put(f"{address}/places/bureau-1", body).status_code == status
    assert put(f"{address}/places/nowhere", box).status_code == 422
    assert put("/api/v1/floor-plans/nowhere/places/visio-1", box).status_code == 404
    member = quick_nugue.sign_in(MEMBER)
    assert member.delete(address).status_code == 403
    assert caller.delete(f"{address}/places/visio-1").status_code == 204
    assert caller.delete(f"{address}/places/visio-1").status_code == 404
    assert caller.delete(address).status_code == 204
    assert made.json()["key"] not in [one["key"] for one in quick_nugue.stranger.get("/api/v1/floor-plans").json()]
