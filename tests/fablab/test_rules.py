"""What is shown and what is allowed, as pure functions."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.fablab import rules
from tierslieu.fablab.queue import matching
from tierslieu.fablab.queue.matching import Fit
from tierslieu.fablab.rules import JobNow, MachineNow

NOW = 1_800_000_000
MACHINE = MachineNow(
    id=1,
    key="p3d-1",
    site="oasis",
    name="Prusa",
    kind="printer_3d",
    model="MK4S",
    qualification=None,
    build_x=250,
    build_y=210,
    build_z=220,
    notices="[]",
    position=0,
    status="in_service",
    status_note="",
    material="PLA",
    needs_clear=0,
    is_online=1,
    state="idle",
    substate="",
    job_ref=None,
    is_outside=0,
    progress=None,
    seconds_left=None,
    temperatures="[]",
    faults="[]",
    needs_operator=0,
    boot_id="boot-1",
    former_boot_id="boot-0",
    seq=7,
    last_message_at=NOW,
    measured_at=NOW,
    shown_link="online",
    nozzle_mm=None,
    max_tool_c=None,
    max_bed_c=None,
    firmware="",
    colour="",
    takes_queue=1,
    hourly_cents=0,
)
JOB = JobNow(
    id=5,
    number=5,
    person_id=9,
    file_id=3,
    kind="printer_3d",
    wanted_machine_id=None,
    machine_id=None,
    material="PLA",
    quantity=1,
    copies_done=0,
    note="",
    state="queued",
    outcome=None,
    notice="",
    rank=5,
    created_at=NOW,
    dispatched_at=None,
    started_at=None,
    ended_at=None,
    cmd_id=None,
    job_ref=None,
    attempts=0,
    is_contact_lost=0,
    filament_mm=None,
    seconds_spent=None,
    service="self",
    colour="",
    deadline=None,
    priority=0,
    priority_reason="",
    held_reason="",
    parent_id=None,
    filament_g=None,
    estimate_cents=None,
    cost_cents=None,
    photo_sha=None,
    file_name="cube.gcode",
    sha256="0" * 64,
    facts="{}",
    thumbnail_sha=None,
    format="gcode",
)


def but(**changed: object) -> MachineNow:
    return msgspec.structs.replace(MACHINE, **changed)


def against(machine: MachineNow = MACHINE, active: str | None = None, job: JobNow = JOB, **fit: object) -> set[str]:
    found = matching.reasons_against_dispatch(job, Fit(**fit), machine, active, NOW, is_seen=False)  # type: ignore[arg-type]
    return {reason.code for reason in found}


@pytest.mark.parametrize(
    ("silence", "is_online", "link"),
    [(0, 1, "online"), (60, 1, "online"), (61, 1, "stale"), (180, 1, "stale"), (181, 1, "offline"), (0, 0, "offline")],
)
def test_silence_is_shown(silence: int, is_online: int, link: str) -> None:
    assert rules.link_of(but(last_message_at=NOW - silence, is_online=is_online), NOW) == link


STATES = ["idle", "preparing", "running", "paused", "attention", "ended", "fault", "offline", "unknown", "dancing"]


@given(
    st.sampled_from(STATES),
    st.integers(0, 400),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, "dispatched", "running", "to_check"]),
    st.sampled_from(["in_service", "maintenance"]),
)
def test_ready_means_that_a_start_is_allowed_and_nothing_else_does(
    state: str, silence: int, is_online: bool, is_dirty: bool, active: str | None, status: str
) -> None:
    machine = but(
        state=state,
        last_message_at=NOW - silence,
        is_online=int(is_online),
        needs_clear=int(is_dirty),
        status=status,
    )
    is_ready = rules.is_ready(machine, active, NOW)
    assert is_ready == (against(machine, active) == set())
    if is_ready:
        assert silence <= rules.STALE_AFTER
        assert (is_online, is_dirty, active, status) == (True, False, None, "in_service")


@pytest.mark.parametrize(
    ("machine", "active", "code"),
    [
        (but(status="maintenance"), None, "machine_in_maintenance"),
        (but(is_online=0), None, "machine_offline"),
        (but(last_message_at=NOW - 90), None, "machine_stale"),
        (but(state="fault"), None, "machine_fault"),
        (but(state="running"), "running", "machine_busy"),
        (but(state="running", is_outside=1), None, "machine_outside_job"),
        (but(), "dispatched", "machine_busy"),
        (but(state="unknown"), None, "machine_unknown"),
        (but(needs_clear=1), None, "machine_needs_clearing"),
        (but(), "to_check", "machine_needs_clearing"),
        (but(kind="laser_cutter"), None, "other_machine_wanted"),
        (but(material="PETG"), None, "wrong_material"),
    ],
)
def test_every_reason_against_a_start(machine: MachineNow, active: str | None, code: str) -> None:
    assert against(machine, active) == {code}


def test_reasons_of_the_job_itself() -> None:
    assert against(size_mm=(260.0, 100.0, 10.0)) == {"too_big_for_bed"}
    assert against(size_mm=(200.0, 240.0, 220.0)) == set(), "turned by a quarter it fits"
    assert against(forbidden=2) == {"flagged_commands"}
    assert against(job=msgspec.structs.replace(JOB, state="running")) == {"job_not_waiting"}
    assert against(job=msgspec.structs.replace(JOB, wanted_machine_id=2)) == {"other_machine_wanted"}
    assert against(but(material=""), job=msgspec.structs.replace(JOB, material="TPU")) == set()
    assert against(but(state="fault", needs_clear=1, material="ABS")) == {
        "machine_fault",
        "machine_needs_clearing",
        "wrong_material",
    }


def test_telemetry_is_stored_when_it_is_worth_it() -> None:
    assert not rules.is_worth_writing(MACHINE, None, "[]", NOW + 9)
    assert rules.is_worth_writing(MACHINE, None, "[]", NOW + 10)
    assert not rules.is_worth_writing(MACHINE, 5.0, "[]", NOW + 1)
    assert rules.is_worth_writing(MACHINE, 5.0, "[]", NOW + 2)
    assert rules.is_worth_writing(MACHINE, None, "[1]", NOW + 2)
    assert rules.is_worth_writing(but(is_online=0), None, "[]", NOW)


def test_order_is_seq_within_a_boot() -> None:
    assert rules.is_snapshot_news(MACHINE, "boot-1", 8)
    assert not rules.is_snapshot_news(MACHINE, "boot-1", 7)
    assert rules.is_snapshot_news(MACHINE, "boot-2", 0)
    assert not rules.is_snapshot_news(MACHINE, "boot-0", 99)
    assert rules.is_late_will(MACHINE, "boot-0")
    assert not rules.is_late_will(MACHINE, "boot-1")


def test_each_attempt_has_its_own_name() -> None:
    assert [rules.attempt_ref(123, attempt) for attempt in (1, 2)] == ["J000123", "J000123-2"]
