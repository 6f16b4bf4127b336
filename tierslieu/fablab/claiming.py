"""The time of a machine at work is claimed like any other: nobody reserves it, and no run takes another's time.

A run lies inside the reservation of its own person where there is one: the time is theirs already, and what they
reserved stays as they made it. Only what goes beyond is claimed as a run. After its end a run keeps a little time
until somebody emptied the machine. A machine that the venue does not offer is not claimed.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from tierslieu.basics.spans import MINUTE, Span, minus, span
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations import claims
from tierslieu.reservations import queries as reserved
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

RUN: Final = "run"
AFTER_END: Final = 15 * MINUTE
"""How long a machine that is not emptied stays taken, each time one looks."""
SHORTEST: Final = MINUTE


class Held(msgspec.Struct, frozen=True):
    """A claim on a machine: from, until, because of what, and whose reservation it is."""

    unit_id: int
    span: Span
    cause: str
    cause_id: int
    person_id: int | None = None


def key_of(machine: MachineNow) -> str:
    """The key by which rules of reservations speak of a machine: of what it is reserved as, else its own."""
    return machine.resource_key or machine.key


def resource_of(reader: Reader, machine: MachineNow) -> ResourceFacts | None:
    """What people reserve when they reserve a machine. None when it is not reserved."""
    return venue(reader).by_key.get(machine.resource_key) if machine.resource_key else None


def units_of(reader: Reader, machine: MachineNow) -> tuple[int, ...]:
    """The units of a machine in the venue; none where it is one of several alike: nobody knows which."""
    found = resource_of(reader, machine)
    if found is None or (found.pick == "one" and len(found.units) > 1):
        return ()
    return found.units


def held(reader: Reader, units: Iterable[int], window: Span) -> list[Held]:
    """What is claimed on some units, in order, with the person of each reservation. Two statements."""
    wanted = sorted(set(units))
    rows = reserved.claims(reader, wanted, window) if wanted and window.is_real else []
    ids = sorted({which for *_when, cause, which in rows if cause == "reservation"})
    people = {one.id: one.person_id for one in reserved.stored_among(reader, ids)}
    return [
        Held(unit, span(start, end), cause, which, people.get(which) if cause == "reservation" else None)
        for unit, start, end, cause, which in rows
    ]


def in_the_way(reader: Reader, machine: MachineNow, one: JobNow, window: Span) -> Held | None:
    """The first claim of somebody else that a run would meet."""
    found = held(reader, units_of(reader, machine), window)
    others = (claim for claim in found if not is_own(claim, one))
    return min(others, key=lambda claim: claim.span.start, default=None)


def is_own(claim: Held, one: JobNow) -> bool:
    """True for the run's own time, and for what its person reserved."""
    if claim.cause == RUN:
        return claim.cause_id == one.id
    return claim.person_id == one.person_id


def take(tx: Tx, machine: MachineNow, one: JobNow, until: int) -> None:
    """Claim the machine for a run from now on, but for what its person reserved. Raises Conflict when it is taken."""
    whole = Span(tx.now, until)
    units = units_of(tx, machine)
    rows = held(tx, units, whole)
    for unit in sorted(units):
        own = [claim.span for claim in rows if claim.unit_id == unit and is_own(claim, one)]
        for gap in minus([whole], own):
            claims.take(tx, (unit,), gap, RUN, one.id)


def lengthen(tx: Tx, machine: MachineNow, one: JobNow, until: int) -> Held | None:
    """Claim more time for a run, as far as nothing else is there. Returns what is in the way, if something is."""
    obstacle = in_the_way(tx, machine, one, Span(tx.now, until))
    end = until if obstacle is None else obstacle.span.start
    if end - tx.now >= SHORTEST:
        take(tx, machine, one, end)
    return obstacle


def covered_until(reader: Reader, machine: MachineNow, one: JobNow, far: int) -> int:
    """Until when a run has the machine without a gap: by its own claims, or by what its person reserved."""
    own = [c.span for c in held(reader, units_of(reader, machine), Span(reader.now, far)) if is_own(c, one)]
    until = reader.now
    for start, end in sorted(own):
        if start > until:
            break
        until = max(until, end)
    return until


def give_back(tx: Tx, one: JobNow) -> None:
    """The machine is free of this run."""
    claims.give_back(tx, RUN, one.id)


def keep_until_cleared(tx: Tx, machine: MachineNow, one: JobNow) -> None:
    """The run is over: the rest of its time is free but for a little, until somebody emptied the machine."""
    claims.give_back(tx, RUN, one.id)
    lengthen(tx, machine, one, tx.now + AFTER_END)
