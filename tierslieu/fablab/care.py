"""Care of machines: what is wrong, what is out of service, what is loaded. Each leaves a line in the log."""

from datetime import date
from typing import NamedTuple

from tierslieu.basics.actor import require
from tierslieu.basics.spans import Span
from tierslieu.fablab import queries, storing
from tierslieu.fablab.actions import MEND, RUN
from tierslieu.fablab.events import ServiceChanged
from tierslieu.fablab.rules import places
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.closures.actions import close_now, lift_of
from tierslieu.reservations.closures.schemas import LONGEST_REASON, Closing
from tierslieu.venue.queries import venue


class Absence(NamedTuple):
    """How long a machine is not there for who reserved it, and how long what is offered instead is held."""

    span: Span
    hold_seconds: int


def absence(home: House, until: date | None) -> Absence | None:
    """From now to the end of a day; None when reservations stay as they are."""
    if until is None:
        return None
    span = Span(home.clock.now(), home.zone.day(until).end)
    return Absence(span, home.settings.closures.hold_hours * 3600)


def take_out(tx: Tx, key: str, text: str, absence: Absence | None = None) -> None:
    """Take a machine out of service, with the reason that people see.

    With an absence its time is closed too: who had reserved it is offered something else, in the same transaction.
    """
    _set_status(tx, key, "maintenance", text)
    if absence is None or key not in venue(tx).by_key:
        return
    lift_of(tx, _source(key))
    reason = text[:LONGEST_REASON]
    wish = Closing(
        f"resource:{key}",
        absence.span,
        reason,
        kind="maintenance",
        source=_source(key),
        hold_seconds=absence.hold_seconds,
    )
    close_now(tx, wish)


def put_back(tx: Tx, key: str) -> None:
    """The machine may be used again; what was closed because of it is free."""
    _set_status(tx, key, "in_service", "")
    lift_of(tx, _source(key))


def _source(key: str) -> str:
    return f"machine:{key}"


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
    tx.announce(ServiceChanged(machine.id, status == "maintenance"))
    tx.touch(storing.MACHINES)
