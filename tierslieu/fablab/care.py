"""Care of machines: what is wrong, what is out of service, what is loaded. Each leaves a line in the log."""

from datetime import date
from typing import NamedTuple

from tierslieu.basics.actor import require
from tierslieu.basics.spans import DAY, Span
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


OPEN_DAYS = 28
"""How long the time of a machine is closed when nobody knows its return: putting it back frees it earlier."""


def absence(home: House, until: date | None, *, is_open: bool = False) -> Absence | None:
    """From now to the end of a day, or for long when the end is open; None when reservations stay as they are."""
    now = home.clock.now()
    if until is None and not is_open:
        return None
    span = Span(now, home.zone.day(until).end) if until is not None else open_span(now)
    return Absence(span, home.settings.closures.hold_hours * 3600)


def open_span(now: int) -> Span:
    """The time that is closed when nobody knows the end."""
    return Span(now, now + OPEN_DAYS * DAY)


def take_out(tx: Tx, key: str, text: str, absence: Absence | None = None) -> None:
    """Take a machine out of service, with the reason that people see.

    With an absence its time is closed too: who had reserved it is offered something else, in the same transaction.
    """
    require(tx.by, MEND, *places(queries.machine(tx, key)))
    take_out_now(tx, key, text, absence)


def take_out_now(tx: Tx, key: str, text: str, absence: Absence | None = None) -> None:
    """The same for what needs no further right: a danger that anybody told, an upkeep that is overdue."""
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
    require(tx.by, MEND, *places(queries.machine(tx, key)))
    _set_status(tx, key, "in_service", "")
    lift_of(tx, _source(key))


def _source(key: str) -> str:
    return f"machine:{key}"


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


def _set_status(tx: Tx, key: str, status: str, text: str) -> None:
    machine = queries.machine(tx, key)
    tx.run(storing.SET_STATUS, which=machine.id, status=status, status_note=text)
    storing.note(tx, machine.id, status, note=text)
    tx.announce(ServiceChanged(machine.id, status == "maintenance"))
    tx.touch(storing.MACHINES)
