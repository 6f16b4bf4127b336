"""OctoPrint, by its REST interface and its push socket, or by its MQTT plugin."""

from devices.adapters.octoprint.adapter import build, build_over_mqtt, try_out

__all__ = ["build", "build_over_mqtt", "try_out"]
