"""A simulated 3D printer: it heats, prints, cools, waits to be emptied, and can be made to fail."""

import random
from typing import Final

from devices.commands import Answer
from devices.printers.states import AT_WORK, Seen
from devices.wire import (
    AckResult,
    Command,
    Fault,
    Job,
    JobOrder,
    MachineState,
    Op,
    Outcome,
    ProgressBasis,
    Temperature,
)

ROOM: Final = 21.0
TOOL_TARGET, TOOL_PER_SECOND = 215.0, 2.5
BED_TARGET, BED_PER_SECOND = 60.0, 0.6
COOLING_PER_SECOND: Final = 0.006
DEFAULT_JOB_SECONDS: Final = 1_800
FILAMENT_MM_PER_SECOND: Final = 4.0
IDLE_WATTS, HEATING_WATTS, PRINTING_WATTS = 8.0, 230.0, 115.0


class Heater:
    """One heater: climbs to its target at a steady pace, cools towards the room ever more slowly."""

    def __init__(self, sensor: str, aim: float, per_second: float) -> None:
        self.sensor, self._aim, self._per_second = sensor, aim, per_second
        self.actual, self.target = ROOM, 0.0

    def switch(self, on: bool) -> None:
        self.target = self._aim if on else 0.0

    @property
    def is_ready(self) -> bool:
        return self.target > 0 and self.actual >= self.target - 1

    def seconds_to_target(self) -> float:
        return max(0.0, self.target - self.actual) / self._per_second

    def advance(self, seconds: float) -> None:
        if self.target > self.actual:
            self.actual = min(self.target, self.actual + self._per_second * seconds)
        else:
            floor = max(self.target, ROOM)
            self.actual = floor + (self.actual - floor) * (1 - COOLING_PER_SECOND) ** seconds


class SimulatedPrinter:
    """A printer in a time that runs `speed` times faster than the clock; what it reports is in seconds of the clock.

    `ended` lasts until somebody clears the bed or starts the next job: whether the bed is empty is the service's gate.
    """

    def __init__(self, chance: random.Random, now: float, speed: float = 1.0) -> None:
        self._chance, self._now, self._speed = chance, now, speed
        self._heaters = (
            Heater("tool0", TOOL_TARGET, TOOL_PER_SECOND),
            Heater("bed", BED_TARGET, BED_PER_SECOND),
        )
        self._rest()

    def _rest(self) -> None:
        self._state = MachineState.IDLE
        self._order: JobOrder | None = None
        self._outcome: Outcome | None = None
        self._reason: str | None = None
        self._done_s, self._started_at = 0.0, 0
        self.faults: tuple[Fault, ...] = ()
        self._heat(False)

    def _heat(self, on: bool) -> None:
        for heater in self._heaters:
            heater.switch(on)

    @property
    def _needed_s(self) -> float:
        return float((self._order.estimated_seconds if self._order else None) or DEFAULT_JOB_SECONDS)

    @property
    def temperatures(self) -> tuple[Temperature, ...]:
        return tuple(
            Temperature(
                sensor=one.sensor,
                actual=round(one.actual + self._chance.uniform(-0.2, 0.2), 1),
                target=one.target or None,
            )
            for one in self._heaters
        )

    @property
    def power_w(self) -> float:
        watts = {MachineState.PREPARING: HEATING_WATTS, MachineState.RUNNING: PRINTING_WATTS}.get(
            self._state, IDLE_WATTS
        )
        return round(watts * self._chance.uniform(0.95, 1.05), 1)

    def advance(self, now: float) -> None:
        """Live until now: heat, then print, then stop at the end of the file, however long the step."""
        seconds = max(0.0, now - self._now) * self._speed
        self._now = max(now, self._now)
        if self._state is MachineState.PREPARING:
            heating = min(seconds, max(one.seconds_to_target() for one in self._heaters))
            self._warm(heating)
            seconds -= heating
            if all(one.is_ready for one in self._heaters):
                self._state = MachineState.RUNNING
        if self._state is MachineState.RUNNING:
            printing = min(seconds, self._needed_s - self._done_s)
            self._warm(printing)
            seconds -= printing
            self._done_s += printing
            if self._done_s >= self._needed_s:
                self._end(MachineState.ENDED, Outcome.OK)
        self._warm(seconds)

    def _warm(self, seconds: float) -> None:
        for heater in self._heaters:
            heater.advance(seconds)

    def _end(self, state: MachineState, outcome: Outcome, reason: str | None = None) -> None:
        self._state, self._outcome, self._reason = state, outcome, reason
        self._heat(False)

    def look(self) -> Seen:
        return Seen(
            state=self._state,
            at=int(self._now),
            job=self._job(),
            outcome=self._outcome,
            filament_mm=round(self._done_s * FILAMENT_MM_PER_SECOND, 1) if self._outcome else None,
            reason=self._reason,
        )

    def _job(self) -> Job | None:
        if self._order is None:
            return None
        left = self._needed_s - self._done_s
        if self._state is MachineState.PREPARING:
            left += max(one.seconds_to_target() for one in self._heaters)
        return Job(
            job_ref=self._order.job_ref,
            file=self._order.file_name,
            progress_percent=round(100 * self._done_s / self._needed_s, 1),
            progress_basis=ProgressBasis.TIME,
            seconds_left=round(left / self._speed) if self._state in AT_WORK else None,
            started_at=self._started_at,
        )

    def obey(self, command: Command) -> Answer:
        """Carry out a command if the machine's state allows it. IDENTIFY and FETCH always succeed."""
        if command.op is Op.START and command.job is not None:
            return self._start(command.job)
        if command.op in (Op.PAUSE, Op.RESUME, Op.CANCEL):
            return self._steer(command.op, command.job_ref)
        return self._answer(AckResult.DONE)

    def _answer(self, result: AckResult, reason: str | None = None) -> Answer:
        return Answer(result, reason, self._state)

    def _start(self, order: JobOrder) -> Answer:
        if self._state in AT_WORK:
            return self._answer(AckResult.BUSY, "job_on_machine")
        if self._state is MachineState.FAULT:
            return self._answer(AckResult.REFUSED, "fault")
        self._rest()
        self._order, self._state, self._started_at = order, MachineState.PREPARING, int(self._now)
        self._heat(True)
        return self._answer(AckResult.DONE)

    def _steer(self, op: Op, job_ref: str | None) -> Answer:
        if self._order is None or self._state not in AT_WORK:
            return self._answer(AckResult.REFUSED, "no_job")
        if job_ref is not None and job_ref != self._order.job_ref:
            return self._answer(AckResult.REFUSED, "other_job")
        if op is Op.CANCEL:
            self._end(MachineState.ENDED, Outcome.CANCELLED, "cancelled")
        elif op is Op.PAUSE and self._state in (MachineState.RUNNING, MachineState.PREPARING):
            self._state = MachineState.PAUSED
        elif op is Op.RESUME and self._state is MachineState.PAUSED:
            self._state = MachineState.PREPARING
        else:
            return self._answer(AckResult.REFUSED, "wrong_state")
        return self._answer(AckResult.DONE)

    def clear(self) -> None:
        """A person has emptied the bed, or mended the fault. Nothing happens while a job is on."""
        if self._state not in AT_WORK:
            self._rest()

    def fail(self, reason: str) -> None:
        """The firmware stops with an error and waits for a person."""
        self._end(MachineState.FAULT, Outcome.FAILED, reason)
        self.faults = (Fault(code=reason, text=f"Error: {reason}"),)

    def lose_power(self) -> None:
        """The job is gone, nobody knows how it ended; the heat is still there."""
        self._rest()
