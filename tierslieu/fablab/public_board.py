"""/tableau: what is free, taken or out of service, and how long one would wait. For everyone: no name, no job."""

from typing import Final

import msgspec
from litestar import Controller, Response, get
from litestar.response import Stream

from tierslieu.basics.actor import ANYONE
from tierslieu.fablab import rules, sentences
from tierslieu.fablab.cards import LONGEST_WAIT
from tierslieu.fablab.lines import when_text
from tierslieu.fablab.page_parts import fragment
from tierslieu.fablab.queue.board import board_for
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.storing import JOBS, MACHINES
from tierslieu.fablab.views import Board
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.streams import Feed, feeds, stream
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader

MOST_SHOWN: Final = 30
LOOKS: Final = {
    "free": ("free", _("Libre")),
    "running": ("taken", _("Occupée")),
    "paused": ("waiting", _("Bientôt libre")),
    "fault": ("fault", _("Hors service")),
    "silent": ("silent", _("Non suivie")),
}
"""What the public is told of each look: less than staff are."""


class BoardLine(msgspec.Struct, frozen=True):
    """One machine."""

    name: str
    href: str
    look: str
    text: str
    more: str


class KindBoard(msgspec.Struct, frozen=True):
    """The machines of one kind, and what who comes now would wait."""

    name: str
    wait: str
    machines: list[BoardLine]


class PublicBoard(msgspec.Struct, frozen=True):
    """The whole board; `more` machines are left out."""

    kinds: list[KindBoard]
    more: int
    at: int


def public_board(reader: Reader, spoken: Words) -> PublicBoard:
    """The board of everyone."""
    board = board_for(reader, ANYONE)
    kinds: dict[str, list[MachineNow]] = {}
    for machine in board.machines[:MOST_SHOWN]:
        kinds.setdefault(machine.kind, []).append(machine)
    return PublicBoard(
        [
            KindBoard(
                sentences.named(spoken, sentences.KINDS, kind),
                _wait(board, kind, spoken),
                [_line(board, one, spoken) for one in found],
            )
            for kind, found in kinds.items()
        ],
        max(0, len(board.machines) - MOST_SHOWN),
        board.now,
    )


def _look(board: Board, machine: MachineNow) -> tuple[str, str]:
    one = board.active.get(machine.id)
    look, code = rules.look_of(machine, one.state if one else None, board.now)
    return ("fault", "maintenance") if code == "maintenance" else (look, code)


def _line(board: Board, machine: MachineNow, spoken: Words) -> BoardLine:
    look, code = _look(board, machine)
    kind, text = LOOKS[look]
    more = ""
    if code in rules.AT_WORK and machine.seconds_left is not None:
        more = spoken.text(_("encore {duration}"), duration=spoken.duration(machine.seconds_left))
    return BoardLine(machine.name, f"/fablab/machines/{machine.key}", kind, spoken.text(text), more)


def _wait(board: Board, kind: str, spoken: Words) -> str:
    """How long who comes now would wait for a machine of a kind, as far as that can be said."""
    machines = [one for one in board.machines if one.kind == kind and one.status == "in_service"]
    waiting = [one for one in board.waiting if one.kind == kind]
    if not machines:
        return spoken.text(_("Hors service"))
    if waiting:
        starts = [board.starts_at(one) for one in waiting]
        known = [at for at in starts if at is not None]
        return _about(max(known) - board.now if len(known) == len(starts) else None, board.now, spoken)
    looks = [_look(board, one)[0] for one in machines]
    if "free" in looks:
        return spoken.text(_("Sans attente"))
    left = [one.seconds_left for one in machines if one.seconds_left is not None and one.state in rules.AT_WORK]
    return _about(min(left) if left else None, board.now, spoken)


def _about(seconds: int | None, now: int, spoken: Words) -> str:
    if seconds is None:
        return spoken.text(_("Attente inconnue"))
    if seconds < 60:
        return spoken.text(_("Presque sans attente"))
    if seconds > LONGEST_WAIT:
        return spoken.text(_("Prochaine place vers {when}"), when=when_text(now + seconds, now, spoken))
    return spoken.text(_("Attente d’environ {duration}"), duration=spoken.duration(seconds))


class BoardPages(Controller):
    """/tableau, for a screen at the entrance and for everyone's pocket."""

    path = "/tableau"
    include_in_schema = False

    @get("/", opt=PUBLIC)
    async def board(self, request: AnyRequest) -> Response[bytes]:
        """The board as it is now."""
        view = await house(request).db.read(public_board, words(request))
        return page(request, "fablab/board.html", view=view)

    @get("/flux", opt=PUBLIC)
    async def flow(self, request: AnyRequest) -> Stream:
        """The same, live."""
        home, spoken = house(request), words(request)

        async def render() -> str:
            view = await home.db.read(public_board, spoken)
            return fragment(request, "fablab/_board.html", spoken.catalogue, view=view)

        topics = (MACHINES, JOBS)
        return stream(feeds(request.app.state).get("board", spoken.catalogue, lambda: Feed(home.live, topics, render)))
