"""What PrusaLink's words mean, and that no answer of any shape stops the house."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.adapters.loose import number, parsed, words
from devices.adapters.prusalink.client import base_of, folder_of
from devices.adapters.prusalink.reading import STATES, read_job, read_status, sight_of
from devices.printers.names import job_of, ref_of
from devices.wire import Job, MachineState, Outcome, Snapshot, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(["id", "file"]), inner),
    max_leaves=12,
)
OURS = Job(job_ref="J000123", file="J000123.bgcode")


@pytest.mark.parametrize(
    ("word", "state", "outcome", "needs_operator", "cleared"),
    [
        ("IDLE", "idle", None, False, None),
        ("READY", "idle", None, False, "J000122"),
        ("BUSY", "preparing", None, False, None),
        ("PRINTING", "running", None, False, None),
        ("PAUSED", "paused", None, False, None),
        ("ATTENTION", "attention", None, True, None),
        ("FINISHED", "ended", "ok", False, None),
        ("STOPPED", "ended", "cancelled", False, None),
        ("ERROR", "fault", None, True, None),
        ("MANIPULATING", "unknown", None, False, None),
    ],
)
def test_each_word(word: str, state: str, outcome: str | None, needs_operator: bool, cleared: str | None) -> None:
    status = read_status({"printer": {"state": word}})
    assert status is not None
    sight = sight_of(status, OURS, 1_795_300_000, "J000122")
    assert (sight.state.value, sight.substate, sight.needs_operator) == (state, word, needs_operator)
    assert sight.cleared_ref == cleared
    assert sight.seen.outcome == (Outcome(outcome) if outcome else None)


def test_all_that_is_told_is_seen() -> None:
    status = read_status(
        {
            "printer": {
                "state": "PRINTING",
                "temp_nozzle": 214.84,
                "target_nozzle": 215,
                "temp_bed": 60,
                "target_bed": 0,
            },
            "job": {"id": 297, "progress": 52.5, "time_remaining": 1710, "time_printing": 1800},
        }
    )
    assert status is not None
    sight = sight_of(status, OURS, 1_795_300_000, None)
    job = sight.seen.job
    assert job is not None
    assert (job.job_ref, job.progress_percent, job.seconds_left) == ("J000123", 52.5, 1710)
    assert [(one.sensor, one.actual, one.target) for one in sight.temperatures] == [
        ("tool0", 214.8, 215.0),
        ("bed", 60.0, None),
    ]


@pytest.mark.parametrize(
    "body", [None, [], {}, {"printer": None}, {"printer": {"state": 7}}, {"printer": {"state": ""}}]
)
def test_what_is_no_prusalink(body: object) -> None:
    assert read_status(body) is None


@given(printer=JSON, job=JSON, transfer=JSON, word=st.sampled_from([*STATES, "NEW"]), named=JSON)
def test_any_json_of_any_shape_gives_a_sight_that_travels(
    printer: Any, job: Any, transfer: Any, word: str, named: Any
) -> None:
    body = {"printer": {"state": word, "temp_nozzle": printer, "target_bed": job, "temp_bed": transfer}}
    status = read_status({**body, "job": job, "transfer": transfer})
    assert status is not None
    _, told = read_job({"id": job, "file": {"display_name": named, "name": printer}})
    sight = sight_of(status, told, 1_795_300_000, None)
    snapshot = Snapshot(
        state=sight.state,
        boot_id="boot-1",
        seq=1,
        observed_at=1,
        substate=sight.substate,
        job=sight.seen.job,
        temperatures=sight.temperatures,
        faults=sight.faults,
    )
    assert encode(snapshot)
    assert sight.state is STATES.get(word, MachineState.UNKNOWN)
    read_status(named)
    folder_of(named)


@given(st.binary(max_size=200))
def test_any_bytes_are_something_or_nothing(payload: bytes) -> None:
    parsed(payload)


def test_bounds_of_what_is_read() -> None:
    assert parsed(b"[" * 100_000) is None
    assert parsed(b'"' + b"a" * 300_000 + b'"') is None
    assert [number(value, 0, 10) for value in (True, "NaN", "3.5", 11, 10**400, -1, None)] == [None] * 2 + [3.5] + [
        None
    ] * 4
    assert words("a\x00\nb\ud800c") == "abc"


@pytest.mark.parametrize(
    ("file", "ref"),
    [
        ("J000123.gcode", "J000123"),
        ("J000123-2_vase.bgcode", "J000123-2"),
        ("/usb/J000123.BGCODE", "J000123"),
        ("J000123", "J000123"),
        ("J12.gcode", None),
        ("MyJ000123.gcode", None),
        ("J000123vase.gcode", None),
        ("", None),
    ],
)
def test_whose_file_it_is(file: str, ref: str | None) -> None:
    assert ref_of(file) == ref


def test_a_strangers_file_keeps_its_name_and_two_runs_differ() -> None:
    one, other = job_of("cadeau_de_marie.gcode", "1"), job_of("cadeau_de_marie.gcode", "2")
    assert one.outside_queue
    assert one.file is None
    assert one.job_ref != other.job_ref
    assert one == job_of("cadeau_de_marie.gcode", "1")


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("192.168.1.20", "http://192.168.1.20"),
        ("http://prusa.local/", "http://prusa.local"),
        ("prusa.local:8080", "http://prusa.local:8080"),
        ("", None),
        ("ftp://prusa", None),
        ("http://[", None),
        ("http://a:99999", None),
        ("http://me:secret@prusa", None),
    ],
)
def test_addresses_as_people_type_them(address: str, base: str | None) -> None:
    assert base_of(address) == base
