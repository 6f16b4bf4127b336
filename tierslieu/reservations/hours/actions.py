"""Saving a change of hours. Who is displaced is worked out again in the same transaction, and announced."""

from collections.abc import Iterable
from datetime import date

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Reason, Refused
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations.hours.events import HOURS_CHANGED, RETIRED, Displaced
from tierslieu.reservations.hours.queries import displaced_by
from tierslieu.reservations.hours.rules import (
    Change,
    ClearedDays,
    ClearedOwnDays,
    NewDays,
    NewOwnDays,
    NewOwnWeek,
    NewWeeks,
    Retirement,
    mark_of,
)
from tierslieu.reservations.hours.sweeping import look_again
from tierslieu.venue import changing, opening
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue
from tierslieu.venue.rights import require_change, require_resource


def save(tx: Tx, change: Change, seen: str) -> int:
    """Make the change; returns how many reservations it displaces.

    `seen` is the mark of those that were shown. Raises Refused displaced_changed when others are displaced by
    now, and Forbidden outside of the actor's places.
    """
    here = venue(tx)
    require(tx.by, here, change)
    displaced = displaced_by(tx, change)
    if displaced and mark_of(one.id for one in displaced) != seen:
        raise Refused((Reason("displaced_changed"),))
    because = RETIRED if isinstance(change, Retirement) else HOURS_CHANGED
    reason = change.reason if isinstance(change, NewDays | NewOwnDays) else ""
    look_again(tx, here, change, because, reason)
    _apply(tx, here, change)
    _note(tx, change, len(displaced))
    for one in displaced:
        tx.announce(Displaced(one.id, because, reason))
    return len(displaced)


def require(who: Actor, here: VenueMap, change: Change) -> None:
    """Raise Forbidden unless the actor may make this change; NotFound for what is not there."""
    if isinstance(change, NewOwnWeek | NewOwnDays | ClearedOwnDays | Retirement):
        require_resource(who, here.resource(change.resource))
        return
    keys = change.spaces if isinstance(change, NewDays) else (change.space,)
    for space in here.spaces.values():
        if space.key in keys:
            require_change(who, space)


def _apply(tx: Tx, here: VenueMap, change: Change) -> None:
    ids = {one.key: one.id for one in here.spaces.values()}
    if isinstance(change, NewWeeks):
        holidays = change.closes_on_holidays
        opening.set_hours(tx, ids[change.space], change.week, change.break_week, closes_on_holidays=holidays)
    elif isinstance(change, NewDays):
        opening.set_days(tx, [ids[key] for key in change.spaces], iso(change.days), change.periods, change.reason)
    elif isinstance(change, ClearedDays):
        opening.clear_days(tx, ids[change.space], iso(change.days))
    elif isinstance(change, NewOwnWeek):
        opening.set_resource_week(tx, here.resource(change.resource).id, change.week)
    elif isinstance(change, NewOwnDays):
        resource_id = here.resource(change.resource).id
        opening.set_resource_days(tx, resource_id, iso(change.days), change.periods, change.reason)
    elif isinstance(change, ClearedOwnDays):
        opening.clear_resource_days(tx, here.resource(change.resource).id, iso(change.days))
    else:
        _retire(tx, here, here.resource(change.resource))


def iso(days: Iterable[date]) -> list[str]:
    """Days as they are stored."""
    return [day.isoformat() for day in days]


def _retire(tx: Tx, here: VenueMap, one: ResourceFacts) -> None:
    """Out of service, and out of the pools it belongs to. Raises Refused when something else cannot do without it."""
    others = [other for other in here.resources if other.id != one.id and not other.retired_at]
    resting = [other.name for other in others if one.key in (other.referent, *(key for key, _count in other.parts))]
    if resting:
        raise Refused((Reason("still_needed", {"names": ", ".join(resting)}),))
    if len(one.units) == 1:
        for pool in others:
            if pool.pick == "one" and not pool.parts and {*one.units} & {*pool.units}:
                changing.set_pool(tx, pool.id, {*pool.units} - {*one.units})
    changing.take_out(tx, one.id)


def _note(tx: Tx, change: Change, displaced: int) -> None:
    if isinstance(change, NewWeeks):
        record(tx, "venue.set_hours", None, change.space, displaced=displaced)
    elif isinstance(change, NewDays):
        record(tx, "venue.set_days", None, ",".join(change.spaces)[:80], displaced=displaced, days=len(change.days))
    elif isinstance(change, ClearedDays):
        record(tx, "venue.clear_days", None, change.space, displaced=displaced, days=len(change.days))
    elif isinstance(change, NewOwnWeek):
        record(tx, "venue.set_own_hours", None, change.resource, displaced=displaced)
    elif isinstance(change, NewOwnDays):
        record(tx, "venue.set_own_days", None, change.resource, displaced=displaced, days=len(change.days))
    elif isinstance(change, ClearedOwnDays):
        record(tx, "venue.clear_own_days", None, change.resource, displaced=displaced, days=len(change.days))
    else:
        record(tx, "venue.retire", None, change.resource, displaced=displaced)
