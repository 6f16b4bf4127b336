"""Tasmota: plugs and meters under a template of topics that each venue may have changed."""

from collections.abc import Iterable
from typing import Final

from devices.adapters.base import Settings, Tools
from devices.adapters.loose import member, parsed, words
from devices.adapters.plugs.dialect import Reading, energy, is_online, is_topic, power
from devices.adapters.plugs.meter import Meter

USUAL: Final = "plugs/%topic%/%prefix%/"
"""As a plug is set that may speak in its own tree only; as it comes from the shop it is %prefix%/%topic%/."""
_EVERYBODY: Final = frozenset({"tasmotas", "sonoffs"})
"""Names of groups: whoever speaks there speaks to every plug of the house."""


class Tasmota:
    """A Dialect."""

    def __init__(self, template: str, topic: str) -> None:
        self._template, self._topic = template, topic

    def _at(self, prefix: str, name: str) -> str:
        place = self._template.replace("%prefix%", prefix).replace("%topic%", self._topic)
        return f"{place.rstrip('/')}/{name}"

    def states(self) -> Iterable[str]:
        return (
            *(self._at("tele", name) for name in ("LWT", "SENSOR", "STATE")),
            *(self._at("stat", name) for name in ("POWER", "RESULT", "STATUS", "STATUS2", "STATUS10")),
        )

    def orders(self) -> Iterable[str]:
        return (self._at("cmnd", "#"),)

    def questions(self) -> Iterable[tuple[str, bytes]]:
        return tuple((self._at("cmnd", "Status"), which) for which in (b"10", b"2", b""))

    def read(self, topic: str, payload: bytes) -> Reading:
        name = topic.rpartition("/")[2]
        if name == "LWT":
            return Reading(is_there=is_online(payload, "Online", "Offline"))
        if name == "POWER":
            return _off(payload[:8].decode(errors="replace"))
        said = parsed(payload)
        if name in ("STATUS", "STATUS2"):
            return Reading(name=_name(said), software=_software(said))
        measured = member(said, "ENERGY") or member(said, "StatusSNS", "ENERGY")
        if measured is None:
            return _off(words(member(said, "POWER")))
        return Reading(power_w=power(member(measured, "Power")), energy_wh=energy(member(measured, "Total"), 1_000))


def _off(word: str) -> Reading:
    """A plug that was switched off sends no measure for minutes: no current flows through an open contact."""
    return Reading(power_w=0.0 if word.strip().upper() == "OFF" else None)


def _name(said: object) -> str:
    return words(member(said, "Status", "DeviceName"), 60)


def _software(said: object) -> str:
    version = words(member(said, "StatusFWR", "Version"), 40)
    return f"Tasmota {version}" if version else ""


def build(settings: Settings, tools: Tools) -> Meter:
    """The adapter of one plug."""
    topic = settings.get("topic", "").strip().strip("/")
    template = settings.get("template", "").strip() or USUAL
    is_good = is_topic(topic) and is_topic(template) and "%prefix%" in template and "%topic%" in template
    return Meter(Tasmota(template, topic) if is_good and topic.casefold() not in _EVERYBODY else None, tools)
