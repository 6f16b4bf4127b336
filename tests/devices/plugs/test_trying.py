"""First tries on the broker of the venue: who introduces itself, what each silence is called, a mute printer."""

import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from devices.adapters import esphome, shelly, tasmota, trying, zigbee2mqtt
from devices.adapters.base import Adapter, Bus, Tools
from devices.adapters.plugs.dialect import Dialect
from devices.adapters.plugs.meter import Met
from devices.adapters.registry import build, try_out
from devices.adapters.shelly import Shelly
from devices.adapters.tasmota import Tasmota
from devices.adapters.zigbee2mqtt import Zigbee2Mqtt
from tests.devices.brokers import MOSQUITTO
from tests.devices.doubles.plugs import Guest, OpenBroker

MET = Met(is_well_set=True, is_connected=True, is_there=None, messages=0, understood=0, name="", software="")
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


@pytest.mark.parametrize(
    ("dialect", "topic", "said", "expected"),
    [
        (Tasmota("%topic%/%prefix%", "P"), "P/stat/STATUS", {"Status": {"DeviceName": "Laser"}}, ("Laser", "")),
        (Tasmota("%topic%/%prefix%", "P"), "P/stat/STATUS2", {"StatusFWR": {"Version": "14.2"}}, ("", "Tasmota 14.2")),
        (Tasmota("%topic%/%prefix%", "P"), "P/stat/STATUS2", {"StatusFWR": ["14.2"]}, ("", "")),
        (Shelly("P", 0), "P/answers/rpc", {"result": {"name": "Laser", "ver": "1.4"}}, ("Laser", "Shelly 1.4")),
        (
            Shelly("P", 0),
            "P/answers/rpc",
            {"result": {"name": None, "app": "PlugS", "ver": "1"}},
            ("PlugS", "Shelly 1"),
        ),
        (Zigbee2Mqtt("z", "P"), "z/bridge/info", {"version": "1.40", "config": {}}, ("", "Zigbee2MQTT 1.40")),
    ],
)
def test_plugs_introduce_themselves(dialect: Dialect, topic: str, said: object, expected: tuple[str, str]) -> None:
    assert topic in dialect.states()
    reading = dialect.read(topic, json.dumps(said).encode())
    assert (reading.name, reading.software) == expected
    assert (reading.power_w, reading.energy_wh, reading.is_there) == (None, None, None)


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"is_connected": False, "messages": 3}, "no_broker"),
        ({"is_there": False, "messages": 1, "understood": 1}, "offline"),
        ({"messages": 4}, "wrong_kind"),
        ({"is_there": True, "messages": 1, "understood": 1}, "no_measure"),
        ({}, "unheard"),
    ],
)
def test_each_silence_has_its_name(known: dict[str, object], code: str) -> None:
    assert trying.why_none(replace(MET, **known)) == code


@pytest.mark.parametrize("build_plug", [tasmota.build, shelly.build, zigbee2mqtt.build, esphome.build])
def test_a_topic_that_names_everybody_is_no_setting(build_plug: Callable[[dict[str, str], Tools], Adapter]) -> None:
    tools = Tools(device="x", clock=lambda: 0, bus=Bus(url="mqtt://127.0.0.1:9"))
    settings = dict.fromkeys(("topic", "prefix", "name"), "plugs/#")
    assert trying.hear_out(build_plug(settings, tools)).code == "bad_setting"


@needs_mosquitto
def test_a_printer_whose_topic_is_mute_is_told(open_broker: OpenBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"address": "http://127.0.0.1:9", "api_key": "", "instance": "plugs/klipper-1"}
    tools = Tools(device="try-1", clock=lambda: 0, bus=Bus(url=open_broker.url))
    monkeypatch.setattr(trying, "TOPIC_WITHIN_S", 0.2)
    assert not trying.is_spoken_of(build("moonraker_mqtt", settings, tools))
    monkeypatch.setattr(trying, "TOPIC_WITHIN_S", 20.0)
    klipper = Guest(open_broker, ("nothing",))
    klipper.say("plugs/klipper-1/moonraker/status", b'{"server": "online"}', retain=True)
    assert trying.is_spoken_of(build("moonraker_mqtt", settings, tools))
    klipper.leave()
    assert try_out("moonraker_mqtt", settings, tools.bus).code == "unreachable"
