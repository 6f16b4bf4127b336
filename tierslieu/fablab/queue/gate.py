"""What stands behind the code on a machine: what it waits for, and who may say that it is empty."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.fablab import queries, rules, sentences
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.cards import Card, card
from tierslieu.fablab.interlocks.queries import terminal_of
from tierslieu.fablab.interlocks.second_part import SecondPart, second_part
from tierslieu.fablab.lines import Line, line
from tierslieu.fablab.queue.board import forecast
from tierslieu.fablab.queue.queries import Workshop, rules_of, workshop
from tierslieu.fablab.queue.starting import has_it_now, may_clear
from tierslieu.fablab.queue.turns import turns
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.views import Board
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader


class GateView(msgspec.Struct, frozen=True):
    """The machine, the job that lies on it (for its person and for who runs the machine), and what may be said.

    `after` names the attempt that is seen: what is said is about this one and no later one. `own` are the jobs that
    somebody may start themselves: in the time that they reserved, or because it is their turn (`is_turn`).
    `has_lock`: a terminal unlocks it; `second`: somebody waits there for a second person.
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
    is_turn: bool
    has_lock: bool
    second: SecondPart | None


def gate_view(reader: Reader, key: str, who: Actor, words: Words) -> GateView:
    """The gate of one machine for one person. Raises NotFound."""
    machine, shop = queries.machine(reader, key), workshop(reader)
    board = Board(reader, who, forecast(shop))
    one, terminal = board.active.get(machine.id), terminal_of(reader, machine.id)
    is_runner = who.may(RUN, *rules.places(machine))
    is_waiting = one.state == "to_check" if one is not None else bool(machine.needs_clear)
    is_shown = one is not None and (is_runner or one.person_id == who.person_id)
    following = board.next_on(machine) if is_runner else None
    is_reserved = has_it_now(reader, machine, who.person_id)
    mine = [] if is_runner or is_waiting else _own(shop, board, machine, is_reserved=is_reserved)
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
        rules.seen_on(one),
        [line(board, each, words) for each in mine],
        bool(mine) and not is_reserved,
        terminal is not None,
        second_part(reader, words, machine, terminal, who) if terminal is not None else None,
    )


def _own(shop: Workshop, board: Board, machine: MachineNow, *, is_reserved: bool) -> list[JobNow]:
    """Their own jobs that somebody may start there now: all of them in their own time, else those whose turn it is."""
    if not machine.is_remote or board.who.person_id is None:
        return []
    of_turn = turns(shop).get(machine.id, set())
    mine = (one for one in board.waiting if one.person_id == board.who.person_id and one.service == "self")
    able = (one for one in mine if one.kind == machine.kind and (is_reserved or one.id in of_turn))
    return [one for one in able if is_reserved or machine.id not in shop.barred.get(one.id, {})]
