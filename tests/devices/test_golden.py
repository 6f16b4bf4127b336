"""Captured conversations give the states and the facts that happened: also doubled, cut off, begun in the middle."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.adapters.listening import Heard
from devices.adapters.moonraker.reading import Picture as KlipperPicture
from devices.adapters.moonraker.reading import after_history, after_info, after_objects
from devices.adapters.moonraker.reading import sight_of as klipper_sight
from devices.adapters.moonraker.topics import after_message as after_klipper_message
from devices.adapters.octoprint.plugin import after_message
from devices.adapters.octoprint.reading import Picture, after_data, after_event
from devices.adapters.octoprint.showing import sight_of
from devices.printers.states import Known, OpenJob, note_of, remember
from devices.wire import MachineState
from tests.devices.replays import OURS, KlipperReplay, Line, OctoReplay, Watcher, answers, captured, scenarios

MQTT = captured("octoprint-mqtt")
OURS_MQTT = captured("octoprint-mqtt", ours=True)
SPLIT = captured("moonraker-mqtt-split")
AFTER_RESTART = next(data for _, data in answers(scenarios(captured("octoprint-rest"))["server-restart"]))
OPEN = Known(OpenJob(OURS, 1))


def states_of(watcher: Watcher) -> str:
    return " ".join(state for state in watcher.states if state is not MachineState.UNKNOWN)


def asked(line: Line) -> object | None:
    """The adapter asks OctoPrint where it appears; the captured answer is that of a machine at rest."""
    return AFTER_RESTART if line["payload"] == "connected" else None


OCTOPRINT_MQTT = {
    "retained-on-subscribe": ("", []),
    "startup": ("idle", []),
    "upload-cube": ("", []),
    "print-full": ("preparing running paused running ended", ["start", "end ok"]),
    "print-cancel": ("preparing running ended", ["start", "end cancelled"]),
    "print-error": ("preparing running fault", ["start", "end failed"]),
    "reconnect": ("offline idle", []),
    "disconnect-printer": ("offline idle", []),
    "server-killed-while-printing": ("preparing running offline", ["start"]),
    "server-restart": ("idle", []),
    "server-graceful-stop": ("offline", []),
}
OCTOPRINT_REST = {
    "idle-rest": ("idle", []),
    "print-full": ("running paused ended", ["start", "end ok"]),
    "print-cancel": ("running ended", ["start", "end unknown"]),
    "print-error": ("fault", []),
    "disconnect-printer": ("offline", []),
    "server-restart": ("idle", []),
    "busy": ("idle", []),
}
MOONRAKER_REST = {
    "idle": ("idle", ["end unknown"]),
    "print": ("running ended", ["end ok"]),
    "gcode-error": ("ended", ["end failed"]),
    "emergency-stop-while-printing": ("fault", ["end failed"]),
    "firmware-restart": ("idle", ["end unknown"]),
    "klippy-killed-while-printing": ("offline", []),
}


@pytest.mark.parametrize("scenario", OCTOPRINT_MQTT)
def test_octoprint_over_its_topics(scenario: str) -> None:
    replay = OctoReplay()
    replay.mqtt(scenarios(MQTT)[scenario], asked)
    assert (states_of(replay.watcher), replay.watcher.facts) == OCTOPRINT_MQTT[scenario]


def test_every_scenario_of_octoprints_topics_is_in_the_table() -> None:
    silent = {name for name, lines in scenarios(MQTT).items() if name not in OCTOPRINT_MQTT}
    assert silent == set()


@pytest.mark.parametrize("scenario", OCTOPRINT_REST)
def test_octoprint_by_its_answers(scenario: str) -> None:
    replay = OctoReplay()
    replay.rest(scenarios(captured("octoprint-rest"))[scenario])
    assert (states_of(replay.watcher), replay.watcher.facts) == OCTOPRINT_REST[scenario]


def test_octoprint_by_its_socket_and_a_late_picture_of_work_opens_nothing() -> None:
    replay = OctoReplay()
    replay.push(captured("octoprint-push"))
    assert replay.watcher.facts == ["start", "end ok", "start", "end ok"]
    assert len(set(replay.watcher.refs)) == 2


def test_a_whole_day_of_octoprint_in_one_go_ends_every_job_once() -> None:
    replay = OctoReplay()
    replay.mqtt(MQTT, asked)
    ends = ["end ok", "end cancelled", "end failed", "end unknown"]
    assert replay.watcher.facts == [fact for end in ends for fact in ("start", end)]


def test_a_file_of_the_queue_printed_again_by_hand_is_another_job() -> None:
    replay = OctoReplay()
    replay.mqtt(OURS_MQTT, asked)
    first, *others = dict.fromkeys(replay.watcher.refs)
    assert first == OURS
    assert len(others) == 3
    assert all(ref.startswith("X-") for ref in others)


@pytest.mark.parametrize("scenario", MOONRAKER_REST)
def test_moonraker_by_its_answers_with_a_job_of_ours_open(scenario: str) -> None:
    replay = KlipperReplay(Watcher(OPEN))
    replay.rest(scenarios(captured("moonraker-rest", ours=True))[scenario])
    assert (states_of(replay.watcher), replay.watcher.facts) == MOONRAKER_REST[scenario]


def test_moonraker_over_its_topics_with_a_second_job_right_after_the_first() -> None:
    replay = KlipperReplay()
    replay.begin(int(SPLIT[0]["ts"]))
    replay.mqtt(SPLIT)
    assert states_of(replay.watcher) == "idle running ended running ended offline"
    assert replay.watcher.facts == ["start", "end ok", "start", "end ok"]


# -- what networks do to conversations -----------------------------------------------------------------------


def twice(lines: list[Line]) -> Iterator[Line]:
    for line in lines:
        yield from (line, line)


def test_messages_told_twice_change_nothing() -> None:
    once, doubled = OctoReplay(), OctoReplay()
    once.mqtt(OURS_MQTT, asked)
    doubled.mqtt(twice(OURS_MQTT), asked)
    assert doubled.watcher.facts == once.watcher.facts
    klipper, klipper_doubled = KlipperReplay(), KlipperReplay()
    for replay, lines in ((klipper, list(SPLIT)), (klipper_doubled, list(twice(SPLIT)))):
        replay.begin(int(SPLIT[0]["ts"]))
        replay.mqtt(lines)
    assert klipper_doubled.watcher.facts == klipper.watcher.facts


@pytest.mark.parametrize("scenario", ["print-full", "print-cancel", "print-error"])
def test_a_missing_tail_ends_nothing_by_itself(scenario: str) -> None:
    lines = scenarios(OURS_MQTT)[scenario]
    expected = OCTOPRINT_MQTT[scenario][1]
    for cut in range(len(lines)):
        replay = OctoReplay()
        replay.mqtt(lines[:cut])
        assert replay.watcher.facts == expected[: len(replay.watcher.facts)]


@pytest.mark.parametrize("scenario", ["print-full", "print-cancel", "print-error", "server-killed-while-printing"])
def test_a_restart_in_the_middle_ends_the_job_once(scenario: str) -> None:
    """The new process asks, and finds a machine at rest when it comes too late."""
    lines = scenarios(OURS_MQTT)[scenario]
    for cut in range(len(lines) + 1):
        before = OctoReplay()
        before.mqtt(lines[:cut])
        after = OctoReplay(Watcher(remember(note_of(before.watcher.known))))
        after.mqtt(lines[cut:])
        after.mqtt([{**lines[-1], "topic": "octoPrint/virtual1/mqtt", "payload": "connected"}], asked)
        told = [*before.watcher.facts, *after.watcher.facts]
        ours = [fact for fact, ref in zip(told, before.watcher.refs + after.watcher.refs, strict=True) if ref == OURS]
        assert [fact.split()[0] for fact in ours] in ([], ["start", "end"]), (cut, told)


def test_kept_messages_in_any_order_say_nothing() -> None:
    for lines, replay in ((scenarios(MQTT)["retained-on-subscribe"], OctoReplay()),):
        random.Random(1).shuffle(lines)
        replay.mqtt(lines)
        assert (states_of(replay.watcher), replay.watcher.facts) == ("", [])
    klipper = KlipperReplay()
    kept = scenarios(SPLIT)["retained-on-subscribe"]
    random.Random(1).shuffle(kept)
    klipper.begin(1)
    klipper.mqtt(kept)
    assert klipper.watcher.facts == []


@given(st.permutations(scenarios(OURS_MQTT)["print-full"][::3] + scenarios(OURS_MQTT)["print-full"][-12:]))
def test_in_any_order_a_job_of_ours_begins_and_ends_at_most_once(lines: list[Line]) -> None:
    replay = OctoReplay()
    replay.mqtt(lines)
    told = [fact.split()[0] for fact, ref in zip(replay.watcher.facts, replay.watcher.refs, strict=True) if ref == OURS]
    assert told in ([], ["start"], ["start", "end"])


# -- strangers ------------------------------------------------------------------------------------------------

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("state", "flags", "text", "job", "file", "path", "progress", "completion", "temps", "filament", "tool0")
SHAPED = st.recursive(
    JSON,
    lambda inner: st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5) | st.lists(inner, max_size=2),
    max_leaves=10,
)
EVENTS = ("PrintStarted", "PrintDone", "PrintFailed", "PrinterStateChanged", "Error", "FirmwareData", "Connected")


@given(st.lists(st.tuples(st.sampled_from(EVENTS), SHAPED) | st.tuples(st.just("data"), SHAPED), max_size=8))
def test_octoprint_may_say_anything(said: list[tuple[str, object]]) -> None:
    picture = Picture()
    for now, (kind, value) in enumerate(said):
        picture = after_data(picture, value, now) if kind == "data" else after_event(picture, kind, value, now)
        assert sight_of(picture, now).state in MachineState


@given(st.text(max_size=30), st.binary(max_size=60), st.booleans())
def test_any_topic_of_a_plugin_may_carry_anything(topic: str, payload: bytes, kept: bool) -> None:
    heard = Heard(topic, payload, kept)
    assert sight_of(after_message(Picture(), heard, 1)[0], 1).state in MachineState
    ready = after_objects(
        after_info(KlipperPicture(), "ready", 0), {"print_stats": {"state": "standby"}}, 1, is_whole=True
    )
    assert klipper_sight(after_klipper_message(ready, heard, 1)[0], 1).state in MachineState


OBJECTS = ("print_stats", "webhooks", "virtual_sdcard", "display_status", "extruder", "heater_bed", "other")
OF_KLIPPER = ("state", "filename", "total_duration", "print_duration", "message", "progress", "temperature", "target")
STATUS = st.dictionaries(st.sampled_from(OBJECTS), st.dictionaries(st.sampled_from(OF_KLIPPER), JSON) | JSON)
WORDS = st.sampled_from(["printing", "paused", "complete", "error", "standby", "shutdown", "new-word"])
LIKELY = st.fixed_dictionaries(
    {"print_stats": st.fixed_dictionaries({"state": WORDS, "filename": st.text(max_size=9)})}
)


@given(st.lists(st.tuples(STATUS | LIKELY | JSON, st.booleans()), max_size=6), JSON)
def test_klipper_may_say_anything(said: list[tuple[object, bool]], history: object) -> None:
    picture = after_history(after_info(KlipperPicture(), "ready", 0), history)
    watcher = Watcher()
    for now, (status, is_whole) in enumerate(said):
        picture = after_objects(picture, status, now, is_whole=is_whole)
        watcher.see(klipper_sight(picture, now))
