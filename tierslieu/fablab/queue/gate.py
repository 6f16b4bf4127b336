"""What stands behind the code on a machine: what it waits for, and who may say that it is empty."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.fablab import queries, rules, sentences
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.cards import Card, card
from tierslieu.fablab.lines import Line, line
from tierslieu.fablab.queue.board import board_for
from tierslieu.fablab.queue.queries import rules_of
from tierslieu.fablab.queue.starting import has_it_now, may_clear
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.views import Board
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader


class GateView(msgspec.Struct, frozen=True):
    """The machine, the job that lies on it (for its person and for who runs the machine), and what may be said.

    `after` names the attempt that is seen: what is said is about this one and no later one. `own` are the jobs that
    somebody may start themselves, in the time that they reserved.
    """

    key: str
    name: str
    card: Card
    job: Line | None
    outcome_text: str
    is_waiting: bool
    may_clear: bool
    starts_next: bool
    following: Line | None
    after: str
    own: list[Line]


def gate_view(reader: Reader, key: str, who: Actor, words: Words) -> GateView:
    """The gate of one machine for one person. Raises NotFound."""
    machine, board = queries.machine(reader, key), board_for(reader, who)
    one = board.active.get(machine.id)
    is_runner = who.may(RUN, *rules.places(machine))
    is_waiting = one.state == "to_check" if one is not None else bool(machine.needs_clear)
    is_shown = one is not None and (is_runner or one.person_id == who.person_id)
    following = board.next_on(machine) if is_runner else None
    return GateView(
        machine.key,
        machine.name,
        card(board, machine, words),
        line(board, one, words) if one is not None and is_shown else None,
        words.text(sentences.OUTCOMES.get(one.outcome or "", "")) if one is not None and is_waiting else "",
        is_waiting,
        is_waiting and may_clear(reader, machine, one, by=who.person_id, runs=is_runner),
        is_runner and rules_of(reader, machine.kind).starts_next,
        line(board, following, words) if following is not None else None,
        (one.job_ref or "") if one is not None else "",
        [] if is_runner or is_waiting else _own(reader, board, machine, words),
    )


def _own(reader: Reader, board: Board, machine: MachineNow, words: Words) -> list[Line]:
    if not machine.is_remote or not has_it_now(reader, machine, board.who.person_id):
        return []
    mine = (one for one in board.waiting if one.person_id == board.who.person_id and one.service == "self")
    return [line(board, one, words) for one in mine if one.kind == machine.kind]
