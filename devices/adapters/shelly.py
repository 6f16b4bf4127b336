"""Shelly of the second generation and later: measures by notification, and by the answer to a question."""

import json
from collections.abc import Iterable
from typing import Final

from devices.adapters.base import Settings, Tools
from devices.adapters.loose import member, parsed, whole, words
from devices.adapters.plugs.dialect import Reading, energy, is_online, is_topic, power
from devices.adapters.plugs.meter import Meter

_KINDS: Final = ("switch", "pm1")
"""Components that measure, with the same members."""


class Shelly:
    """A Dialect. The plug answers our question below its own prefix: it may be allowed to speak nowhere else."""

    def __init__(self, prefix: str, channel: int) -> None:
        self._prefix, self._channel, self._reply = prefix, channel, f"{prefix}/answers"

    def states(self) -> Iterable[str]:
        yield f"{self._prefix}/online"
        yield f"{self._prefix}/events/rpc"
        yield f"{self._reply}/rpc"
        for kind in _KINDS:
            yield f"{self._prefix}/status/{kind}:{self._channel}"

    def orders(self) -> Iterable[str]:
        return (f"{self._prefix}/command/#", f"{self._prefix}/rpc")

    def questions(self) -> Iterable[tuple[str, bytes]]:
        methods = enumerate(("Shelly.GetStatus", "Shelly.GetDeviceInfo"), 1)
        asked = ({"id": number, "src": self._reply, "method": method} for number, method in methods)
        return tuple((f"{self._prefix}/rpc", json.dumps(question).encode()) for question in asked)

    def read(self, topic: str, payload: bytes) -> Reading:
        if topic == f"{self._prefix}/online":
            return Reading(is_there=is_online(payload, "true", "false"))
        said = parsed(payload)
        if topic.startswith(f"{self._prefix}/status/"):
            return _measures(said)
        for kind in _KINDS:
            name = f"{kind}:{self._channel}"
            for place in (("params", name), ("result", name)):
                if (found := member(said, *place)) is not None:
                    return _measures(found)
        return _introduction(member(said, "result"))


def _measures(said: object) -> Reading:
    return Reading(power_w=power(member(said, "apower")), energy_wh=energy(member(said, "aenergy", "total")))


def _introduction(said: object) -> Reading:
    version = words(member(said, "ver"), 40)
    name = words(member(said, "name"), 60) or words(member(said, "app"), 60)
    return Reading(name=name, software=f"Shelly {version}") if version else Reading()


def build(settings: Settings, tools: Tools) -> Meter:
    """The adapter of one plug, or of one channel of a device with several."""
    prefix = settings.get("prefix", "").strip().strip("/")
    channel = whole(settings.get("channel", "").strip() or "0", 0, 15)
    is_good = is_topic(prefix) and channel is not None
    return Meter(Shelly(prefix, channel or 0) if is_good else None, tools)
