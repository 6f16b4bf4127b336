"""What Bambu's words and numbers mean; that deltas in any order end in the same state; that no shape is an error."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.adapters.bambu.codes import health, needs_signature
from devices.adapters.bambu.merge import WINDOW, Merged
from devices.adapters.bambu.orders import refusal, start
from devices.adapters.bambu.reading import Run, follow, sight_of
from devices.adapters.bambu.trays import slots_of
from devices.wire import AckResult, Loaded, Outcome, Snapshot, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(["attr", "code"]), inner),
    max_leaves=10,
)
MEMBERS = (
    *("gcode_state", "subtask_name", "gcode_file", "task_id", "mc_percent", "mc_remaining_time", "hms", "print_error"),
    *("ams", "vt_tray", "nozzle_temper", "bed_temper", "chamber_temper", "stg_cur", "fun", "device"),
)
STATES = ("IDLE", "INIT", "PREPARE", "SLICING", "RUNNING", "PAUSE", "FINISH", "FAILED", "NEW")
CANCEL, JAM = 0x0300_400C, 0x0300_8008


@pytest.mark.parametrize(
    ("report", "state", "outcome", "needs_operator"),
    [
        ({"gcode_state": "IDLE"}, "idle", None, False),
        ({"gcode_state": "INIT"}, "preparing", None, False),
        ({"gcode_state": "PREPARE"}, "preparing", None, False),
        ({"gcode_state": "SLICING"}, "preparing", None, False),
        ({"gcode_state": "RUNNING"}, "running", None, False),
        ({"gcode_state": "RUNNING", "print_error": JAM}, "running", None, False),
        ({"gcode_state": "PAUSE", "stg_cur": 16}, "paused", None, False),
        ({"gcode_state": "PAUSE", "stg_cur": 6}, "attention", None, True),
        ({"gcode_state": "PAUSE", "stg_cur": 255, "print_error": JAM}, "attention", None, True),
        ({"gcode_state": "FINISH"}, "ended", "ok", False),
        ({"gcode_state": "FAILED", "print_error": CANCEL}, "ended", "cancelled", False),
        ({"gcode_state": "FAILED", "print_error": JAM}, "fault", "failed", True),
        ({"gcode_state": "FAILED", "print_error": 0}, "ended", "failed", False),
        ({"gcode_state": "IDLE", "hms": [{"attr": 0x05000100, "code": 0x00010001}]}, "fault", None, True),
        ({"gcode_state": "RUNNING", "hms": [{"attr": 0x05000100, "code": 0x00010001}]}, "running", None, False),
        ({"gcode_state": "DANCING"}, "unknown", None, False),
        ({}, "unknown", None, False),
    ],
)
def test_states(report: dict[str, Any], state: str, outcome: str | None, needs_operator: bool) -> None:
    sight = sight_of(report, follow(Run(), report, 7), 7)
    assert (sight.state.value, sight.needs_operator) == (state, needs_operator)
    assert sight.seen.outcome == (Outcome(outcome) if outcome else None)


def test_a_cancelled_job_stays_cancelled_when_its_error_was_wiped_from_the_screen() -> None:
    run = Run()
    for report in (
        {"gcode_state": "RUNNING", "task_id": "7"},
        {"gcode_state": "RUNNING", "task_id": "7", "print_error": CANCEL},
        {"gcode_state": "FAILED", "task_id": "7", "print_error": 0},
    ):
        run = follow(run, report, 7)
    assert sight_of(report, run, 7).seen.outcome is Outcome.CANCELLED


def test_the_next_job_is_not_cancelled_by_what_is_still_shown_of_the_last_one() -> None:
    run = Run()
    for report in (
        {"gcode_state": "FAILED", "task_id": "7", "print_error": CANCEL},
        {"gcode_state": "RUNNING", "task_id": "8", "print_error": CANCEL},
        {"gcode_state": "FAILED", "task_id": "8", "print_error": 0},
    ):
        run = follow(run, report, 7)
    assert sight_of(report, run, 7).seen.outcome is Outcome.FAILED


def test_all_that_is_told_is_seen() -> None:
    report = {
        "gcode_state": "RUNNING",
        "subtask_name": "J000123",
        "task_id": "881",
        "mc_percent": 52,
        "mc_remaining_time": 28,
        "nozzle_temper": 219.84,
        "nozzle_target_temper": 220,
        "device": {"bed": {"info": {"temp": (65 << 16) | 64}}, "ctc": {"info": {"temp": 31}}},
        "hms": [{"attr": 50331904, "code": 65543}, {"attr": 0x03000000, "code": 0x0001400C}],
    }
    sight = sight_of(report, follow(Run(), report, 7), 9)
    job = sight.seen.job
    assert job is not None
    assert (job.job_ref, job.progress_percent, job.seconds_left, job.started_at) == ("J000123", 52, 1680, 7)
    assert [(one.sensor, one.actual, one.target) for one in sight.temperatures] == [
        ("tool0", 219.8, 220.0),
        ("bed", 64.0, 65.0),
        ("chamber", 31.0, None),
    ]
    assert [one.code for one in sight.faults] == ["HMS_0300_0100_0001_0007"]


def test_the_chamber_of_a_printer_without_a_probe_has_no_temperature() -> None:
    assert sight_of({"gcode_state": "IDLE", "chamber_temper": 5.0}, Run(), 7).temperatures == ()


AMS = {
    "ams": [
        {
            "id": "0",
            "humidity": "4",
            "temp": "23.1",
            "tray": [
                {
                    "id": "0",
                    "remain": 63,
                    "tag_uid": "7DD7A4C100000100",
                    "tray_info_idx": "GFA00",
                    "tray_type": "PLA",
                    "tray_color": "000000FF",
                },
                {
                    "id": "1",
                    "remain": -1,
                    "tag_uid": "0000000000000000",
                    "tray_info_idx": "GFL99",
                    "tray_type": "PETG",
                    "tray_color": "f2754eFF",
                },
                {"id": "2"},
                {"id": "3", "tray_type": "", "tray_color": "00000000", "remain": 0, "tag_uid": "0000000000000000"},
            ],
        },
        {"id": "128", "tray": [{"id": "0", "tray_type": "PA-CF", "tray_color": "", "tag_uid": 5}]},
    ],
    "ams_exist_bits": "1",
    "tray_exist_bits": "b",
    "tray_now": "1",
}
"""As a printer with a unit of four trays and one of a single tray tells them: tagged, typed in, empty, unknown."""
OUTSIDE = {"id": "254", "tray_type": "TPU", "tray_color": "FFFFFFFF", "remain": 0, "tag_uid": "0000000000000000"}


def test_what_lies_in_the_trays_is_told_and_what_is_not_known_is_not_made_up() -> None:
    slots = sight_of({"gcode_state": "IDLE", "ams": AMS, "vt_tray": OUTSIDE}, Run(), 7).slots
    assert slots == (
        Loaded(slot=0, material="PLA", colour="#000000", left_percent=63, is_tagged=True),
        Loaded(slot=1, material="PETG", colour="#F2754E", is_feeding=True),
        Loaded(slot=3),
        Loaded(slot=128, material="PA-CF"),
        Loaded(slot=254, material="TPU", colour="#FFFFFF"),
    )
    assert sight_of({"gcode_state": "IDLE"}, Run(), 7).slots is None, "not told so far"
    assert slots_of({"ams": {"ams": [], "tray_now": "255"}, "vt_tray": {"id": "254", "tray_type": ""}}) == ()
    assert slots_of({"vt_tray": {"tray_type": "PLA", "remain": "many"}}) == (Loaded(slot=254, material="PLA"),)
    crowd = {"ams": [{"id": unit, "tray": [{"id": at, "tray_type": "PLA"} for at in range(9)]} for unit in range(200)]}
    assert len(slots_of({"ams": crowd}) or ()) == 32


def test_changes_of_a_small_printer_keep_what_it_told_of_its_trays() -> None:
    merged = Merged()
    merged.take({"gcode_state": "IDLE", "ams": AMS}, 1)
    merged.take({"ams": {"tray_now": "0"}, "nozzle_temper": 30}, 2)
    feeding = [one.slot for one in sight_of(merged.tree(), Run(), 7).slots or () if one.is_feeding]
    assert feeding == [0]


@pytest.mark.parametrize(
    ("slots", "use_ams", "sent"), [((), False, [0]), ((254,), False, [254]), ((-1, 2), True, [-1, 2])]
)
def test_the_trays_of_a_start(slots: tuple[int, ...], use_ams: bool, sent: list[int]) -> None:
    told = json.loads(start(7, file="J1.gcode.3mf", plate="Metadata/plate_2.gcode", ref="J1", task=5, slots=slots))
    assert (told["print"]["use_ams"], told["print"]["ams_mapping"]) == (use_ams, sent)


@pytest.mark.parametrize(
    ("report", "is_needed"),
    [
        ({"fun": "20000000"}, True),
        ({"fun": "3EC1AFFF9CFF"}, True),
        ({"fun": "1EC18FFF9CFF"}, False),
        ({"fun": "hello"}, False),
        ({}, False),
        ({"hms": [{"attr": 0x05000500, "code": 0x00010007}]}, True),
    ],
)
def test_a_signature_is_asked_for(report: dict[str, Any], is_needed: bool) -> None:
    assert needs_signature(report) is is_needed


def test_ways_to_say_no() -> None:
    assert refusal({"print": {"command": "pause", "sequence_id": "5", "result": "fail"}}, 5) == (
        AckResult.REFUSED,
        "machine_refused",
    )
    assert refusal({"print": {"command": "pause", "sequence_id": "4", "result": "fail"}}, 5) is None
    assert refusal({"print": {"command": "pause", "err_code": 84033543}}, 5) == (
        AckResult.REFUSED,
        "signature_required",
    )
    assert refusal({"print": {"print_error": 0x05004004}}, 5) == (AckResult.BUSY, "job_on_machine")
    assert refusal({"print": {"command": "push_status", "mc_percent": 3}}, 5) is None


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON), st.sampled_from(STATES), JSON)
def test_any_json_of_any_shape_gives_a_sight_that_travels(report: dict[str, Any], word: str, other: Any) -> None:
    for told in (report, {**report, "gcode_state": word, "subtask_name": "J000123"}, other):
        sight = sight_of(told, follow(Run(), told, 7), 7)
        snapshot = Snapshot(
            state=sight.state,
            boot_id="boot-1",
            seq=1,
            observed_at=1,
            substate=sight.substate,
            job=sight.seen.job,
            temperatures=sight.temperatures,
            faults=sight.faults,
            slots=sight.slots,
        )
        assert encode(snapshot)
        refusal(told, 1)
        health(told)


DELTAS = st.lists(
    st.dictionaries(st.sampled_from("abc"), st.integers() | st.dictionaries(st.sampled_from("xy"), st.integers())),
    max_size=8,
)


@given(DELTAS.filter(lambda deltas: len(deltas) < WINDOW), st.data())
def test_deltas_in_any_order_and_more_than_once_end_in_the_same_state(deltas: list[dict[str, Any]], data: Any) -> None:
    """Each value is the one of the newest message that named it, however the messages came."""
    in_order, mixed = Merged(), Merged()
    numbered = list(enumerate(deltas, 1))
    for number, delta in numbered:
        in_order.take(delta, number)
    order = data.draw(st.permutations(numbered))
    again = data.draw(st.lists(st.sampled_from(numbered), max_size=4)) if numbered else []
    for number, delta in (*order, *again):
        mixed.take(delta, number)
    assert mixed.tree() == in_order.tree()


def test_a_printer_that_counts_anew_is_believed() -> None:
    merged = Merged()
    merged.take({"gcode_state": "RUNNING", "mc_percent": 5}, 900)
    merged.take({"gcode_state": "IDLE"}, 899)
    assert merged.tree()["gcode_state"] == "RUNNING"
    merged.take({"gcode_state": "IDLE"}, 3)
    assert merged.tree() == {"gcode_state": "IDLE", "mc_percent": 5}
    merged.take({"mc_percent": 6}, None)
    assert merged.tree()["mc_percent"] == 6


@given(JSON)
def test_any_shape_is_merged(delta: Any) -> None:
    merged = Merged()
    if isinstance(delta, dict):
        merged.take(delta, None)
    assert isinstance(merged.tree(), dict)
