"""All changes to what machines are and how they are reached."""

from typing import Any

from sqlalchemy import bindparam, delete, update

from tierslieu.basics.errors import Conflict, Invalid, Reason, Refused
from tierslieu.fablab import claiming, storing
from tierslieu.fablab import queries as machines
from tierslieu.fablab.rules import ACTIVE, MachineNow
from tierslieu.fablab.setup import queries
from tierslieu.fablab.setup.schemas import Board, Found, MachineFacts, NewMachineForm, Way
from tierslieu.fablab.setup.tables import MachineLink
from tierslieu.fablab.storing import NewMachine
from tierslieu.fablab.tables import Machine
from tierslieu.fablab.upkeep import counting
from tierslieu.infra.statements import Query, columns, table_of, to_json, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.actions import enrol_device, revoke_device
from tierslieu.people.devices.queries import kind_of
from tierslieu.people.qualifications.actions import cover_only
from tierslieu.people.qualifications.queries import Covered
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue

SET_UP = "fablab.set_up"
CONFIGURE = "fablab.read_configuration"
LINKS = "machine_links"
"""The live topic that moves when a machine is reached otherwise."""
m, k = columns(Machine), columns(MachineLink)
FACTS = (
    *("name", "kind", "model", "site", "resource_key", "qualification", "build_x", "build_y", "build_z", "notices"),
    *("nozzle_mm", "max_tool_c", "max_bed_c", "firmware", "takes_queue", "hourly_cents"),
)
CHANGE: Query[Any] = Query(
    update(table_of(Machine))
    .where(m.id == bindparam("which"))
    .values({name: bindparam(name, type_=m[name].type) for name in FACTS})
)
PUT_LINK = upsert(MachineLink, ("machine_id",))
FORGET_LINK: Query[Any] = Query(delete(table_of(MachineLink)).where(k.machine_id == bindparam("which")))


def add_machine(tx: Tx, wish: NewMachineForm) -> str:
    """Put a machine into service. Raises Invalid for a key that is taken; returns the key."""
    if any(one.key == wish.key for one in machines.machines(tx)) or kind_of(tx, wish.key):
        raise Invalid("invalid_input", {"key": "key_taken"})
    facts = _facts(tx, wish)
    position = max((one.position for one in machines.machines(tx)), default=0) + 1
    new = NewMachine(
        wish.key, facts["site"], wish.name, wish.kind, qualification=wish.qualification or None, position=position
    )
    machine_id = storing.add_machine(tx, new)
    tx.run(CHANGE, which=machine_id, **facts)
    _cover(tx)
    storing.note(tx, machine_id, "set_up")
    return wish.key


def change_machine(tx: Tx, key: str, wish: MachineFacts) -> None:
    """Other facts of a machine. Its kind cannot change while a job is on it or bound to it."""
    machine = storing.locked(tx, machines.machine(tx, key).id)
    if wish.kind != machine.kind and machines.active_on(tx, machine.id) is not None:
        raise Refused((Reason("machine_busy", {"machine": machine.name}),))
    facts = _facts(tx, wish)
    tx.run(CHANGE, which=machine.id, **facts)
    _cover(tx)
    storing.note(tx, machine.id, "changed")
    tx.later(counting.LOOK, {}, dedup="upkeep:look")  # one that is out is closed as what it is reserved as now
    tx.touch(storing.MACHINES)


def _cover(tx: Tx) -> None:
    """Tell what machines ask for, by their own keys and (unless it is another machine's) that of what is reserved."""
    asking = [(one, one.qualification) for one in machines.machines(tx) if one.qualification]
    found = {claiming.key_of(one): Covered(claiming.key_of(one), skill, one.name, "") for one, skill in asking}
    found |= {one.key: Covered(one.key, skill, one.name, one.kind) for one, skill in asking}
    cover_only(tx, found.values())


def _facts(tx: Tx, wish: MachineFacts) -> dict[str, Any]:
    if wish.resource and wish.resource not in venue(tx).by_key:
        raise Invalid("invalid_input", {"resource": "unknown_resource"})
    site = wish.site or next(iter(portraits(tx).sites), "")
    if site not in portraits(tx).sites:
        raise Invalid("invalid_input", {"site": "unknown_site"})
    return {
        "name": wish.name,
        "kind": wish.kind,
        "model": wish.model,
        "site": site,
        "resource_key": wish.resource or None,
        "qualification": wish.qualification or None,
        "build_x": wish.build_x,
        "build_y": wish.build_y,
        "build_z": wish.build_z,
        "notices": to_json([line.strip() for line in wish.notices.splitlines() if line.strip()]),
        "nozzle_mm": wish.nozzle,
        "max_tool_c": wish.max_tool,
        "max_bed_c": wish.max_bed,
        "firmware": wish.firmware,
        "takes_queue": int(bool(wish.takes_queue)),
        "hourly_cents": wish.price,
    }


def link_machine(tx: Tx, key: str, way: Way, meter: Way, agent: str, found: Found) -> None:
    """Reach a machine by an adapter from now on. Its former account on the bus ends: one program speaks for it.

    Refused while a job is on the machine: the new program would know nothing of it; and while a terminal of before
    speaks as the machine: its account would end unseen.
    """
    machine = storing.locked(tx, machines.machine(tx, key).id)
    _require_idle(tx, machine)
    if queries.is_box_in_its_place(tx, machine):
        raise Refused((Reason("box_in_its_place", {"machine": machine.name}),))
    if agent and all(one.key != agent for one in queries.agents(tx)):
        raise Invalid("invalid_input", {"agent": "unknown_agent"})
    tx.run(
        PUT_LINK,
        machine_id=machine.id,
        adapter=way.kind,
        settings=to_json(way.settings),
        meter=meter.kind,
        meter_settings=to_json(meter.settings),
        agent=agent,
        bus_secret=enrol_device(tx, machine.key, "machine", machine.name),
        code=found.code,
        found=to_json(found),
        tried_at=tx.now,
        changed_at=tx.now,
        changed_by=tx.by.person_id,
    )
    storing.note(tx, machine.id, "linked", adapter=way.kind)
    tx.touch(LINKS)


def unlink_machine(tx: Tx, key: str) -> None:
    """Nobody speaks for the machine any more; its account on the bus ends with it."""
    machine = storing.locked(tx, machines.machine(tx, key).id)
    _require_idle(tx, machine)
    if tx.run(FORGET_LINK, which=machine.id):
        revoke_device(tx, machine.key)
        storing.silence(tx, machine)
        storing.note(tx, machine.id, "unlinked")
        tx.touch(LINKS)


def _require_idle(tx: Tx, machine: MachineNow) -> None:
    one = machines.active_on(tx, machine.id)
    if one is not None and one.state in ACTIVE[:2]:
        raise Refused((Reason("machine_busy", {"machine": machine.name}),))


def add_account(tx: Tx, wish: Board) -> str:
    """Give a board, a plug or a listener an account. Returns its secret: it is shown only now.

    Raises Invalid for the key of a machine, of the service itself or of a device of another kind: its account stays.
    """
    taken = {queries.OWN, *(one.key for one in machines.machines(tx))}
    if wish.key in taken or kind_of(tx, wish.key) not in ("", wish.kind):
        raise Invalid("invalid_input", {"key": "key_taken"})
    tx.touch(LINKS)
    return enrol_device(tx, wish.key, wish.kind, wish.name)


def remove_account(tx: Tx, key: str) -> None:
    """End the account of a board, a plug or a listener. Refused while machines are reached by it."""
    if any(one.agent == key for one in queries.links(tx)):
        raise Refused((Reason("agent_in_use", {"agent": key}),))
    if all(one.key != key for one in queries.accounts(tx)) or not revoke_device(tx, key):
        raise Conflict("agent_gone")
    tx.touch(LINKS)
