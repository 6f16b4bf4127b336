"""What lies on a machine, on the machine's own page."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.stock import queries
from tierslieu.fablab.stock.actions import SEE
from tierslieu.fablab.stock.views import ItemLine, item_line
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader


class MachineStock(msgspec.Struct, frozen=True):
    """What is loaded."""

    key: str
    loaded: list[ItemLine]


def machine_part(reader: Reader, words: Words, key: str, who: Actor) -> MachineStock | None:
    """For staff at machines that take spools; nothing for others."""
    machine = fablab.machine(reader, key)
    if machine.kind != "printer_3d" or not who.may(SEE):
        return None
    on_it = queries.on_machine(reader, machine.id)
    return MachineStock(key, [item_line(one, {}, words) for one in on_it])
