"""Klipper printers behind Moonraker, by REST alone or with its MQTT topics."""

from devices.adapters.moonraker.adapter import build, build_over_mqtt, try_out

__all__ = ["build", "build_over_mqtt", "try_out"]
