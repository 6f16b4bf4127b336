"""A fleet of simulated machines in a process of its own: it lives, obeys, says goodbye; chance has a seed."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devices.simulators.device import SimulatedDevice
from devices.simulators.fleet import Credentials, MachineAccount, build_fleet
from devices.wire import (
    Availability,
    MachineState,
    Snapshot,
    Telemetry,
)
from tests.devices.bench import Clock, Service
from tests.devices.brokers import DEADLINE_S, SITE, Broker

S = MachineState
MACHINES = ("p3d-1", "las-1")


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
    for device in MACHINES:
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
        device = fleet._devices["p3d-1"]
        assert isinstance(device, SimulatedDevice)
        told.append(device._machine.temperatures)
        fleet.start()
        fleet.stop()
    assert told[0] == told[1]
