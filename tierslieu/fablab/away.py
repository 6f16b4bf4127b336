"""The time of a machine that is out of service: closed as long as it is out, unless its reservations stay.

Nobody knows for sure when a machine comes back. What is closed ends on some day, and as long as the machine is out by
then more is closed, early enough for who reserved it; what was closed is free again the moment it is back. The line of
the machine's log that says that it is out keeps what was decided.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple

import msgspec

from tierslieu.basics.spans import HOUR, Span
from tierslieu.basics.zone import Zone
from tierslieu.fablab import claiming, queries
from tierslieu.fablab.rules import MachineNow
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations.closures.actions import close_now, lift_of
from tierslieu.reservations.closures.queries import of_source
from tierslieu.reservations.closures.schemas import LONGEST_REASON, Closing
from tierslieu.venue.queries import venue

OPEN_DAYS: Final = 28
"""How many days are closed when nobody knows the return."""
LEAST_DAYS: Final = 21
"""With fewer left, the next ones are closed: who reserved them hears of it weeks before."""
BEFORE_MIDNIGHT: Final = 2 * HOUR
"""How long before the end of the day that was named the next one is closed, if the machine is still out."""


class Absence(NamedTuple):
    """What becomes of a machine's time while it is out, and how long what people are offered instead is held.

    `until`: the end of the day of its return, None when nobody knows. `is_kept`: its reservations stay as they are.
    """

    hold_seconds: int
    until: int | None = None
    is_kept: bool = False


class Decided(msgspec.Struct, frozen=True):
    """What the log keeps of it."""

    until: int | None = None
    is_kept: bool = False


def absence(home: House, until: date | None = None, *, is_kept: bool = False) -> Absence:
    """An absence until the end of a day, or until the machine is back."""
    end = None if until is None else home.zone.day(until).end
    return Absence(home.settings.closures.hold_hours * HOUR, end, is_kept)


def end_of_day(zone: Zone, now: int, days: int) -> int:
    """The end of the day that comes so many days after today, by the venue's clock."""
    return zone.day(zone.date(now) + timedelta(days)).end


def needed_until(zone: Zone, now: int, until: int | None) -> int:
    """Up to when the time of a machine that is still out is to be closed now: day by day once the named one is over."""
    if until is None:
        return end_of_day(zone, now, LEAST_DAYS)
    return max(until, end_of_day(zone, now + BEFORE_MIDNIGHT, 0))


def begin(tx: Tx, machine: MachineNow, reason: str, wish: Absence) -> None:
    """Close the machine's time from now on, in place of what was closed for it before, or leave its reservations."""
    lift_of(tx, _source(machine))
    if not wish.is_kept:
        upto = end_of_day(venue(tx).zone, tx.now, OPEN_DAYS) if wish.until is None else wish.until
        _close(tx, machine, upto, reason, wish.hold_seconds)


def end(tx: Tx, machine: MachineNow) -> None:
    """What was closed because the machine was out is free."""
    lift_of(tx, _source(machine))


def go_on(tx: Tx, machine: MachineNow, reason: str, hold_seconds: int, *, is_unsafe: bool) -> None:
    """Close more of the time of a machine that is still out, if it is time to. Safe to repeat.

    A danger closes it whatever was decided before. Nothing stays closed of what it is not reserved as any more.
    """
    decided = _decided(tx, machine)
    if decided.is_kept and not is_unsafe:
        return
    _free_former(tx, machine)
    zone, until = venue(tx).zone, None if is_unsafe else decided.until
    ends, needed = _ends(tx, machine), needed_until(zone, tx.now, until)
    if any(ends.get(which, 0) < needed for which in _closed_with(tx, machine).values()):
        upto = end_of_day(zone, tx.now, OPEN_DAYS) if until is None else needed
        _close(tx, machine, upto, reason, hold_seconds)


def closed_until(reader: Reader, machine: MachineNow) -> int | None:
    """Up to when the machine's time is closed because it is out; None when its reservations stay."""
    return max(_ends(reader, machine).values(), default=None)


def _free_former(tx: Tx, machine: MachineNow) -> None:
    """Begin anew when something is closed for the machine that it is not reserved as any more."""
    known = _closed_with(tx, machine).values()
    if any(one.resource_id not in known for one in of_source(tx, _source(machine))):
        lift_of(tx, _source(machine))


def _close(tx: Tx, machine: MachineNow, upto: int, reason: str, hold_seconds: int) -> None:
    """Close what is not closed for this machine yet, up to an instant; who reserved it is offered something else."""
    ends = _ends(tx, machine)
    for key, which in _closed_with(tx, machine).items():
        start = max(tx.now, ends.get(which, 0))
        if ends and start >= upto:
            continue
        wish = Closing(
            f"resource:{key}",
            Span(start, upto),
            reason[:LONGEST_REASON],
            kind="maintenance",
            source=_source(machine),
            hold_seconds=hold_seconds,
        )
        close_now(tx, wish)


def _closed_with(reader: Reader, machine: MachineNow) -> dict[str, int]:
    """The resources whose time the machine's is, by key with their ids; a composed one is closed by its parts."""
    found = claiming.resource_of(reader, machine)
    if found is None or not claiming.units_of(reader, machine):
        return {}
    keys = [key for key, _count in found.parts] or [found.key]
    return {key: venue(reader).by_key[key].id for key in keys}


def _ends(reader: Reader, machine: MachineNow) -> dict[int, int]:
    """Up to when each resource is closed for this machine."""
    ends: dict[int, int] = {}
    for one in of_source(reader, _source(machine)):
        if one.resource_id is not None:
            ends[one.resource_id] = max(one.ends_at, ends.get(one.resource_id, 0))
    return ends


def _decided(reader: Reader, machine: MachineNow) -> Decided:
    facts = queries.facts_of_last(reader, machine.id, "maintenance")
    return msgspec.json.decode(facts, type=Decided) if facts else Decided()


def _source(machine: MachineNow) -> str:
    return f"machine:{machine.key}"
