"""Out of service: a machine's time is closed as long as it is out, however long that lasts; once it is back, free."""

from datetime import date
from typing import Any

import pytest

from tests.fablab.benches import Fablab, codes
from tests.fablab.reserving import OTHER, reserve_as
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, at
from tests.support.inside import read, run_jobs
from tierslieu.basics import ids
from tierslieu.basics.zone import Zone
from tierslieu.fablab import away
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.closures.queries import displacement_of, of_source

KEY = "laser-1"
MACHINE = f"/api/v1/fablab/machines/{KEY}"
OUT = {"note": "Lentille fendue"}
DANGER = {"kind": "danger", "text": "De la fumée sort par derrière"}
PARIS = Zone("Europe/Paris")


def reserve(fablab: Fablab, day: str, resource: str = KEY) -> Any:
    return fablab.manager.reserve(resource, f"{day}T14:00", f"{day}T15:00", exception="training")


def reserved(fablab: Fablab, day: str, resource: str = KEY) -> str:
    """A reservation that was made on a day; the path of it."""
    made = reserve(fablab, day, resource)
    assert made.status_code == 201, made.text
    return f"/api/v1/reservations/{made.json()['reservations'][0]['id']}"


def state(fablab: Fablab, path: str) -> str:
    return str(fablab.manager.get(path).json()["state"])


def send(fablab: Fablab, path: str, wish: dict[str, Any] | None = None) -> int:
    return int(fablab.manager.post(f"{MACHINE}/{path}", wish).status_code)


def closed_until(fablab: Fablab) -> int:
    """Up to when the machine's time is closed without a gap; now when it is not."""

    def look(reader: Reader) -> int:
        until = reader.now
        for one in sorted(of_source(reader, f"machine:{KEY}"), key=lambda each: each.starts_at):
            until = max(until, one.ends_at) if one.starts_at <= until else until
        return until

    return read(fablab.house, look)


def sweep(fablab: Fablab, when: str) -> None:
    """Time goes on; the house looks, as it does each hour."""
    fablab.house.is_at(when)
    run_jobs(fablab.house)
    fablab.manager = fablab.house.sign_in(FAB_MANAGER)  # sessions of staff are short


@pytest.mark.parametrize("resource", [KEY, OTHER])
def test_out_is_closed_until_it_is_back_whatever_it_is_reserved_as(fablab: Fablab, resource: str) -> None:
    reserve_as(fablab.house, KEY, resource)
    soon, later = reserved(fablab, "2026-11-25", resource), reserved(fablab, "2026-12-23", resource)
    assert send(fablab, "out", OUT) == 204
    assert (state(fablab, soon), state(fablab, later)) == ("cancelled", "confirmed")
    assert codes(reserve(fablab, "2026-11-26", resource)) == {"out_of_use"}
    assert read(fablab.house, displacement_of, ids.read(soon.rpartition("/")[2])), "something else is offered"
    sweep(fablab, "2026-11-24T20:00")
    assert closed_until(fablab) == at("2026-12-23T00:00"), "what is closed is not closed again each hour"
    sweep(fablab, "2026-12-03T08:00")
    assert closed_until(fablab) == at("2027-01-01T00:00"), "it goes on while the machine is out"
    assert state(fablab, later) == "cancelled"
    sweep(fablab, "2027-02-02T08:00")
    assert closed_until(fablab) == at("2027-03-03T00:00"), "also after a service that was off for long"
    assert send(fablab, "back") == 204
    assert reserve(fablab, "2027-02-03", resource).status_code == 201
    sweep(fablab, "2027-02-02T12:00")
    assert closed_until(fablab) == at("2027-02-02T12:00")


def test_the_reservations_stay_only_where_somebody_says_so(quick_fablab: Fablab) -> None:
    kept = reserved(quick_fablab, "2026-11-25")
    assert send(quick_fablab, "out", {**OUT, "is_kept": True, "until": "2026-11-27"}) == 400
    assert send(quick_fablab, "out", {**OUT, "is_kept": True}) == 204
    sweep(quick_fablab, "2026-11-24T12:00")
    assert state(quick_fablab, kept) == "confirmed"
    reserved(quick_fablab, "2026-11-26")
    assert send(quick_fablab, "incidents", DANGER) == 201
    assert state(quick_fablab, kept) == "cancelled", "a danger leaves nobody their time"
    assert codes(quick_fablab.manager.post(f"{MACHINE}/out", {**OUT, "is_kept": True})) == {"safety_incident_open"}


def test_a_danger_closes_more_than_the_day_until_the_machine_is_back(fablab: Fablab) -> None:
    tomorrow = reserved(fablab, "2026-11-25")
    told = fablab.maker.post(f"{MACHINE}/incidents", DANGER).json()
    assert state(fablab, tomorrow) == "cancelled"
    over = {"state": "closed", "text": "Extraction débouchée"}
    assert fablab.manager.post(f"/api/v1/fablab/incidents/{told['id']}/steps", over).status_code == 201
    sweep(fablab, "2026-12-10T08:00")
    assert closed_until(fablab) == at("2027-01-08T00:00"), "nobody put it back yet"
    assert send(fablab, "back") == 204
    assert reserve(fablab, "2026-12-11").status_code == 201


def test_the_named_day_of_return_is_believed_until_it_is_over(fablab: Fablab) -> None:
    monday = reserved(fablab, "2026-11-30")
    desk = Browser(fablab.house)
    desk.sign_in(FAB_MANAGER)
    page = f"/fablab/machines/{KEY}"
    assert "Retour prévu" in desk.get(page).text
    both = desk.submit(f"{page}/hors-service", {**OUT, "until": "2026-11-29", "is_kept": "1"})
    assert (both.status_code, "ne cochez pas" in both.text) == (422, True)
    assert desk.submit(f"{page}/hors-service", {**OUT, "until": "2026-11-29"}).status_code == 303
    assert "Ses réservations sont fermées jusqu’au dimanche 29 novembre" in desk.get(page).text
    sweep(fablab, "2026-11-29T21:00")
    assert (closed_until(fablab), state(fablab, monday)) == (at("2026-11-30T00:00"), "confirmed")
    sweep(fablab, "2026-11-29T22:30")
    assert (closed_until(fablab), state(fablab, monday)) == (at("2026-12-01T00:00"), "cancelled"), "day by day"
    reserved(fablab, "2026-12-09")


def test_what_it_is_not_reserved_as_any_more_is_free(quick_fablab: Fablab) -> None:
    assert send(quick_fablab, "out", OUT) == 204
    reserve_as(quick_fablab.house, KEY, OTHER)
    sweep(quick_fablab, "2026-11-24T09:00")
    assert reserve(quick_fablab, "2026-11-25").status_code == 201
    assert codes(reserve(quick_fablab, "2026-11-25", OTHER)) == {"out_of_use"}
    assert read(quick_fablab.house, lambda reader: len(of_source(reader, f"machine:{KEY}"))) == 1


@pytest.mark.parametrize(
    ("now", "until", "expected"),
    [
        ("2026-10-24T12:00", None, "2026-11-15T00:00"),  # the night of 25 hours lies between
        ("2026-03-20T12:00", None, "2026-04-11T00:00"),  # the one of 23 hours
        ("2026-10-24T21:59", "2026-10-24", "2026-10-25T00:00"),
        ("2026-10-24T22:00", "2026-10-24", "2026-10-26T00:00"),
        ("2026-10-25T21:59", "2026-10-24", "2026-10-26T00:00"),
        ("2026-03-29T23:59", "2026-03-27", "2026-03-31T00:00"),
        ("2026-03-27T23:59", "2026-04-02", "2026-04-03T00:00"),
    ],
)
def test_days_are_counted_by_the_venues_clock(now: str, until: str | None, expected: str) -> None:
    end = None if until is None else PARIS.day(date.fromisoformat(until)).end
    assert away.needed_until(PARIS, at(now), end) == at(expected)
