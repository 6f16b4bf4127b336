"""What every simulated machine can do, and the one that only draws power."""

import random
from typing import Final, Protocol

from devices.commands import Answer
from devices.printers.states import Seen
from devices.wire import AckResult, Command, Fault, MachineState, Op, Temperature

STANDBY_WATTS: Final = 6.0


class Machine(Protocol):
    """A machine in its own time, called from one thread at a time. Instants are seconds since the epoch."""

    def advance(self, now: float) -> None:
        """Live until now."""

    def obey(self, command: Command) -> Answer:
        """Carry out a command that is meant for this boot and still young."""

    def look(self) -> Seen:
        """What the machine shows now."""

    def clear(self) -> None:
        """A person has emptied the machine and says so."""

    def fail(self, reason: str) -> None:
        """Break, in the middle of whatever it does."""

    def lose_power(self) -> None:
        """Forget all that a machine forgets when its plug is pulled."""

    @property
    def faults(self) -> tuple[Fault, ...]: ...

    @property
    def temperatures(self) -> tuple[Temperature, ...]: ...

    @property
    def power_w(self) -> float: ...


class SimulatedPlug:
    """A machine without a data link (laser, sewing machine…): it is there, it is idle, it draws a little power."""

    def __init__(self, chance: random.Random, now: float) -> None:
        self._chance, self._now, self._faults = chance, now, tuple[Fault, ...]()
        self.temperatures: tuple[Temperature, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self._faults

    @property
    def power_w(self) -> float:
        return 0.0 if self._faults else round(STANDBY_WATTS + self._chance.uniform(-0.5, 0.5), 1)

    def advance(self, now: float) -> None:
        self._now = now

    def obey(self, command: Command) -> Answer:
        if command.op is Op.IDENTIFY:
            return Answer(AckResult.DONE, None, self.look().state)
        return Answer(AckResult.REFUSED, "not_supported", self.look().state)

    def look(self) -> Seen:
        return Seen(state=MachineState.FAULT if self._faults else MachineState.IDLE, at=int(self._now))

    def clear(self) -> None:
        self._faults = ()

    def fail(self, reason: str) -> None:
        self._faults = (Fault(code=reason),)

    def lose_power(self) -> None:
        self.clear()
