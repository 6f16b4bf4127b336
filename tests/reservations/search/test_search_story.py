"""Search by time first: what is found is reserved in two taps, what comes close is offered and holds."""

import re
from html import unescape

from sqlalchemy import select

from tests.support.browsers import Browser
from tests.support.clients import OTHER_MEMBER, RECEPTION, HouseUnderTest, iso
from tests.support.counting import counted
from tests.support.doors import someone
from tests.support.inside import write
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Tx
from tierslieu.venue.actions import NewResource, offer
from tierslieu.venue.tables import Space

THURSDAY = "2026-11-26"
ASKED = "/recherche?date=jeudi&from=14:00&to=16:00&people=4&equipment=screen&access=step_free"
LINK = re.compile(r'class="button button-main" href="(/reserver\?[^"]*)"')
HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"')
COWORKING: Query[tuple[int]] = Query(select(columns(Space).id).where(columns(Space).key == "coworking"))


def links(text: str) -> list[str]:
    """Where the results of a page lead."""
    return [unescape(found) for found in LINK.findall(text)]


def form_fields(text: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with an action."""
    part = text[text.index(f'action="{action}"') :]
    return {name: unescape(value) for name, value in HIDDEN.findall(part[: part.index("</form>")])}


def test_found_and_reserved_in_two_taps(nugue: HouseUnderTest) -> None:
    browser = Browser(nugue)
    browser.sign_in()
    page = browser.get(ASKED)
    assert page.status_code == 200
    first = links(page.text)[0]
    assert "resource=visio-1" in first
    chosen = browser.get(first.partition("#")[0])
    assert "Confirmer la réservation" in unescape(chosen.text)
    made = browser.submit("/reservations", form_fields(chosen.text, "/reservations"))
    assert made.headers["location"].startswith("/mes-reservations/")
    again = Browser(nugue).get(ASKED)
    assert "Rien n’est libre exactement comme demandé" in again.text
    assert not any(f"resource=visio-1&date={THURSDAY}&from=14%3A00" in link for link in links(again.text))


def test_everything_close_is_accepted(quick_nugue: HouseUnderTest) -> None:
    other = quick_nugue.sign_in(OTHER_MEMBER)
    assert other.reserve("visio-1", f"{THURSDAY}T14:00", f"{THURSDAY}T16:00").status_code == 201
    answer = quick_nugue.stranger.get(f"/api/v1/search{ASKED.partition('/recherche')[2]}").json()
    assert answer["found"] == []
    kinds = {one["kind"] for one in answer["alternatives"]}
    assert {"shift", "day"} <= kinds
    for place, one in enumerate(answer["alternatives"]):
        token = someone(quick_nugue, "member", name=f"Essai {place}").token
        for part in one["parts"]:
            body = {"resources": [part["resource"]], "starts_at": part["starts_at"], "ends_at": part["ends_at"]}
            made = quick_nugue.client.post(
                "/api/v1/reservations", json={**body, "people": 4}, headers={"authorization": f"Bearer {token}"}
            )
            assert made.status_code == 201, (one, made.text)
            reference = made.json()["reservations"][0]["id"]
            gone = quick_nugue.client.delete(
                f"/api/v1/reservations/{reference}", headers={"authorization": f"Bearer {token}"}
            )
            assert gone.status_code in (204, 422)


def test_two_places_one_after_the_other(nugue: HouseUnderTest) -> None:
    desk = nugue.sign_in(RECEPTION)
    for key, start, end in (("grande-salle-jardin", "09", "10"), ("grande-salle-cour", "12", "13")):
        assert desk.reserve(key, f"{THURSDAY}T{start}:00", f"{THURSDAY}T{end}:00").status_code == 201
    browser = Browser(nugue)
    browser.sign_in()
    address = f"/recherche?date={THURSDAY}&from=09:00&to=13:00&people=20&kind=room"
    page = browser.get(address)
    assert "En deux lieux" in page.text
    fields = form_fields(page.text, "/recherche/deux-lieux")
    assert fields["resource"] != fields["second"]
    made = browser.submit("/recherche/deux-lieux", fields)
    assert (made.status_code, made.headers["location"]) == (303, "/mes-reservations")
    late = Browser(nugue)
    late.sign_in(OTHER_MEMBER)
    late.get(address)
    refused = late.submit("/recherche/deux-lieux", fields)
    assert refused.status_code == 409
    assert "reason-slot_taken" in refused.text
    mine = nugue.sign_in(OTHER_MEMBER).get("/api/v1/reservations").text
    assert "grande-salle" not in mine


def test_any_time_of_a_part_of_the_day(quick_nugue: HouseUnderTest) -> None:
    page = Browser(quick_nugue).get(f"/recherche?date={THURSDAY}&minutes=90&part=morning&kind=seat")
    assert "resource=coworking" in links(page.text)[0]
    assert not any("resource=D" in link for link in links(page.text)), "any desk stands for each of them"
    for link in links(page.text):
        fields = dict(part.split("=") for part in link.partition("?")[2].partition("#")[0].split("&"))
        assert fields["from"] < fields["to"] <= "12%3A00"


def test_accessibility_is_never_given_up(quick_nugue: HouseUnderTest) -> None:
    answer = quick_nugue.stranger.get(f"/api/v1/search?date={THURSDAY}&from=14:00&to=16:00&access=tactile_path")
    assert answer.json() == {"found": [], "alternatives": []}
    page = Browser(quick_nugue).get(f"/recherche?date={THURSDAY}&from=14:00&to=16:00&access=tactile_path")
    assert "Rien ici ne répond à ces critères" in page.text


def test_a_missing_comfort_is_said(quick_nugue: HouseUnderTest) -> None:
    page = Browser(quick_nugue).get(
        f"/recherche?date={THURSDAY}&from=14:00&to=16:00&people=2&kind=room&equipment=camera"
    )
    assert page.status_code == 200
    asked = f"/api/v1/search?date={THURSDAY}&from=14:00&to=16:00&people=6&kind=room&equipment=screen,kitchenette"
    close = quick_nugue.stranger.get(asked).json()["alternatives"]
    assert any("kitchenette" in one["given_up"] for one in close)


def test_a_machine_is_shown_to_who_may_use_it(quick_nugue: HouseUnderTest) -> None:
    asked = f"/api/v1/search?date={THURSDAY}&from=17:00&to=18:00&kind=machine"
    shown = [one["resource"] for one in quick_nugue.stranger.get(asked).json()["found"]]
    assert "laser-1" in shown
    beginner = someone(quick_nugue, "member").token
    told = quick_nugue.client.get(asked, headers={"authorization": f"Bearer {beginner}"}).json()
    assert "laser-1" not in [one["resource"] for one in told["found"]]


UNREADABLE = {
    "date=hier-soir&from=14:00&to=16:00": "date",
    "date=2026-11-01&from=14:00&to=16:00": "date",
    f"date={THURSDAY}&from=25:00&to=16:00": "from",
    f"date={THURSDAY}&from=16:00&to=14:00": "to",
    f"date={THURSDAY}&from=14:00&to=16:00&people=beaucoup": "people",
    f"date={THURSDAY}&from=14:00&to=16:00&minutes=180": "minutes",
    f"date={THURSDAY}&from=14:00&to=16:00&kind=chateau": "kind",
    f"date={THURSDAY}&from=14:00&to=16:00&access=magic": "access",
}
"""An address, and the field that is wrong in it."""


def test_what_cannot_be_read_is_said_at_its_field(quick_nugue: HouseUnderTest) -> None:
    for query, field in UNREADABLE.items():
        page = Browser(quick_nugue).get(f"/recherche?{query}")
        assert page.status_code == 422, query
        assert f'href="#{field}"' in page.text, query
        call = quick_nugue.stranger.get(f"/api/v1/search?{query}")
        assert call.status_code == 422, query
        assert field in call.json()["fields"], query


def test_the_form_keeps_what_was_asked(quick_nugue: HouseUnderTest) -> None:
    page = Browser(quick_nugue).get(f"/recherche?date={THURSDAY}&from=14:00&to=16:00&people=4x&access=step_free")
    assert 'value="4x"' in page.text
    assert re.search(r'value="14:00" selected', page.text)
    assert re.search(r'value="step_free" checked', page.text)


def test_no_more_statements_for_any_number_of_resources(quick_nugue: HouseUnderTest) -> None:
    addresses = [ASKED, f"/recherche?date={THURSDAY}&from=14:00&to=16:00&people=3&kind=room&equipment=none-has-this"]
    before = [_cost(quick_nugue, address) for address in addresses]
    write(quick_nugue, _many_rooms)
    for address in addresses:
        Browser(quick_nugue).get(address)
    after = [_cost(quick_nugue, address) for address in addresses]
    assert all(now <= then for now, then in zip(after, before, strict=True)), (before, after)
    assert max(before) <= 10


def _cost(house: HouseUnderTest, address: str) -> int:
    Browser(house).get(address)
    with counted(house) as engine:
        Browser(house).get(address)
        return engine.statements


def _many_rooms(tx: Tx) -> None:
    row = tx.row(COWORKING)
    assert row is not None
    units: dict[str, int] = {}
    for number in range(120):
        room = NewResource(f"salle-{number}", f"Salle {number}", "room", capacity=4, equipment=("screen",))
        offer(tx, row[0], room, units)


def test_programs_reserve_in_turn(quick_nugue: HouseUnderTest) -> None:
    desk = quick_nugue.sign_in(RECEPTION)
    assert desk.reserve("bureau-1", f"{THURSDAY}T12:00", f"{THURSDAY}T13:00").status_code == 201
    caller = quick_nugue.sign_in(OTHER_MEMBER)

    def parts(*hours: tuple[str, str, str]) -> dict[str, object]:
        names = ("resource", "starts_at", "ends_at")
        return {
            "parts": [
                dict(zip(names, (key, iso(f"{THURSDAY}T{start}:00"), iso(f"{THURSDAY}T{end}:00")), strict=True))
                for key, start, end in hours
            ]
        }

    refused = caller.post("/api/v1/search/in-turn", parts(("visio-1", "10", "12"), ("bureau-1", "12", "13")))
    assert refused.status_code == 409
    assert "visio-1" not in caller.get("/api/v1/reservations").text, "the first part is not kept without the second"
    beside = parts(("visio-1", "10", "12"), ("bureau-1", "11", "12"))
    assert caller.post("/api/v1/search/in-turn", beside).status_code == 400
    made = caller.post("/api/v1/search/in-turn", parts(("visio-1", "10", "12"), ("bureau-1", "13", "14")))
    assert made.status_code == 201
    assert [one["resource"] for one in made.json()["reservations"]] == ["visio-1", "bureau-1"]


def test_one_may_wait_for_what_suits_best(quick_nugue: HouseUnderTest) -> None:
    other = quick_nugue.sign_in(OTHER_MEMBER)
    assert other.reserve("visio-1", f"{THURSDAY}T14:00", f"{THURSDAY}T16:00").status_code == 201
    page = Browser(quick_nugue).get(ASKED)
    assert "/attente/nouvelle?resource=visio-1" in page.text


def test_the_desk_searches_for_somebody(quick_nugue: HouseUnderTest) -> None:
    person = show(someone(quick_nugue, "member").id)
    desk = Browser(quick_nugue)
    desk.sign_in(RECEPTION)
    page = desk.get(f"{ASKED}&pour={person}")
    assert links(page.text)
    assert all(f"pour={person}" in link for link in links(page.text))
    stranger = Browser(quick_nugue)
    stranger.sign_in(OTHER_MEMBER)
    assert stranger.get(f"{ASKED}&pour={person}").status_code == 403
