"""What lies on which machine: put an item on a tool, take it off. The machine's material follows."""

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Reason, Refused
from tierslieu.fablab import care
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.rules import places
from tierslieu.fablab.stock import queries, rules, storing
from tierslieu.fablab.stock.queries import ItemNow
from tierslieu.infra.transaction import Tx

LOADABLE = ("filament", "resin")


def load(tx: Tx, number: int, key: str, tool: int = 0) -> None:
    """Put an item on a tool of a machine; what lay there is taken off, and the item leaves its former machine.

    Raises NotFound, Forbidden, Refused for what cannot be loaded; Conflict when somebody loads the same tool now.
    """
    machine = fablab.machine(tx, key)
    require(tx.by, RUN, *places(machine))
    one = storing.locked(tx, queries.item(tx, number).id)
    if one.kind not in LOADABLE:
        raise Refused((Reason("not_loaded"),))
    if one.finished_at is not None:
        raise Refused((Reason("item_finished", {"code": rules.number_text(number)}),))
    if (one.machine_id, one.tool) == (machine.id, tool):
        return
    tx.run(storing.TAKE_OFF, which=one.id, at=tx.now)
    tx.run(storing.TAKE_OFF_TOOL, machine=machine.id, which_tool=tool, at=tx.now)
    loading = {"item_id": one.id, "machine_id": machine.id, "tool": tool}
    tx.run(storing.ADD_LOADING, id=tx.new_id(), **loading, from_at=tx.now, until_at=None)
    tx.run(storing.OPEN_IT, which=one.id, at=tx.now)
    for machine_id in {machine.id, one.machine_id or machine.id}:
        say_what_is_loaded(tx, machine_id)
    tx.touch(storing.STOCK)


def unload(tx: Tx, number: int) -> None:
    """Take an item off its machine."""
    one = storing.locked(tx, queries.item(tx, number).id)
    if one.machine_id is None:
        raise Refused((Reason("not_on_machine", {"code": rules.number_text(number)}),))
    require(tx.by, RUN, *places(fablab.machine_by_id(tx, one.machine_id)))
    tx.run(storing.TAKE_OFF, which=one.id, at=tx.now)
    say_what_is_loaded(tx, one.machine_id)
    tx.touch(storing.STOCK)


def say_what_is_loaded(tx: Tx, machine_id: int) -> None:
    """The machine's own material is that of its first tool; nothing on it, nothing is known of it."""
    first: ItemNow | None = next(iter(queries.on_machine(tx, machine_id)), None)
    key = fablab.machine_by_id(tx, machine_id).key
    care.load_material(tx, key, first.type if first else "", first.colour if first else "")
