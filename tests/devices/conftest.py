"""What the tests of devices share: each broker, and a printer on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.wire import MachineState
from tests.devices.bench import Bench
from tests.devices.brokers import MOSQUITTO, Broker, Embedded, Mosquitto
from tests.devices.doubles.plugs import OpenBroker

collect_ignore = [] if "TIERSLIEU_TEST_OCTOPRINT" in os.environ else ["test_octoprint_real.py"]
"""OctoPrint takes minutes: its tests exist for `make test-devices` only, so that `make test` skips nothing."""


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
    bench.wait_for_state(MachineState.IDLE)
    yield bench
    bench.printer.stop()


@pytest.fixture
def open_broker(tmp_path: Path) -> Iterator[OpenBroker]:
    """Mosquitto that lets everybody in."""
    broker = OpenBroker(tmp_path)
    broker.start()
    yield broker
    broker.kill()
