"""Rules of devices: which role each kind has, and which topics of the bus. Pure."""

import base64
import hashlib
from typing import Final, NamedTuple

from devices.wire import ROOT

DEVICES: Final = "devices"
"""The live topic that moves when a device's account does."""
DEVICE_ROLES: Final = {"kiosk": "kiosk", "machine": "machine", "door": "door", "agent": "agent", "reader": "reader"}
"""The role of each kind of device that may call; a device of another kind may do nothing."""
STILL_UNDER_WAY: Final = 60
"""For this many seconds after a device first used its new secret, its former one still counts."""
METERS: Final = "plugs"
"""Under which topic bought plugs and meters speak, each under its own key: plugs/<key>/…"""
MOSQUITTO_ROUNDS: Final = 101
"""Mosquitto's own number: the password is a long random secret, so that guessing is hopeless anyway."""


class Topics(NamedTuple):
    """What an account may publish and read on the bus: filters, the narrowest that work."""

    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()


def topics_of(key: str, kind: str) -> Topics:
    """The topics of one device: its own tree, or for the few kinds that look after others, theirs.

    `machine`, `door` (a screen) and `reader` (the node of a door): what speaks the contract of devices/wire. `meter`: a
    bought plug. `agent`: the program beside the machines reads the plugs and switches them. `listener`: reads what the
    service tells of machines, which names no file and nobody; it says no more than that it started.
    """
    if kind in ("machine", "door", "reader"):
        return Topics((f"{ROOT}/+/{key}/up/#",), (f"{ROOT}/+/{key}/down/#",))
    if kind == "meter":
        return Topics((f"{METERS}/{key}/#",), (f"{METERS}/{key}/#",))
    if kind == "agent":
        return Topics((f"{METERS}/#",), (f"{METERS}/#",))
    if kind == "listener":
        return Topics(("homeassistant/status",), (f"{ROOT}/+/+/board", f"{ROOT}/service/#", "homeassistant/#"))
    return Topics()


def mosquitto_hash(secret: str, salt: bytes) -> str:
    """The form in which Mosquitto keeps a password (PBKDF2 with SHA-512)."""
    digest = hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, MOSQUITTO_ROUNDS)
    return "$".join(
        ("", "7", str(MOSQUITTO_ROUNDS), base64.b64encode(salt).decode(), base64.b64encode(digest).decode())
    )
