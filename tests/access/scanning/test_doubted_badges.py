"""The same card at two places at once: from then on its pin is asked, until it is given or staff have looked."""

from typing import Any

from tests.access.doors import badge, kiosk, person_id, scan
from tests.access.kiosk.lists import List
from tests.access.passes.phones import phone
from tests.access.scanning.standing import ANYONE, at_zone, present, rows, told, with_pin
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tierslieu.access import actions
from tierslieu.access.kiosk.snapshot_rows import card_code
from tierslieu.access.kiosk.snapshot_store import refresh
from tierslieu.access.queries import working
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.people.audit.queries import newest


def seen_twice(house: HouseUnderTest, doors: list[Caller], text: str, number: int) -> None:
    """A card and its copy, at two entrances at once; more than a moment later everything goes on."""
    for more, door in enumerate(doors):
        present(house, door, text, number + more, direction="out")
    assert rows(house)[-1][2].endswith("twice")
    house.clock.instant += 60


def hall(house: HouseUnderTest, *names: str) -> list[Caller]:
    return [at_zone(house, name, "grande-salle", ZoneFacts("Salle", passback="off")) for name in names]


def test_a_copied_card_needs_its_pin_once(nugue: HouseUnderTest) -> None:
    house, card = nugue, badge(nugue).token
    doors, note = hall(house, "Nord", "Sud"), kiosk(nugue)
    with_pin(house, "482915")
    assert [told(present(house, door, card, number)) for number, door in enumerate(doors, 1)] == ["granted"] * 2
    house.clock.instant += 60
    asked = present(house, doors[0], card, 3)
    assert (asked["reason"], asked["asks"]) == ("pin_needed", "pin")
    assert "L’accueil vous aide" in asked["sentence"], "nobody without a pin tries for ever"
    assert told(present(house, note, card, 4)) == "pin_needed", "also where an arrival is only noted"
    assert told(present(house, doors[1], card, 5, direction="out")) == "granted"
    carried = phone(house, house.sign_in()).passes(person_id(house)).passes[0].text
    house.clock.instant += 60
    carried = phone(house, house.sign_in()).passes(person_id(house)).passes[0].text
    assert told(present(house, doors[0], carried, 6)) == "granted", "whoever copied the card has not the phone"
    house.clock.instant += 60
    assert told(present(house, doors[0], card, 7, pin="000000")) == "pin_wrong"
    assert told(present(house, doors[0], card, 8, pin="482915")) == "granted"
    house.clock.instant += 60
    assert told(present(house, doors[0], card, 9)) == "granted", "once is enough"
    seen_twice(house, doors, card, 10)
    assert told(present(house, doors[0], card, 12)) == "pin_needed", "the next time it is doubted anew"


def test_staff_end_the_doubt_or_give_another_card(quick_nugue: HouseUnderTest) -> None:
    house, issued = quick_nugue, badge(quick_nugue)
    doors, card, desk = hall(house, "Nord", "Sud"), issued.token, house.sign_in(RECEPTION)
    own = f"/personnes/{house.sign_in(MEMBER).get('/api/v1/me').json()['id']}/badge"
    for number, path in ((1, "/acces/signalements"), (5, own)):
        seen_twice(house, doors, card, number)
        assert told(present(house, doors[0], card, number + 2)) == "pin_needed"
        page = desk.get(path).text
        assert page.count("C’est bien sa carte") >= 1
        action = path if path != own else own + "/confiance"
        form = {"badge": page.split("C’est bien sa carte")[0].rsplit('name="badge" value="', 1)[1][:13]}
        assert sent(house, desk, path, action, form) == 303
        assert "C’est bien sa carte" not in desk.get(path).text
        assert told(present(house, doors[0], card, number + 3)) == "granted"
        house.clock.instant += 60
    assert [one.act for one in house.read(newest)].count("access.trust_badge") == 2
    assert sent(house, house.sign_in(MEMBER), "/mon-badge", "/acces/signalements", form) == 403
    seen_twice(house, doors, card, 9)
    other = house.write(actions.replace_badge, issued.badge.id)
    assert told(present(house, doors[0], other.token, 11)) == "granted"
    assert "C’est bien sa carte" not in desk.get("/acces/signalements").text


def sent(house: HouseUnderTest, who: Caller, page: str, action: str, form: dict[str, str]) -> int:
    token = who.get(page).text.split('name="_csrf" value="')[1].split('"')[0]
    answer = who._client.post(action, data={"_csrf": token, **form}, headers=who.headers, follow_redirects=False)
    return int(answer.status_code)


def test_nobody_brings_a_neighbours_badge_into_doubt(quick_nugue: HouseUnderTest) -> None:
    house, issued = quick_nugue, badge(quick_nugue)
    doors = hall(house, "Nord", "Sud")
    number = issued.badge.card_number
    assert told(present(house, doors[0], number)) == "granted"
    assert told(present(house, doors[1], issued.token, 2)) == "granted"
    assert told(present(house, doors[0], number, 3)) == "granted"
    assert [row[2] for row in rows(house)] == ["number", "", "number"]
    house.clock.instant += 60
    assert told(present(house, doors[1], issued.token, 4)) == "granted"


def test_what_devices_kept_brings_into_doubt_and_is_noted_where_nobody_is_let_in(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue).token
    gate, note = at_zone(house, "Nord", "grande-salle", ZoneFacts("Salle"), *ANYONE), kiosk(house)
    held = List(gate)
    held.fetch()
    start = house.clock.instant
    house.clock.instant += 600
    both = [(gate, 1), (kiosk(house, "Atelier"), 2)]
    for door, number in both:
        assert kept(house, door, card, number, start + number) == "granted"
    assert [row[2] for row in rows(house)] == ["late", "late,twice"], "the later one to be told shows it"
    code = house.read(lambda reader: [card_code(one.secret_sha256) for one in working(reader) if one.badge.is_doubted])
    house.write(refresh)
    held.fetch()
    row = held.of(code[0])
    assert row is not None
    assert row[4]["d"] == code, "lists say it, for those that decide alone"
    house.clock.instant += 600
    assert kept(house, note, card, 3, house.clock.instant - 5) == "granted"
    assert kept(house, gate, card, 4, house.clock.instant - 60) == "denied"
    assert kept(house, gate, card, 5, start - 60) == "granted", "nobody doubted it then"
    assert kept(house, gate, card, 6, house.clock.instant - 50, direction="out") == "granted"
    marks = {row[0]: row[2] for row in rows(house) if row[0] == "denied" or "doubted" in row[2]}
    assert marks == {"granted": "doubted", "denied": ""}
    assert "noté sans son code" in house.sign_in(RECEPTION).get("/acces/signalements").text
    other = badge(house, OTHER_MEMBER).token
    assert told(present(house, note, other, 7)) == "granted"


def kept(house: HouseUnderTest, door: Caller, text: str, number: int, at: int, **more: Any) -> str:
    sent = scan(house, text, number, at_device=at, **more)
    return str(door.post("/api/v1/scans/batch", {"scans": [sent]}).json()["answers"][0]["outcome"])
