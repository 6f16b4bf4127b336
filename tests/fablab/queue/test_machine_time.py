"""A machine at work is taken like anything else: runs, reservations and closures never meet."""

import asyncio
from typing import Any

import pytest

from devices.wire import AckResult, MachineState, Outcome
from tests.fablab.benches import Fablab, codes
from tests.fablab.reserving import OTHER, reserve_as
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, HouseUnderTest, at
from tests.support.inside import mailbox
from tierslieu.basics.errors import Conflict, DomainError, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import HOUR, MINUTE, Span
from tierslieu.fablab import claiming, queries
from tierslieu.fablab.queue import starting, watching
from tierslieu.people.signin.queries import account
from tierslieu.reservations.actions import Request, reserve

S = MachineState
DAY = "2026-11-24"


def person_of(house: HouseUnderTest, email: str) -> int:
    return int(house.read(account, email).id)


def book(fablab: Fablab, start: str, end: str, email: str = OTHER_MEMBER, machine: str = "p3d-1") -> Any:
    """Staff reserve a machine for somebody."""
    who = show(person_of(fablab.house, email))
    answer = fablab.manager.reserve(machine, f"{DAY}T{start}", f"{DAY}T{end}", person=who, exception="arranged")
    assert answer.status_code == 201, answer.text
    return answer.json()


def taken(fablab: Fablab, machine: str = "p3d-1") -> list[tuple[str, int, int]]:
    """What is claimed on a machine today: why, from, until, in minutes after eight."""
    found = fablab.house.read(queries.machine, machine)
    eight = at(f"{DAY}T08:00")
    window = Span(eight, eight + 12 * HOUR)
    claims = fablab.house.read(lambda reader: claiming.held(reader, claiming.units_of(reader, found), window))
    return [(one.cause, (one.span.start - eight) // MINUTE, (one.span.end - eight) // MINUTE) for one in claims]


def let_pass(fablab: Fablab) -> None:
    """Ten minutes, and the look that the house takes each minute."""
    fablab.pass_time(10 * MINUTE)
    fablab.house.write(watching.watch_all, fablab.house.house.settings)
    fablab.manager = fablab.house.sign_in(FAB_MANAGER)  # sessions of staff are short


def test_a_run_takes_the_machine_and_gives_it_back(fablab: Fablab) -> None:
    job = fablab.running()
    assert taken(fablab) == [("run", 0, 11)], "a minute of printing and ten for surprises"
    refused = fablab.manager.reserve("p3d-1", f"{DAY}T08:00", f"{DAY}T09:00", exception="arranged")
    assert refused.status_code == 409
    fablab.house.clock.instant += 2 * MINUTE
    fablab.box.ended(job["number"])
    assert taken(fablab) == [("run", 2, 17)], "a little more, until somebody emptied it"
    fablab.clear()
    assert taken(fablab) == []


@pytest.mark.parametrize("resource", ["p3d-1", OTHER])
def test_no_run_into_what_somebody_reserved(fablab: Fablab, resource: str) -> None:
    reserve_as(fablab.house, "p3d-1", resource)
    fablab.box.wake()
    book(fablab, "08:10", "10:00", machine=resource)
    job = fablab.queue()
    answer = fablab.dispatch(job)
    assert codes(answer) == {"machine_reserved_then"}
    assert "8 h 10" in answer.text.replace("\u00a0", " ")
    assert taken(fablab) == [("reservation", 10, 120)]


def test_ones_own_reservation_is_ones_own_time(fablab: Fablab) -> None:
    fablab.box.wake()
    book(fablab, "08:00", "08:05", email=MEMBER)
    assert fablab.dispatch(fablab.queue()).status_code == 202
    assert taken(fablab) == [("reservation", 0, 5), ("run", 5, 11)], "only what goes beyond is claimed"


def test_a_person_starts_their_own_job_in_their_own_time(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    path = f"/api/v1/fablab/jobs/{job['id']}/start-own"
    assert codes(fablab.maker.post(path, {"machine": "p3d-1"})) == {"not_your_time"}
    book(fablab, "08:00", "10:00", email=MEMBER)
    assert fablab.house.sign_in(OTHER_MEMBER).post(path, {"machine": "p3d-1"}).status_code == 404
    assert fablab.maker.post(path, {"machine": "p3d-1"}).status_code == 202
    fablab.house.run_jobs()
    assert fablab.spy.sent[-1][1]["op"] == "start"
    assert taken(fablab) == [("reservation", 0, 120)]


def test_what_comes_back_to_the_queue_gives_its_time_back(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    fablab.dispatch(job)
    fablab.box.ack(fablab.spy.sent[-1][1]["cmd_id"], AckResult.BUSY, "job_on_machine")
    assert taken(fablab) == []
    fablab.box.started(job["number"])
    assert fablab.job(job)["state"] == "running"
    assert taken(fablab) == [("run", 0, 1)], "it began after all: the time it needs is taken again"


def test_a_run_that_takes_longer_takes_more_time_until_somebody_else_has_it(fablab: Fablab) -> None:
    job = fablab.running()
    book(fablab, "09:00", "10:00")
    for _ in range(6):
        let_pass(fablab)
        fablab.box.show(S.RUNNING, job["number"], percent=50.0)
    found = taken(fablab)
    assert found[-1] == ("reservation", 60, 120)
    assert found[0][1] == 0
    assert max(end for cause, _start, end in found if cause == "run") == 60
    assert fablab.job(job)["notice"] == "overruns"
    fablab.house.run_jobs()
    told = [one for one in mailbox(fablab.house) if one.to == OTHER_MEMBER and "retard" in one.subject]
    assert len(told) == 1, "told once, however long it lasts"
    fablab.box.ended(job["number"])
    assert fablab.clear().status_code == 200
    assert taken(fablab) == [("reservation", 60, 120)]


def test_a_machine_that_nobody_empties_stays_taken(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.box.ended(job["number"], Outcome.FAILED)
    for _ in range(9):
        let_pass(fablab)
    assert max(end for _cause, _start, end in taken(fablab)) >= 95
    refused = fablab.manager.reserve("p3d-1", f"{DAY}T09:30", f"{DAY}T10:30", exception="arranged")
    assert refused.status_code == 409
    fablab.clear("failed")
    assert taken(fablab) == []


def test_a_machine_that_the_venue_does_not_offer_takes_no_time(quick_fablab: Fablab) -> None:
    machine = quick_fablab.house.read(queries.machine, "p3d-1")
    assert quick_fablab.house.read(claiming.units_of, machine) != ()
    from msgspec.structs import replace

    assert quick_fablab.house.read(claiming.units_of, replace(machine, resource_key="nowhere")) == ()
    assert quick_fablab.house.read(claiming.units_of, replace(machine, resource_key=None)) == ()


@pytest.mark.parametrize("turn", range(3))
def test_whoever_is_first_has_the_machine(fablab: Fablab, turn: int) -> None:
    """Reserving and starting at the same moment: one of them is told no, and the database holds one of them."""
    fablab.box.wake()
    job = fablab.queue()
    member = person_of(fablab.house, OTHER_MEMBER)
    staff = fablab.house.read(account, FAB_MANAGER).id
    eight = at(f"{DAY}T08:00")
    database = fablab.house.house.db
    from tierslieu.basics.actor import Actor

    desk = Actor(staff, "lucie", frozenset({"reservations.manage", "fablab.run_machines"}))
    wish = Request(("p3d-1",), Span(eight, eight + HOUR), 1, member, exception="arranged")

    async def both() -> list[object]:
        acts = [
            database.write(starting.dispatch, read(job["id"]), "p3d-1", by=desk),
            database.write(reserve, wish, by=desk),
        ]
        return list(await asyncio.gather(*(acts if turn % 2 else reversed(acts)), return_exceptions=True))

    found = fablab.house.client.blocking_portal.call(both)
    failed = [one for one in found if isinstance(one, BaseException)]
    assert len(failed) == 1, found
    assert isinstance(failed[0], Refused | Conflict | DomainError)
    causes = {cause for cause, _start, _end in taken(fablab)}
    assert len(causes) == 1
