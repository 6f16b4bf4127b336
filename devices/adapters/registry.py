"""Which module speaks which protocol; a module is read only when a machine needs it.

Each kind is a module of this folder, or a function of one, with `build(settings, tools)` and `try_out(settings)`.
"""

import secrets
import threading
import time
from importlib import import_module
from typing import Final, cast

from devices.adapters.base import Adapter, Build, Bus, Probe, Settings, Tools, Try
from devices.descriptions import DESCRIPTIONS, missing

HEAR_WITHIN_S: Final = 8.0
HEAR_STEP_S: Final = 0.2

_MODULES: Final = {
    "octoprint": ("devices.adapters.octoprint", "build", "try_out"),
    "octoprint_mqtt": ("devices.adapters.octoprint", "build_over_mqtt", "try_out"),
    "moonraker": ("devices.adapters.moonraker", "build", "try_out"),
    "moonraker_mqtt": ("devices.adapters.moonraker", "build_over_mqtt", "try_out"),
    "prusalink": ("devices.adapters.prusalink", "build", "try_out"),
    "bambu": ("devices.adapters.bambu", "build", "try_out"),
    "tasmota": ("devices.adapters.tasmota", "build", "try_out"),
    "shelly": ("devices.adapters.shelly", "build", "try_out"),
    "zigbee2mqtt": ("devices.adapters.zigbee2mqtt", "build", "try_out"),
    "esphome": ("devices.adapters.esphome", "build", "try_out"),
}


class UnknownKind(Exception):
    """A kind of adapter that this release does not have, or settings that lack a required field."""


def build(kind: str, settings: Settings, tools: Tools) -> Adapter:
    """The adapter of one machine, not yet opened. Raises UnknownKind."""
    if lacking := missing(kind, settings):
        raise UnknownKind(f"{kind}: {', '.join(lacking)}")
    module, function, _ = _MODULES[kind]
    return cast(Build, getattr(import_module(module), function))(settings, tools)


def try_out(kind: str, settings: Settings, bus: Bus | None = None) -> Probe:
    """What becomes of a first try with these settings. Never raises.

    What speaks on the venue's broker is listened to there for some seconds, if the broker is given.
    """
    if missing(kind, settings):
        return Probe(code="bad_setting")
    module, _, function = _MODULES[kind]
    if not DESCRIPTIONS[kind].is_meter:
        return cast(Try, getattr(import_module(module), function))(settings)
    return _hear_out(kind, settings, bus)


def _hear_out(kind: str, settings: Settings, bus: Bus | None) -> Probe:
    """Listen until the meter shows itself. A plug that is silent for some seconds may be right all the same."""
    if bus is None:
        return Probe(code="bad_setting")
    news = threading.Event()
    adapter = build(
        kind, settings, Tools(device=f"try-{secrets.token_hex(4)}", clock=lambda: int(time.time()), bus=bus)
    )
    until, is_heard = time.monotonic() + HEAR_WITHIN_S, False
    adapter.open(news.set)
    try:
        while not is_heard and time.monotonic() < until:
            news.wait(HEAR_STEP_S)
            news.clear()
            sight = adapter.look(int(time.time()))
            is_heard = sight.power_w is not None or sight.energy_wh is not None
    finally:
        adapter.close()
    return Probe(code="ok" if is_heard else "timed_out")
