"""One job with all that staff may do with it."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden
from tierslieu.fablab import queries, rules
from tierslieu.fablab.lines import Line, line
from tierslieu.fablab.queue import matching
from tierslieu.fablab.queue.board import forecast
from tierslieu.fablab.queue.queries import Workshop, workshop
from tierslieu.fablab.queue.showing import place_text, why_texts
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.views import Board
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader


class JobPage(msgspec.Struct, frozen=True):
    """A job, when it is expected, why not now, and what may be done. `parts`: among how many it can be shared."""

    job: Line
    state: str
    place_text: str
    why: list[str]
    acts: list[str]
    parts: int
    machines: list[Choice]
    priority_reason: str


def job_view(reader: Reader, job_id: int, who: Actor, words: Words) -> JobPage:
    """The page of a job for who runs its machines. Raises NotFound, and Forbidden for the others."""
    one, shop = queries.job(reader, job_id), workshop(reader)
    board = Board(reader, who, forecast(shop))
    if not board.runs_job(one):
        raise Forbidden("not_allowed")
    expected = board.expected.get(one.id)
    is_open = one.state in ("queued", "held")
    return JobPage(
        line(board, one, words),
        one.state,
        place_text(expected, reader.now, words) if expected is not None and expected.place else "",
        why_texts(shop, board, one, words) if is_open else [],
        _acts(board, one),
        one.quantity - one.copies_done if is_open else 0,
        _machines(board, shop, one, words) if is_open else [],
        one.priority_reason,
    )


def _acts(board: Board, one: JobNow) -> list[str]:
    if one.state == "held":
        return ["release"]
    if one.state in ("done", "failed", "cancelled"):
        return ["remake"]
    if one.state != "queued":
        return []
    is_by_turn = one.kind in board.by_turn
    line_ = [each for each in board.waiting if each.kind == one.kind and each.priority == one.priority]
    found = ["hold"]
    if is_by_turn and line_ and line_[0].id != one.id:
        found += ["up", "first"]
    if is_by_turn and line_ and line_[-1].id != one.id:
        found.append("down")
    return found


def _machines(board: Board, shop: Workshop, one: JobNow, words: Words) -> list[Choice]:
    """Any of the kind, and each machine that can make it, whatever is loaded there now."""
    found = [Choice("", words.text(_("N’importe laquelle du même type")), one.wanted_machine_id is None)]
    for machine in board.machines:
        wished = msgspec.structs.replace(one, kind=machine.kind, wanted_machine_id=machine.id)
        if machine.kind in rules.FILE_KINDS and not matching.never(wished, shop.fits[one.id], machine):
            found.append(Choice(machine.key, machine.name, one.wanted_machine_id == machine.id))
    return found
