"""What the contract tests of terminals share: a broker, and a terminal on it that any other could replace."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.devices.brokers import MOSQUITTO, Broker, Embedded, Mosquitto
from tests.devices.terminals.terminal_bench import LockBench, Make, PythonSubject, esphome_subject, open_lock_bench


@pytest.fixture(params=[PythonSubject, esphome_subject], ids=["python", "esphome"])
def make(request: pytest.FixtureRequest) -> Make:
    """Each terminal that there is: both keep the one contract."""
    made: Make = request.param
    return made


@pytest.fixture
def locks_on_each(broker: Broker, tmp_path: Path, make: Make) -> Iterator[LockBench]:
    """On the embedded broker, then on Mosquitto: for what depends on a broker."""
    with open_lock_bench(broker, tmp_path, make) as bench:
        yield bench


@pytest.fixture
def locks(tmp_path: Path, make: Make) -> Iterator[LockBench]:
    """On one broker."""
    with _on_one_broker(tmp_path, make) as bench:
        yield bench


@pytest.fixture
def locks_in_python(tmp_path: Path) -> Iterator[LockBench]:
    """For what only the terminal in Python does: it opens to listed cards without network, and shows text."""
    with _on_one_broker(tmp_path, PythonSubject) as bench:
        yield bench


@contextmanager
def _on_one_broker(folder: Path, make: Make) -> Iterator[LockBench]:
    """On Mosquitto where it is installed."""
    place = folder / "broker"
    place.mkdir()
    broker: Broker = Embedded(place) if MOSQUITTO is None else Mosquitto(place)
    broker.start()
    try:
        with open_lock_bench(broker, folder, make) as bench:
            yield bench
    finally:
        broker.kill()
