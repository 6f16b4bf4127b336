"""Looking again shortly after a change of hours: a reservation that was on its way meanwhile saw the former hours.

On PostgreSQL two transactions may pass each other; the one that reserved read the venue just before the change. It is
found here and displaced like those that were known before. What staff reserved outside of the hours on purpose stays.
"""

from typing import Any, Final

import msgspec

from tierslieu.infra.transaction import Tx
from tierslieu.reservations.hours.events import RETIRED, Displaced
from tierslieu.reservations.hours.queries import made_between, on_units
from tierslieu.reservations.hours.rules import Change, Held, concerned, is_inside
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

SWEEP: Final = "reservations.hours.sweep"
AFTER: Final = 30
"""Longer than any transaction lives, in seconds."""


class Sweep(msgspec.Struct, frozen=True):
    """Where to look, and which reservations of the last moments the change itself has judged."""

    resources: list[int]
    judged: list[int]
    changed_at: int
    because: str
    reason: str


def look_again(tx: Tx, here: VenueMap, change: Change, because: str, reason: str) -> None:
    """Have a job look once more, when every transaction of now is over. Called before the change is made."""
    resources = concerned(here, change)
    held = on_units(tx, {unit for one in resources for unit in one.units})
    judged = made_between(tx, (one.id for one in held), tx.now - AFTER, tx.now + AFTER)
    wish = Sweep([one.id for one in resources], sorted(judged), tx.now, because, reason)
    tx.later(SWEEP, wish, at=tx.now + AFTER)


def sweep(tx: Tx, payload: Any) -> None:
    """Displace what slipped in while the hours changed."""
    wish = msgspec.convert(payload, Sweep)
    here = venue(tx)
    found = [here.by_id[id_] for id_ in wish.resources if id_ in here.by_id]
    held = on_units(tx, {unit for one in found for unit in one.units})
    lost = [one for one in held if one.resource_id in wish.resources and _is_lost(here, one, wish)]
    meanwhile = made_between(tx, (one.id for one in lost), wish.changed_at - AFTER, wish.changed_at + 1)
    for one in lost:
        if one.id in meanwhile and one.id not in wish.judged:
            tx.announce(Displaced(one.id, wish.because, wish.reason))


def _is_lost(here: VenueMap, one: Held, wish: Sweep) -> bool:
    return bool(here.by_id[one.resource_id].retired_at) if wish.because == RETIRED else not is_inside(here, one)
