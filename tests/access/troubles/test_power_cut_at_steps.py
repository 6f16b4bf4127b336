"""The power goes at each step of a passage, a booking, a payment by credits, a start: afterwards it happened once."""

import json
from pathlib import Path

from tests.access.scanning.test_scans_power_cut import judged
from tests.access.troubles.steps import DAY, Case, Stage, Told, prepare, speak
from tests.reservations.checks import ask, count_overlaps
from tests.support.clients import TUESDAY_MORNING, at, open_house
from tests.support.failing import FrailService, change
from tierslieu.basics.clock import SetClock

LATE = 61
"""After this the lease of a job that was under way has ended, and every order is too old."""
LETTER = "reservations.confirm_by_letter"
BESIDE = "access.doors.open_beside"


def welcome(told: Told) -> bool:
    """Let in now."""
    return (told.status, told.body.get("outcome"), told.body.get("duplicate")) == (200, "granted", False)


def as_before(told: Told) -> bool:
    """The answer that was given before, or would have been."""
    return told.status in (201, 202) and told.is_replayed


def noted_before(told: Told) -> bool:
    """A passage that was answered before."""
    return (told.status, told.body.get("outcome"), told.body.get("duplicate")) == (200, "granted", True)


def done_now(told: Told) -> bool:
    """Nothing had happened: it does now."""
    return told.status in (201, 202) and not told.is_replayed


def cases(on: Stage) -> list[Case]:
    """In the order in which they happen."""
    scans, bookings, spendings, starts = on
    return [
        Case("before_commit:record_scan", scans[0], 0, welcome),
        Case("after_commit:record_scan", scans[1], 10, noted_before),
        Case(f"before_commit:run_and_finish:{BESIDE}", scans[2], LATE, noted_before),
        Case("before_send:door", scans[3], LATE, noted_before),
        Case("after_send:door", scans[4], LATE, noted_before),
        Case("before_commit:reserve", bookings[0], 0, done_now),
        Case("after_commit:reserve", bookings[1], 0, as_before),
        Case(f"before_commit:run_and_finish:{LETTER}", bookings[2], LATE, as_before),
        Case("before_commit:spend", spendings[0], 0, done_now),
        Case("after_commit:spend", spendings[1], 0, as_before),
        Case("before_commit:dispatch", starts[0], 0, done_now),
        Case("before_send:cmd", starts[1], LATE, as_before),
    ]


FEW = ("before_commit:record_scan", "before_send:door", f"before_commit:run_and_finish:{LETTER}", "after_commit:spend")
"""What differs with the database: the transaction, and the leases of jobs."""

OPENED = "SELECT substr(scan_ref, 46), state, reason FROM door_command WHERE scan_ref IS NOT NULL"
DOORS = (
    ("before_commit:record_scan", "1", ("unknown", "no_answer")),
    ("before_send:door", "4", ("unknown", "no_answer")),
    ("after_send:door", "5", ("unknown", "no_answer")),
)
"""Nothing answers here, so nobody knows; where nothing was ordered in time, there is no order at all."""


def test_at_whatever_step_the_power_goes_it_happened_once(engine: str, open_url: str, tmp_path: Path) -> None:
    with open_house(open_url, tmp_path / "before") as house:
        chosen = cases(prepare(house))
    if engine != "sqlite":
        chosen = [one for one in chosen if one.step in FEW]
    service = FrailService(open_url, tmp_path, at(TUESDAY_MORNING))
    service.start()
    try:
        service.rest("what is due at the start is done: no lease of it is cut")
        for one in chosen:
            cut_and_repeat(service, open_url, one)
    finally:
        service.stop()
    judge(open_url, service, chosen)


def cut_and_repeat(service: FrailService, url: str, case: Case) -> None:
    """The power goes, comes back, and the call is sent again: twice, since its sender may be impatient."""
    change(url, speak, SetClock(service.now))
    service.cut_at(case.step)
    first = case.call.send(service.port)
    assert service.is_cut(), (case.step, first)
    sent = service.sent
    service.start(later=case.later)
    again, once_more = case.call.send(service.port), case.call.send(service.port)
    assert case.told(again), (case.step, first, again)
    assert first.status == 0 or first.happened == again.happened, (case.step, first, again)
    assert once_more.is_repeated, (case.step, once_more)
    assert once_more.happened == again.happened
    service.rest(f"{case.step}: what is due is done")
    if case.later:
        assert service.sent == sent, "what became too late leaves no more"


def judge(url: str, service: FrailService, chosen: list[Case]) -> None:
    """Each thing is there once, and nothing beside."""
    calls, steps = [one.call.path for one in chosen], {one.step for one in chosen}
    scans = sum(path.endswith("/scans") for path in calls)
    assert count(url, "scan WHERE device = 'kiosk-coupure'") == scans
    counted, inside = change(url, judged, SetClock(service.now))
    assert counted == inside >= scans
    booked = sum(path.endswith("/reservations") for path in calls)
    day = at(f"{DAY}T00:00")
    assert count(url, f"reservation WHERE starts_at BETWEEN {day} AND {day + 86_400}") == booked
    assert count(url, "message WHERE key LIKE 'reservation:%:confirmed'") == booked, "told once each"
    assert count_overlaps(url) == 0
    assert count(url, "credit_move WHERE about LIKE 'coupure-%'") == sum(path.endswith("/spendings") for path in calls)
    assert count(url, "job WHERE failed_at <> 0") == 0
    known = {scan: (state, reason) for scan, state, reason in ask(url, OPENED)}
    assert known == {case_scan: said for step, case_scan, said in DOORS if step in steps}
    assert len(ordered(service)) == len(set(ordered(service)))


def ordered(service: FrailService) -> list[str]:
    """The ids of all orders that left, in their order."""
    return [json.loads(line.partition(" ")[2])["cmd_id"] for line in service.sent]


def count(url: str, of: str) -> int:
    """How many rows there are, counted past the product's code."""
    return int(ask(url, f"SELECT count(*) FROM {of}")[0][0])
