"""What each kind of adapter needs to be told, for whoever draws the page where it is set up. PURE.

Labels and helps are keys, not sentences: the service says them in the words of its people.
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

FieldKind = Literal["text", "address", "secret", "choice", "number", "topic"]


class FieldDescription(Struct, frozen=True, kw_only=True):
    """One thing to be typed. `help` is empty where the label says it all; `usual` is what most people leave there."""

    name: str
    label: str
    kind: FieldKind = "text"
    is_secret: bool = False
    is_required: bool = True
    choices: tuple[str, ...] = ()
    usual: str = ""
    help: str = ""


class AdapterDescription(Struct, frozen=True, kw_only=True):
    """One way of speaking to a machine or to a meter. `title` is a proper name, the same in every language.

    `needs_broker`: it listens on the venue's own broker, where the machine or the meter speaks too.
    `is_meter`: it measures power; it may stand beside another adapter of the same machine, or alone.
    """

    kind: str
    title: str
    fields: tuple[FieldDescription, ...]
    machine_kinds: tuple[str, ...]
    can_control: bool
    needs_broker: bool = False
    is_meter: bool = False


PRINTERS: Final = ("printer_3d",)
ANY_KIND: Final = ()
"""No kind named: it fits every machine that has a plug."""


def _address(example: str) -> FieldDescription:
    return FieldDescription(name="address", label="address", kind="address", usual=example, help="address_of_machine")


def _key(help_key: str, *, is_required: bool = True) -> FieldDescription:
    return FieldDescription(
        name="api_key", label="api_key", kind="secret", is_secret=True, is_required=is_required, help=help_key
    )


def _topic(name: str, usual: str, help_key: str = "") -> FieldDescription:
    return FieldDescription(name=name, label=name, kind="topic", usual=usual, help=help_key)


def _optional(name: str, kind: FieldKind = "text", usual: str = "", help_key: str = "") -> FieldDescription:
    return FieldDescription(name=name, label=name, kind=kind, usual=usual, is_required=False, help=help_key)


_OCTOPRINT: Final = (_address("http://octopi.local"), _key("octoprint_key"))
_MOONRAKER: Final = (_address("http://printer.local:7125"), _key("moonraker_key", is_required=False))

_ALL: Final = (
    AdapterDescription(
        kind="octoprint", title="OctoPrint", fields=_OCTOPRINT, machine_kinds=PRINTERS, can_control=True
    ),
    AdapterDescription(
        kind="octoprint_mqtt",
        title="OctoPrint + MQTT",
        fields=(*_OCTOPRINT, _topic("base_topic", "plugs/octoprint-1/", "octoprint_base_topic")),
        machine_kinds=PRINTERS,
        can_control=True,
        needs_broker=True,
    ),
    AdapterDescription(
        kind="moonraker", title="Klipper (Moonraker)", fields=_MOONRAKER, machine_kinds=PRINTERS, can_control=True
    ),
    AdapterDescription(
        kind="moonraker_mqtt",
        title="Klipper (Moonraker) + MQTT",
        fields=(*_MOONRAKER, _topic("instance", "plugs/klipper-1", "moonraker_instance")),
        machine_kinds=PRINTERS,
        can_control=True,
        needs_broker=True,
    ),
    AdapterDescription(
        kind="prusalink",
        title="PrusaLink",
        fields=(
            _address("http://192.168.1.20"),
            _optional("username", usual="maker", help_key="prusalink_username"),
            FieldDescription(
                name="password", label="password", kind="secret", is_secret=True, help="prusalink_password"
            ),
        ),
        machine_kinds=PRINTERS,
        can_control=True,
    ),
    AdapterDescription(
        kind="bambu",
        title="Bambu Lab",
        fields=(
            _address("192.168.1.21"),
            FieldDescription(name="serial", label="serial", help="bambu_serial"),
            FieldDescription(
                name="access_code", label="access_code", kind="secret", is_secret=True, help="bambu_access_code"
            ),
            FieldDescription(
                name="mode",
                label="mode",
                kind="choice",
                choices=("read_only", "control"),
                usual="read_only",
                help="bambu_mode",
            ),
            _optional("fingerprint", help_key="bambu_fingerprint"),
        ),
        machine_kinds=PRINTERS,
        can_control=True,
    ),
    AdapterDescription(
        kind="tasmota",
        title="Tasmota",
        fields=(_topic("topic", "plug-laser"), _optional("template", "topic", "plugs/%topic%/%prefix%/")),
        machine_kinds=ANY_KIND,
        can_control=False,
        needs_broker=True,
        is_meter=True,
    ),
    AdapterDescription(
        kind="shelly",
        title="Shelly",
        fields=(_topic("prefix", "plugs/plug-laser"), _optional("channel", "number", "0")),
        machine_kinds=ANY_KIND,
        can_control=False,
        needs_broker=True,
        is_meter=True,
    ),
    AdapterDescription(
        kind="zigbee2mqtt",
        title="Zigbee2MQTT",
        fields=(_topic("name", "plug-laser"), _optional("base_topic", "topic", "plugs/zigbee2mqtt")),
        machine_kinds=ANY_KIND,
        can_control=False,
        needs_broker=True,
        is_meter=True,
    ),
    AdapterDescription(
        kind="esphome",
        title="ESPHome",
        fields=(
            _topic("prefix", "plugs/plug-laser"),
            FieldDescription(name="power_sensor", label="power_sensor", usual="power"),
            _optional("energy_sensor", usual="energy"),
            FieldDescription(
                name="energy_unit",
                label="energy_unit",
                kind="choice",
                choices=("kWh", "Wh"),
                usual="kWh",
                is_required=False,
            ),
        ),
        machine_kinds=ANY_KIND,
        can_control=False,
        needs_broker=True,
        is_meter=True,
    ),
)

DESCRIPTIONS: Final[Mapping[str, AdapterDescription]] = {one.kind: one for one in _ALL}


def title_of(kind: str) -> str:
    """The name that people know an adapter by; of a kind that is gone, its key."""
    return DESCRIPTIONS[kind].title if kind in DESCRIPTIONS else kind


def missing(kind: str, settings: Mapping[str, str]) -> tuple[str, ...]:
    """The names of required fields that were left empty; everything for a kind nobody knows."""
    description = DESCRIPTIONS.get(kind)
    if description is None:
        return ("kind",)
    return tuple(one.name for one in description.fields if one.is_required and not settings.get(one.name, "").strip())


def redacted(kind: str, settings: Mapping[str, str]) -> dict[str, str]:
    """The settings as they may be shown and logged: of a secret only whether there is one; of a stranger nothing."""
    description = DESCRIPTIONS.get(kind)
    if description is None:
        return {}
    return {one.name: _shown(one, settings.get(one.name, "")) for one in description.fields}


def _shown(field: FieldDescription, value: str) -> str:
    return ("set" if value else "") if field.is_secret else value
