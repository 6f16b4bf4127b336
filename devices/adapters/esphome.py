"""ESPHome: sensors as somebody named them in a file, one plain number per topic."""

from collections.abc import Iterable
from typing import Final

from devices.adapters.base import Settings, Tools
from devices.adapters.plugs.dialect import Reading, energy, is_online, is_topic, power
from devices.adapters.plugs.meter import Meter

_FACTORS: Final = {"kwh": 1_000.0, "wh": 1.0}


class EspHome:
    """A Dialect."""

    def __init__(self, prefix: str, power_sensor: str, energy_sensor: str, factor: float) -> None:
        self._prefix, self._factor = prefix, factor
        self._power = f"{prefix}/sensor/{power_sensor}/state"
        self._energy = f"{prefix}/sensor/{energy_sensor}/state"

    def states(self) -> Iterable[str]:
        return (f"{self._prefix}/status", self._power, self._energy)

    def orders(self) -> Iterable[str]:
        return (f"{self._prefix}/+/+/command",)

    def questions(self) -> Iterable[tuple[str, bytes]]:
        return ()

    def read(self, topic: str, payload: bytes) -> Reading:
        if topic == f"{self._prefix}/status":
            return Reading(is_there=is_online(payload, "online", "offline"))
        told = payload[:33].decode(errors="replace").strip()
        if topic == self._power:
            return Reading(power_w=power(told))
        return Reading(energy_wh=energy(told, self._factor) if topic == self._energy else None)


def build(settings: Settings, tools: Tools) -> Meter:
    """The adapter of one device. The energy may be counted in Wh or in kWh, as its file says."""
    prefix = settings.get("prefix", "").strip().strip("/")
    power_sensor, energy_sensor = (settings.get(f"{name}_sensor", "").strip() or name for name in ("power", "energy"))
    factor = _FACTORS.get(settings.get("energy_unit", "").strip().casefold() or "kwh")
    is_good = is_topic(prefix) and _is_name(power_sensor) and _is_name(energy_sensor) and factor is not None
    return Meter(EspHome(prefix, power_sensor, energy_sensor, factor or 1.0) if is_good else None, tools)


def _is_name(text: str) -> bool:
    return is_topic(text) and "/" not in text
