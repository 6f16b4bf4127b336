"""What each family of plugs says, message by message, and that no message stops the house."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.adapters import esphome, shelly, tasmota, zigbee2mqtt
from devices.adapters.base import Bus, Tools
from devices.adapters.esphome import EspHome
from devices.adapters.plugs.dialect import Dialect, energy, power
from devices.adapters.shelly import Shelly
from devices.adapters.tasmota import Tasmota
from devices.adapters.zigbee2mqtt import Zigbee2Mqtt

DIALECTS: dict[str, Dialect] = {
    "tasmota": Tasmota("%prefix%/%topic%/", "P"),
    "turned": Tasmota("maison/%topic%/%prefix%", "P"),
    "shelly": Shelly("plug", 1),
    "zigbee2mqtt": Zigbee2Mqtt("zigbee2mqtt", "P"),
    "esphome": EspHome("P", "power", "energy", 1_000),
}


@pytest.mark.parametrize(
    ("dialect", "topic", "said", "expected"),
    [
        ("tasmota", "tele/P/LWT", "Online", (None, None, True)),
        ("tasmota", "tele/P/LWT", "Offline", (None, None, False)),
        ("tasmota", "tele/P/SENSOR", {"ENERGY": {"Total": 1.25, "Today": 9, "Power": 812}}, (812, 1_250, None)),
        ("tasmota", "tele/P/SENSOR", {"ENERGY": {"Total": [1, 2, 3], "Power": [10, 20, 30.5]}}, (60.5, 6_000, None)),
        ("tasmota", "tele/P/SENSOR", {"ENERGY": {"Total": [1, None], "Power": 5}}, (5, None, None)),
        ("tasmota", "tele/P/SENSOR", {"ENERGY": {"Total": "nan", "Power": -3}}, (0, None, None)),
        ("tasmota", "tele/P/SENSOR", {"DS18B20": {"Temperature": 20}}, (None, None, None)),
        ("tasmota", "stat/P/STATUS10", {"StatusSNS": {"ENERGY": {"Total": 2, "Power": 7}}}, (7, 2_000, None)),
        ("tasmota", "stat/P/POWER", "OFF", (0, None, None)),
        ("tasmota", "stat/P/POWER", "ON", (None, None, None)),
        ("tasmota", "stat/P/RESULT", {"POWER": "OFF"}, (0, None, None)),
        ("turned", "maison/P/tele/SENSOR", {"ENERGY": {"Total": 1, "Power": 2}}, (2, 1_000, None)),
        ("shelly", "plug/online", "true", (None, None, True)),
        ("shelly", "plug/online", "false", (None, None, False)),
        ("shelly", "plug/status/switch:1", {"apower": 3.5, "aenergy": {"total": 55.5}}, (3.5, 55.5, None)),
        ("shelly", "plug/events/rpc", {"params": {"switch:1": {"apower": 8}}}, (8, None, None)),
        ("shelly", "plug/events/rpc", {"params": {"switch:0": {"apower": 8}}}, (None, None, None)),
        ("shelly", "plug/answers/rpc", {"result": {"pm1:1": {"aenergy": {"total": 4}}}}, (None, 4, None)),
        ("zigbee2mqtt", "zigbee2mqtt/P", {"power": 12.3, "energy": 4.2, "state": "ON"}, (12.3, 4_200, None)),
        ("zigbee2mqtt", "zigbee2mqtt/P", {"power": 1, "power_phase_b": 2, "power_phase_c": 3}, (6, None, None)),
        ("zigbee2mqtt", "zigbee2mqtt/P/availability", {"state": "offline"}, (None, None, False)),
        ("zigbee2mqtt", "zigbee2mqtt/bridge/state", "online", (None, None, True)),
        ("esphome", "P/status", "online", (None, None, True)),
        ("esphome", "P/sensor/power/state", "118.4", (118.4, None, None)),
        ("esphome", "P/sensor/energy/state", "0.5", (None, 500, None)),
        ("esphome", "P/sensor/power/state", "nan", (None, None, None)),
    ],
)
def test_words(
    dialect: str, topic: str, said: object, expected: tuple[float | None, float | None, bool | None]
) -> None:
    payload = said.encode() if isinstance(said, str) else json.dumps(said).encode()
    reading = DIALECTS[dialect].read(topic, payload)
    assert (reading.power_w, reading.energy_wh, reading.is_there) == expected


@pytest.mark.parametrize("dialect", DIALECTS)
def test_where_it_is_heard_and_asked(dialect: str) -> None:
    """No question switches anything, and every topic speaks to one plug."""
    spoken = DIALECTS[dialect]
    for topic, payload in spoken.questions():
        assert "POWER" not in topic
        assert not topic.endswith("/set")
        assert b"Switch.Set" not in payload
    assert all("#" not in topic and "+" not in topic for topic in spoken.states())
    assert all("P" in topic or "plug" in topic or "bridge" in topic for topic in spoken.states())


def test_the_template_of_a_venue_is_followed() -> None:
    assert "maison/P/tele/SENSOR" in DIALECTS["turned"].states()
    assert list(DIALECTS["turned"].orders()) == ["maison/P/cmnd/#"]


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (tasmota, {"topic": "tasmotas"}),
        (tasmota, {"topic": "#"}),
        (tasmota, {"topic": "plug", "template": "%prefix%/"}),
        (shelly, {"prefix": "a/+"}),
        (shelly, {"prefix": "plug", "channel": "x"}),
        (zigbee2mqtt, {"name": "bridge/x"}),
        (zigbee2mqtt, {"name": ""}),
        (esphome, {"prefix": "plug", "power_sensor": "a/b"}),
        (esphome, {"prefix": "plug", "energy_unit": "joule"}),
    ],
)
def test_settings_that_speak_to_nobody_or_to_everybody(kind: object, settings: dict[str, str]) -> None:
    build = kind.build  # type: ignore[attr-defined]
    meter = build(settings, Tools(device="las-1", clock=lambda: 7, bus=Bus(url="mqtt://127.0.0.1:1")))
    assert [one.code for one in meter.look(7).faults] == ["bad_setting"]
    meter.open(lambda: None)
    assert meter.diagnose()["last_error"] == "bad_topic"
    meter.close()


@given(st.sampled_from([*DIALECTS.values()]), st.data(), st.binary(max_size=80) | st.text().map(str.encode))
def test_any_bytes_are_something_or_nothing(dialect: Dialect, data: st.DataObject, payload: bytes) -> None:
    reading = dialect.read(data.draw(st.sampled_from(list(dialect.states()))), payload)
    assert reading.power_w is None or 0 <= reading.power_w <= 100_000
    assert reading.energy_wh is None or 0 <= reading.energy_wh <= 1e12


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["ENERGY", "Power", "Total", "params", "switch:1", "aenergy", "state"]), inner
        )
    ),
    max_leaves=10,
)


@given(st.sampled_from([*DIALECTS.values()]), st.data(), JSON)
def test_any_json_is_something_or_nothing(dialect: Dialect, data: st.DataObject, said: object) -> None:
    dialect.read(data.draw(st.sampled_from(list(dialect.states()))), json.dumps(said).encode())
    power(said)
    energy(said)
