"""The captured topics of OctoPrint's plugin, published again on a real Mosquitto, with what OctoPrint would answer."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from devices.wire import JobEnded, JobStarted, MachineState, Outcome, Report, Snapshot
from tests.devices.brokers import DEADLINE_S, MOSQUITTO, Mosquitto
from tests.devices.real_bench import RealBench
from tests.devices.replays import Line, captured, scenarios
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
S = MachineState
WORK = ("STARTING", "PRINTING", "PAUSING", "RESUMING", "FINISHING", "CANCELLING")


class Answers:
    """What OctoPrint itself says when it is asked: it follows what is published."""

    def __init__(self) -> None:
        self.state_id, self.text, self.error = "OPERATIONAL", "Operational", ""
        self.file: str | None = None
        self.completion: float | None = None
        self.is_down = False
        answers = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = answers.answer(self.path)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str) -> tuple[int, dict[str, Any]]:
        if self.is_down:
            return 503, {}
        is_closed = self.state_id in ("OFFLINE", "ERROR", "OPEN_SERIAL", "CONNECTING")
        if path.startswith("/api/printer"):
            state = "paused" if self.state_id == "PAUSED" else "printing" if self.state_id in WORK else "ready"
            flags = {"text": self.text, "flags": {"operational": True, state: True}, "error": ""}
            return (409, {}) if is_closed else (200, {"state": flags, "temperature": {}})
        job = {"file": {"name": self.file, "path": self.file}, "filament": None}
        shown = {"job": job, "progress": {"completion": self.completion}, "state": self.text}
        return 200, shown | ({"error": self.error} if self.error else {})

    def follow(self, line: Line, selected: str) -> None:
        topic, payload = line["topic"], line["payload"]
        if topic.endswith("/mqtt"):
            self.is_down = payload == "disconnected"
            self.state_id, self.text, self.file, self.completion = "OPERATIONAL", "Operational", None, None
        elif topic.endswith("PrinterStateChanged"):
            said = json.loads(payload)
            self.state_id, self.text = said["state_id"], said["state_string"]
            if self.state_id == "STARTING":  # OctoPrint knows the file before it tells of the print
                self.file, self.completion = selected, None
            self.error = "" if self.state_id == "OPERATIONAL" else self.error
        elif topic.endswith(("PrintStarted", "PrintDone", "PrintCancelled")):
            self.file = json.loads(payload)["path"]
            self.completion = 100.0 if topic.endswith("PrintDone") else None
        elif topic.endswith("event/Error"):
            self.error, self.file = json.loads(payload)["error"], None


class Plugin:
    """Publishes captured lines as the plugin did, byte for byte but for the file's name."""

    def __init__(self, port: int, answers: Answers) -> None:
        self._answers = answers
        self._mqtt = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="octoprint-virtual1")
        self._mqtt.username_pw_set("octo", "octo")
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()

    def say(self, lines: list[Line], ref: str) -> None:
        for line in lines:
            told = line | {"payload": line["payload"].replace("cube.gcode", f"{ref}.gcode")}
            self._answers.follow(told, f"{ref}.gcode")
            sent = self._mqtt.publish(told["topic"], told["payload"].encode(), qos=1, retain=told["retain"])
            sent.wait_for_publish(DEADLINE_S)

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        del self._mqtt


@pytest.fixture
def answers() -> Iterator[Answers]:
    answers = Answers()
    yield answers
    answers.close()


def test_a_day_of_a_real_plugin_over_a_real_broker(tmp_path: Path, answers: Answers) -> None:
    (tmp_path / "broker").mkdir()
    broker = Mosquitto(tmp_path / "broker", {"octo": "octoPrint/#"})
    broker.start()
    day = scenarios(captured("octoprint-mqtt"))
    plugin = Plugin(broker.port, answers)
    plugin.say(day["print-full"][-3:], "J000099")  # what the broker kept from yesterday
    settings = {"address": answers.address, "api_key": "key", "base_topic": "octoPrint/virtual1/"}
    answers.file, answers.completion = None, None
    bench = RealBench(broker, tmp_path, "octoprint_mqtt", settings, "octo")
    try:
        bench.start()
        bench.wait_for(S.IDLE)
        told: dict[str, Outcome] = {}
        for number, name in enumerate(("print-full", "print-cancel", "print-error"), 1):
            plugin.say(day[name], f"J00000{number}")
            told[name] = bench.wait_for_end(f"J00000{number}").outcome
            if name == "print-error":
                assert "Thermal Runaway" in bench.wait_for(S.FAULT).faults[0].text
                plugin.say(day["reconnect"], "")
                bench.wait_for(S.IDLE, S.ENDED)
        plugin.say(day["server-killed-while-printing"], "J000004")
        bench.wait_for(S.OFFLINE)
        plugin.say(day["server-restart"], "")
        told["server-killed"] = bench.wait_for_end("J000004").outcome
        assert list(told.values()) == [Outcome.OK, Outcome.CANCELLED, Outcome.FAILED, Outcome.UNKNOWN]
        wanted = [(kind, f"J00000{number}") for number in range(1, 5) for kind in (JobStarted, JobEnded)]
        assert bench.service.facts() == wanted
        _has_no_person_in(bench)
    finally:
        bench.close()
        plugin.close()
        broker.kill()


def _has_no_person_in(bench: RealBench) -> None:
    """Owners and users of OctoPrint stay where they are."""
    said = [repr(one) for one in (*bench.service.all(Snapshot), *bench.service.all(Report))]
    assert until(lambda: said, "something was said")
    assert not [one for one in said if "admin" in one]
