"""A second person where nobody may be alone: they say on their own phone that they are there, or hold their card.

Who waits is the terminal's own note of a first card; what was wished on a phone stands in the machine's log.
"""

from typing import Any, Final

import msgspec

from tierslieu.basics.errors import Forbidden, Reason, Refused
from tierslieu.fablab import queries as machines
from tierslieu.fablab import storing as fablab
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.interlocks import actions, queries, rules, storing
from tierslieu.fablab.interlocks.actions import Wish
from tierslieu.fablab.interlocks.queries import Who
from tierslieu.fablab.interlocks.rules import TerminalNow
from tierslieu.fablab.interlocks.storing import Say
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.infra.transaction import Reader, Tx

ASKED: Final = "second_asked"
SECOND_PERSON: Final = ("A deux :", "2e badge")
"""As the small screens of terminals have it: no accent, two lines."""


class Awaited(msgspec.Struct, frozen=True):
    """Who waits before the machine for a second person, since when. `minutes`: what they wished on their phone."""

    person_id: int
    since: int
    minutes: int | None

    @property
    def until(self) -> int:
        """How long a second person may still say that they are there."""
        return self.since + rules.SECOND_FOR


def awaited_on(reader: Reader, machine: MachineNow, terminal: TerminalNow) -> Awaited | None:
    """Who waits for a second person, and for nothing else; None once it took too long."""
    first = terminal.pending_person_id
    if first is None or reader.now - terminal.pending_at > rules.SECOND_FOR:
        return None
    if not _lacks_company(reader, machine, terminal, first):
        return None
    wished = _wished(reader, machine)
    minutes = wished.get("minutes") if wished.get("since") == terminal.pending_at else None
    return Awaited(first, terminal.pending_at, minutes)


def _wished(reader: Reader, machine: MachineNow) -> dict[str, Any]:
    return msgspec.json.decode(machines.facts_of_last(reader, machine.id, ASKED) or "{}", type=dict[str, Any])


def missing_beside(
    reader: Reader, machine: MachineNow, terminal: TerminalNow, first: int, second: int
) -> tuple[Reason, ...]:
    """What stands against a second person's being there for the first one; of themselves first."""
    facts = queries.start_facts(reader, machine, terminal, Who(first, second))
    return facts.companion or rules.start_reasons(facts, terminal.rules)


def seen_by(
    reader: Reader, machine: MachineNow, terminal: TerminalNow, person_id: int | None
) -> tuple[Awaited, tuple[Reason, ...]] | None:
    """Who waits, as a person sees it, and what that person lacks to be the second one: nothing for who waits.

    None while nobody waits, and for who is not signed in.
    """
    if person_id is None or (awaited := awaited_on(reader, machine, terminal)) is None:
        return None
    is_first = awaited.person_id == person_id
    return awaited, () if is_first else missing_beside(reader, machine, terminal, awaited.person_id, person_id)


def begin(tx: Tx, key: str, wish: Wish) -> bool:
    """Ask the terminal to unlock. False: somebody else has to say first that they are there too, within a while.

    Raises Refused with every reason; for who unlocks it for somebody else, a second person is one of them.
    """
    machine, terminal = actions.place(tx, key)
    is_own = wish.person_id == tx.by.person_id and not wish.exception and not wish.is_takeover
    if is_own and wish.is_tidy:
        tx.run(storing.ALL_CHECKED, machine=machine.id)
    if not is_own or not _lacks_company(tx, machine, terminal, wish.person_id):
        actions.start(tx, key, wish)
        return True
    awaited = awaited_on(tx, machine, terminal)
    if awaited is not None and awaited.person_id != wish.person_id:
        raise Refused((Reason("second_awaited", {"machine": machine.name}),))
    tx.run(storing.SET_PENDING, which=terminal.id, pending_person_id=wish.person_id, pending_at=tx.now)
    fablab.note(tx, machine.id, ASKED, since=tx.now, minutes=wish.minutes)
    storing.order(tx, terminal, Say(op="show", lines=SECOND_PERSON, is_awaited=False))
    tx.touch(fablab.MACHINES)
    return False


def _lacks_company(reader: Reader, machine: MachineNow, terminal: TerminalNow, person_id: int) -> bool:
    facts = queries.start_facts(reader, machine, terminal, Who(person_id))
    return rules.lacks_company(rules.start_reasons(facts, terminal.rules))


def join(tx: Tx, key: str, since: int) -> int:
    """« Je suis avec … »: the actor is there too, and the machine is unlocked for who has waited `since`.

    Raises Refused when nobody waits any more, or somebody else does by now; for who waits themselves; and with what
    the actor lacks to be the second one.
    """
    machine, terminal = actions.place(tx, key)
    awaited, second = awaited_on(tx, machine, terminal), tx.by.person_id or 0
    if awaited is None or awaited.since != since:
        raise Refused((Reason("second_not_awaited", {"machine": machine.name}),))
    if awaited.person_id == second:
        raise Refused((Reason("second_is_first", {"machine": machine.name}),))
    missing = missing_beside(tx, machine, terminal, awaited.person_id, second)
    if missing:
        raise Refused(missing)
    minutes = awaited.minutes or terminal.rules.usual_minutes
    wish = Wish(person_id=awaited.person_id, companion_id=second, minutes=minutes)
    return actions.start_at(tx, machine, terminal, wish)


def withdraw(tx: Tx, key: str) -> None:
    """Nobody is awaited any more: who waits, or who runs the machine, says so."""
    machine, terminal = actions.place(tx, key)
    awaited = awaited_on(tx, machine, terminal)
    if awaited is None:
        raise Refused((Reason("second_not_awaited", {"machine": machine.name}),))
    if awaited.person_id != tx.by.person_id and not tx.by.may(RUN, *places(machine)):
        raise Forbidden("not_allowed")
    tx.run(storing.SET_PENDING, which=terminal.id, pending_person_id=None, pending_at=0)
    tx.touch(fablab.MACHINES)


def leave(tx: Tx, key: str) -> None:
    """« Je pars »: the second person goes, and the machine comes to rest and locks, as with their card."""
    machine, terminal = actions.place(tx, key)
    one = actions.own(tx, machine)
    if one.companion_id != tx.by.person_id:
        raise Forbidden("not_allowed")
    actions.end(tx, terminal, one, "companion_left")
