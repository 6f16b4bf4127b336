"""One simulated device: a machine, its memory and its link, and the hands that play tricks on it."""

import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from devices.commands import Answer
from devices.link import Address, Link
from devices.printers.states import Known, Seen, after, note_of, remember
from devices.simulators.machine import Machine
from devices.spool import Spool
from devices.wire import AckResult, Command, Config, MachineState, Op, Snapshot, Telemetry

SOFTWARE: Final = "simulator 1"
CONTROLS: Final = ("clear", "fail", "silent", "speak", "reboot")
_WAITS_FOR_A_PERSON: Final = frozenset({MachineState.ENDED, MachineState.FAULT, MachineState.ATTENTION})


def fresh_boot_id() -> str:
    """A boot_id nobody has used."""
    return secrets.token_hex(4)


class SimulatedDevice:
    """Ticked by one thread, commanded from another. `clock` gives seconds since the epoch."""

    def __init__(
        self,
        address: Address,
        kind: str,
        machine: Machine,
        spool_file: Path,
        clock: Callable[[], float],
        boot_ids: Callable[[], str] = fresh_boot_id,
    ) -> None:
        self.address, self._kind, self._machine, self._clock, self._boot_ids = address, kind, machine, clock, boot_ids
        self._spool = Spool(spool_file)
        self._lock = threading.RLock()
        self._known: Known = remember(self._spool.note())
        self._config = Config(version=0)
        self._is_silent = False
        self._energy_wh = 0.0
        self._measured_at = clock()
        self._telemetry_due = self._state_due = 0.0
        self._shown: tuple[object, ...] = ()
        self._link = self._build_link()

    def start(self) -> None:
        """Connect and begin to speak."""
        self._link.start()
        self.tick()

    def stop(self) -> None:
        """Say goodbye and let go of everything."""
        self._link.stop()
        self._spool.close()

    def tick(self) -> None:
        """Live until now, then report, show and measure what there is."""
        with self._lock:
            now = self._clock()
            self._machine.advance(now)
            if self._is_silent:
                return
            seen = self._machine.look()
            self._report(seen)
            self._show(seen, now)
            self._measure(seen, now)

    def control(self, word: str) -> bool:
        """Play a trick: clear, fail, silent, speak, reboot. False for a word it does not know."""
        if word not in CONTROLS:
            return False
        if word == "reboot":
            self._reboot()
        else:
            with self._lock:
                self._play(word)
        self.tick()
        return True

    def _play(self, word: str) -> None:
        if word == "clear":
            self._machine.clear()
        elif word == "fail":
            self._machine.fail("thermal_runaway")
        else:
            self._is_silent = word == "silent"

    def _reboot(self) -> None:
        """Lose the power without goodbye, come back under another boot_id. Never under the lock: the link's end waits
        for a command that may wait for it."""
        self._link.cut()
        with self._lock:
            self._machine.lose_power()
            self._known = remember(self._spool.note())
            self._is_silent, self._shown = False, ()
            self._link = self._build_link()
        self._link.start()

    def _build_link(self) -> Link:
        return Link(
            self.address,
            self._spool,
            lambda: int(self._clock()),
            self._obey,
            boot_id=self._boot_ids(),
            kind=self._kind,
            software=SOFTWARE,
            on_config=self._configure,
        )

    def _obey(self, command: Command) -> Answer:
        with self._lock:
            self._machine.advance(self._clock())
            if command.op is Op.START and command.job is not None and command.job.job_ref in self._known.ended:
                return Answer(AckResult.REFUSED, "job_already_ended", self._machine.look().state)
            answer = self._machine.obey(command)
            if command.op is Op.IDENTIFY:
                self._shown = ()
            self.tick()
            return answer

    def _configure(self, config: Config) -> None:
        with self._lock:
            self._config, self._shown = config, ()
            self._telemetry_due = 0.0

    def _report(self, seen: Seen) -> None:
        known, facts = after(self._known, seen)
        if known != self._known:
            self._link.tell(facts, note_of(known))
            self._known = known

    def _show(self, seen: Seen, now: float) -> None:
        """Show the machine when what matters has changed, and from time to time anyway."""
        progress = None if seen.job is None else (seen.job.job_ref, int(seen.job.progress_percent or 0))
        shown = (seen.state, progress, self._machine.faults, self._config.version)
        if shown == self._shown and now < self._state_due:
            return
        self._shown, self._state_due = shown, now + self._config.state_every_s
        self._link.show(
            Snapshot(
                state=seen.state,
                boot_id="0000",  # the link knows its own
                seq=0,
                observed_at=seen.at,
                job=seen.job,
                temperatures=self._machine.temperatures,
                needs_operator=seen.state in _WAITS_FOR_A_PERSON,
                faults=self._machine.faults,
                config_version=self._config.version or None,
            )
        )

    def _measure(self, seen: Seen, now: float) -> None:
        watts = self._machine.power_w
        self._energy_wh += watts * max(0.0, now - self._measured_at) / 3_600
        self._measured_at = now
        if now < self._telemetry_due:
            return
        telemetry = Telemetry(
            boot_id="0000",
            observed_at=seen.at,
            power_w=watts,
            energy_wh=round(self._energy_wh, 3),
            temperatures=self._machine.temperatures,
        )
        progress = None if seen.job is None else seen.job.progress_percent
        if self._link.measure(msgspec.structs.replace(telemetry, progress_percent=progress)):
            self._telemetry_due = now + self._config.telemetry_every_s
