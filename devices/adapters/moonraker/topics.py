"""The topics of Moonraker's MQTT part, in its split mode and in its single mode. PURE.

What the broker kept is not believed: in split mode it still says `ready` of a Klipper that died days ago.
"""

from typing import Final

from devices.adapters.listening import Heard
from devices.adapters.loose import member, parsed
from devices.adapters.moonraker.reading import Picture, after_objects, gone

FILTERS: Final = ("moonraker/status", "klipper/status", "klipper/state/#")


def after_message(picture: Picture, heard: Heard, now: int) -> tuple[Picture, bool]:
    """The picture after a message under the instance name, and whether Moonraker has to be asked now."""
    if heard.topic == "moonraker/status":
        is_gone = member(parsed(heard.payload), "server") != "online" and not heard.is_retained
        return (gone(picture, "unreachable") if is_gone else picture), True
    if heard.is_retained or not picture.objects:
        return picture, False  # changes of something that was not seen whole
    if heard.topic == "klipper/status":
        return _after_changes(picture, member(parsed(heard.payload), "status"), now)
    _, _, place = heard.topic.partition("klipper/state/")
    name, _, field = place.rpartition("/")
    said = parsed(heard.payload)
    if not name or not isinstance(said, dict) or "value" not in said:
        return picture, False
    return _after_changes(picture, {name: {field: said["value"]}}, now)


def _after_changes(picture: Picture, changes: object, now: int) -> tuple[Picture, bool]:
    """Changed fields come one by one in split mode: where the state changes, the whole is asked at once."""
    after = after_objects(picture, changes, now, is_whole=False)
    fields = ("print_stats", "state"), ("webhooks", "state"), ("print_stats", "filename")
    return after, any(after.of(*one) != picture.of(*one) for one in fields)
