"""Staff look after zones: the list, the form, who would get in, what is to be looked at."""

import re

from devices.badges.decide import Rule
from tests.access.doors import badge, plain
from tests.access.scanning.standing import at_zone, present
from tests.people.persons.test_searches_noted import lines
from tests.support.clients import FAB_MANAGER, MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.waiting import until
from tierslieu.access.zones import queries
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Reader
from tierslieu.people.audit.queries import newest
from tierslieu.venue.queries import venue


def sent(who: Caller, page: str, action: str = "", **typed: str) -> tuple[int, str]:
    """Open a page, send its form with what is in it and what was typed."""
    text = who.get(page).text
    token = re.search(r'name="_csrf" value="([^"]*)"', text)
    assert token is not None
    answer = who._client.post(
        action or page, data={"_csrf": token[1], **typed}, headers=who.headers, follow_redirects=False
    )
    return answer.status_code, plain(answer.text)


def test_a_zone_is_made_changed_and_retired(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    staff = house.sign_in(FAB_MANAGER)
    listed = plain(staff.get("/acces/zones").text)
    assert "FabLab" in listed
    assert "Habilitation : Découpe laser, pendant l’ouverture, avec un code quand l’équipe n’est pas là" in listed
    space = house.read(
        lambda reader: show(next(one.id for one in venue(reader).spaces.values() if one.key == "bureau-1"))
    )
    rules = {
        "who0": "role:member",
        "when0": "staffed",
        "pin0": "never",
        "who1": "",
        "who2": "reservation",
        "when2": "always",
    }
    status, text = sent(staff, "/acces/zones/nouvelle", name="B", capacity="-1", **rules)
    assert status == 422
    assert 'value="-1"' in text
    assert 'value="role:member" selected' in text
    typed = {"name": "Bureau Ourcq", "space": space, "capacity": "2", "passback": "hard", **rules}
    assert sent(staff, "/acces/zones/nouvelle", **typed)[0] == 303
    zone, found = house.read(lambda reader: rules_and_zone(reader, "bureau-ourcq"))
    assert (zone.capacity, zone.passback, zone.counts_staff) == (2, "hard", 0)
    assert [(one.who, one.value, one.when, one.pin) for one in found] == [
        ("role", "member", "staffed", "never"),
        ("reservation", "", "always", "never"),
    ]
    assert sent(staff, "/acces/zones/bureau-ourcq", **{**typed, "who0": "role:member;--"})[0] == 422
    status, text = sent(staff, "/acces/zones/bureau-ourcq", **{**typed, "is_site": "1"})
    assert (status, "est déjà tout le site" in text) == (422, True)
    assert sent(staff, "/acces/zones/bureau-ourcq", **{**typed, "capacity": "3", "who0": ""})[0] == 303
    assert "Bureau Ourcq" in plain(staff.get("/acces/zones").text)
    assert sent(staff, "/acces/zones/bureau-ourcq", "/acces/zones/bureau-ourcq/retirer")[0] == 303
    assert staff.get("/acces/zones/bureau-ourcq").status_code == 404
    assert house.sign_in(MEMBER).get("/acces/zones").status_code == 403
    acts = [one.act for one in house.read(newest) if one.about == "bureau-ourcq"]
    assert acts == ["access.zone_retire", "access.zone_change", "access.zone_add"]


def test_staff_ask_who_would_get_in(quick_nugue: HouseUnderTest) -> None:
    house, number = quick_nugue, badge(quick_nugue).badge.card_number
    desk = house.sign_in(RECEPTION)
    house.sign_in().reserve("bureau-1", "2026-11-25T10:00", "2026-11-25T11:00")
    base = {"person": number, "zone": "site", "day": "2026-11-25"}
    assert "Cette personne entre." in sent(desk, "/acces/essai", **base, hour="10:00")[1]
    assert "n’a pas encore commencé" in sent(desk, "/acces/essai", **base, hour="04:00")[1]
    assert "la zone est fermée" in sent(desk, "/acces/essai", **{**base, "day": "2026-11-26", "hour": "04:00"})[1]
    at_fablab = {**base, "zone": "fablab", "hour": "15:00"}
    assert "Cette personne entre." in sent(desk, "/acces/essai", **at_fablab)[1]  # she is qualified
    assert "aucune règle de la zone" in sent(desk, "/acces/essai", **{**at_fablab, "person": "Thomas Girard"})[1]
    status, text = sent(desk, "/acces/essai", **{**at_fablab, "person": "zzzz"})
    assert (status, "Écrivez le nom complet" in text) == (422, True)
    assert sent(desk, "/acces/essai", **{**at_fablab, "day": "2026-02-31"})[0] == 422
    assert sent(desk, "/acces/essai", **{**at_fablab, "hour": "25:00"})[0] == 422
    assert sent(desk, "/acces/essai", **{**at_fablab, "zone": "nulle-part"})[0] == 404
    until(lambda: sum(line.searches for line in lines(house)) == 7, "who looked is in the log")
    assert {line.about for line in lines(house)} == {"zones"}
    assert sum(line.found for line in lines(house)) == 6, "nobody is called zzzz"


def test_flagged_passages_are_listed(quick_nugue: HouseUnderTest) -> None:
    house, card = quick_nugue, badge(quick_nugue)
    doors = [at_zone(house, name, "grande-salle", ZoneFacts("Grande salle")) for name in ("Nord", "Sud")]
    for number, door in enumerate(doors, 1):
        present(house, door, card.token, number)
    text = plain(house.sign_in(RECEPTION).get("/acces/signalements").text)
    assert "Même badge à deux endroits" in text
    assert "Grande salle" in text


def rules_and_zone(reader: Reader, key: str) -> tuple[queries.ZoneNow, tuple[Rule, ...]]:
    zone = queries.zone_by_key(reader, key)
    return zone, queries.rules_of(reader, zone.id)
