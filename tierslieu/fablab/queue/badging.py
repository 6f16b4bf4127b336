"""A badge held before a machine's terminal, twice within a minute, says that the machine was emptied.

Once is no proof: people hold their badge there to begin, or to see. How it came out is what the machine said.
"""

from typing import Final

from tierslieu.basics.actor import Actor
from tierslieu.fablab import queries, storing
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.events import Badged
from tierslieu.fablab.interlocks.badging import answer
from tierslieu.fablab.queue.starting import confirm_clear, may_clear
from tierslieu.fablab.rules import places, seen_on
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.roles.queries import held_by
from tierslieu.people.roles.rules import MACHINE_RUNNERS, rights_of

WITHIN: Final = 60
ASKED: Final = "badge_shown"
NOT_YOURS, AGAIN_IF_EMPTY, THANKS = ("A debarrasser",), ("Vide ?", "Badgez encore"), ("Merci",)
"""As the small screens of terminals have it: no accent, two lines."""


def is_waiting(reader: Reader, event: Badged) -> bool:
    """True when the machine waits for somebody to empty it."""
    machine = queries.machine_by_id(reader, event.machine_id)
    return queries.waits_to_be_emptied(reader, machine)


def heed(tx: Tx, event: Badged) -> None:
    """Remember a first badge, believe a second one of the same person; the terminal shows which it was."""
    machine = storing.locked(tx, event.machine_id)
    one, who = queries.active_on(tx, machine.id), _holder(tx, event.person_id)
    is_runner = who.may(RUN, *places(machine))
    if not queries.waits_to_be_emptied(tx, machine):
        return
    if not may_clear(tx, machine, one, by=who.person_id, runs=is_runner):
        answer(tx, machine.id, NOT_YOURS)
        return
    tx.by = who  # the act is theirs, and the machine's log says so
    latest = queries.log_of(tx, machine.id)[:1]
    if not any(_is_first(line, event.person_id, tx.now) for line in latest):
        storing.note(tx, machine.id, ASKED, one)
        answer(tx, machine.id, AGAIN_IF_EMPTY)
        return
    outcome = "good" if one is not None and one.outcome == "ok" else "failed"
    confirm_clear(tx, machine.key, outcome, after=seen_on(one))
    answer(tx, machine.id, THANKS)


def _is_first(line: queries.LogLine, person_id: int, now: int) -> bool:
    return line.kind == ASKED and line.person_id == person_id and now - line.at <= WITHIN


def _holder(reader: Reader, person_id: int) -> Actor:
    """The person with their right to run machines, as their roles give it."""
    rights = rights_of(held_by(reader, person_id), dict.fromkeys(MACHINE_RUNNERS, frozenset({RUN})))
    return Actor(person_id, permissions=rights.permissions, scopes=rights.scopes)
