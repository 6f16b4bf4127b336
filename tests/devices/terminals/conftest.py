"""What the contract tests of terminals share: a broker, and a terminal on it that any other could replace."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devices.brokers import MOSQUITTO, Broker, Embedded, Mosquitto
from tests.devices.terminals.terminal_bench import LockBench, open_lock_bench


@pytest.fixture
def locks_on_each(broker: Broker, tmp_path: Path) -> Iterator[LockBench]:
    """On the embedded broker, then on Mosquitto: for what depends on a broker."""
    with open_lock_bench(broker, tmp_path) as bench:
        yield bench


@pytest.fixture
def locks(tmp_path: Path) -> Iterator[LockBench]:
    """On one broker: Mosquitto where it is installed."""
    folder = tmp_path / "broker"
    folder.mkdir()
    broker: Broker = Embedded(folder) if MOSQUITTO is None else Mosquitto(folder)
    broker.start()
    try:
        with open_lock_bench(broker, tmp_path) as bench:
            yield bench
    finally:
        broker.kill()
