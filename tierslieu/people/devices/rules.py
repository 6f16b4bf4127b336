"""Rules of devices: which role each kind has. Pure."""

from typing import Final

DEVICES: Final = "devices"
"""The live topic that moves when a device's account does."""
DEVICE_ROLES: Final = {"kiosk": "kiosk", "machine": "machine", "door": "door"}
"""The role of each kind of device that may call; a device of another kind may do nothing."""
