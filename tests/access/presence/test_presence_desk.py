"""The team counts, corrects, searches and evacuates; every act is noted with its reason, and never with a name."""

import re

from sqlalchemy import select

from tests.access.doors import fields, person_id, plain, submit
from tests.access.presence.crowds import Place, happen, heads, make_place, passage
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tierslieu.access.presence import alarms, evacuation, queries, running
from tierslieu.access.presence.closing import close_zones, settle
from tierslieu.access.presence.folding import refold
from tierslieu.access.presence.rules import Who
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns
from tierslieu.people.audit.tables import AuditEntry

a = columns(AuditEntry)
ENTRIES: Query[tuple[str, str, str]] = Query(select(a.act, a.about, a.facts).order_by(a.seq))


def count(desk: Caller, zone: str, band: str = "adult", direction: str = "in", **more: str) -> tuple[int, str]:
    """One tap of the counting page: its status, and the page that follows."""
    hidden = fields(desk.get(f"/presence/comptage?zone={zone}"))
    sent = {"_csrf": hidden["_csrf"], "scan_id": hidden["scan_id"], "zone": zone, "band": band, "direction": direction}
    answer = desk._client.post("/presence/comptage", data={**sent, **more}, headers=desk.headers, follow_redirects=True)
    return answer.status_code, plain(answer.text)


def inside(house: HouseUnderTest, place: Place) -> list[int]:
    """How many places are taken: site, hall, laboratory."""
    return [house.read(queries.inside, zone.id) for zone in (place.site, place.hall, place.lab)]


def crowd(house: HouseUnderTest) -> dict[str, str]:
    """What everybody is told of each zone."""
    text = re.sub(r"<svg.*?</svg>", "", house.stranger.get("/affluence").text, flags=re.S)
    return dict(re.findall(r"<strong>([^<]*)</strong>\s*<span[^>]*>([^<]*)</span>", text))


def test_a_day_of_counting(quick_nugue: HouseUnderTest) -> None:
    house, desk = quick_nugue, quick_nugue.sign_in(RECEPTION)
    place = make_place(house, capacity=40, hall=3, lab=2)
    for _number in range(2):
        assert count(desk, "test-hall", "child")[0] == 200
    status, text = count(desk, "test-hall", "senior")
    assert (status, inside(house, place)) == (200, [3, 3, 0])
    assert "3 sur 3" in text
    assert "Complet" in text
    assert "Entrées du jour : <b data-came>3</b>" in text
    # full: refused and explained, nobody more; with a reason it is let in, noted
    status, text = count(desk, "test-hall")
    assert (status, inside(house, place)) == (409, [3, 3, 0])
    assert "Toutes les places déclarées sont prises" in text
    assert "Laisser entrer quand même" in text
    assert count(desk, "test-hall", override="event")[0] == 200
    assert inside(house, place) == [4, 4, 0]
    status, text = count(house.sign_in("samir@example.org"), "test-hall", override="event")
    assert status in (403, 409), "who may not answer for it is not offered it"
    # the last one is taken back, once
    last = re.search(
        r'name="scan_id" value="([0-9a-f]{32})">[^<]*(?:<svg.*?</svg>)?Annuler',
        count(desk, "test-hall", direction="out")[1],
    )
    assert last is not None
    assert inside(house, place) == [3, 3, 0]
    for _time in range(2):
        submit(desk, "/presence/comptage?zone=test-hall", "/presence/comptage/annuler", scan_id=last[1])
    odd = submit(desk, "/presence/comptage?zone=test-hall", "/presence/comptage/annuler", scan_id="\x00")
    assert odd.status_code == 422
    assert inside(house, place) == [4, 4, 0]
    acts = [(act, facts) for act, _about, facts in house.read(lambda reader: reader.rows(ENTRIES))]
    assert ("access.override_capacity", '{"reason":"event","people":1}') in acts
    # everybody may know that it is full, once it is open; two people are not told, whatever the places
    assert [count(desk, "test-lab")[0] for _person in range(2)] == [200, 200]
    assert crowd(house)["Hall"] == "Fermé"
    house.clock.instant += 3 * 3600
    assert {"Hall": "Complet", "Labo": "Calme"}.items() <= crowd(house).items()


def test_counts_are_taken_once_put_right_and_over_in_the_evening(quick_nugue: HouseUnderTest) -> None:
    house, desk = quick_nugue, quick_nugue.sign_in(RECEPTION)
    place = make_place(house, capacity=40)
    assert count(desk, "test-hall", "child")[0] == 200
    assert count(desk, "test-hall", "senior")[0] == 200
    # the same tap sent twice counts once; an unusable one is told
    sent = {"zone": "test-lab", "scan_id": "a" * 32, "people": "2"}
    for _time in range(2):
        assert submit(desk, "/presence/comptage", **sent).status_code == 303
    assert submit(desk, "/presence/comptage", **{**sent, "people": "3"}).status_code == 409
    assert submit(desk, "/presence/comptage", zone="test-lab", scan_id="b" * 32, people="0").status_code == 422
    assert submit(desk, "/presence/comptage", zone="nowhere", scan_id="b" * 32).status_code == 409
    assert inside(house, place) == [4, 2, 2]
    # a count kept without network is a fact, at its own time, once
    kept = [
        {"scan_id": f"{number:032x}", "zone": "test-lab", "band": "teen", "at_device": house.clock.instant - 60}
        for number in (1, 2, 1)
    ] + [{"scan_id": "c" * 32, "zone": "nowhere", "at_device": 5}]
    found = desk.post("/api/v1/presence/counts", {"counts": kept}).json()
    assert [len(found["taken"]), found["refused"][0]["code"]] == [3, "no_such_zone"]
    assert inside(house, place) == [6, 2, 4]
    # staff counted five in the laboratory: the difference is an event
    answer = submit(desk, "/presence", "/presence/recompte", zone="test-lab", counted="5", scan_id="d" * 32)
    assert answer.headers["location"] == "/presence?fait=recompte"
    assert inside(house, place) == [7, 2, 5]
    # figures, without the correction
    week = plain(house.sign_in(ADMINISTRATOR).get("/presence/chiffres").text)
    assert "Enfant (moins de 12 ans)" in week
    assert "65 ans et plus" in week
    table = desk.get("/presence/chiffres.csv").text.splitlines()
    assert any('"Hall";"Enfant (moins de 12 ans)";"1";"0"' in line for line in table)
    # the evening: everybody only counted is gone, whatever remained
    house.write(close_zones, [(place.hall, house.clock.instant), (place.lab, house.clock.instant)])
    house.write(settle)
    assert inside(house, place) == [0, 0, 0]
    house.write(refold)
    assert inside(house, place) == [0, 0, 0]
    acts = [(act, facts) for act, _about, facts in house.read(lambda reader: reader.rows(ENTRIES))]
    assert ("access.recount", '{"drift":1}') in acts


def test_a_class_comes_in_two_taps_and_leaves_together(quick_nugue: HouseUnderTest) -> None:
    house, desk = quick_nugue, quick_nugue.sign_in(RECEPTION)
    place = make_place(house, capacity=150)
    text = plain(desk.get("/presence/groupes").text)
    form = re.search(
        r'action="/presence/groupes">(?:(?!</form>).)*name="scan_id" value="(\w+)"(?:(?!</form>).)*name="people"'
        r' value="(\d+)"(?:(?!</form>).)*name="group" value="(\w+)"',
        text,
        re.DOTALL,
    )
    assert form is not None, "groups of the files are offered"
    wish = {"scan_id": form[1], "people": form[2], "group": form[3], "zone": place.site.key, "band": ""}
    for _time in range(2):
        assert submit(desk, "/presence/groupes", **wish).status_code == 303
    people = int(form[2])
    assert inside(house, place)[0] == people
    assert submit(
        desk, "/presence/groupes", scan_id="e" * 32, people="28", band="child", zone="test-lab"
    ).status_code == (303 if people + 28 <= 150 else 409)
    shown = plain(desk.get("/presence/groupes").text)
    assert f"{people} personnes" in shown
    listed = house.read(evacuation.evacuation)
    assert sum(one.people for zone in listed.zones for one in zone.groups) == listed.total
    visit = house.read(queries.visits)[0]
    submit(desk, "/presence/groupes", "/presence/groupes/depart", visit=show(visit.id))
    assert submit(desk, "/presence/groupes", "/presence/groupes/depart", visit=show(visit.id)).status_code == 404
    assert inside(house, place)[0] == listed.total - people
    assert submit(desk, "/presence/groupes", scan_id="f" * 32, people="400", zone=place.site.key).status_code == 409


def test_corrections_are_passages_with_a_reason(quick_nugue: HouseUnderTest) -> None:
    house, desk = quick_nugue, quick_nugue.sign_in(RECEPTION)
    place, sofia, thomas = make_place(house, lab=1), person_id(house), person_id(house, OTHER_MEMBER)
    now = house.clock.instant
    house.write(happen, passage(Who(sofia), now - 5 * 3600, "in", place.hall.id, 1))
    text = plain(desk.get("/presence").text)
    assert "Sofia M." in text
    assert "Pas vu depuis" in text
    assert "Moreau" not in text
    answer = desk._client.post(
        "/presence/recherche",
        data={"_csrf": fields(desk.get("/presence"))["_csrf"], "name": "sofia"},
        headers=desk.headers,
    )
    assert "Sofia Moreau" in answer.text
    assert "Ici (Hall)" in answer.text
    assert "sofia" not in str(answer.url)
    path = f"/presence/personnes/{show(sofia)}"
    assert "Dans les lieux" in desk.get(f"/personnes/{show(sofia)}").text
    assert "Aide en cas d’évacuation" in house.sign_in().get("/mon-espace").text
    # moved to the laboratory: one place there; then Thomas finds it full, unless somebody answers for it
    assert submit(desk, path, zone="test-lab", reason="seen").status_code == 303
    assert heads_of(house, place) == [(1, 1, 0), (0, 0, 0), (1, 1, 0)]
    other = f"/presence/personnes/{show(thomas)}"
    full = submit(desk, other, zone="test-lab", reason="no_badge")
    assert full.status_code == 409
    assert 'name="override"' in full.text
    assert heads_of(house, place)[2] == (1, 1, 0)
    assert submit(desk, other, zone="test-lab", reason="no_badge", override="left").status_code == 303
    assert heads_of(house, place) == [(2, 2, 0), (0, 0, 0), (2, 2, 0)]
    assert (
        submit(desk, "/presence", "/presence/recompte", zone="test-lab", counted="1", scan_id="d" * 32).status_code
        == 409
    )
    assert submit(desk, path, reason="forgot").status_code == 303
    assert submit(desk, path, reason="because").status_code == 422
    assert submit(desk, "/presence", "/presence/refaire").status_code == 303
    assert heads_of(house, place) == [(1, 1, 0), (0, 0, 0), (1, 1, 0)]
    assert desk.get(f"/presence/personnes/{show(5)}").status_code == 404
    # what the log keeps: that somebody looked, how many were found; never whom
    entries = house.read(lambda reader: reader.rows(ENTRIES))
    assert ("access.search_presence", "", '{"found":1}') in entries
    assert not re.search("sofia|moreau|thomas|girard", str(entries), re.IGNORECASE)
    for stranger in (MEMBER, OTHER_MEMBER):
        assert house.sign_in(stranger).get("/presence").status_code == 403


def heads_of(house: HouseUnderTest, place: Place) -> list[tuple[int, int, int]]:
    """The headcounts of site, hall, laboratory."""
    found: list[tuple[int, int, int]] = house.read(heads, place.site.id, place.hall.id, place.lab.id)
    return found


def test_an_alarm_keeps_the_list_until_staff_end_it(quick_nugue: HouseUnderTest) -> None:
    """The contact falls back, people pass out: the list stays as it was, on screen and on the local file."""
    house, desk = quick_nugue, quick_nugue.sign_in(RECEPTION)
    place, sofia = make_place(house), person_id(house)
    member = house.sign_in()
    submit(member, "/mon-espace/evacuation", note="Fauteuil roulant <lent>")
    assert submit(member, "/mon-espace/evacuation", note="").status_code == 422
    now = house.clock.instant
    house.write(happen, passage(Who(sofia), now - 600, "in", place.hall.id, 1))
    house.write(happen, passage(Who(sofia), now - 300, "in", place.lab.id, 2))
    house.write(happen, passage(Who(guest_id=9), now, "in", place.lab.id, 3))
    found = house.read(evacuation.evacuation)
    assert [(one.zone, one.total) for one in found.zones if one.total] == [("Labo", 2)]
    lab = next(one for one in found.zones if one.total)
    assert [(one.name, one.came_at, one.is_guest) for one in lab.people] == [
        ("Sofia M.", now - 600, False),
        ("", now, True),
    ], "who needs help first; in since the first door"
    house.write(alarms.note_alarm, "porte-hall", True)
    house.write(alarms.note_alarm, "porte-lab", True)
    assert house.read(queries.is_alarm, place.hall.id)
    house.clock.instant += 120
    house.write(happen, passage(Who(sofia), house.clock.instant, "out", place.lab.id, 4))
    assert not house.read(queries.now_of, Who(sofia)).is_inside, "who passes out is out, as always"
    text = plain(desk.get("/presence/evacuation").text)
    assert "Sofia M." in text
    assert "Aide pour sortir : Fauteuil roulant &lt;lent&gt;" in text
    assert "gardée telle" in text
    house.client.blocking_portal.call(running.write_list, house.house, {})
    file = house.house.settings.data_dir / "evacuation" / running.NAME
    sheet = plain(file.read_text())
    assert "Sofia M." in sheet
    assert "Fauteuil roulant &lt;lent&gt;" in sheet
    assert "Moreau" not in sheet
    assert not re.search(r"https?://|src=|<script|<link|url\(", sheet), "the page needs nothing else"
    assert file.stat().st_mode & 0o077 == 0
    house.write(alarms.note_alarm, "porte-hall", False)
    assert house.read(queries.is_alarm, place.lab.id), "the contact does not end it"
    assert submit(desk, "/presence", "/presence/alarme/fin").status_code == 409
    house.write(alarms.note_alarm, "porte-lab", False)
    assert submit(desk, "/presence", "/presence/alarme/fin").status_code == 303
    assert submit(desk, "/presence", "/presence/alarme/fin").status_code == 409
    assert house.read(queries.kept_list) == "", "the kept list is not archived"
    assert "Sofia" not in desk.get("/presence/evacuation").text
    note = f"/personnes/{show(sofia)}/evacuation"
    assert submit(desk, note, note="Prévenir par un geste").headers["location"] == f"{note}?fait=aide"
    assert "Prévenir par un geste" in member.get("/mon-espace/evacuation").text
    submit(member, "/mon-espace/evacuation", act="drop")
    assert "Prévenir" not in member.get("/mon-espace/evacuation").text.split("Par exemple")[0]
    assert submit(desk, "/presence", "/presence/alarme").headers["location"].startswith("/presence/evacuation")
    assert house.read(queries.kept_list)
