"""All reads of how machines are reached."""

import msgspec
from sqlalchemy import bindparam, select

from devices.descriptions import DESCRIPTIONS
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.setup.schemas import Found, Way
from tierslieu.fablab.setup.tables import MachineLink
from tierslieu.fablab.tables import Machine
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.tables import Device

k, m, d = columns(MachineLink), columns(Machine), columns(Device)


class StoredLink(msgspec.Struct, frozen=True):
    """How a machine is reached, with its keys: for the agent only, never for a page."""

    machine_id: int
    key: str
    site: str
    name: str
    kind: str
    adapter: str
    settings: str
    meter: str
    meter_settings: str
    agent: str
    bus_secret: str
    code: str
    found: str
    tried_at: int

    @property
    def way(self) -> Way:
        return Way(self.adapter, msgspec.json.decode(self.settings, type=dict[str, str]))

    @property
    def meter_way(self) -> Way:
        return Way(self.meter, msgspec.json.decode(self.meter_settings, type=dict[str, str]))

    @property
    def probe(self) -> Found:
        return msgspec.json.decode(self.found, type=Found)


class Agent(msgspec.Struct, frozen=True):
    """A board beside the machines that has an account."""

    key: str
    name: str
    created_at: int


_SHOWN = tuple(
    {**dict(k.items()), "key": m.key, "site": m.site, "name": m.name, "kind": m.kind}[one]
    for one in StoredLink.__struct_fields__
)
LINKS = Query(select(*_SHOWN).join(Machine, m.id == k.machine_id).order_by(m.position, m.id), into=StoredLink)
LINK = Query(
    select(*_SHOWN).join(Machine, m.id == k.machine_id).where(k.machine_id == bindparam("machine")), into=StoredLink
)
AGENTS = Query(
    select(d.key, d.name, d.created_at).where(d.kind == "agent", d.revoked_at == 0).order_by(d.key), into=Agent
)


def links(reader: Reader) -> list[StoredLink]:
    """Every machine that is reached by an adapter of ours."""
    return reader.rows(LINKS)


def link(reader: Reader, machine: MachineNow) -> StoredLink | None:
    """How one machine is reached; None for one that speaks by itself, or not at all."""
    return reader.row(LINK, machine=machine.id)


def agents(reader: Reader) -> list[Agent]:
    """The boards beside the machines."""
    return reader.rows(AGENTS)


def fitting(machine: MachineNow) -> list[str]:
    """The kinds of adapter that fit a kind of machine."""
    return [one.kind for one in DESCRIPTIONS.values() if not one.machine_kinds or machine.kind in one.machine_kinds]


def meters() -> list[str]:
    """The kinds of adapter that measure power."""
    return [one.kind for one in DESCRIPTIONS.values() if one.is_meter]
