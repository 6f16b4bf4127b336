"""The wire contract: what is written is read back, what is not of the contract is Unreadable and nothing else."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.wire import (
    EVERY_UP,
    MAX_BYTES,
    MESSAGE_OF,
    Ack,
    AckResult,
    Availability,
    Channel,
    Command,
    Config,
    Fault,
    Job,
    JobEnded,
    JobOrder,
    JobStarted,
    Loaded,
    MachineState,
    Message,
    Op,
    Outcome,
    ProgressBasis,
    Report,
    Snapshot,
    Telemetry,
    Temperature,
    Topic,
    Unreadable,
    build_topic,
    decode,
    down_filter,
    encode,
    parse,
    parse_topic,
    up_filter,
)
from devices.wire.doors import DoorMessage
from devices.wire.interlocks import Interlock
from devices.wire.schema import FILE, build_schema, written_schema

HERE = "tierslieu/v1/oasis/p3d-1"
KEYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", fullmatch=True)
IDS = st.from_regex(r"[A-Za-z0-9_-]{8,64}", fullmatch=True)
BOOTS = st.from_regex(r"[A-Za-z0-9_-]{4,32}", fullmatch=True)
REFS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", fullmatch=True)
WORDS = st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", codec="utf-8"), max_size=200)
FILES = st.text(st.characters(min_codepoint=32, exclude_characters="\x7f/\\", codec="utf-8"), min_size=1, max_size=200)
INSTANTS = st.integers(0, 4_102_444_800)
SEQS = st.integers(0, 2**53 - 1)
SECONDS = st.integers(0, 31 * 86_400)
PERCENTS = st.floats(0, 100)
HEATS = st.lists(
    st.builds(Temperature, sensor=KEYS, actual=st.floats(-100, 1000), target=st.none() | st.floats(-100, 1000)),
    max_size=16,
).map(tuple)
FAULTS = st.lists(st.builds(Fault, code=CODES, text=WORDS), max_size=16).map(tuple)
JOBS = st.builds(
    Job,
    job_ref=REFS,
    file=st.none() | FILES,
    progress_percent=st.none() | PERCENTS,
    progress_basis=st.sampled_from(ProgressBasis),
    seconds_left=st.none() | SECONDS,
    started_at=st.none() | INSTANTS,
    outside_queue=st.booleans(),
)
FACTS = st.builds(JobStarted, job_ref=REFS, file=st.none() | FILES) | st.builds(
    JobEnded,
    job_ref=REFS,
    outcome=st.sampled_from(Outcome),
    duration_s=st.none() | SECONDS,
    filament_mm=st.none() | st.floats(0, 1e8),
    reason=st.none() | CODES,
)
ORDERS = st.builds(
    JobOrder,
    job_ref=REFS,
    file_name=FILES,
    estimated_seconds=st.none() | SECONDS,
    plate=st.none() | st.integers(1, 999),
    slots=st.none() | st.lists(st.integers(-1, 255), max_size=32).map(tuple),
)
LOADED = st.builds(
    Loaded,
    slot=st.integers(0, 255),
    colour=st.none() | st.from_regex(r"#[0-9A-F]{6}", fullmatch=True),
    left_percent=st.none() | st.floats(0, 100),
    is_tagged=st.booleans(),
)
MESSAGES: st.SearchStrategy[Message] = st.one_of(
    st.builds(Availability, online=st.booleans(), boot_id=BOOTS, kind=st.none() | KEYS, software=WORDS),
    st.builds(
        Snapshot,
        state=st.sampled_from(MachineState),
        boot_id=BOOTS,
        seq=SEQS,
        observed_at=INSTANTS,
        substate=WORDS,
        job=st.none() | JOBS,
        temperatures=HEATS,
        needs_operator=st.booleans(),
        faults=FAULTS,
        slots=st.none() | st.lists(LOADED, max_size=32).map(tuple),
    ),
    st.builds(
        Telemetry, boot_id=BOOTS, observed_at=INSTANTS, power_w=st.none() | st.floats(0, 1e5), temperatures=HEATS
    ),
    st.builds(Report, report_id=IDS, boot_id=BOOTS, seq=SEQS, at=INSTANTS, fact=FACTS),
    st.builds(Ack, cmd_id=IDS, boot_id=BOOTS, at=INSTANTS, result=st.sampled_from(AckResult), reason=st.none() | CODES),
    st.builds(
        Command,
        cmd_id=IDS,
        op=st.sampled_from(Op),
        issued_at=INSTANTS,
        ttl_s=st.integers(1, 600),
        boot_id=BOOTS,
        job=ORDERS,
    ),
    st.builds(Config, version=st.integers(0, 2**31 - 1), telemetry_every_s=st.integers(1, 3600)),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def channel_of(message: Message) -> Channel:
    return next(channel for channel, kind in MESSAGE_OF.items() if isinstance(message, kind))


def reason_of(topic: str, payload: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(topic, payload)
    return caught.value.reason_code


def read_or_reason(topic: str, payload: bytes) -> Message | Interlock | DoorMessage | str:
    try:
        return parse(topic, payload)[1]
    except Unreadable as wrong:
        return wrong.reason_code


def snapshot(**members: object) -> bytes:
    whole: dict[str, object] = {"v": 1, "state": "idle", "boot_id": "8f3c", "seq": 1, "observed_at": 3, **members}
    return json.dumps(whole).encode()


@given(MESSAGES, KEYS, KEYS)
def test_what_is_written_is_read_back(message: Message, site: str, device: str) -> None:
    channel = channel_of(message)
    assert parse(build_topic(site, device, channel), encode(message)) == (Topic(site, device, channel), message)


@given(st.sampled_from(Channel), st.binary(max_size=400) | JSON.map(lambda value: json.dumps(value).encode()))
@example(Channel.STATE, b"[" * 60_000)
@example(Channel.STATE, b'"' * 60_000)
@example(Channel.STATE, b'{"v":1,"seq":' + b"9" * 5_000 + b"}")
@example(Channel.STATE, b'{"v":1e999}')
@example(Channel.STATE, b'{"v":"\\ud800"}')
def test_no_bytes_make_the_reader_fail(channel: Channel, payload: bytes) -> None:
    read = read_or_reason(f"{HERE}/{channel}", payload)
    assert isinstance(read, (str, MESSAGE_OF[channel]))


@given(MESSAGES, st.data())
def test_no_damaged_message_makes_the_reader_fail(message: Message, data: st.DataObject) -> None:
    whole = json.loads(encode(message))
    whole[data.draw(st.sampled_from(sorted(whole)))] = data.draw(JSON)
    read = read_or_reason(f"{HERE}/{channel_of(message)}", json.dumps(whole).encode())
    assert isinstance(read, type(message)) or read in {"shape", "version", "not_json", "too_deep"}


@given(st.text(max_size=80))
@example(f"{HERE}/up/state/")
@example(f"{HERE}/up")
@example("tierslieu/v1/oasis/+/up/state")
@example("tierslieu/v2/oasis/p3d-1/up/state")
def test_a_text_that_is_no_topic_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_topic(text)
    assert caught.value.reason_code == "topic"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty"),
        (b" " * (MAX_BYTES + 1), "too_large"),
        (b'{"v":1,"substate":"\xff"}', "not_utf8"),
        (b"hello", "not_json"),
        (snapshot() + b"x", "not_json"),
        (b"[[[[[[[[[]]]]]]]]]", "too_deep"),
        (b'{"state":"idle"}', "version"),
        (snapshot(v=2), "version"),
        (snapshot(v=True), "version"),
        (b"[]", "shape"),
        (b'{"v":1}', "shape"),
        (snapshot(seq=-1), "shape"),
        (snapshot(seq=1.5), "shape"),
        (snapshot(state=5), "shape"),
        (snapshot(boot_id="8f3c\n"), "shape"),
        (snapshot(substate="a\x00b"), "shape"),
        (snapshot(substate="x" * 201), "shape"),
        (snapshot(job={"job_ref": "J1", "progress_percent": 101}), "shape"),
        (snapshot(job={"job_ref": "J1", "file": "../etc/passwd"}), "shape"),
        (snapshot(temperatures=[{"sensor": "bed", "actual": 5000}]), "shape"),
        (snapshot(faults=[{"code": "x"}] * 17), "shape"),
    ],
)
def test_each_wrong_has_its_reason(payload: bytes, reason: str) -> None:
    assert parse(f"{HERE}/up/state", snapshot())[0].channel is Channel.STATE
    assert reason_of(f"{HERE}/up/state", payload) == reason


def test_deep_brackets_inside_a_text_are_a_text() -> None:
    assert decode(Snapshot, snapshot(substate="[[[[[[[[[[{{{{")).substate == "[[[[[[[[[[{{{{"


def test_words_of_a_newer_device_read_as_unknown() -> None:
    read = decode(Snapshot, snapshot(state="levitating", colour="red", job={"job_ref": "J1", "progress_basis": "moon"}))
    assert read.state is MachineState.UNKNOWN
    assert read.job is not None
    assert read.job.progress_basis is ProgressBasis.UNKNOWN


def test_a_fact_of_an_unknown_kind_is_not_counted() -> None:
    fact = {"kind": "job_dreamt", "job_ref": "J1"}
    payload = {"v": 1, "report_id": "abcdefgh", "boot_id": "8f3c", "seq": 1, "at": 3, "fact": fact}
    assert reason_of(f"{HERE}/up/report", json.dumps(payload).encode()) == "shape"


def test_a_start_without_a_job_is_unreadable() -> None:
    command = Command(cmd_id="abcdefgh", op=Op.PAUSE, issued_at=1, ttl_s=5, boot_id="8f3c")
    payload = encode(command)
    assert decode(Command, payload) == command
    assert reason_of(f"{HERE}/down/cmd", payload.replace(b"pause", b"start")) == "shape"


def test_a_sender_cannot_write_what_its_reader_would_refuse() -> None:
    with pytest.raises(Unreadable):
        encode(Availability(online=True, boot_id="x"))
    with pytest.raises(Unreadable):
        encode(Availability(online=True, boot_id="8f3c", software="\ud800"))


def test_only_state_is_retained_and_never_a_command() -> None:
    assert {channel for channel in Channel if channel.retained} == {
        Channel.AVAILABILITY,
        Channel.STATE,
        Channel.CONFIG,
        Channel.LOCK,
        Channel.LOCK_POLICY,
        Channel.DOOR,
    }
    assert {channel for channel in Channel if channel.qos == 0} == {Channel.TELEMETRY}


def test_filters_name_one_device_or_all() -> None:
    assert EVERY_UP == "tierslieu/v1/+/+/up/#"
    assert up_filter("oasis", "p3d-1") == f"{HERE}/up/#"
    assert down_filter("oasis", "p3d-1") == f"{HERE}/down/#"
    for wrong in ("", "#", "a/b", "a" * 33, "-x"):
        with pytest.raises(ValueError, match="not a key"):
            build_topic("oasis", wrong, Channel.STATE)


def test_the_written_schema_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == written_schema()


def readme_examples() -> list[tuple[str, str]]:
    text = Path(FILE).with_name("README.md").read_text(encoding="utf-8")
    examples, topic = [], ""
    for found in re.finditer(r"^`(tierslieu/\S+)`$|^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        topic = found[1] or topic
        if found[2] and topic:
            examples.append((topic, found[2]))
    return examples


@pytest.mark.parametrize(("topic", "text"), readme_examples())
def test_the_examples_of_the_page_are_of_the_contract_and_of_its_schema(topic: str, text: str) -> None:
    where, message = parse(topic, text.encode())
    schema = build_schema()
    rule = {"$ref": schema["channels"][where.channel]["$ref"], "$defs": schema["$defs"]}
    assert jsonschema_rs.is_valid(rule, json.loads(text))
    assert parse(topic, encode(message)) == (where, message)


def test_the_page_shows_every_message() -> None:
    assert {parse_topic(topic).channel for topic, _ in readme_examples()} == set(Channel)
