"""Care of machines: what is wrong, what is out of service, what is loaded. Each leaves a line in the log."""

from tierslieu.basics.actor import require
from tierslieu.fablab import away, queries, storing
from tierslieu.fablab.actions import MEND, RUN
from tierslieu.fablab.away import Absence
from tierslieu.fablab.events import ServiceChanged
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.infra.transaction import Tx


def take_out(tx: Tx, key: str, text: str, wish: Absence) -> None:
    """Take a machine out of service, with the reason that people see.

    Its time is closed too, unless the reservations stay: who had reserved it is offered something else, in the same
    transaction.
    """
    require(tx.by, MEND, *places(queries.machine(tx, key)))
    take_out_now(tx, key, text, wish)


def take_out_now(tx: Tx, key: str, text: str, wish: Absence) -> None:
    """The same for what needs no further right: a danger that anybody told, an upkeep that is overdue."""
    machine = _set_status(tx, key, "maintenance", text, until=wish.until, is_kept=wish.is_kept)
    away.begin(tx, machine, text, wish)


def put_back(tx: Tx, key: str) -> None:
    """The machine may be used again; what was closed because of it is free."""
    require(tx.by, MEND, *places(queries.machine(tx, key)))
    away.end(tx, _set_status(tx, key, "in_service", ""))


def report_problem(tx: Tx, key: str, text: str) -> None:
    """Anyone who may use machines tells what is wrong; who looks after it reads it in the machine's log."""
    machine = queries.machine(tx, key)
    storing.note(tx, machine.id, "problem", note=text)
    tx.touch(storing.MACHINES)


def load_material(tx: Tx, key: str, material: str, colour: str = "") -> None:
    """Say which material is on the machine; empty: not known, nothing is checked."""
    machine = queries.machine(tx, key)
    require(tx.by, RUN, *places(machine))
    tx.run(storing.SET_MATERIAL, which=machine.id, material=material, colour=colour)
    storing.note(tx, machine.id, "loaded", note=material)
    tx.touch(storing.MACHINES)


def _set_status(tx: Tx, key: str, status: str, text: str, **facts: object) -> MachineNow:
    machine = queries.machine(tx, key)
    tx.run(storing.SET_STATUS, which=machine.id, status=status, status_note=text)
    storing.note(tx, machine.id, status, None, note=text, **facts)
    tx.announce(ServiceChanged(machine.id, status == "maintenance"))
    tx.touch(storing.MACHINES)
    return machine
