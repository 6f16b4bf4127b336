"""A plug on a real broker: heard, lost, found again; and the order that lay in wait for it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.adapters import tasmota, zigbee2mqtt
from devices.adapters.base import Bus, Sight, Tools
from devices.adapters.plugs.meter import FRESH_S, TOLD_S, Meter
from devices.wire import AckResult, Command, MachineState, Op
from tests.devices.brokers import DEADLINE_S, MOSQUITTO
from tests.devices.doubles.plugs import FakeTasmota, Guest, OpenBroker

NOW = 1_795_300_000
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


class Watched:
    """A meter and who looks at it."""

    def __init__(self, broker: OpenBroker) -> None:
        self.now, self._news = NOW, threading.Event()
        self.tools = Tools(device="las-1", clock=lambda: self.now, bus=Bus(url=broker.url))
        self.meter = tasmota.build({"topic": "plug-laser"}, self.tools)

    def open(self, meter: Meter | None = None) -> None:
        self.meter = meter or self.meter
        self.meter.open(self._news.set)

    def wait(self, is_so: Callable[[Sight], bool]) -> Sight:
        for _ in range(DEADLINE_S * 20):
            self._news.clear()
            if is_so(sight := self.meter.look(self.now)):
                return sight
            self._news.wait(0.05)
        raise AssertionError(self.meter.look(self.now))


@pytest.fixture
def watched(open_broker: OpenBroker) -> Iterator[Watched]:
    watched = Watched(open_broker)
    yield watched
    watched.meter.close()


def test_a_plug_is_asked_heard_lost_and_found(open_broker: OpenBroker, watched: Watched) -> None:
    plug = FakeTasmota(open_broker)
    watched.open()
    sight = watched.wait(lambda sight: sight.power_w is not None)
    assert (sight.state, sight.power_w, sight.energy_wh) == (MachineState.IDLE, 12.0, 1_500.0)
    plug.measures(812.4, 1.6)
    assert watched.wait(lambda sight: sight.power_w == 812.4).energy_wh == 1_600.0
    plug.measures(3.0, 0.1)
    assert watched.wait(lambda sight: sight.power_w == 3.0).energy_wh == 100.0
    plug.leave(is_cut=True)
    sight = watched.wait(lambda sight: sight.state is MachineState.OFFLINE)
    assert (sight.power_w, sight.energy_wh) == (None, None)
    back = FakeTasmota(open_broker)
    watched.wait(lambda sight: sight.state is MachineState.IDLE)
    back.leave()


def test_an_old_measure_is_no_measure(open_broker: OpenBroker, watched: Watched) -> None:
    plug = FakeTasmota(open_broker)
    watched.open()
    watched.wait(lambda sight: sight.power_w == 12.0)
    watched.now += FRESH_S + 1
    sight = watched.meter.look(watched.now)
    assert (sight.state, sight.power_w) == (MachineState.IDLE, None)
    plug.leave()


def test_a_measure_that_the_broker_kept_is_no_measure(open_broker: OpenBroker, watched: Watched) -> None:
    other = Guest(open_broker, ("nothing",))
    other.say("plugs/plug-laser/tele/SENSOR", b'{"ENERGY": {"Total": 9, "Power": 9}}', retain=True)
    other.say("plugs/plug-laser/tele/LWT", b"Online", retain=True)
    watched.open()
    assert watched.wait(lambda sight: sight.state is MachineState.IDLE).power_w is None
    other.leave()


def test_a_retained_order_is_wiped_and_told(open_broker: OpenBroker, watched: Watched) -> None:
    other = Guest(open_broker, ("plugs/+/cmnd/#",))
    other.say("plugs/plug-laser/cmnd/POWER", b"ON", retain=True)
    other.wait(lambda heard: heard[0] == "plugs/plug-laser/cmnd/POWER")
    watched.open()
    watched.wait(lambda sight: [one.code for one in sight.faults] == ["retained_command"])
    other.wait(lambda heard: heard[:2] == ("plugs/plug-laser/cmnd/POWER", b""))
    late = FakeTasmota(open_broker)
    late.is_on = False
    fresh = Guest(open_broker, ("plugs/+/cmnd/#",))
    fresh.say("plugs/x/cmnd/marker", b"1")
    fresh.wait(lambda heard: heard[0] == "plugs/x/cmnd/marker")
    assert not [topic for topic, _, is_retained in fresh.heard if is_retained]
    assert late.is_on is False
    watched.now += TOLD_S + 1
    watched.wait(lambda sight: not sight.faults)
    for guest in (other, late, fresh):
        guest.leave()


def test_nothing_is_published_but_a_question_and_nothing_retained(open_broker: OpenBroker, watched: Watched) -> None:
    spy = Guest(open_broker, ("#",))
    plug = FakeTasmota(open_broker)
    watched.open()
    watched.wait(lambda sight: sight.power_w == 12.0)
    refused = watched.meter.obey(order(Op.CANCEL), lambda _job: Path())
    assert (refused.result, refused.reason) == (AckResult.REFUSED, "not_supported")
    assert watched.meter.obey(order(Op.IDENTIFY), lambda _job: Path()).result is AckResult.DONE
    spy.wait(lambda heard: heard[0] == "plugs/plug-laser/stat/STATUS10")
    assert {(topic, payload) for topic, payload, _ in spy.heard if "/cmnd/" in topic} <= {
        ("plugs/plug-laser/cmnd/Status", which) for which in (b"10", b"2", b"")
    }
    for guest in (spy, plug):
        guest.leave()


def order(op: Op) -> Command:
    return Command(cmd_id="c" * 8, op=op, issued_at=NOW, ttl_s=20, boot_id="boot-1")


def test_a_broker_that_dies_takes_the_plug_along_and_brings_it_back(open_broker: OpenBroker, watched: Watched) -> None:
    plug = FakeTasmota(open_broker)
    watched.open()
    watched.wait(lambda sight: sight.state is MachineState.IDLE)
    open_broker.kill()
    watched.wait(lambda sight: sight.state is MachineState.OFFLINE)
    plug.leave()
    open_broker.start()
    back = FakeTasmota(open_broker)
    watched.wait(lambda sight: sight.power_w == 12.0)
    back.leave()


def test_a_zigbee_plug_is_there_when_its_bridge_is_too(open_broker: OpenBroker, watched: Watched) -> None:
    bridge = Guest(open_broker, ("plugs/zigbee2mqtt/plug/get",))
    bridge.say("plugs/zigbee2mqtt/bridge/state", b'{"state": "online"}', retain=True)
    bridge.say("plugs/zigbee2mqtt/plug/availability", b'{"state": "online"}', retain=True)
    watched.open(zigbee2mqtt.build({"name": "plug"}, watched.tools))
    bridge.wait(lambda heard: heard[0] == "plugs/zigbee2mqtt/plug/get")
    bridge.say("plugs/zigbee2mqtt/plug", b'{"power": 44, "energy": 0.25}')
    assert watched.wait(lambda sight: sight.power_w == 44).energy_wh == 250
    bridge.say("plugs/zigbee2mqtt/bridge/state", b'{"state": "offline"}', retain=True)
    watched.wait(lambda sight: sight.state is MachineState.OFFLINE)
    bridge.leave()
