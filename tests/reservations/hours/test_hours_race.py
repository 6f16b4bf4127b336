"""Hours change while somebody reserves: whoever read the former hours is found shortly after, and told."""

from sqlalchemy import bindparam, update

from tests.reservations.hours.test_hours_story import VISIO, boss, fields_of, weeks
from tests.support.clients import RECEPTION, HouseUnderTest, at
from tests.support.inside import run_jobs, write
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.hours.sweeping import AFTER
from tierslieu.venue.actions import changed
from tierslieu.venue.tables import OpeningPeriod

op = columns(OpeningPeriod)
WEDNESDAY_ENDS: Query[object] = Query(
    update(table_of(OpeningPeriod))
    .where(op.weekday == bindparam("day"), op.closes == bindparam("was"))
    .values(closes=bindparam("then"))
)


def move_end(tx: Tx, was: int, then: int) -> None:
    """Wednesday ends at another minute, as a transaction sees it that began before or after the change."""
    tx.run(WEDNESDAY_ENDS, day=2, was=was, then=then)
    changed(tx)


def test_a_reservation_that_passed_the_change_is_displaced(nugue: HouseUnderTest) -> None:
    ines, sofia, claire = boss(nugue), nugue.sign_in(), nugue.sign_in(RECEPTION)
    kept = claire.reserve("visio-1", "2026-11-25T19:00", "2026-11-25T20:00", exception="event")
    assert kept.status_code == 201, kept.text
    seen = ines.submit(f"{VISIO}/horaires", weeks(ines.get(f"{VISIO}/horaires").text, d2="8:30-17:00")).text
    assert ines.submit(f"{VISIO}/horaires", {**fields_of(seen), "act": "confirmer"}).status_code == 303
    write(nugue, move_end, 17 * 60, 19 * 60)
    late = sofia.reserve("visio-1", "2026-11-25T17:30", "2026-11-25T18:30").json()["reservations"][0]
    write(nugue, move_end, 19 * 60, 17 * 60)
    run_jobs(nugue)
    assert sofia.get(f"/api/v1/reservations/{late['id']}").json()["state"] == "confirmed"
    nugue.clock.instant = at("2026-11-24T08:00") + AFTER
    run_jobs(nugue)
    assert sofia.get(f"/api/v1/reservations/{late['id']}").json()["state"] == "cancelled"
    id_ = kept.json()["reservations"][0]["id"]
    assert claire.get(f"/api/v1/reservations/{id_}").json()["state"] == "confirmed"
