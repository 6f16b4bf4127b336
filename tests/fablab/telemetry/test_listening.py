"""Others listen: what the service tells of machines on the bus, to whom, and how Home Assistant finds them."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
import pytest
from litestar.testing import TestClient
from paho.mqtt.enums import CallbackAPIVersion

from devices.wire import MachineState
from tests.fablab.benches import Box
from tests.fablab.buses import DEADLINE_S
from tests.support.clients import TUESDAY_MORNING, HouseUnderTest, at
from tests.support.databases import SqliteTemplates
from tests.support.own_broker import OwnBroker
from tests.support.waiting import until
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.fablab.telemetry import home_assistant, listening
from tierslieu.infra.embedded_broker_accounts import Account, password_sha256
from tierslieu.infra.settings import HomeAssistantSettings, MqttSettings, Settings
from tierslieu.people.devices.mosquitto import SERVICE_TOPICS
from tierslieu.people.devices.rules import topics_of

SERVICE, BOARD = "tierslieu/v1/service/availability", "tierslieu/v1/oasis/p3d-1/board"
CONFIG = "homeassistant/device/tierslieu_oasis_p3d-1/config"


class Ear:
    """A listener on the broker: the last of each topic, and all that came."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._news = threading.Condition()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, "ear")
        self.client.username_pw_set("ear", "e")
        self.client.on_connect = lambda client, *_: client.subscribe(
            [("tierslieu/v1/+/+/board", 1), ("tierslieu/v1/service/#", 1), ("homeassistant/#", 1)]
        )
        self.client.on_message = self._take
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _take(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._news:
            said = msgspec.json.decode(message.payload) if message.payload.startswith(b"{") else None
            self.heard.append((message.topic, said))
            self._news.notify_all()

    def wait(self, topic: str, after: int = 0, **members: object) -> Any:
        """The first message of a topic with these members, among those that came after some."""

        def found() -> list[Any]:
            said = [one for name, one in self.heard[after:] if name == topic]
            return [one for one in said if all((one or {}).get(name) == value for name, value in members.items())]

        with self._news:
            assert self._news.wait_for(found, DEADLINE_S), self.heard[-6:]
            return found()[0]

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class Bus:
    """A broker with the service's account and a listener's, and the house on it."""

    def __init__(self, folder: Path) -> None:
        listener = topics_of("ear", "listener")
        accounts = [
            Account("service", password_sha256("s"), SERVICE_TOPICS.publish, SERVICE_TOPICS.subscribe),
            Account("ear", password_sha256("e"), listener.publish, listener.subscribe),
        ]
        self.broker = OwnBroker(folder, accounts)
        self.broker.start()
        self.ear = Ear(self.broker.port)


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    made = Bus(tmp_path)
    yield made
    made.ear.close()
    made.broker.kill()


def settings(bus: Bus, url: str, folder: Path, *, is_wanted: bool) -> Settings:
    wish = HomeAssistantSettings(enabled=is_wanted)
    place = MqttSettings(url=f"mqtt://service:s@127.0.0.1:{bus.broker.port}")
    return Settings(data_dir=folder, database_url=url, demo=True, mqtt=place, home_assistant=wish)


def test_listeners_are_told_of_machines_and_home_assistant_finds_them(
    bus: Bus, sqlite_templates: SqliteTemplates, tmp_path: Path
) -> None:
    url = sqlite_templates.make("demo")
    clock = SetClock(at(TUESDAY_MORNING))
    with TestClient(create_app(settings(bus, url, tmp_path, is_wanted=True), clock)) as client:
        house = HouseUnderTest(client, clock)
        bus.ear.wait(SERVICE, online=True)
        assert bus.ear.wait(BOARD)["state"] == "silent"
        box = Box(house)
        box.wake()
        free = bus.ear.wait(BOARD, state="free")
        assert (free["progress_percent"], free["power_w"], free["energy_kwh"]) == (None, None, None)
        box.show(MachineState.RUNNING, "made-by-hand", percent=42.0)
        busy = bus.ear.wait(BOARD, state="busy")
        assert (busy["progress_percent"], busy["needs_clear"]) == (42, False)
        assert busy["ends_at"].endswith("+00:00")
        found = bus.ear.wait(CONFIG)
        assert found["availability_mode"] == "all"
        assert {one["topic"] for one in found["availability"]} == {SERVICE, BOARD}
        assert found["cmps"]["energy"] == {"p": "sensor"}, "nothing is metered"
        assert "Sofia" not in str(bus.ear.heard)
        count = len(bus.ear.heard)
        bus.ear.client.publish("homeassistant/status", b"online", qos=1)

        def told_again() -> bool:
            clock.instant += listening.WITHIN_SECONDS + 1
            house.run_jobs()
            return CONFIG in [topic for topic, _said in bus.ear.heard[count:]]

        until(told_again, "told again", DEADLINE_S)
        count = len(bus.ear.heard)
        for topic in (BOARD, SERVICE, "tierslieu/v1/oasis/p3d-1/down/cmd"):
            bus.ear.client.publish(topic, b"{}", retain=True)
        bus.ear.client.publish("homeassistant/status", b"offline", qos=1)
        bus.ear.wait("homeassistant/status", count)
        box.show(MachineState.IDLE)
        bus.ear.wait(BOARD, count, state="free")
        assert (BOARD, {}) not in bus.ear.heard, "a listener writes nothing"
        count = len(bus.ear.heard)
    bus.ear.wait(SERVICE, count, online=False)
    count = len(bus.ear.heard)
    with TestClient(create_app(settings(bus, url, tmp_path, is_wanted=False), clock)):
        bus.ear.wait(SERVICE, count, online=True)
        with bus.ear._news:
            gone = (CONFIG, None)
            assert bus.ear._news.wait_for(lambda: gone in bus.ear.heard[count:], DEADLINE_S)


def test_a_device_says_what_it_measures_and_no_more() -> None:
    listener = topics_of("ear", "listener")
    assert not any("/up/" in one or "/down/" in one for one in listener.subscribe)
    assert listener.publish == (home_assistant.STATUS,)
