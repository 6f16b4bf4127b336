"""One broker for the whole module: Mosquitto where it is installed; each test has its own node on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devices.brokers import MOSQUITTO, Broker, Embedded, Mosquitto
from tests.devices.doors.door_bench import DoorBench, open_door_bench


@pytest.fixture(scope="module")
def door_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("broker")
    broker: Broker = Embedded(folder) if MOSQUITTO is None else Mosquitto(folder)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def bench(door_broker: Broker, tmp_path: Path) -> Iterator[DoorBench]:
    with open_door_bench(door_broker, tmp_path) as opened:
        yield opened
