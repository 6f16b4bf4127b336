"""A machine's measures in short, on its own page, for staff."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.rules import places
from tierslieu.fablab.telemetry.actions import SEE
from tierslieu.fablab.telemetry.showing import short_facts
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader


class MachineMeasures(msgspec.Struct, frozen=True):
    """What the machine draws now, and where the rest is."""

    key: str
    facts: list[tuple[str, str]]


def machine_part(reader: Reader, words: Words, key: str, who: Actor) -> MachineMeasures | None:
    """For staff who may see measures; nothing for others."""
    machine = fablab.machine(reader, key)
    if not who.may(SEE, *places(machine)):
        return None
    return MachineMeasures(key, short_facts(reader, machine, words))
