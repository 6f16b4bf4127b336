"""Which module speaks which protocol; a module is read only when a machine needs it.

Each kind is a module of this folder, or a function of one, with `build(settings, tools)` and `try_out(settings)`.
"""

import secrets
import time
from importlib import import_module
from typing import Final, cast

import msgspec

from devices.adapters.base import Adapter, Build, Bus, Probe, Settings, Tools, Try
from devices.adapters.trying import hear_out, is_spoken_of
from devices.descriptions import DESCRIPTIONS, missing

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
    description = DESCRIPTIONS[kind]
    if description.is_meter:
        return Probe(code="bad_setting") if bus is None else hear_out(_for_a_try(kind, settings, bus))
    module, _, function = _MODULES[kind]
    found = cast(Try, getattr(import_module(module), function))(settings)
    if found.code != "ok" or not description.needs_broker or bus is None:
        return found
    is_heard = is_spoken_of(_for_a_try(kind, settings, bus))
    return found if is_heard else msgspec.structs.replace(found, note="topic_silent")


def _for_a_try(kind: str, settings: Settings, bus: Bus) -> Adapter:
    tools = Tools(device=f"try-{secrets.token_hex(4)}", clock=lambda: int(time.time()), bus=bus)
    return build(kind, settings, tools)
