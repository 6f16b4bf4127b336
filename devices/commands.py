"""Whether a command is carried out, and the one ack it gets; the spool remembers both."""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from devices.spool import Spool
from devices.wire import Ack, AckResult, Command, MachineState, Op, encode

MAX_WAITING: Final = 32

log: Final = logging.getLogger(__name__)


class Answer(Struct, frozen=True):
    """What a machine says to a command it was asked to carry out."""

    result: AckResult
    reason: str | None = None
    state: MachineState | None = None


Obey = Callable[[Command], Answer]


def refusal(command: Command, *, boot_id: str, now: int, retained: bool) -> Answer | None:
    """Why this command must not reach the machine, or None. A retained one would be carried out at each boot."""
    if retained:
        return Answer(AckResult.REFUSED, "retained")
    if command.boot_id != boot_id:
        return Answer(AckResult.REFUSED, "boot_changed")
    if now > command.issued_at + command.ttl_s:
        return Answer(AckResult.EXPIRED, "ttl_passed")
    if command.op is Op.UNKNOWN:
        return Answer(AckResult.REFUSED, "unknown_op")
    return None


class Commands:
    """Carries out each command at most once, and answers it always the same."""

    def __init__(self, boot_id: str, spool: Spool, obey: Obey) -> None:
        self._boot_id = boot_id
        self._spool = spool
        self._obey = obey

    def take(self, command: Command, *, now: int, retained: bool) -> bytes:
        """The payload of the ack to publish; the command has been carried out if nothing spoke against it."""
        if (given := self._spool.answered(command.cmd_id)) is not None:
            return given
        answer = refusal(command, boot_id=self._boot_id, now=now, retained=retained) or self._carry_out(command)
        ack = encode(
            Ack(
                cmd_id=command.cmd_id,
                boot_id=self._boot_id,
                at=now,
                result=answer.result,
                reason=answer.reason,
                state=answer.state,
            )
        )
        self._spool.answer(command.cmd_id, ack)
        return ack

    def _carry_out(self, command: Command) -> Answer:
        if not self._spool.begin(command.cmd_id):
            return Answer(AckResult.UNKNOWN, "interrupted")  # the device died in the middle of it
        try:
            return self._obey(command)
        except Exception:
            log.exception("command %s failed", command.op)
            return Answer(AckResult.UNKNOWN, "device_error")


class Hands:
    """Carries out commands in a thread of its own, one after the other; `give` gets each ack there."""

    def __init__(self, name: str, commands: Commands, clock: Callable[[], int], give: Callable[[bytes], None]) -> None:
        self._name, self._commands, self._clock, self._give = name, commands, clock, give
        self._orders: queue.Queue[tuple[Command, bool] | None] = queue.Queue(MAX_WAITING)
        self._is_ending = False
        self._thread = threading.Thread(target=self._work, name=f"hands {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The command at hand is carried out to its end, those that wait are not begun."""
        self._is_ending = True
        with contextlib.suppress(queue.Full):
            self._orders.put_nowait(None)
        self._thread.join()

    def take(self, command: Command, *, retained: bool) -> None:
        """Line a command up, unless there are too many."""
        try:
            self._orders.put_nowait((command, retained))
        except queue.Full:
            log.warning("%s: too many commands, one was dropped", self._name)

    def _work(self) -> None:
        while not self._is_ending and (order := self._orders.get()) is not None:
            command, retained = order
            try:
                self._give(self._commands.take(command, now=self._clock(), retained=retained))
            except Exception:
                log.exception("%s: a command could not be taken", self._name)
