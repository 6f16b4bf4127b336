"""Passages to look at leave the count when somebody looked, and come back when something more is noted."""

import re

from sqlalchemy import bindparam, update

from tests.access.doors import badge, plain
from tests.access.scanning.standing import at_zone, present
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tierslieu.access.scanning import settling
from tierslieu.access.tables import Scan
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.queries import newest

PAGE = "/acces/signalements"
s = columns(Scan)
NOTE_MORE: Query[tuple[int]] = Query(
    update(table_of(Scan)).where(s.scan_id == bindparam("which")).values(flags=s.flags + bindparam("more"))
)


def look(who: Caller, page: str, number: int) -> int:
    """Press « C’est vu » on the line of a passage."""
    found = re.search(r'name="_csrf" value="([^"]*)"', page)
    device = re.search(
        rf'name="device" value="([^"]*)"><input type="hidden" name="scan_id" value="{number:032x}"', page
    )
    assert found is not None
    typed = {"_csrf": found[1], "device": device[1] if device else "kiosk-sud", "scan_id": f"{number:032x}"}
    answer = who._client.post(f"{PAGE}/vu", data=typed, headers=who.headers, follow_redirects=False)
    return int(answer.status_code)


def test_what_staff_looked_at_leaves_the_count_and_stays_in_the_list(nugue: HouseUnderTest) -> None:
    house, desk, before = nugue, nugue.sign_in(RECEPTION), nugue.read(settling.open_count)
    cards = badge(house).token, badge(house, OTHER_MEMBER).token
    doors = [at_zone(house, name, "grande-salle", ZoneFacts("Salle", passback="off")) for name in ("Nord", "Sud")]
    for first, card in enumerate(cards):
        for number, door in enumerate(doors):
            present(house, door, card, 1 + 2 * first + number)
    waiting = house.read(settling.open_count)
    assert waiting == before + 2, "each card in two places at once"
    page = desk.get(PAGE).text
    seen = next(one for one in house.read(settling.to_look_at) if one.is_open)
    for _twice in range(2):
        assert look(desk, page, int(seen.scan_id, 16)) == 303
    assert house.read(settling.open_count) == waiting - 1
    assert f"{waiting - 1} à voir" in plain(desk.get("/gestion").text)
    last = house.read(settling.to_look_at)[-1]
    assert (last.scan_id, last.is_open) == (seen.scan_id, False), "open ones come first"
    assert plain(desk.get(PAGE).text).count("C’est vu") == waiting - 1 + 1, "each open line, and the explanation"
    assert [one.act for one in house.read(newest)].count("access.look_at_passage") == 1
    assert look(desk, page, 999) == 404
    assert look(house.sign_in(MEMBER), page, int(seen.scan_id, 16)) == 403

    def note_more(tx: Tx, mark: str) -> None:
        tx.run(NOTE_MORE, which=seen.scan_id, more=mark)

    house.write(note_more, ",clock")
    assert house.read(settling.open_count) == waiting - 1, "how it was noted is nothing to look at"
    house.write(note_more, ",conflict")
    assert house.read(settling.open_count) == waiting, "something more was noted since"


def test_passages_that_only_came_late_do_not_hide_the_others(nugue: HouseUnderTest) -> None:
    """The list has an end: what staff need not look at takes no place in it."""
    desk, card, before = nugue.sign_in(RECEPTION), badge(nugue).token, nugue.read(settling.to_look_at)
    present(nugue, at_zone(nugue, "Nord", "grande-salle", ZoneFacts("Salle", passback="off")), card, 1)

    def came_late(tx: Tx) -> None:
        tx.run(NOTE_MORE, which=f"{1:032x}", more="late,clock")

    nugue.write(came_late)
    assert nugue.read(settling.to_look_at) == before
    assert desk.get(PAGE).status_code == 200
