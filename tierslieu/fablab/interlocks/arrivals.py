"""Somebody arrived for their reservation of a machine: where its venue decided so, its terminal unlocks at once."""

from typing import Final

from tierslieu.basics.errors import Refused
from tierslieu.fablab import queries as machines
from tierslieu.fablab import storing as fablab
from tierslieu.fablab.interlocks import actions, queries
from tierslieu.fablab.interlocks.actions import Wish
from tierslieu.fablab.interlocks.rules import TerminalNow
from tierslieu.fablab.rules import MachineNow
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.events import CheckedIn
from tierslieu.venue.queries import venue

DESKS: Final = ("desk", "desk_pool")
JUST_NOW: Final = 60
"""An arrival that is heard of later unlocks nothing: nobody knows who stands where by then."""


def is_wanted(reader: Reader, event: CheckedIn) -> bool:
    """Whether the arrival is for a machine that unlocks by it."""
    return _place(reader, event) is not None


def start(tx: Tx, event: CheckedIn) -> None:
    """Begin the session as a card at the terminal would, if nothing stands against it."""
    found = _place(tx, event)
    one = reservations.stored(tx, event.reservation_id)
    is_now = 0 <= tx.now - event.at <= JUST_NOW and one.starts_at <= tx.now < one.ends_at
    if found is None or not is_now or one.state != "checked_in":
        return
    machine, _terminal = found
    minutes = max(1, (one.ends_at - tx.now) // 60)
    try:
        actions.start(tx, machine.key, Wish(person_id=one.person_id, minutes=minutes))
    except Refused as refused:
        fablab.note(tx, machine.id, "not_unlocked", reason=refused.reasons[0].code)


def _place(reader: Reader, event: CheckedIn) -> tuple[MachineNow, TerminalNow] | None:
    """The machine that is reserved as this resource, and its terminal, where arrivals unlock."""
    resource = venue(reader).by_id.get(event.resource_id)
    if resource is None or resource.kind in DESKS:  # most arrivals: nothing is read for them
        return None
    for machine in reader.rows(machines.RESERVED_AS, resource=resource.key):
        terminal = queries.terminal_of(reader, machine.id)
        if terminal is not None and terminal.rules.starts_at_check_in:
            return machine, terminal
    return None
