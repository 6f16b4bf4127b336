"""Care of machines: what is wrong, what is out of service, what is loaded. Each leaves a line in the log."""

from tierslieu.basics.actor import require
from tierslieu.fablab import queries, storing
from tierslieu.fablab.actions import MEND, RUN
from tierslieu.fablab.rules import places
from tierslieu.infra.transaction import Tx


def take_out(tx: Tx, key: str, text: str) -> None:
    """Take a machine out of service, with the reason that people see."""
    _set_status(tx, key, "maintenance", text)


def put_back(tx: Tx, key: str) -> None:
    """The machine may be used again."""
    _set_status(tx, key, "in_service", "")


def report_problem(tx: Tx, key: str, text: str) -> None:
    """Anyone who may use machines tells what is wrong; who looks after it reads it in the machine's log."""
    machine = queries.machine(tx, key)
    storing.note(tx, machine.id, "problem", note=text)
    tx.touch(storing.MACHINES)


def load_material(tx: Tx, key: str, material: str) -> None:
    """Say which material is on the machine; empty: not known, nothing is checked."""
    machine = queries.machine(tx, key)
    require(tx.by, RUN, *places(machine))
    tx.run(storing.SET_MATERIAL, which=machine.id, material=material)
    storing.note(tx, machine.id, "loaded", note=material)
    tx.touch(storing.MACHINES)


def _set_status(tx: Tx, key: str, status: str, text: str) -> None:
    machine = queries.machine(tx, key)
    require(tx.by, MEND, *places(machine))
    tx.run(storing.SET_STATUS, which=machine.id, status=status, status_note=text)
    storing.note(tx, machine.id, status, note=text)
    tx.touch(storing.MACHINES)
