"""Devices over a real broker, the embedded one and Mosquitto: what is told arrives, what is ordered is done once."""

import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from devices.link import Address
from devices.simulators.device import SimulatedDevice
from devices.simulators.fleet import Credentials, MachineAccount, build_fleet
from devices.simulators.printer import SimulatedPrinter
from devices.spool import Spool
from devices.wire import (
    Ack,
    AckResult,
    Availability,
    Channel,
    Command,
    Config,
    JobEnded,
    JobOrder,
    JobStarted,
    MachineState,
    Message,
    Op,
    Outcome,
    Report,
    Snapshot,
    Telemetry,
    build_topic,
    decode,
    encode,
    parse,
)
from tierslieu.infra.embedded_broker_accounts import Account, DurableSession, password_sha256, write_accounts

DEADLINE_S = 40
SITE = "oasis"
NAMES = ("p3d-1", "las-1")
BEGIN = 1_795_300_000
M = TypeVar("M", bound=Message)
S = MachineState

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


class Broker(Protocol):
    """A broker that can be killed and started again on its port."""

    port: int

    def start(self) -> None: ...

    def kill(self) -> None: ...


class Embedded:
    """The broker that comes with the service, in its own process."""

    def __init__(self, folder: Path) -> None:
        self.port = 0
        self._accounts = folder / "accounts.json"
        waits = DurableSession("inbox", ("tierslieu/v1/+/+/up/#",))
        service = Account("tierslieu", password_sha256("s"), ("tierslieu/v1/#",), ("tierslieu/v1/#",), waits)
        places = {name: f"tierslieu/v1/{SITE}/{name}" for name in NAMES}
        devices = [
            Account(name, password_sha256(name), (f"{place}/up/#",), (f"{place}/down/#",))
            for name, place in places.items()
        ]
        write_accounts(self._accounts, [service, *devices])

    def start(self) -> None:
        command = [sys.executable, "-m", "tierslieu.infra.embedded_broker", "--bind", f"127.0.0.1:{self.port}"]
        self._child = subprocess.Popen(
            [*command, "--accounts", str(self._accounts)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._child.stdout is not None
        self.port = int(self._child.stdout.readline().rpartition(b":")[2])

    def kill(self) -> None:
        self._child.kill()
        self._child.communicate()


class Mosquitto:
    """Mosquitto with a password and an access list; it keeps its sessions when asked to end."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        passwords, rights = folder / "passwords", folder / "rights"
        lines = ["user tierslieu", "topic readwrite tierslieu/v1/#"]
        for name in NAMES:
            place = f"tierslieu/v1/{SITE}/{name}"
            lines += [f"user {name}", f"topic write {place}/up/#", f"topic read {place}/down/#"]
        rights.write_text("\n".join(lines) + "\n")
        passwords.write_text("\n".join(["tierslieu:s", *(f"{name}:{name}" for name in NAMES)]) + "\n")
        subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True, capture_output=True)
        for file in (passwords, rights):
            file.chmod(0o600)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nuser root\nallow_anonymous false\nset_tcp_nodelay true\nlog_dest stderr\n"
            f"log_type error\npassword_file {passwords}\nacl_file {rights}\n"
            f"persistence true\npersistence_location {folder}/\n"
        )

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._child = subprocess.Popen([MOSQUITTO, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        listening = threading.Event()
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            listening.wait(0.05)
        raise AssertionError("mosquitto does not listen")

    def kill(self) -> None:
        self._child.send_signal(signal.SIGTERM)
        self._child.wait(DEADLINE_S)


class Service:
    """The service's end: hears everything, waits for what must come, gives orders."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, Message, bool]] = []
        self._news = threading.Condition()
        self._connected = threading.Semaphore(0)
        self._mqtt = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="inbox", clean_session=False)
        self._mqtt.username_pw_set("tierslieu", "s")
        self._mqtt.reconnect_delay_set(1, 1)
        self._mqtt.on_connect = self._on_connect
        self._mqtt.on_subscribe = lambda *_: self._connected.release()
        self._mqtt.on_message = self._on_message
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()
        self.wait_until_connected()

    def wait_until_connected(self) -> None:
        assert self._connected.acquire(timeout=DEADLINE_S)

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        del self._mqtt  # paho closes its inner sockets only when nobody holds the client

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe("tierslieu/v1/+/+/up/#", qos=1)

    def _on_message(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        where, read = parse(message.topic, bytes(message.payload))
        with self._news:
            self.heard.append((where.device, read, message.retain))
            self._news.notify_all()

    def all(self, kind: type[M], device: str = "p3d-1") -> list[M]:
        return [message for name, message, _ in self.heard if name == device and isinstance(message, kind)]

    def wait(self, kind: type[M], which: Callable[[M], bool] = lambda _: True, device: str = "p3d-1") -> M:
        """The first message of this kind that fits, heard before or still to come."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(which, self.all(kind, device))), DEADLINE_S), self.heard[-5:]
            return next(filter(which, self.all(kind, device)))

    def facts(self) -> list[tuple[type, str]]:
        """What was reported, each report once, in the order of arrival."""
        once = {report.report_id: report.fact for report in self.all(Report)}
        return [(type(fact), fact.job_ref) for fact in once.values()]

    def publish(self, channel: Channel, message: Message, *, retain: bool = False, device: str = "p3d-1") -> None:
        topic = build_topic(SITE, device, channel)
        self._mqtt.publish(topic, encode(message), qos=1, retain=retain).wait_for_publish(DEADLINE_S)

    def order(self, command: Command) -> Ack:
        self.publish(Channel.CMD, command)
        return self.wait(Ack, lambda ack: ack.cmd_id == command.cmd_id)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = float(BEGIN)

    def __call__(self) -> float:
        return self.now


class Bench:
    """One simulated printer on one broker, heard by one service."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.broker, self._folder, self.clock = broker, folder, Clock()
        self.service = Service(broker.port)
        self._boots = iter(f"boot-{number}" for number in range(1, 9))
        self.printer = self.build_printer()

    def build_printer(self) -> SimulatedDevice:
        url = f"mqtt://127.0.0.1:{self.broker.port}"
        return SimulatedDevice(
            Address(url=url, site=SITE, device="p3d-1", username="p3d-1", password="p3d-1"),
            "printer_3d",
            SimulatedPrinter(random.Random("story"), self.clock()),
            self._folder / "p3d-1.sqlite",
            self.clock,
            lambda: next(self._boots),
        )

    def command(self, op: Op, cmd_id: str, ref: str | None = None, boot_id: str = "boot-1") -> Command:
        job = None if ref is None else JobOrder(job_ref=ref, file_name=f"{ref}.gcode", estimated_seconds=600)
        now = int(self.clock())
        return Command(cmd_id=cmd_id, op=op, issued_at=now, ttl_s=10, boot_id=boot_id, job=job)

    def pass_time(self, seconds: int, step: int = 50) -> None:
        for _ in range(0, seconds, step):
            self.clock.now += step
            self.printer.tick()

    def wait_for_state(self, state: MachineState) -> Snapshot:
        return self.service.wait(Snapshot, lambda shown: shown.state is state)


@pytest.fixture(
    params=[
        Embedded,
        pytest.param(Mosquitto, marks=pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")),
    ]
)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    broker: Broker = request.param(folder)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def bench(broker: Broker, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(broker, tmp_path)
    yield bench
    bench.service.close()


@pytest.fixture
def running(bench: Bench) -> Iterator[Bench]:
    bench.printer.start()
    bench.wait_for_state(S.IDLE)
    yield bench
    bench.printer.stop()


def test_the_story_of_a_job(bench: Bench) -> None:
    service, printer = bench.service, bench.printer
    printer.start()
    birth = service.wait(Availability)
    assert (birth.online, birth.boot_id, birth.kind) == (True, "boot-1", "printer_3d")
    assert bench.wait_for_state(S.IDLE).needs_operator is False

    ack = service.order(bench.command(Op.START, "cmd-start", "J1"))
    assert (ack.result, ack.state) == (AckResult.DONE, S.PREPARING)
    bench.pass_time(200)
    assert bench.wait_for_state(S.RUNNING).job is not None
    bench.pass_time(800)
    end = service.wait(Report, lambda report: isinstance(report.fact, JobEnded)).fact
    assert isinstance(end, JobEnded)
    assert (end.outcome, end.filament_mm, end.job_ref) == (Outcome.OK, 2_400, "J1")
    assert service.facts() == [(JobStarted, "J1"), (JobEnded, "J1")]
    assert bench.wait_for_state(S.ENDED).needs_operator is True

    assert printer.control("clear")
    service.wait(Snapshot, lambda shown: shown.state is S.IDLE and shown.seq > 1 and shown.job is None)
    printer.stop()
    assert service.wait(Availability, lambda said: not said.online).boot_id == "boot-1"
    assert [s.seq for s in service.all(Snapshot)] == sorted({s.seq for s in service.all(Snapshot)})


def test_a_command_told_twice_is_done_once(running: Bench) -> None:
    first = running.service.order(running.command(Op.START, "cmd-start", "J1"))
    running.service.publish(Channel.CMD, running.command(Op.START, "cmd-start", "J1"))
    refused = running.service.order(running.command(Op.START, "cmd-again", "J2"))
    assert (refused.result, refused.reason) == (AckResult.BUSY, "job_on_machine")
    acks = [ack for ack in running.service.all(Ack) if ack.cmd_id == "cmd-start"]
    assert acks == [first, first]
    assert running.service.facts() == [(JobStarted, "J1")]


def test_a_retained_command_is_refused_at_boot(bench: Bench) -> None:
    bench.service.publish(Channel.CMD, bench.command(Op.START, "cmd-kept", "J1"), retain=True)
    bench.printer.start()
    ack = bench.service.wait(Ack, lambda ack: ack.cmd_id == "cmd-kept")
    assert (ack.result, ack.reason) == (AckResult.REFUSED, "retained")
    assert bench.service.order(bench.command(Op.START, "cmd-live", "J1")).result is AckResult.DONE
    bench.printer.stop()


def test_commands_for_another_boot_or_too_late_are_refused(running: Bench) -> None:
    other = running.service.order(running.command(Op.START, "cmd-other", "J1", boot_id="boot-0"))
    assert (other.result, other.reason) == (AckResult.REFUSED, "boot_changed")
    late = running.command(Op.START, "cmd-late", "J1")
    running.clock.now += 11
    expired = running.service.order(late)
    assert (expired.result, expired.reason) == (AckResult.EXPIRED, "ttl_passed")
    assert running.service.facts() == []


def test_a_configuration_comes_back_in_the_state(running: Bench) -> None:
    running.service.publish(Channel.CONFIG, Config(version=7, telemetry_every_s=1), retain=True)
    running.service.order(running.command(Op.IDENTIFY, "cmd-identify"))
    running.service.wait(Snapshot, lambda shown: shown.config_version == 7)
    running.pass_time(10, step=1)
    assert running.service.wait(Telemetry).power_w is not None


def test_a_broker_that_dies_and_comes_back_loses_nothing(running: Bench, tmp_path: Path) -> None:
    service = running.service
    service.order(running.command(Op.START, "cmd-0001", "J1"))
    service.wait(Report)
    running.broker.kill()
    running.pass_time(1_000)
    for number in range(2, 30):
        running.printer._obey(running.command(Op.START, f"cmd-{number:05}", f"J{number}"))
        running.pass_time(1_000)
    running.broker.start()
    service.wait(Report, lambda report: isinstance(report.fact, JobEnded) and report.fact.job_ref == "J29")
    wanted = [(kind, f"J{number}") for number in range(1, 30) for kind in (JobStarted, JobEnded)]
    assert service.facts() == wanted
    service.wait(Snapshot, lambda shown: shown.state is S.ENDED)
    assert service.wait(Availability, lambda said: said.online)


def test_a_device_that_loses_power_says_so_and_ends_its_job_after_it(running: Bench) -> None:
    service = running.service
    service.order(running.command(Op.START, "cmd-0001", "J1"))
    service.wait(Report)
    assert running.printer.control("reboot")
    assert service.wait(Availability, lambda said: not said.online).boot_id == "boot-1"
    service.wait(Availability, lambda said: said.online and said.boot_id == "boot-2")
    end = service.wait(Report, lambda report: isinstance(report.fact, JobEnded))
    assert isinstance(end.fact, JobEnded)
    assert (end.boot_id, end.fact.outcome, end.fact.reason) == ("boot-2", Outcome.UNKNOWN, "lost")
    again = service.order(running.command(Op.START, "cmd-again", "J1", boot_id="boot-2"))
    assert (again.result, again.reason) == (AckResult.REFUSED, "job_already_ended")


def test_reports_left_from_an_earlier_life_are_told_first(bench: Bench, tmp_path: Path) -> None:
    earlier = bench.build_printer()
    earlier._obey(bench.command(Op.START, "cmd-0001", "J1", boot_id="boot-2"))
    earlier.stop()
    spool = Spool(tmp_path / "p3d-1.sqlite")
    kept = [decode(Report, one.payload).report_id for one in spool.waiting(0, 10)]
    spool.close()
    assert len(kept) == 1
    later = bench.build_printer()
    later.start()
    bench.service.wait(Report, lambda report: isinstance(report.fact, JobEnded))
    assert bench.service.all(Report)[0].report_id == kept[0]
    assert bench.service.facts() == [(JobStarted, "J1"), (JobEnded, "J1")]
    later.stop()
    bench.printer.stop()


def test_a_silent_device_is_connected_and_says_nothing(running: Bench) -> None:
    running.printer.control("silent")
    before = len(running.service.heard)
    running.pass_time(500)
    assert running.service.order(running.command(Op.IDENTIFY, "cmd-identify")).result is AckResult.DONE
    assert [type(message) for _, message, _ in running.service.heard[before:]] == [Ack]
    running.printer.control("fail")
    running.printer.control("speak")
    assert running.wait_for_state(S.FAULT).faults[0].code == "thermal_runaway"


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    machines = [
        {"device": "p3d-1", "kind": "printer_3d", "username": "p3d-1", "password": "p3d-1"},
        {"device": "las-1", "kind": "laser_cutter", "username": "las-1", "password": "las-1"},
    ]
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps({"machines": machines}))
    return path


def test_a_fleet_of_its_own_process_lives_obeys_and_says_goodbye(broker: Broker, credentials: Path) -> None:
    service = Service(broker.port)
    command = [sys.executable, "-m", "devices.simulators", "--site", SITE, "--speed", "600"]
    with subprocess.Popen(
        [*command, "--url", f"mqtt://127.0.0.1:{broker.port}", "--credentials", str(credentials)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as fleet:
        assert fleet.stdin is not None
        assert fleet.stdout is not None
        assert fleet.stdout.readline() == "ready\n"
        assert service.wait(Availability, device="las-1").kind == "laser_cutter"
        assert service.wait(Snapshot, device="las-1").state is S.IDLE
        fleet.stdin.write("las-1 fail\np3d-1 dance\n")
        fleet.stdin.flush()
        assert fleet.stdout.readline() == "ok las-1 fail\n"
        assert fleet.stdout.readline().startswith("?")
        service.wait(Snapshot, lambda shown: shown.state is S.FAULT, device="las-1")
        assert service.wait(Telemetry, device="las-1").power_w is not None
        fleet.send_signal(signal.SIGTERM)
        assert fleet.wait(DEADLINE_S) == 0
    for device in NAMES:
        assert service.wait(Availability, lambda said: not said.online, device=device)
    service.close()


def test_the_same_seed_makes_the_same_chance(tmp_path: Path) -> None:
    machines = (MachineAccount("p3d-1", "printer_3d", "p3d-1", "p3d-1"),)
    told = []
    for run in ("a", "b"):
        (tmp_path / run).mkdir()
        fleet = build_fleet(
            Credentials(machines),
            url="mqtt://127.0.0.1:1",
            site=SITE,
            spool=tmp_path / run,
            clock=Clock(),
            speed=1,
            seed="same",
        )
        told.append(fleet._devices["p3d-1"]._machine.temperatures)
        fleet.start()
        fleet.stop()
    assert told[0] == told[1]
