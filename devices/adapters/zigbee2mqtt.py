"""Zigbee plugs behind Zigbee2MQTT: the plug is there when the plug and the bridge are."""

from collections.abc import Iterable
from typing import Final

from devices.adapters.base import Settings, Tools
from devices.adapters.loose import member, parsed, words
from devices.adapters.plugs.dialect import Reading, energy, is_online, is_topic, power
from devices.adapters.plugs.meter import Meter

USUAL: Final = "plugs/zigbee2mqtt"
"""Where the bridge may speak on the broker of the house; as it comes it is zigbee2mqtt."""
_PHASES: Final = ("power", "power_phase_b", "power_phase_c")


class Zigbee2Mqtt:
    """A Dialect."""

    def __init__(self, base: str, name: str) -> None:
        self._plug, self._bridge, self._about = f"{base}/{name}", f"{base}/bridge/state", f"{base}/bridge/info"

    def states(self) -> Iterable[str]:
        return (self._plug, f"{self._plug}/availability", self._bridge, self._about)

    def orders(self) -> Iterable[str]:
        return (f"{self._plug}/set/#",)

    def questions(self) -> Iterable[tuple[str, bytes]]:
        return ((f"{self._plug}/get", b'{"state": ""}'),)

    def read(self, topic: str, payload: bytes) -> Reading:
        if topic in (self._bridge, f"{self._plug}/availability"):
            part = "bridge" if topic == self._bridge else "plug"
            return Reading(is_there=_availability(payload), part=part)
        said = parsed(payload)
        if topic == self._about:
            version = words(member(said, "version"), 40)
            return Reading(software=f"Zigbee2MQTT {version}" if version else "")
        phases = [value for name in _PHASES if (value := member(said, name)) is not None]
        return Reading(power_w=power(phases), energy_wh=energy(member(said, "energy"), 1_000))


def _availability(payload: bytes) -> bool | None:
    """JSON since the second release, a plain word before."""
    told = words(member(parsed(payload), "state")).encode()
    return is_online(told or payload, "online", "offline")


def build(settings: Settings, tools: Tools) -> Meter:
    """The adapter of one plug. The bridge and its groups share the tree: no plug is called like them."""
    base = settings.get("base_topic", "").strip().strip("/") or USUAL
    name = settings.get("name", "").strip().strip("/")
    is_good = is_topic(base) and is_topic(name) and name.partition("/")[0] != "bridge"
    return Meter(Zigbee2Mqtt(base, name) if is_good else None, tools)
