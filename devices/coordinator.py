"""One real machine on the wire: its adapter is looked at and commanded, its facts told, its state shown."""

import logging
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from devices.adapters.base import SOFTWARE, Adapter, Fetch, Sight
from devices.commands import Answer
from devices.link import Address, Link
from devices.printers.runs import Aliases, began_unseen, settle
from devices.printers.states import AT_WORK, Known, Seen, after, note_of, remember
from devices.spool import Spool
from devices.wire import (
    AckResult,
    Command,
    Config,
    Fact,
    Job,
    MachineCleared,
    MachineState,
    Op,
    Snapshot,
    Telemetry,
)

LOOK_EVERY_S: Final = 1.0
"""How often an adapter is asked at least; it decides by itself how often its machine is."""

_BLIND: Final = Seen(state=MachineState.UNKNOWN, at=0)

log: Final = logging.getLogger(__name__)


class Coordinator:
    """Adapter, meter, memory and link of one machine.

    A thread of its own looks; commands come in the link's thread; a lock keeps them apart, so that the adapter is
    called from one at a time. What goes wrong in an adapter ends here: the machine is then `unknown`, never somebody
    else's trouble. A fact is on disk before the machine is looked at again, so that a restart in the middle of a job
    still ends it.
    """

    def __init__(
        self,
        address: Address,
        kind: str,
        adapter: Adapter,
        spool_file: Path,
        fetch: Fetch,
        clock: Callable[[], int],
        meter: Adapter | None = None,
    ) -> None:
        self.device = address.device
        self._adapter, self._meter, self._fetch, self._clock = adapter, meter, fetch, clock
        self._spool = Spool(spool_file)
        self._known: Known = remember(self._spool.note())
        self._aliases = Aliases()
        self._config = Config(version=0)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_over = threading.Event()
        self._due = _Due()
        self._sight = Sight(seen=_BLIND)
        self._failures = 0
        self._link = Link(
            address,
            self._spool,
            clock,
            self._obey,
            boot_id=secrets.token_hex(4),
            kind=kind,
            software=SOFTWARE,
            on_config=self._configure,
        )
        self._thread = threading.Thread(target=self._live, name=f"look {address.device}", daemon=True)

    def start(self) -> None:
        """Connect, and look at the machine until the stop."""
        for one in self._adapters():
            one.open(self._wake.set)
        self._link.start()
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye and let go of everything; what was not confirmed stays on disk for the next start."""
        self._is_over.set()
        self._wake.set()
        self._thread.join()
        self._link.stop()
        for one in self._adapters():
            one.close()
        self._spool.close()

    def diagnose(self) -> dict[str, str | int | float | None]:
        """Facts for a person who looks for a fault: of the link, of the machine, of the adapter."""
        with self._lock:
            found: dict[str, str | int | float | None] = {
                "device": self.device,
                "state": self._sight.state.value,
                "is_connected": int(self._link.is_connected),
                "open_job": self._known.open.job_ref if self._known.open else None,
                "failures": self._failures,
            }
            for prefix, one in zip(("machine", "meter"), self._adapters(), strict=False):
                found |= {f"{prefix}_{name}": value for name, value in one.diagnose().items()}
        return found

    @property
    def is_connected(self) -> bool:
        """Whether the venue's broker answers now."""
        return self._link.is_connected

    @property
    def state(self) -> MachineState:
        """What was last seen."""
        return self._sight.state

    def _adapters(self) -> tuple[Adapter, ...]:
        return (self._adapter,) if self._meter is None else (self._adapter, self._meter)

    def _live(self) -> None:
        while not self._is_over.is_set():
            try:
                with self._lock:
                    self._tick()
            except Exception:
                self._failures += 1
                log.exception("%s: could not look at the machine", self.device)
            self._wake.wait(LOOK_EVERY_S)
            self._wake.clear()

    def _tick(self) -> None:
        now = self._clock()
        sight = self._look(now)
        self._believe(sight.machine_id, now)
        self._aliases, seen = settle(self._aliases, self._known, sight.seen)
        self._sight = msgspec.structs.replace(sight, seen=seen)
        self._report()
        self._show(now)
        self._measure(now)

    def _look(self, now: int) -> Sight:
        try:
            return self._adapter.look(now)
        except Exception:
            self._failures += 1
            log.exception("%s: adapter failed", self.device)
            return Sight(seen=Seen(state=MachineState.UNKNOWN, at=now))

    def _believe(self, machine_id: str, now: int) -> None:
        """Another machine behind the same address: the job that was open did not end on this one, nobody knows how."""
        if not machine_id or machine_id == self._known.machine_id:
            return
        facts: tuple[Fact, ...] = ()
        if self._known.machine_id and self._known.open is not None:
            self._known, facts = after(self._known, Seen(state=MachineState.IDLE, at=now))
            log.warning("%s: another machine is behind the address", self.device)
        self._known = msgspec.structs.replace(self._known, machine_id=machine_id)
        self._link.tell(facts, note_of(self._known))

    def _report(self) -> None:
        known, begun = after(self._known, began_unseen(self._known, self._sight.seen))
        known, facts = after(known, self._sight.seen)
        told: tuple[Fact, ...] = (*begun, *facts)
        cleared = self._sight.cleared_ref
        if cleared and cleared != known.cleared and known.open is None:
            told, known = (*told, MachineCleared(after_ref=cleared)), msgspec.structs.replace(known, cleared=cleared)
        if known != self._known:
            self._link.tell(told, note_of(known))
            self._known = known

    def _show(self, now: int) -> None:
        """Show the machine when what matters has changed, and from time to time anyway."""
        sight, seen = self._sight, self._sight.seen
        job = seen.job if seen.state is not MachineState.IDLE else None
        progress = None if job is None else (job.job_ref, int(job.progress_percent or 0))
        shown = (
            seen.state,
            progress,
            sight.substate,
            sight.faults,
            sight.needs_operator,
            self._config.version,
            sight.slots,
        )
        if shown == self._due.shown and now < self._due.state:
            return
        self._due.shown, self._due.state = shown, now + self._config.state_every_s
        self._link.show(
            Snapshot(
                state=seen.state,
                boot_id="0000",  # the link knows its own
                seq=0,
                observed_at=seen.at,
                substate=sight.substate,
                job=job,
                temperatures=sight.temperatures,
                needs_operator=sight.needs_operator,
                faults=sight.faults,
                config_version=self._config.version or None,
                slots=sight.slots,
            )
        )

    def _measure(self, now: int) -> None:
        if now < self._due.telemetry:
            return
        sight, meter = self._sight, None if self._meter is None else self._read_meter(now)
        source = sight if meter is None else meter
        job = sight.seen.job
        telemetry = Telemetry(
            boot_id="0000",
            observed_at=now,
            power_w=source.power_w,
            energy_wh=source.energy_wh,
            temperatures=sight.temperatures,
            progress_percent=job.progress_percent if job is not None and sight.state in AT_WORK else None,
        )
        is_empty = telemetry.power_w is None and telemetry.energy_wh is None and not telemetry.temperatures
        if not is_empty and self._link.measure(telemetry):  # the first measure does not wait for its turn
            self._due.telemetry = now + self._config.telemetry_every_s

    def _read_meter(self, now: int) -> Sight | None:
        """What the meter shows; one that is away measures nothing, rather than what it last said."""
        if self._meter is None:
            return None
        try:
            return self._meter.look(now)
        except Exception:
            self._failures += 1
            log.exception("%s: meter failed", self.device)
            return None

    # From here on: the link's thread.

    def _obey(self, command: Command) -> Answer:
        with self._lock:
            if (refused := self._refuses(command)) is not None:
                return refused
            if command.op is Op.IDENTIFY:
                self._due = _Due()
                answer = Answer(AckResult.DONE, None, self._sight.state)
            else:
                answer = self._adapter.obey(command, self._fetch)
                self._note_start(command, answer)
            self._wake.set()
        return answer

    def _note_start(self, command: Command, answer: Answer) -> None:
        """A start that the machine confirmed is told at once: a job of seconds may be over at the next look."""
        if command.op is Op.START and command.job is not None and answer.result is AckResult.DONE:
            job = Job(job_ref=command.job.job_ref, file=command.job.file_name)
            self._known, facts = after(self._known, Seen(state=MachineState.PREPARING, at=self._clock(), job=job))
            self._link.tell(facts, note_of(self._known))

    def _refuses(self, command: Command) -> Answer | None:
        is_start = command.op is Op.START and command.job is not None
        if is_start and command.job is not None and command.job.job_ref in self._known.ended:
            return Answer(AckResult.REFUSED, "job_already_ended", self._sight.state)
        if is_start and self._known.open is not None:
            return Answer(AckResult.BUSY, "job_on_machine", self._sight.state)
        shown = self._sight.seen.job
        if command.job_ref is not None and shown is not None and shown.job_ref != command.job_ref:
            return Answer(AckResult.REFUSED, "other_job", self._sight.state)
        return None

    def _configure(self, config: Config) -> None:
        with self._lock:
            self._config, self._due = config, _Due()
        self._wake.set()


class _Due(msgspec.Struct):
    """When a snapshot and a measure are due again, and what was shown last."""

    state: int = 0
    telemetry: int = 0
    shown: tuple[object, ...] = ()
