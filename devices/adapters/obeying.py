"""How a print server carries out a command: refused with a reason, or done because the machine shows it."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from devices.adapters.base import START_WITHIN_S, Fetch, Sight
from devices.adapters.web import Away
from devices.commands import Answer
from devices.printers.names import ref_of
from devices.printers.states import AT_WORK
from devices.wire import AckResult, Command, JobOrder, MachineState, Op

CONFIRM_WITHIN_S: Final = 10.0
LOOK_AGAIN_S: Final = 0.2

_REST: Final = frozenset({MachineState.IDLE, MachineState.ENDED})
_GONE: Final = frozenset({MachineState.OFFLINE, MachineState.UNKNOWN})
_MAY: Final = {
    Op.PAUSE: frozenset({MachineState.RUNNING, MachineState.PREPARING}),
    Op.RESUME: frozenset({MachineState.PAUSED, MachineState.ATTENTION}),
    Op.CANCEL: AT_WORK,
}
_SHOWS: Final = {
    Op.PAUSE: frozenset({MachineState.PAUSED, MachineState.ATTENTION}),
    Op.RESUME: frozenset({MachineState.RUNNING, MachineState.PREPARING}),
    Op.CANCEL: _REST | {MachineState.FAULT},
}


class Hands(Protocol):
    """What differs between print servers. Each may raise Away; a text is a reason to refuse, None is consent."""

    def see(self) -> Sight:
        """What the machine shows, asked anew."""

    def send(self, file: Path, name: str) -> str | None:
        """Put the file on the machine, without starting anything."""

    def begin(self, name: str) -> str | None:
        """Start the file of this name."""

    def steer(self, op: Op) -> str | None:
        """Pause, resume or cancel what is on."""


def obey(command: Command, fetch: Fetch, hands: Hands, clock: Callable[[], int]) -> Answer:
    """Carry it out. Before the machine was told anything, trouble is a refusal; afterwards, doubt is `unknown`."""
    try:
        sight = hands.see()
    except Away as away:
        return Answer(AckResult.REFUSED, away.code, MachineState.OFFLINE)
    if command.op is Op.START and command.job is not None:
        return _start(command, command.job, fetch, hands, clock, sight)
    if command.op is Op.FETCH and command.job is not None:
        return _fetch_only(command.job, fetch, sight)
    return _steer(command, hands, sight)


def _fetch_only(job: JobOrder, fetch: Fetch, sight: Sight) -> Answer:
    try:
        fetch(job)
    except OSError:
        return Answer(AckResult.REFUSED, "file_unavailable", sight.state)
    return Answer(AckResult.DONE, None, sight.state)


def _start(
    command: Command, job: JobOrder, fetch: Fetch, hands: Hands, clock: Callable[[], int], sight: Sight
) -> Answer:
    if (refused := _not_now(sight)) is not None:
        return refused
    if ref_of(job.file_name) != job.job_ref:
        return Answer(AckResult.REFUSED, "bad_file_name", sight.state)  # the machine could not tell whose job it is
    try:
        reason = hands.send(fetch(job), job.file_name)
    except Away as away:
        return Answer(AckResult.REFUSED, away.code, sight.state)
    except OSError:
        return Answer(AckResult.REFUSED, "file_unavailable", sight.state)
    if reason is None and clock() > command.issued_at + START_WITHIN_S:
        reason = "too_slow"
    if reason is not None:
        return Answer(AckResult.REFUSED, reason, sight.state)
    return _begin(job, hands, sight)


def _not_now(sight: Sight) -> Answer | None:
    if sight.state in AT_WORK:
        return Answer(AckResult.BUSY, "job_on_machine", sight.state)
    if sight.state in _GONE:
        return Answer(AckResult.REFUSED, "offline", sight.state)
    return Answer(AckResult.REFUSED, "fault", sight.state) if sight.state is MachineState.FAULT else None


def _begin(job: JobOrder, hands: Hands, before: Sight) -> Answer:
    try:
        reason = hands.begin(job.file_name)
    except Away:
        reason = None  # it may have heard us
    if reason is not None:
        result = AckResult.BUSY if reason == "job_on_machine" else AckResult.REFUSED
        return Answer(result, reason, before.state)
    return _confirmed(hands, lambda sight: _is_on(sight, job.job_ref))


def _is_on(sight: Sight, job_ref: str) -> bool:
    """The machine speaks of this job; a job of seconds may be over already."""
    shown = sight.seen.job
    return shown is not None and shown.job_ref == job_ref and sight.state not in _GONE


def _steer(command: Command, hands: Hands, sight: Sight) -> Answer:
    if sight.state in _GONE:
        return Answer(AckResult.REFUSED, "offline", sight.state)
    if sight.state not in AT_WORK:
        return Answer(AckResult.REFUSED, "no_job", sight.state)
    if command.op not in _MAY or sight.state not in _MAY[command.op]:
        return Answer(AckResult.REFUSED, "wrong_state", sight.state)
    try:
        reason = hands.steer(command.op)
    except Away:
        reason = None
    if reason is not None:
        return Answer(AckResult.REFUSED, reason, sight.state)
    return _confirmed(hands, lambda shown: shown.state in _SHOWS[command.op])


def _confirmed(hands: Hands, is_shown: Callable[[Sight], bool]) -> Answer:
    """Done once the machine shows it; after ten seconds nobody knows."""
    until, pause, state = time.monotonic() + CONFIRM_WITHIN_S, threading.Event(), MachineState.UNKNOWN
    while time.monotonic() < until:
        try:
            sight = hands.see()
        except Away:
            state = MachineState.OFFLINE
        else:
            state = sight.state
            if is_shown(sight):
                return Answer(AckResult.DONE, None, state)
        pause.wait(LOOK_AGAIN_S)
    return Answer(AckResult.UNKNOWN, "no_confirmation", state)
