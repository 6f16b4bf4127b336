"""How Home Assistant finds the machines: one device each, read-only, without any person. Pure."""

from typing import Any, Final

from devices.wire import SERVICE_AVAILABILITY, board_topic
from tierslieu import __version__
from tierslieu.fablab.rules import MachineNow

PREFIX: Final = "homeassistant"
STATUS: Final = f"{PREFIX}/status"
STATES: Final = ("free", "busy", "paused", "to_clear", "fault", "out_of_service", "silent")


def config_topic(machine: MachineNow) -> str:
    """Where the device of a machine is described, retained."""
    return f"{PREFIX}/device/{object_id(machine)}/config"


def object_id(machine: MachineNow) -> str:
    """The name that Home Assistant keeps for good."""
    return f"tierslieu_{machine.site}_{machine.key}"


def config(machine: MachineNow, url: str, *, is_metered: bool) -> dict[str, Any]:
    """The description of a machine's device. What it cannot measure is described as removed."""
    board, name = board_topic(machine.site, machine.key), object_id(machine)
    measured = {"power": _power(name), "energy": _energy(name)}
    gone = {key: {"p": "sensor"} for key in measured}
    return {
        "dev": {"ids": [name], "name": machine.name, **({"mdl": machine.model} if machine.model else {})},
        "o": {"name": "tierslieu", "sw": __version__, **({"url": url} if url else {})},
        "state_topic": board,
        "qos": 1,
        "availability": [
            _available(SERVICE_AVAILABILITY, "value_json.online"),
            _available(board, "value_json is defined and value_json.state != 'silent'"),
        ],
        "availability_mode": "all",
        "cmps": {**_entities(name), **(measured if is_metered else gone)},
    }


def _available(topic: str, condition: str) -> dict[str, str]:
    return {"topic": topic, "value_template": "{{ 'online' if " + condition + " else 'offline' }}"}


def _entities(name: str) -> dict[str, dict[str, Any]]:
    return {
        "state": _sensor(name, "state", "État", device_class="enum", options=list(STATES)),
        "progress": _sensor(name, "progress_percent", "Avancement", unit_of_measurement="%"),
        "end": _sensor(name, "ends_at", "Fin prévue", device_class="timestamp"),
        "problem": _flag(name, "problem", "Problème", device_class="problem"),
        "to_clear": _flag(name, "needs_clear", "À débarrasser"),
    }


def _power(name: str) -> dict[str, Any]:
    return _sensor(
        name, "power_w", "Puissance", device_class="power", state_class="measurement", unit_of_measurement="W"
    )


def _energy(name: str) -> dict[str, Any]:
    kind = {"device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "kWh"}
    return _sensor(name, "energy_kwh", "Énergie", **kind)


def _sensor(name: str, member: str, text: str, **more: Any) -> dict[str, Any]:
    template = "{{ value_json." + member + " }}"
    return {"p": "sensor", "unique_id": f"{name}_{member}", "name": text, "value_template": template, **more}


def _flag(name: str, member: str, text: str, **more: Any) -> dict[str, Any]:
    template = "{{ 'ON' if value_json." + member + " else 'OFF' }}"
    return {"p": "binary_sensor", "unique_id": f"{name}_{member}", "name": text, "value_template": template, **more}
