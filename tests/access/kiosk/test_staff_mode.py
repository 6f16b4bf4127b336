"""Staff at a kiosk: card and pin open a minute; names only there, every search is logged, no script needed."""

import re

from sqlalchemy import select

from devices.badges import codec
from tests.access.doors import badge, person_id
from tests.access.kiosk.halls import zoned
from tests.people.pins.kiosks import PIN, at_kiosk, give_pin, with_pin
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tierslieu.access.presence import alarms
from tierslieu.access.presence import queries as presence
from tierslieu.access.presence.evacuation import evacuation
from tierslieu.access.presence.rules import Who
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns
from tierslieu.people.audit.tables import AuditEntry

a = columns(AuditEntry)
ACTS: Query[tuple[str, str, str]] = Query(select(a.by, a.act, a.facts).order_by(a.seq))
TEAM = "/kiosk/equipe"
UNKNOWN = codec.card_number(codec.LAST_STEM)


def open_team(kiosk: Browser, card: str, pin: str = PIN) -> int:
    """Card, then pin, as the pages ask; the status of the answer."""
    kiosk.get(f"{TEAM}/entrer")
    assert kiosk.submit(f"{TEAM}/carte", {"badge": card}).status_code == 200
    return kiosk.submit(f"{TEAM}/entrer", {"badge": card, "pin": pin}).status_code


def acts(house: HouseUnderTest) -> list[tuple[str, str, str]]:
    """The audit log: by whom, what, facts."""
    found: list[tuple[str, str, str]] = house.read(lambda reader: reader.rows(ACTS))
    return found


def test_staff_find_a_person_and_note_that_they_come_and_go(nugue: HouseUnderTest) -> None:
    zoned(nugue, 100)
    kiosk, card = at_kiosk(nugue), with_pin(nugue, RECEPTION)
    sofia = person_id(nugue, MEMBER)
    assert kiosk.get(TEAM).status_code in (200, 303)
    assert "Trouver" not in kiosk.get(TEAM).text
    assert open_team(kiosk, card.badge.card_number) == 303
    assert "Bonjour Claire" in kiosk.get(TEAM).text
    found = kiosk.submit(TEAM, {"q": "mor"})
    assert "Sofia M." in found.text
    assert "Moreau" not in found.text
    assert kiosk.submit(TEAM, {"q": "m"}).status_code == 422
    came = kiosk.submit(f"{TEAM}/passages", {"person": show(sofia), "direction": "in"})
    assert "Son arrivée est notée" in came.text
    assert nugue.read(presence.now_of, Who(sofia)).is_inside
    nugue.clock.instant += 30
    kiosk.submit(TEAM, {"q": "sofia"})
    assert "départ" in kiosk.submit(f"{TEAM}/passages", {"person": show(sofia), "direction": "out"}).text
    assert not nugue.read(presence.now_of, Who(sofia)).is_inside
    claire = f"person:{person_id(nugue, RECEPTION):x}"
    noted = [act for by, act, _facts in acts(nugue) if by == claire]
    assert {"access.staff_at_kiosk", "access.search_at_kiosk", "access.arrive", "access.correct_presence"} <= set(noted)
    assert "oreau" not in str(acts(nugue))
    nugue.clock.instant += 61
    over = kiosk.get(TEAM)
    assert "Trouver" not in over.text
    late = kiosk.submit(f"{TEAM}/passages", {"person": show(sofia), "direction": "in"})
    assert late.headers["location"] == f"{TEAM}/entrer?fin=oui"
    assert not nugue.read(presence.now_of, Who(sofia)).is_inside


def test_members_and_wrong_pins_get_the_same_answer(quick_nugue: HouseUnderTest) -> None:
    kiosk, member, claire = at_kiosk(quick_nugue), with_pin(quick_nugue), badge(quick_nugue, RECEPTION)
    said = []
    for card, pin in ((member.badge.card_number, PIN), (claire.badge.card_number, PIN), (UNKNOWN, PIN)):
        kiosk.get(f"{TEAM}/entrer")
        kiosk.submit(f"{TEAM}/carte", {"badge": card})
        answer = kiosk.submit(f"{TEAM}/entrer", {"badge": card, "pin": pin})
        said.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert len(set(said)) == 1
    give_pin(quick_nugue, claire)
    assert open_team(kiosk, claire.badge.card_number) == 303
    assert open_team(at_kiosk(quick_nugue, "Atelier"), claire.token) == 303


def test_guessing_is_slowed_at_the_kiosk_alone(quick_nugue: HouseUnderTest) -> None:
    """The person's own space elsewhere stays open to them."""
    kiosk, card = at_kiosk(quick_nugue), with_pin(quick_nugue, RECEPTION)
    statuses = [open_team(kiosk, card.token, f"90417{number}") for number in range(6)]
    assert statuses[:5] == [422] * 5
    assert statuses[5] == 403
    assert open_team(kiosk, card.token) == 403
    assert open_team(at_kiosk(quick_nugue, "Atelier"), card.token) == 303


def test_visitors_a_class_and_a_guest(nugue: HouseUnderTest) -> None:
    zone = zoned(nugue, 30)
    kiosk, card = at_kiosk(nugue), with_pin(nugue, RECEPTION)
    assert open_team(kiosk, card.token) == 303
    kiosk.get(TEAM)
    text = kiosk.submit(
        f"{TEAM}/visiteurs", {"scan_id": f"{1:032x}", "people": "28", "band": "child", "direction": "in"}
    ).text
    assert "28 personnes comptées" in text
    assert nugue.read(presence.inside, zone) == 28
    assert len(nugue.read(presence.visits)) == 1
    full = kiosk.submit(
        f"{TEAM}/visiteurs", {"scan_id": f"{2:032x}", "people": "3", "band": "adult", "direction": "in"}
    )
    assert full.status_code == 422
    assert "Toutes les places déclarées sont prises" in full.text
    assert 'name="people" type="number" inputmode="numeric" min="1" max="200" value="3"' in full.text, "nothing is lost"
    assert kiosk.submit(f"{TEAM}/visiteurs", {"people": "x"}).status_code == 422
    ticket = kiosk.submit(f"{TEAM}/laissez-passer", {"first_name": "Rosa", "hours": "3"})
    assert "Rosa" in ticket.text
    assert "<path" in ticket.text
    assert kiosk.get(f"{TEAM}/evacuation").text.count("28") >= 1
    assert kiosk.submit(f"{TEAM}/fin", {}).status_code == 303
    assert "Trouver" not in kiosk.get(f"{TEAM}/evacuation").text


def test_a_class_comes_in_two_taps_and_leaves_the_list_when_it_goes(nugue: HouseUnderTest) -> None:
    zone = zoned(nugue, 90)
    kiosk, card = at_kiosk(nugue), with_pin(nugue, RECEPTION)
    assert open_team(kiosk, card.token) == 303
    offered = re.findall(
        r'name="scan_id" value="(\w+)"><input type="hidden" name="people" value="(\d+)">.*?'
        r'name="group" value="(\w+)"',
        kiosk.get(TEAM).text,
        re.DOTALL,
    )
    ids, people = {group for _scan, _people, group in offered}, int(offered[0][1])
    assert len(ids) == len({scan for scan, _people, _group in offered}) == len(offered), "each is a count of its own"
    wish = {"scan_id": offered[0][0], "people": offered[0][1], "group": offered[0][2]}
    for _time in range(2):
        text = kiosk.submit(f"{TEAM}/groupes", wish).text
        assert f"{people} personnes comptées" in text
    visit = nugue.read(presence.visits)[0]
    assert (show(visit.group_id), visit.people, nugue.read(presence.inside, zone)) == (wish["group"], people, people)
    assert "Ils partent" in text
    assert wish["group"] not in text, "a group that is here is not expected"
    assert nugue.read(evacuation).total == people
    gone = kiosk.submit(f"{TEAM}/groupes/depart", {"visit": show(visit.id)})
    assert "Le départ du groupe est compté" in gone.text
    assert (nugue.read(evacuation).total, nugue.read(presence.visits), nugue.read(presence.inside, zone)) == (0, [], 0)
    again = kiosk.submit(f"{TEAM}/groupes/depart", {"visit": show(visit.id)})
    assert (again.status_code, "déjà parti" in again.text) == (422, True)
    # a group of no file, counted by its number, leaves the same way
    kiosk.submit(f"{TEAM}/visiteurs", {"scan_id": f"{9:032x}", "people": "28", "band": "child", "direction": "in"})
    assert nugue.read(evacuation).total == 28
    kiosk.submit(f"{TEAM}/groupes/depart", {"visit": show(nugue.read(presence.visits)[0].id)})
    assert (nugue.read(evacuation).total, nugue.read(presence.visits)) == (0, [])
    for wrong in ({**wish, "scan_id": f"{3:032x}", "group": show(5)}, {**wish, "group": "x"}):
        assert kiosk.submit(f"{TEAM}/groupes", wrong).status_code == 422
    nugue.write(alarms.note_alarm, "porte", True)
    told = kiosk.submit(f"{TEAM}/groupes", {**wish, "scan_id": f"{4:032x}"})
    assert (told.status_code, "Une alarme est en cours" in told.text) == (422, True)
    assert nugue.read(presence.visits) == []
    nugue.clock.instant += 61
    late = kiosk.submit(f"{TEAM}/groupes", {**wish, "scan_id": f"{5:032x}"})
    assert late.headers["location"] == f"{TEAM}/entrer?fin=oui"
