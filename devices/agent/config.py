"""What the agent is told: one JSON file, written by the service or by hand."""

from pathlib import Path
from typing import Annotated

import msgspec

from devices.adapters.base import Bus
from devices.adapters.registry import UnknownKind
from devices.descriptions import DESCRIPTIONS, missing, redacted
from devices.wire.bounds import Key

MAX_CONFIG_BYTES = 4 * 1024 * 1024

Typed = dict[Annotated[str, msgspec.Meta(max_length=40)], Annotated[str, msgspec.Meta(max_length=500)]]


class MeterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The plug or meter beside a machine."""

    adapter: str
    settings: Typed = {}


class MachineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One machine: its account at the venue's broker, how to speak to it, and what measures its power.

    `site`: where it stands; None: at the site of the file.
    """

    device: Key
    site: Key | None = None
    username: str
    password: str
    kind: Key
    adapter: str
    settings: Typed = {}
    meter: MeterEntry | None = None


class AgentConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file. `bus`: the account with which adapters listen to plugs and plugins; without it, they do so as the
    machine itself. `service_url`: where files of jobs are read; without it no job can be started."""

    broker_url: Annotated[str, msgspec.Meta(pattern=r"^mqtts?://")]
    site: Key
    machines: Annotated[tuple[MachineEntry, ...], msgspec.Meta(max_length=500)] = ()
    service_url: str = ""
    ca_file: str | None = None
    bus: Bus | None = None


class BadConfig(Exception):
    """The file cannot be used; the text says where, and holds no secret."""


def read_config(path: Path) -> AgentConfig:
    """The agent's settings. Raises BadConfig; a single machine that is wrong is not a reason."""
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise BadConfig("the file is too large")
        config = msgspec.json.decode(path.read_bytes(), type=AgentConfig)
    except OSError as wrong:
        raise BadConfig(f"the file cannot be read: {wrong.strerror}") from None
    except msgspec.ValidationError as wrong:
        raise BadConfig(str(wrong)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadConfig("the file is no JSON") from None
    names = [one.device for one in config.machines]
    if len(set(names)) < len(names):
        raise BadConfig("a device is there twice")
    return config


def check(entry: MachineEntry) -> None:
    """Raises UnknownKind where an adapter of this machine cannot be made."""
    for part in (entry, entry.meter):
        if part is not None and (lacking := missing(part.adapter, part.settings)):
            raise UnknownKind(f"{part.adapter}: {', '.join(lacking)}")


def shown(entry: MachineEntry) -> dict[str, object]:
    """A machine as it may be shown to whoever looks for a fault: no password, no key, and of addresses only that."""
    parts: dict[str, object] = {"device": entry.device, "adapter": entry.adapter}
    parts["settings"] = _without_addresses(entry.adapter, entry.settings)
    if entry.meter is not None:
        parts["meter"] = entry.meter.adapter
        parts["meter_settings"] = _without_addresses(entry.meter.adapter, entry.meter.settings)
    return parts


def _without_addresses(kind: str, settings: dict[str, str]) -> dict[str, str]:
    description = DESCRIPTIONS.get(kind)
    hidden = {one.name for one in description.fields if one.kind == "address"} if description else set[str]()
    return {name: ("set" if value and name in hidden else value) for name, value in redacted(kind, settings).items()}
