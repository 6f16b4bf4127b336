"""All reads of how machines are reached."""

from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Text, bindparam, column, select, table

from devices.descriptions import DESCRIPTIONS
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.setup.schemas import Found, Way
from tierslieu.fablab.setup.tables import MachineLink
from tierslieu.fablab.tables import Machine
from tierslieu.fablab.telemetry.tables import MachineHour, MachineSample
from tierslieu.infra.statements import Query, columns, one_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.tables import Device

OWN: Final = "machines-program"
"""The account with which the service's own program listens to plugs and to plugins of printers."""
ACCOUNT_KINDS: Final = ("agent", "meter", "listener")
k, m, d = columns(MachineLink), columns(Machine), columns(Device)
s, h = columns(MachineSample), columns(MachineHour)
box = table("terminal", column("device", Text()), column("revoked_at", BigInteger()))
"""The columns of interlocks/ that this part may read: which names the terminals have."""


def _big(name: str) -> Any:
    return bindparam(name, type_=BigInteger())


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


class Account(msgspec.Struct, frozen=True):
    """An account on the bus that is no machine's: of a board beside the machines, a bought plug, who only listens."""

    key: str
    name: str
    kind: str
    created_at: int


_SHOWN = tuple(
    {**dict(k.items()), "key": m.key, "site": m.site, "name": m.name, "kind": m.kind}[one]
    for one in StoredLink.__struct_fields__
)
LINKS = Query(select(*_SHOWN).join(Machine, m.id == k.machine_id).order_by(m.position, m.id), into=StoredLink)
LINK = Query(
    select(*_SHOWN).join(Machine, m.id == k.machine_id).where(k.machine_id == bindparam("machine")), into=StoredLink
)
ACCOUNTS = Query(
    select(d.key, d.name, d.kind, d.created_at)
    .where(one_of(d.kind, ACCOUNT_KINDS), d.revoked_at == 0, d.key != OWN)
    .order_by(d.kind, d.key),
    into=Account,
)
BOX_IN_PLACE: Query[tuple[str]] = Query(
    select(box.c.device).where(box.c.device == bindparam("key"), box.c.revoked_at == 0)
)
SAMPLED: Query[tuple[int]] = Query(
    select(s.at).where(s.machine_id == _big("machine"), s.at >= _big("since"), s.power_w.is_not(None)).limit(1)
)
MEASURED_HOUR: Query[tuple[int]] = Query(
    select(h.hour).where(h.machine_id == _big("machine"), h.hour >= _big("since"), h.power_s > 0).limit(1)
)


def links(reader: Reader) -> list[StoredLink]:
    """Every machine that is reached by an adapter of ours."""
    return reader.rows(LINKS)


def link(reader: Reader, machine: MachineNow) -> StoredLink | None:
    """How one machine is reached; None for one that speaks by itself, or not at all."""
    return reader.row(LINK, machine=machine.id)


def is_box_in_its_place(reader: Reader, machine: MachineNow) -> bool:
    """True while a terminal of before speaks as the machine itself."""
    return reader.row(BOX_IN_PLACE, key=machine.key) is not None


def accounts(reader: Reader) -> list[Account]:
    """Boards, plugs and listeners that have an account; not the service's own program."""
    return reader.rows(ACCOUNTS)


def agents(reader: Reader) -> list[Account]:
    """The boards beside the machines."""
    return [one for one in accounts(reader) if one.kind == "agent"]


def has_measured_power(reader: Reader, machine_id: int, since: int) -> bool:
    """Whether a meter of the machine said anything since then."""
    asked = {"machine": machine_id, "since": since}
    return reader.row(SAMPLED, **asked) is not None or reader.row(MEASURED_HOUR, **asked) is not None


def fitting(machine: MachineNow) -> list[str]:
    """The kinds of adapter that fit a kind of machine."""
    return [one.kind for one in DESCRIPTIONS.values() if not one.machine_kinds or machine.kind in one.machine_kinds]


def meters() -> list[str]:
    """The kinds of adapter that measure power."""
    return [one.kind for one in DESCRIPTIONS.values() if one.is_meter]
