"""The queue in words: for each kind what can start now and where, what waits and why, what a change would change."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.fablab import rules, sentences
from tierslieu.fablab.lines import Line, line, when_text
from tierslieu.fablab.queue import matching, wording
from tierslieu.fablab.queue.board import forecast
from tierslieu.fablab.queue.queries import Workshop, told, workshop
from tierslieu.fablab.queue.scheduler import Rules
from tierslieu.fablab.rules import Expected, JobNow, MachineNow
from tierslieu.fablab.views import Board
from tierslieu.http.wording import reason_text
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader


class Ready(msgspec.Struct, frozen=True):
    """A job that can start now on a machine, and what had better be looked at first."""

    machine_key: str
    machine: str
    job: Line
    doubts: list[str]


class Waiting(msgspec.Struct, frozen=True):
    """A job that waits, with why it does not begin now."""

    job: Line
    why: list[str]
    href: str


class KindQueue(msgspec.Struct, frozen=True):
    """The queue of one kind of machine."""

    kind: str
    name: str
    rule_text: str
    ready: list[Ready]
    waiting: list[Waiting]


class QueueView(msgspec.Struct, frozen=True):
    """All that staff see of the queues."""

    active: list[Line]
    kinds: list[KindQueue]
    held: list[Waiting]
    at: int


class Change(msgspec.Struct, frozen=True):
    """What another rule would change for a job: its place and time before and after."""

    number: str
    title: str
    who: str
    before: str
    after: str
    is_changed: bool


def queue_view(reader: Reader, who: Actor, words: Words) -> QueueView:
    """The queues of the machines that the one who looks runs."""
    shop = workshop(reader)
    board = Board(reader, who, forecast(shop))
    shown = board.shown(board.waiting)
    kinds = [kind for kind in dict.fromkeys(one.kind for one in board.machines) if _is_shown(kind, shown, board)]
    active = sorted(board.shown(board.active.values()), key=lambda one: one.rank)
    return QueueView(
        [line(board, one, words) for one in active],
        [_kind(shop, board, kind, [one for one in shown if one.kind == kind], words) for kind in kinds],
        [_waiting(shop, board, one, words) for one in board.shown(board.held)],
        reader.now,
    )


def _is_shown(kind: str, shown: Iterable[JobNow], board: Board) -> bool:
    """A kind that takes files, or that somebody waits for."""
    runs = any(board.runs(one) for one in board.machines if one.kind == kind)
    return any(one.kind == kind for one in shown) or (runs and kind in rules.FILE_KINDS)


def _kind(shop: Workshop, board: Board, kind: str, jobs: Sequence[JobNow], words: Words) -> KindQueue:
    machines = [one for one in board.machines if one.kind == kind and board.runs(one)]
    return KindQueue(
        kind,
        sentences.named(words, sentences.KINDS, kind),
        rule_text(shop.rules.get(kind, Rules()), words),
        _ready(shop, board, machines, words),
        [_waiting(shop, board, one, words) for one in jobs],
    )


def rule_text(found: Rules, words: Words) -> str:
    """How a queue works, in one line."""
    text = words.text(wording.POLICIES[found.policy])
    if found.policy == "first_come":
        return text
    guard = words.text(_("Personne n’attend plus de {count} h derrière un plus récent."), count=found.guard_hours)
    return f"{text} {guard}"


def _ready(shop: Workshop, board: Board, machines: Iterable[MachineNow], words: Words) -> list[Ready]:
    """For each machine that can start something now, the first job that no other machine is proposed for."""
    found: list[Ready] = []
    proposed: set[int] = set()
    for machine in machines:
        able = (one for one in board.waiting if one.kind == machine.kind and one.id not in proposed)
        first = next((one for one in able if board.runs_job(one) and not shop.against_now(one, machine)), None)
        if first is not None and machine.is_remote:
            proposed.add(first.id)
            doubts = matching.doubts(first, shop.fits[first.id], machine, shop.spools.get(machine.id, ()))
            texts = [reason_text(words, each) for each in doubts]
            found.append(Ready(machine.key, machine.name, line(board, first, words), texts))
    return found


def _waiting(shop: Workshop, board: Board, one: JobNow, words: Words) -> Waiting:
    return Waiting(line(board, one, words), why_texts(shop, board, one, words), f"/fablab/file/{show(one.id)}")


def why_texts(shop: Workshop, board: Board, one: JobNow, words: Words) -> list[str]:
    """Why a job does not begin now: what speaks against each machine that it could have, or what nobody can tell."""
    expected = board.expected.get(one.id)
    if expected is not None and expected.starts_at is None:
        return [reason_text(words, reason) for reason in expected.why if reason.code != "job_held"]
    able = [machine for machine in board.machines if machine.kind == one.kind]
    wanted = [machine for machine in able if one.wanted_machine_id in (None, machine.id)]
    found = [shop.against(one, machine) for machine in wanted]
    if not all(found):
        return []
    return list(dict.fromkeys(reason_text(words, reason) for reasons in found for reason in reasons))


def changes(reader: Reader, who: Actor, kind: str, wanted: Rules, words: Words) -> list[Change]:
    """Each job's place and time under the rules in force, and under others."""
    shop = workshop(reader)
    board = Board(reader, who, forecast(shop))
    before, after = told(shop), told(shop, shop.plan({**shop.rules, kind: wanted}))
    jobs = sorted((one for one in board.waiting if one.kind == kind), key=lambda one: after[one.id].place)
    return [_change(board, one, before, after, words) for one in jobs]


def _change(
    board: Board, one: JobNow, before: Mapping[int, Expected], after: Mapping[int, Expected], words: Words
) -> Change:
    texts = place_text(before[one.id], board.now, words), place_text(after[one.id], board.now, words)
    return Change(
        rules.job_text(one.number), one.file_name, board.name(one.person_id), *texts, is_changed=texts[0] != texts[1]
    )


def place_text(found: Expected, now: int, words: Words) -> str:
    """« Place 2, 15 h 20 »."""
    if found.starts_at is None:
        return words.text(_("Place {place}, heure inconnue"), place=found.place)
    if found.starts_at <= now:
        return words.text(_("Place {place}, maintenant"), place=found.place)
    return words.text(_("Place {place}, {when}"), place=found.place, when=when_text(found.starts_at, now, words))
