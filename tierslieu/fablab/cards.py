"""Machines as cards: texts ready to show. Public cards hold no names, staff's do."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tierslieu.fablab import rules, sentences
from tierslieu.fablab.lines import when_text
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.views import Board
from tierslieu.http.words import Words, _

WALL_CARDS = 9
FRESH = 15
LONGEST_NAME = 24
LONGEST_WAIT = 12 * 3600
"""A longer wait is told as a day and an hour: most of it is time during which nobody is there."""
LOOKS = ("running", "paused", "free", "fault", "silent")
FIRST = {"fault": 0, "attention": 0, "needs_clear": 1, "stale": 2, "offline": 2, "unknown": 2}
LAST = {"free": 4, "maintenance": 5, "never_heard": 6}
"""The wall's order: what calls for a person first, then what works, then what rests."""


class Card(msgspec.Struct, frozen=True):
    """A machine's card, for the macro of that name."""

    id: str
    name: str
    href: str
    look: str
    code: str
    state_text: str
    percent: int
    centre: str
    below: str
    work: str
    details: list[tuple[str, str]]
    kind_text: str


class Figures(msgspec.Struct, frozen=True):
    """How many machines do what."""

    running: int
    free: int
    fault: int
    silent: int
    waiting: int


class FablabView(msgspec.Struct, frozen=True):
    """All cards and the figures above them."""

    cards: list[Card]
    figures: Figures
    wait_text: str
    at: int


class WallView(msgspec.Struct, frozen=True):
    """The staff wall: what calls for a person first."""

    cards: list[Card]
    more: list[str]
    figures: Figures
    alerts: list[Card]
    queue: list[tuple[int, str, str, str]]
    waiting_more: int
    at: int


def card(board: Board, machine: MachineNow, words: Words) -> Card:
    """One machine's card, with names only for staff."""
    one = board.active.get(machine.id)
    look, code = rules.look_of(machine, one.state if one else None, board.now)
    is_working = code in rules.AT_WORK
    percent = round(machine.progress or 0) if is_working else 100 if look == "free" else 0
    centre, below = _middle(machine, words, is_working=is_working)
    return Card(
        f"machine-{machine.key}",
        machine.name,
        f"/fablab/machines/{machine.key}",
        look,
        code,
        sentences.named(words, sentences.STATES, code),
        percent,
        centre,
        below,
        _work(board, machine, one, words, look),
        _details(board, machine, words, code),
        sentences.named(words, sentences.KINDS, machine.kind),
    )


def _middle(machine: MachineNow, words: Words, *, is_working: bool) -> tuple[str, str]:
    if not is_working:
        return "", ""
    if machine.seconds_left is not None:
        return words.duration(machine.seconds_left), words.text(_("reste"))
    if machine.progress is not None:
        return f"{round(machine.progress)}\u00a0%", ""
    return "", ""


def _work(board: Board, machine: MachineNow, one: JobNow | None, words: Words, look: str) -> str:
    if machine.status == "maintenance":
        return machine.status_note
    if machine.is_outside and machine.state in rules.AT_WORK:
        return words.text(_("Travail lancé sur place, hors de la file"))
    if one is None:
        return ""
    if not board.runs(machine):
        return words.text(_("Occupée")) if look in ("running", "paused") else ""
    who = board.name(one.person_id)
    return f"{rules.job_text(one.number)}, {short(one.file_name)}" + (f", {who}" if who else "")


def short(name: str) -> str:
    """A file's name for a card: its beginning, without the ending that all have."""
    stem = name.rpartition(".")[0] or name
    return stem if len(stem) <= LONGEST_NAME else f"{stem[: LONGEST_NAME - 1]}…"


def _details(board: Board, machine: MachineNow, words: Words, code: str) -> list[tuple[str, str]]:
    found = []
    if code in rules.AT_WORK:
        if machine.seconds_left is not None:
            end = words.hour(board.now + machine.seconds_left)
            found.append(("clock", words.text(_("fin vers {hour}"), hour=end)))
        heat = warmest(machine)
        if heat is not None:
            found.append(("thermometer", f"{round(heat)}\u00a0°C"))
    elif code == "free" and machine.material:
        found.append(("layers", machine.material))
    if code in ("fault", "attention"):
        found.extend(("info", text) for text in faults(machine, words))
    if board.mends(machine) or code in ("stale", "offline"):
        found.append(
            ("wifi" if rules.link_of(machine, board.now) == "online" else "wifi-off", age(board, machine, words))
        )
    return found


def age(board: Board, machine: MachineNow, words: Words) -> str:
    """How old the machine's last message is, in steps that do not tick."""
    if machine.last_message_at == 0:
        return words.text(_("jamais entendue"))
    silence = board.now - machine.last_message_at
    if silence < FRESH:
        return words.text(_("à l’instant"))
    if silence <= rules.STALE_AFTER:
        return words.text(_("il y a {count} s"), count=silence // 15 * 15)
    return words.text(_("données de {clock}"), clock=words.clock(machine.last_message_at))


def warmest(machine: MachineNow) -> float | None:
    """The hottest heater, which is the tool."""
    found = [one["actual"] for one in temperatures(machine)]
    return max(found) if found else None


def temperatures(machine: MachineNow) -> list[dict[str, Any]]:
    """Heaters as stored: sensor, actual, target."""
    return msgspec.json.decode(machine.temperatures, type=list[dict[str, Any]])


def faults(machine: MachineNow, words: Words) -> list[str]:
    """What is wrong with the machine, one sentence each."""
    found = msgspec.json.decode(machine.faults, type=list[dict[str, str]])
    return [sentences.fault(words, one["code"], one.get("text", "")) for one in found]


def figures(cards: Sequence[Card], waiting: int) -> Figures:
    """The figures above the cards."""
    counts = {look: sum(1 for one in cards if one.look == look) for look in LOOKS}
    return Figures(counts["running"], counts["free"], counts["fault"], counts["silent"], waiting)


def fablab_view(board: Board, words: Words) -> FablabView:
    """All cards in the order of the house."""
    cards = [card(board, machine, words) for machine in board.machines]
    return FablabView(cards, figures(cards, len(board.waiting)), _wait(board, words), board.now)


def _wait(board: Board, words: Words) -> str:
    """How long a file that comes now would wait for a printer."""
    printers = [one for one in board.waiting if one.kind == "printer_3d"]
    if not printers:
        return ""
    last = max((board.starts_at(one) or board.now for one in printers), default=board.now)
    if last <= board.now:
        return ""
    if last - board.now > LONGEST_WAIT:
        return words.text(_("prochaine impression 3D vers {when}"), when=when_text(last, board.now, words))
    return words.text(
        _("attente d’environ {duration} pour une imprimante 3D"), duration=words.duration(last - board.now)
    )


def wall_view(board: Board, words: Words) -> WallView:
    """Nine cards at most, those that need somebody first; the others by name."""
    cards = [card(board, machine, words) for machine in board.machines]
    ranked = sorted(cards, key=lambda one: FIRST.get(one.code, LAST.get(one.code, 3)))
    queue = [
        (
            place,
            f"{rules.job_text(one.number)}, {short(one.file_name)}",
            _start_text(board, one, words),
            board.name(one.person_id),
        )
        for place, one in enumerate(board.waiting[:6], start=1)
    ]
    return WallView(
        ranked[:WALL_CARDS],
        [one.name for one in ranked[WALL_CARDS:]],
        figures(cards, len(board.waiting)),
        [one for one in ranked if one.look == "fault"][:2],
        queue,
        max(0, len(board.waiting) - 6),
        board.now,
    )


def _start_text(board: Board, one: JobNow, words: Words) -> str:
    expected = board.starts_at(one)
    if expected is None:
        return "–"
    if expected <= board.now:
        return words.text(_("prêt"))
    day = words.day(expected, "weekday")
    return words.clock(expected) if day == words.day(board.now, "weekday") else f"{day} {words.clock(expected)}"
