"""The agent as a process: it reads its file, reads it again, helps to set up, says goodbye, and keeps its secrets."""

import http.server
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.adapters.registry import try_out
from devices.agent.config import BadConfig, read_config
from devices.descriptions import DESCRIPTIONS, missing, redacted
from devices.wire import Availability, MachineState, Snapshot
from devices.wire.desk import Desk, Told
from tests.devices.bench import Service
from tests.devices.brokers import DEADLINE_S, MOSQUITTO, SITE, Embedded
from tests.devices.doubles.plugs import FakeTasmota, OpenBroker

AGENT = [sys.executable, "-m", "devices.agent"]
S = MachineState


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Embedded]:
    (tmp_path / "broker").mkdir()
    broker = Embedded(tmp_path / "broker")
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def service(embedded: Embedded) -> Iterator[Service]:
    service = Service(embedded.port)
    yield service
    service.close()


def machine(device: str, adapter: str = "octoprint", **settings: str) -> dict[str, Any]:
    typed = {"address": "http://127.0.0.1:9", "api_key": "very-secret"} | settings
    account = {"device": device, "username": device, "password": device, "kind": "printer_3d"}
    return account | {"adapter": adapter, "settings": typed}


class File:
    """The configuration file of an agent."""

    def __init__(self, folder: Path, port: int) -> None:
        self.path, self._port = folder / "devices.json", port

    def write(self, *machines: dict[str, Any]) -> Path:
        told = {"broker_url": f"mqtt://127.0.0.1:{self._port}", "site": SITE, "machines": machines}
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(told))
        return draft.replace(self.path)


def test_an_agent_lives_reads_its_file_again_and_says_goodbye(
    embedded: Embedded, service: Service, tmp_path: Path
) -> None:
    file = File(tmp_path, embedded.port)
    command = [*AGENT, "--config", str(file.write(machine("p3d-1"))), "--until-eof", "--status"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdin is not None
        assert agent.stdout is not None
        assert agent.stdout.readline() == "ready\n"
        birth = service.wait(Availability)
        assert (birth.online, birth.kind) == (True, "printer_3d")
        service.wait(Snapshot, lambda shown: shown.state is S.OFFLINE)

        file.write(machine("p3d-1"), machine("las-1"), machine("bad-1", "no-such-adapter"))
        agent.send_signal(signal.SIGHUP)
        service.wait(Snapshot, device="las-1")
        assert len(service.all(Availability)) == 1, "p3d-1 was not disturbed"
        agent.stdin.write("diagnose\n")
        agent.stdin.flush()
        told = next(line for line in agent.stdout if "diagnostics" in line)
        assert {one["device"] for one in json.loads(told)["diagnostics"]} == {"p3d-1", "las-1", "bad-1"}
        assert "very-secret" not in told
        assert "127.0.0.1" not in told
        desk = Desk(tmp_path / "spool")
        desk.lay("q-1")
        agent.stdin.write("wake up\n")
        agent.stdin.flush()
        answer = answered(desk, "q-1")
        assert {one["device"] for one in answer.machines} == {"p3d-1", "las-1", "bad-1"}
        assert "very-secret" not in repr(answer)

        file.write(machine("p3d-1"))
        assert service.wait(Availability, lambda said: not said.online, device="las-1")
        agent.stdin.close()
        assert agent.wait(DEADLINE_S) == 0
    assert service.wait(Availability, lambda said: not said.online)


def answered(desk: Desk, question: str) -> Told:
    """The answer, once it lies there."""
    waiting = threading.Event()
    for _ in range(DEADLINE_S * 20):
        if (found := desk.told(question)) is not None:
            return found
        waiting.wait(0.05)
    raise AssertionError("no answer")


def test_a_broken_file_changes_nothing_and_sigterm_ends(embedded: Embedded, service: Service, tmp_path: Path) -> None:
    file = File(tmp_path, embedded.port)
    with subprocess.Popen(
        [*AGENT, "--config", str(file.write(machine("p3d-1")))], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as agent:
        assert agent.stdout is not None
        assert agent.stderr is not None
        assert agent.stdout.readline() == b"ready\n"
        service.wait(Availability)
        file.path.write_text("{")
        agent.send_signal(signal.SIGHUP)
        assert b"left aside" in agent.stderr.readline()
        agent.send_signal(signal.SIGTERM)
        assert agent.wait(DEADLINE_S) == 0
    assert service.wait(Availability, lambda said: not said.online)


def run(*words: str, given: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [*AGENT, *words], input=given, capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{", "bad_setting"),
        ('{"adapter": "unheard", "settings": {}}', "bad_setting"),
        ('{"adapter": "octoprint", "settings": {"address": "http://127.0.0.1:9", "api_key": "k"}}', "unreachable"),
        ('{"adapter": "octoprint", "settings": {"address": "file:///etc/passwd", "api_key": "k"}}', "bad_setting"),
    ],
)
def test_a_first_try_answers_with_one_word(given: str, code: str) -> None:
    status, told = run("--try", given=given)
    assert (status, json.loads(told)["code"]) == (1, code)


@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
def test_a_first_try_of_a_plug_listens_on_the_venues_broker(open_broker: OpenBroker) -> None:
    plug = FakeTasmota(open_broker)
    given = {"adapter": "tasmota", "settings": {"topic": "plug-laser"}, "bus": {"url": open_broker.url}}
    status, told = run("--try", given=json.dumps(given))
    plug.leave()
    found = json.loads(told)
    assert (status, found["code"]) == (0, "ok")
    assert (found["name"], found["software"], found["power_w"]) == ("Prise laser", "Tasmota 14.2.0(tasmota)", 12.0)
    assert json.loads(run("--try", given=json.dumps(given | {"bus": None}))[1])["code"] == "bad_setting"


def test_diagnostics_of_a_file_hold_no_secret_and_no_address(tmp_path: Path) -> None:
    path = File(tmp_path, 1).write(machine("p3d-1"), machine("p3d-2", "moonraker"), machine("bad", "unheard"))
    status, told = run("--config", str(path), "--diagnose")
    found = {one["device"]: one for one in json.loads(told)}
    assert status == 0
    assert (found["p3d-1"]["state"], found["p3d-1"]["last_error"]) == ("offline", "unreachable")
    assert (found["bad"]["state"], found["bad"]["reason"]) == ("left_out", "unheard: kind")
    assert "very-secret" not in told
    assert "127.0.0.1" not in told


def test_a_file_that_cannot_be_used_is_told_without_its_secrets(tmp_path: Path) -> None:
    path = tmp_path / "devices.json"
    path.write_text('{"broker_url": "http://x", "site": "s", "machines": [{"password": "very-secret"}]}')
    status, told = run("--config", str(path))
    assert status == 2
    assert "very-secret" not in told
    with pytest.raises(BadConfig, match="cannot be read"):
        read_config(tmp_path / "nothing.json")
    with pytest.raises(BadConfig, match="twice"):
        read_config(File(tmp_path, 1).write(machine("p3d-1"), machine("p3d-1")))


def test_descriptions_name_every_field_once_and_hide_every_secret() -> None:
    for kind, description in DESCRIPTIONS.items():
        names = [field.name for field in description.fields]
        assert len(set(names)) == len(names)
        typed = dict.fromkeys(names, "typed")
        hidden = {name for name, value in redacted(kind, typed).items() if value != "typed"}
        assert hidden == {field.name for field in description.fields if field.kind == "secret"}
        assert missing(kind, typed) == ()
        assert set(missing(kind, {})) == {field.name for field in description.fields if field.is_required}
        assert try_out(kind, {}).code == "bad_setting"


# -- a machine's web server that misbehaves ------------------------------------------------------------------------


class _Rude(http.server.BaseHTTPRequestHandler):
    body = b""
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"<html>hello</html>", "wrong_kind"),
        (200, b'{"text": "OctoPr', "wrong_kind"),
        (200, b"[" * 5_000, "wrong_kind"),
        (200, b"x" * 400_000, "wrong_kind"),
        (302, b"", "wrong_kind"),
        (500, b"", "wrong_kind"),
        (401, b"", "wrong_key"),
        (403, b"", "wrong_key"),
    ],
)
@pytest.mark.parametrize("kind", ["octoprint", "moonraker"])
def test_whatever_answers_there_a_first_try_ends_with_a_word(kind: str, status: int, body: bytes, code: str) -> None:
    handler = type("Rude", (_Rude,), {"status": status, "body": body})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        settings = {"address": f"127.0.0.1:{server.server_port}", "api_key": "k"}
        assert try_out(kind, settings).code == code
        server.shutdown()
        thread.join()
