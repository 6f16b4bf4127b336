"""Drawing plans, noted in the log: the venue's own actions know no log."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from tierslieu.basics.errors import Invalid, NotFound
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.venue.plans import actions, queries
from tierslieu.venue.queries import venue

P = ParamSpec("P")


def start_plan(tx: Tx, wish: actions.Named) -> int:
    """A new plan; returns its id."""
    plan_id = actions.start_plan(tx, wish)
    _note(tx, plan_id)
    return plan_id


def drawn(tx: Tx, plan_id: int, change: Callable[Concatenate[Tx, int, P], Any], *args: P.args, **kw: P.kwargs) -> None:
    """Any other change of a plan."""
    change(tx, plan_id, *args, **kw)
    _note(tx, plan_id)


def put_at(tx: Tx, key: str, wish: actions.NewPlace) -> int:
    """Place a resource or a space on the plan of a key, or change its outline there; returns the plan's id."""
    require_known(tx, wish.key)
    plan = queries.sheet_by_key(tx, key)
    known = next((one for one in queries.places_of(tx, plan.id) if one.key == wish.key), None)
    if known is None:
        drawn(tx, plan.id, actions.put_place, wish)
    else:
        drawn(tx, plan.id, actions.change_place, known.id, wish)
    return plan.id


def take_off(tx: Tx, key: str, name: str) -> None:
    """Take something off the plan of a key. Raises NotFound when it is not there."""
    plan = queries.sheet_by_key(tx, key)
    known = next((one for one in queries.places_of(tx, plan.id) if one.key == name), None)
    if known is None:
        raise NotFound("no_such_place")
    drawn(tx, plan.id, actions.remove_place, known.id)


def require_known(reader: Reader, key: str) -> None:
    """Raise Invalid unless a resource or a space has this key."""
    here = venue(reader)
    if key not in here.by_key and key not in {space.key for space in here.spaces.values()}:
        raise Invalid("form", {"key": "unknown_resource" if key else "missing"})


def _note(tx: Tx, plan_id: int) -> None:
    record(tx, "venue.draw", None, show(plan_id))
