"""A room's reservation carries the link of its meeting: fixed, Jitsi or BigBlueButton; guests find the way in."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.reservations.presence.rooms import reserved
from tests.reservations.visio.conferences import SECRET, Conferences
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, iso, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import read as ask
from tests.support.inside import run_jobs
from tierslieu.basics.ids import read
from tierslieu.infra.settings import VisioSettings
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.visio import queries

DAY = "2026-11-26T"
JITSI = "https://meet.example.org"
START = re.compile(r'name="start" value="(\d+)"')


def set_room(house: HouseUnderTest, kind: str, address: str = "", **more: str) -> Browser:
    """The reception says how meetings of the video room are held."""
    claire = Browser(house)
    claire.sign_in(RECEPTION)
    claire.get("/accueil/visio/visio-1")
    answer = claire.submit("/accueil/visio/visio-1", {"kind": kind, "address": address, **more})
    assert answer.status_code == 303, answer.text
    return claire


def link(house: HouseUnderTest, id_: str) -> str:
    """The link of a reservation's meeting."""

    def look(reader: Reader) -> str:
        return queries.link_of(reader, reservations.stored(reader, read(id_)))

    return ask(house, look)


def letters(house: HouseUnderTest) -> str:
    """All that was mailed."""
    return "\n".join(one.text for one in house.house.mail.letters)  # type: ignore[attr-defined]


def test_a_jitsi_room_has_a_new_name_for_each_reservation(nugue: HouseUnderTest) -> None:
    set_room(nugue, "jitsi", JITSI, plug="Câble HDMI sur la table.")
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    mine = reserved(sofia, "visio-1", DAY + "10:00", DAY + "11:00")
    other = reserved(thomas, "visio-1", DAY + "14:00", DAY + "15:00")
    found = link(nugue, mine)
    assert re.fullmatch(rf"{JITSI}/[a-z2-7]{{20}}", found)
    assert found != link(nugue, other)
    run_jobs(nugue)
    assert f"Réunion à distance : {found}" in letters(nugue).replace("\u00a0", " ")
    browser = Browser(nugue)
    browser.sign_in()
    assert f"/mes-reservations/{mine}/visio" in browser.get(f"/mes-reservations/{mine}").text
    page = browser.get(f"/mes-reservations/{mine}/visio").text
    assert found in page
    assert "Câble HDMI" in page
    assert browser.get(f"/mes-reservations/{other}/visio").status_code == 404


def test_the_link_stays_when_the_reservation_moves_and_ends_with_it(quick_nugue: HouseUnderTest) -> None:
    set_room(quick_nugue, "jitsi", JITSI)
    sofia = quick_nugue.sign_in(MEMBER)
    mine = reserved(sofia, "visio-1", DAY + "10:00", DAY + "11:00")
    before = link(quick_nugue, mine)
    moved = sofia.patch(
        f"/api/v1/reservations/{mine}", {"starts_at": iso(DAY + "14:00"), "ends_at": iso(DAY + "15:00")}
    ).json()["reservations"][0]["id"]
    assert link(quick_nugue, moved) == before
    assert link(quick_nugue, mine) == ""
    set_room(quick_nugue, "jitsi", JITSI, renewed="1")
    assert link(quick_nugue, moved) != before
    set_room(quick_nugue, "none")
    assert link(quick_nugue, moved) == ""


def test_a_fixed_link_must_be_a_safe_address(quick_nugue: HouseUnderTest) -> None:
    claire = set_room(quick_nugue, "fixed", "https://visio.example.org/salle")
    for address in ("http://visio.example.org", "javascript:alert(1)", "", "https:// x"):
        claire.get("/accueil/visio/visio-1")
        wrong = claire.submit("/accueil/visio/visio-1", {"kind": "fixed", "address": address})
        assert wrong.status_code == 422
        assert "https://" in wrong.text
    claire.get("/accueil/visio/visio-1")
    assert claire.submit("/accueil/visio/visio-1", {"kind": "bbb"}).status_code == 422
    mine = reserved(quick_nugue.sign_in(MEMBER), "visio-1", DAY + "10:00", DAY + "11:00")
    assert link(quick_nugue, mine) == "https://visio.example.org/salle"


def test_a_quarter_of_an_hour_to_test_goes_with_the_meeting(nugue: HouseUnderTest) -> None:
    set_room(nugue, "jitsi", JITSI)
    sofia = nugue.sign_in(MEMBER)
    mine = reserved(sofia, "visio-1", DAY + "10:00", DAY + "11:00")
    browser = Browser(nugue)
    browser.sign_in()
    page = f"/mes-reservations/{mine}/visio"
    offered = START.findall(browser.get(page).text)
    assert offered
    assert browser.submit(f"{page}/essai", {"start": str(int(offered[0]) + 60)}).status_code == 422
    assert browser.submit(f"{page}/essai", {"start": offered[0]}).status_code == 303
    assert "vous est gardé" in browser.get(page).text
    assert browser.submit(f"{page}/essai", {"start": offered[-1]}).status_code == 422
    thomas = nugue.sign_in(OTHER_MEMBER)
    assert thomas.reserve("visio-1", DAY + "09:00", DAY + "10:00").status_code == 409
    assert sofia.delete(f"/api/v1/reservations/{mine}").status_code == 204
    run_jobs(nugue)
    assert thomas.reserve("visio-1", DAY + "09:00", DAY + "10:00").status_code == 201


def test_every_test_offered_is_accepted_and_can_be_given_back(quick_nugue: HouseUnderTest) -> None:
    set_room(quick_nugue, "jitsi", JITSI)
    mine = reserved(quick_nugue.sign_in(MEMBER), "visio-1", DAY + "10:00", DAY + "11:00")
    browser = Browser(quick_nugue)
    browser.sign_in()
    page = f"/mes-reservations/{mine}/visio"
    offered = START.findall(browser.get(page).text)
    assert len(offered) > 1
    for start in offered:
        assert browser.submit(f"{page}/essai", {"start": start}).status_code == 303
        assert browser.submit(f"{page}/essai/annuler", {}).status_code == 303


@pytest.fixture
def server() -> Iterator[Conferences]:
    """A BigBlueButton server."""
    found = Conferences()
    yield found
    found.close()


@pytest.fixture
def house(server: Conferences, sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """The venue with that server."""
    visio = VisioSettings(bbb_url=server.url, bbb_secret=SECRET)
    with open_house(sqlite_templates.make("demo"), tmp_path, visio=visio) as found:
        yield found


def test_a_room_of_the_server_opens_in_time_and_lets_guests_in(house: HouseUnderTest, server: Conferences) -> None:
    set_room(house, "bbb")
    mine = reserved(house.sign_in(MEMBER), "visio-1", "2026-11-24T10:00", "2026-11-24T11:00")
    run_jobs(house)
    assert server.calls == []
    path = link(house, mine)
    guest = Browser(house)
    assert "La salle ouvre à" in guest.get(path).text
    house.is_at("2026-11-24T09:45")
    server.is_away = True
    run_jobs(house)
    assert server.calls == []
    server.is_away = False
    house.clock.instant += 60
    run_jobs(house)
    assert [name for name, _fields in server.calls] == ["create"]
    assert guest.get(path).status_code == 200
    assert guest.submit(path, {"name": ""}).status_code == 422
    answer = guest.submit(path, {"name": "Ana & co"})
    entry = re.search(r'href="(http[^"]+/api/join[^"]+)"', answer.text)
    assert entry is not None
    assert server.answer(unescape(entry[1]).removeprefix(server.url.removesuffix("/bigbluebutton"))) != b""
    name, fields = server.calls[-1]
    assert (name, fields["fullName"], fields["role"]) == ("join", "Ana & co", "VIEWER")
    host = Browser(house)
    host.sign_in()
    host.get(path)
    assert "role=MODERATOR" in unescape(host.submit(path, {"name": "Sofia"}).text)


def test_nobody_enters_with_an_address_they_made_up(house: HouseUnderTest, server: Conferences) -> None:
    set_room(house, "bbb")
    sofia = house.sign_in(MEMBER)
    mine = reserved(sofia, "visio-1", "2026-11-24T10:00", "2026-11-24T11:00")
    path = link(house, mine)
    for wrong in (path[:-1] + ("a" if path[-1] != "a" else "b"), f"/visio/{mine}", "/visio/x-y", f"/visio/{mine}-"):
        assert house.stranger.get(wrong).status_code in (404, 422)
    assert sofia.delete(f"/api/v1/reservations/{mine}").status_code == 204
    assert "n’aura pas lieu" in house.stranger.get(path).text
    run_jobs(house)
    house.is_at("2026-11-24T09:45")
    run_jobs(house)
    assert server.calls == []
