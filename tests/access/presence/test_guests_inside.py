"""A guest who left without showing their pass: staff let them out, with a reason, as they do for people."""

from tests.access.doors import plain, present, submit
from tests.access.presence.test_presence_desk import ENTRIES
from tests.access.scanning.standing import at_zone, inside, same_as_log
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tierslieu.access.passes.actions import guest_text, issue_guest
from tierslieu.access.presence import queries as presence
from tierslieu.access.presence.rules import Who
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Tx


def test_a_guest_is_let_out_by_staff(nugue: HouseUnderTest) -> None:
    house, desk = nugue, nugue.sign_in(RECEPTION)
    hall = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1, capacity=1))

    def give(tx: Tx) -> tuple[int, str]:
        row = issue_guest(tx, "Ana", 0, tx.now, 240)
        return row.id, guest_text(tx, row)

    guest, text = house.write(give)
    path, ticket = f"/presence/visiteurs/{show(guest)}", f"/laissez-passer/{show(guest)}"
    assert present(house, hall, text)["outcome"] == "granted"
    assert path in desk.get("/presence").text
    assert "Présence de Ana" in plain(desk.get(path).text)
    # the pass is stopped: they may still be inside, and the page leads there
    stopped = submit(desk, ticket, f"{ticket}/arret")
    assert stopped.headers["location"] == f"{ticket}?fait=arrete"
    after = desk.get(stopped.headers["location"]).text
    assert "Ce laissez-passer est arrêté." in after
    assert f'href="{path}"' in after
    page = plain(desk.get(path).text)
    assert "Cette personne est partie" in page
    assert f'href="{ticket}"' in page
    assert submit(desk, path, reason="because").status_code == 422
    assert submit(desk, path, reason="forgot").headers["location"] == "/presence?fait=corrige"
    assert not house.read(presence.now_of, Who(guest_id=guest)).is_inside
    assert inside(house, "site") == 0
    assert path not in desk.get("/presence").text
    assert "Cette personne est partie" not in desk.get(path).text
    assert submit(desk, path, zone="site", reason="seen").status_code == 303
    assert (inside(house, "site"), house.read(same_as_log)) == (1, True)
    # noted as for people: codes and the id of the pass, no name
    noted = [one for one in house.read(lambda reader: reader.rows(ENTRIES)) if one[0] == "access.correct_presence"]
    assert noted[-2:] == [
        ("access.correct_presence", show(guest), f'{{"reason":"{why}","direction":"{direction}"}}')
        for why, direction in (("forgot", "out"), ("seen", "in"))
    ]
    assert house.sign_in(MEMBER).get(path).status_code == 403
    assert desk.get(f"/presence/visiteurs/{show(5)}").status_code == 404
    assert submit(desk, path, f"/presence/visiteurs/{show(5)}", reason="seen").status_code == 404
