"""Captured conversations of real machines, replayed through what reads them."""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from devices.adapters.base import Sight
from devices.adapters.listening import Heard
from devices.adapters.moonraker.reading import Picture as KlipperPicture
from devices.adapters.moonraker.reading import after_history, after_info, after_objects
from devices.adapters.moonraker.reading import sight_of as klipper_sight
from devices.adapters.moonraker.topics import after_message as after_klipper_message
from devices.adapters.octoprint.plugin import after_message
from devices.adapters.octoprint.push import kinds_of
from devices.adapters.octoprint.reading import Picture, after_data, after_event, gone
from devices.adapters.octoprint.showing import sight_of
from devices.printers.runs import Aliases, settle
from devices.printers.states import Known, after
from devices.wire import JobStarted, MachineState

CAPTURES = Path(__file__).parent / "captures"
Line = dict[str, Any]

OURS = "J000123"


def captured(name: str, *, ours: bool = False) -> list[Line]:
    """The lines of one captured file; `ours`: with the files of the capture under the name of a job of the queue."""
    text = (CAPTURES / f"{name}.jsonl").read_text()
    if ours:
        text = re.sub(r"\b(?:cube|ok|bad)\.gcode", f"{OURS}.gcode", text)
    return [json.loads(line) for line in text.splitlines()]


def scenarios(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each scenario, in order."""
    return {name: list(found) for name, found in itertools.groupby(lines, key=lambda line: line["scenario"])}


class Watcher:
    """What the coordinator would tell of these sights: states without repetition, and facts in words."""

    def __init__(self, known: Known | None = None) -> None:
        self.known, self._aliases = known or Known(), Aliases()
        self.states: list[MachineState] = []
        self.facts: list[str] = []
        self.refs: list[str] = []

    def see(self, sight: Sight) -> None:
        self._aliases, seen = settle(self._aliases, self.known, sight.seen)
        self.known, facts = after(self.known, seen)
        if not self.states or self.states[-1] is not seen.state:
            self.states.append(seen.state)
        for fact in facts:
            self.facts.append("start" if isinstance(fact, JobStarted) else f"end {fact.outcome}")
            self.refs.append(fact.job_ref)


class OctoReplay:
    """OctoPrint's messages, in any order and number."""

    def __init__(self, watcher: Watcher | None = None) -> None:
        self.picture, self.watcher = Picture(), watcher or Watcher()

    def mqtt(self, lines: Iterable[Line], asked: Callable[[Line], object | None] = lambda _: None) -> None:
        """Replay topics; `asked` answers where the adapter would ask OctoPrint itself."""
        for line in lines:
            topic = line["topic"].removeprefix("octoPrint/virtual1/")
            kept = line["scenario"] == "retained-on-subscribe"
            heard, now = Heard(topic, line["payload"].encode(), kept), int(line["ts"])
            self.picture, must_ask = after_message(self.picture, heard, now)
            if must_ask and (answer := asked(line)) is not None:
                self.picture = after_data(self.picture, answer, now)
            self.watcher.see(sight_of(self.picture, now))

    def push(self, lines: Iterable[Line]) -> None:
        for line in lines:
            now = int(line["t"])
            for kind, value in kinds_of(line["message"]):
                if kind == "event":
                    self.picture = after_event(self.picture, value["type"], value["payload"], now)  # type: ignore[index]
                else:
                    self.picture = after_data(self.picture, value, now)
            self.watcher.see(sight_of(self.picture, now))

    def rest(self, lines: Iterable[Line]) -> None:
        """The answers to /api/job, each with the answer to /api/printer beside it."""
        for now, data in answers(lines):
            self.picture = after_data(self.picture, data, now)
            self.watcher.see(sight_of(self.picture, now))

    def lose(self, now: int) -> None:
        self.picture = gone(self.picture, "unreachable")
        self.watcher.see(sight_of(self.picture, now))


def answers(lines: Iterable[Line]) -> Iterator[tuple[int, object]]:
    """Job and printer as the adapter puts them together."""
    printer: dict[str, Any] = {}
    closed = {"flags": {"closedOrError": True}}
    listed = list(lines)
    for index, line in enumerate(listed):
        if line["path"] != "/api/job" or line["method"] != "GET":
            continue
        job = line["response"]
        near = [one for one in listed[max(0, index - 3) : index + 3] if one["path"] == "/api/printer"]
        fitting = [one for one in near if one["status"] == 409 or one["response"]["state"]["text"] == job["state"]]
        if fitting and fitting[0]["status"] == 200:
            printer = fitting[0]["response"]
        state = printer.get("state") if fitting and fitting[0]["status"] == 200 else None
        if state is None:
            state = {"text": job["state"], **_flags(job["state"], closed), "error": job.get("error", "")}
        yield (
            int(line["t"]),
            {
                "state": state,
                "job": job["job"],
                "progress": job["progress"],
                "temperature": printer.get("temperature"),
            },
        )


def _flags(text: str, closed: dict[str, Any]) -> dict[str, Any]:
    """The flags that OctoPrint shows with a text, where the capture did not ask for them."""
    if text.startswith("Offline"):
        return closed
    name = {"Printing": "printing", "Paused": "paused", "Cancelling": "cancelling"}.get(text, "ready")
    return {"flags": {"operational": True, name: True}}


class KlipperReplay:
    """Moonraker's messages and answers."""

    def __init__(self, watcher: Watcher | None = None) -> None:
        self.picture, self.watcher = KlipperPicture(), watcher or Watcher()

    def begin(self, now: int) -> None:
        """What the adapter asks first: a machine that rests."""
        idle = next(line for line in captured("moonraker-rest") if line["path"].startswith("/printer/objects/query"))
        self.picture = after_info(self.picture, "ready", 0)
        self.picture = after_objects(self.picture, idle["response"]["result"]["status"], now, is_whole=True)
        self._see(now)

    def mqtt(self, lines: Iterable[Line]) -> None:
        for line in lines:
            kept = line["scenario"] == "retained-on-subscribe"
            heard = Heard(line["topic"].removeprefix("klipper1/"), line["payload"].encode(), kept)
            self.picture, _ = after_klipper_message(self.picture, heard, int(line["ts"]))
            self._see(int(line["ts"]))

    def rest(self, lines: Iterable[Line]) -> None:
        """Replay answers; what the server says of itself was asked before."""
        self.picture = after_info(self.picture, "ready", 0)
        for line in lines:
            result: Any = (line["response"] or {}).get("result")
            now = int(line["t"])
            if line["path"] == "/server/info":
                self.picture = after_info(self.picture, result["klippy_state"], 0)
            elif line["path"].startswith("/printer/objects/query"):
                status = None if line["status"] == 503 else result["status"]
                if status is None:
                    self.picture = after_info(self.picture, "disconnected", 0)
                else:
                    self.picture = after_objects(self.picture, status, now, is_whole=False)
            elif line["path"].startswith("/server/history"):
                self.picture = after_history(self.picture, result)
            elif line["path"] == "/printer/info" and line["status"] == 200:
                self.picture = after_info(self.picture, result["state"], 0)
            else:
                continue
            if self.picture.objects or self.picture.klippy == "disconnected":  # both are asked in one go
                self._see(now)

    def _see(self, now: int) -> None:
        self.watcher.see(klipper_sight(self.picture, now))
