"""The service comes back from an older copy of its database: kiosks tell again what it forgot, once, as it was."""

from typing import Any

from sqlalchemy import delete

from devices.badges import codec
from tests.access.doors import badge, kiosk, present, scan
from tests.access.kiosk.halls import zoned
from tests.support.clients import MEMBER, OTHER_MEMBER, Caller, HouseUnderTest
from tierslieu.access.kiosk import enrolment
from tierslieu.access.presence import queries as presence
from tierslieu.access.presence.folding import refold
from tierslieu.access.presence.rules import Who
from tierslieu.access.queries import find_scan
from tierslieu.access.tables import Scan
from tierslieu.access.zones.queries import site
from tierslieu.infra.statements import Query, table_of

KNOWN = "/api/v1/scans/known"
FORGET: Query[Any] = Query(delete(table_of(Scan)))


def unknown(door: Caller, *numbers: int) -> list[int]:
    """Which of these scans the service does not know."""
    answer = door.post(KNOWN, {"scan_ids": [f"{number:032x}" for number in numbers]})
    assert answer.status_code == 200, answer.text
    return [int(one, 16) for one in answer.json()["unknown"]]


def facts(sent: dict[str, Any], token: str) -> dict[str, Any]:
    """A scan as the kiosk keeps it once it was answered: the hash of the card's secret, what was decided."""
    return {**sent, "badge": "-", "card": codec.stored(codec.read(token).secret), "decided": "granted"}


def test_what_was_answered_since_the_copy_is_told_again_and_presence_is_what_it_was(nugue: HouseUnderTest) -> None:
    zone = zoned(nugue, 50)
    sofia, thomas = badge(nugue), badge(nugue, OTHER_MEMBER)
    door = Caller(nugue.client, nugue.write(_enrolled))
    sent = [scan(nugue, sofia.token, 1), scan(nugue, thomas.token, 2)]
    sent.append(scan(nugue, sofia.token, 3, direction="out", at_device=nugue.clock.instant + 60))
    for number, one in enumerate(sent, 1):
        nugue.clock.instant += 20
        assert door.post("/api/v1/scans", one).json()["outcome"] == "granted", number
    assert unknown(door, 1, 2, 3, 4) == [4]
    before = _inside(nugue, sofia.badge.person_id, thomas.badge.person_id)
    nugue.write(_as_older_copy)
    nugue.clock.instant += 3600
    assert unknown(door, 1, 2, 3) == [1, 2, 3]
    kept = [facts(one, token) for one, token in zip(sent, (sofia.token, thomas.token, sofia.token), strict=True)]
    for is_again in (False, True):
        told = door.post("/api/v1/scans/batch", {"scans": kept[::-1]}).json()
        assert told["refused"] == []
        assert [one["duplicate"] for one in told["answers"]] == [is_again] * 3
    assert unknown(door, 1, 2, 3) == []
    assert _inside(nugue, sofia.badge.person_id, thomas.badge.person_id) == before == [False, True]
    assert nugue.read(presence.inside, zone) == 1
    first = nugue.read(find_scan, "kiosk-entree", f"{1:032x}")
    assert (first.person_id, first.flags) == (sofia.badge.person_id, "late")


def test_a_kiosk_asks_of_its_own_scans_only(quick_nugue: HouseUnderTest) -> None:
    door, other = kiosk(quick_nugue), kiosk(quick_nugue, "Atelier")
    present(quick_nugue, door, badge(quick_nugue).token)
    assert unknown(door, 1) == []
    assert unknown(other, 1) == [1]
    assert quick_nugue.sign_in(MEMBER).post(KNOWN, {"scan_ids": []}).status_code == 403
    assert door.post(KNOWN, {"scan_ids": ["x"]}).status_code == 400
    assert door.post(KNOWN, {"scan_ids": [f"{1:032x}"] * 501}).status_code == 400


def test_the_hash_of_a_card_lets_nobody_act_for_its_person(quick_nugue: HouseUnderTest) -> None:
    """It lies on the kiosk for days: whoever takes the kiosk may tell passages, and no more than that."""
    door, card = kiosk(quick_nugue), badge(quick_nugue).token
    told = facts(scan(quick_nugue, card, 1), card)
    assert door.post("/api/v1/scans", told).json()["reason"] == "not_a_badge"
    for number, decided in ((2, "granted"), (3, "")):
        kept = {**told, "scan_id": f"{number:032x}", "device_seq": number, "decided": decided}
        assert door.post("/api/v1/scans/batch", {"scans": [kept]}).json()["answers"][0]["outcome"] == "granted"
        assert door.post("/api/v1/kiosk/desks", {"scan_id": kept["scan_id"]}).json()["code"] == "passage_over"
    assert quick_nugue.sign_in(MEMBER).get("/api/v1/reservations").json()["items"] == []


def _enrolled(tx: Any) -> str:
    whole = site(tx)
    assert whole is not None
    return enrolment.enrol(tx, enrolment.offer_code(tx, "Entrée", zone=whole.key))


def _as_older_copy(tx: Any) -> None:
    """As a copy of before these passages would be."""
    tx.run(FORGET)
    refold(tx)


def _inside(house: HouseUnderTest, *people: int) -> list[bool]:
    return [house.read(presence.now_of, Who(one)).is_inside for one in people]
