"""What was offered is had: no rule of the house takes back what the house offered itself."""

from tests.reservations.approvals.asking import DAY, HALL, ask
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.closures.queries import displacement_of
from tierslieu.reservations.terms.actions import draft_with, put_in_force
from tierslieu.reservations.terms.rules import Line


def test_what_staff_propose_beyond_the_rules_is_accepted(quick_nugue: HouseUnderTest) -> None:
    sofia, desk = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(RECEPTION)
    made = ask(sofia)
    wish = {
        "starts_at": f"{DAY}T22:00:00+01:00",
        "ends_at": f"{DAY}T23:30:00+01:00",
        "resource": HALL,
        "note": "Nous restons ouverts pour vous.",
    }
    kept = desk.post(f"/api/v1/requests/{made}/proposals", wish)
    assert kept.status_code == 201, kept.text
    taken = sofia.post(f"/api/v1/offers/{kept.json()['id']}/acceptance")
    assert taken.status_code == 201, taken.text


def test_a_proposal_for_a_request_that_begins_soon_is_accepted(quick_nugue: HouseUnderTest) -> None:
    sofia, desk = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(RECEPTION)
    made = ask(sofia)
    quick_nugue.is_at("2026-12-03T20:00")
    sofia, desk = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(RECEPTION)
    wish = {"starts_at": f"{DAY}T13:00:00+01:00", "ends_at": f"{DAY}T16:00:00+01:00", "resource": HALL, "note": ""}
    kept = desk.post(f"/api/v1/requests/{made}/proposals", wish)
    assert kept.status_code == 201, kept.text
    taken = sofia.post(f"/api/v1/offers/{kept.json()['id']}/acceptance")
    assert taken.status_code == 201, taken.text


def test_what_is_offered_instead_is_had_when_its_notice_is_over(quick_nugue: HouseUnderTest) -> None:
    def late(tx: Tx) -> None:
        put_in_force(tx, draft_with(tx, "Trois heures avant", (Line("", "", "notice_minutes", 180),)))

    write(quick_nugue, late)
    sofia, desk = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(RECEPTION)
    hours = "2026-11-24T14:00:00+01:00", "2026-11-24T16:00:00+01:00"
    made = sofia.reserve("D01", hours[0][:16], hours[1][:16]).json()["reservations"][0]["id"]
    shut = {"starts_at": hours[0], "ends_at": hours[1], "resource": "D01", "reason": "essai", "displace": True}
    assert desk.post("/api/v1/closures", shut).status_code == 201
    run_jobs(quick_nugue)
    row = read(quick_nugue, displacement_of, read_id(made))
    assert row is not None
    quick_nugue.is_at("2026-11-24T11:30")
    refused = sofia.reserve("D03", hours[0][:16], hours[1][:16])
    assert [one["code"] for one in refused.json()["reasons"]] == ["too_late"]
    taken = sofia.post(f"/api/v1/offers/{show(row.offer_id or 0)}/acceptance")
    assert taken.status_code == 201, taken.text
