"""The topics of OctoPrint's MQTT plugin. PURE.

What the broker kept from earlier is not believed: it is asked anew at each connection. Nothing of the people whom some
events name is kept.
"""

import msgspec

from devices.adapters.listening import Heard
from devices.adapters.loose import member, parsed, temperature, words
from devices.adapters.octoprint.reading import Picture, after_data, after_event, gone


def after_message(picture: Picture, heard: Heard, now: int) -> tuple[Picture, bool]:
    """The picture after a message under the base topic, and whether OctoPrint has to be asked now."""
    if heard.topic == "mqtt":
        return _after_presence(picture, heard)
    if heard.is_retained:
        return picture, False
    kind, _, name = heard.topic.partition("/")
    if kind == "event":
        return after_event(picture, name, parsed(heard.payload), now), False
    if heard.topic == "progress/printing":
        return _after_progress(picture, parsed(heard.payload), now), False
    if kind == "temperature":
        return _after_temperature(picture, name, parsed(heard.payload)), False
    return picture, False


def _after_presence(picture: Picture, heard: Heard) -> tuple[Picture, bool]:
    """OctoPrint is there or gone; a kept word of it is only a reason to ask."""
    if heard.payload == b"disconnected" and not heard.is_retained:
        return gone(picture, "unreachable"), True
    return picture, True


def _after_progress(picture: Picture, message: object, now: int) -> Picture:
    data = member(message, "printer_data")
    if not isinstance(data, dict):
        return picture
    return after_data(picture, data, now)


def _after_temperature(picture: Picture, name: str, message: object) -> Picture:
    sensor = words(name, 32)
    if not sensor.isalnum() or not sensor.isascii():
        return picture
    new = temperature(sensor, member(message, "actual"), member(message, "target"))
    others = tuple(one for one in picture.temperatures if one.sensor != sensor)
    kept = sorted((*others, *new), key=lambda one: one.sensor)[:16]
    return msgspec.structs.replace(picture, temperatures=tuple(kept))
