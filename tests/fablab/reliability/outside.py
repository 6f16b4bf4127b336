"""What is outside of the server and goes on when it dies: a printer, its meter, what people remember."""

from dataclasses import dataclass, field
from typing import Any, Final

from devices.wire import Channel, MachineState, Outcome
from devices.wire import Message as WireMessage
from tests.fablab.benches import Box
from tests.support.clients import HouseUnderTest

S: Final = MachineState
UNTIL_ANSWERED: Final = frozenset({Channel.REPORT, Channel.ACK})
OBEYED: Final = {"pause": S.PAUSED, "resume": S.RUNNING, "cancel": S.ENDED}


@dataclass
class Outside:
    """A printer obeys an order once, and in its time; people keep what they were answered."""

    file: str = ""
    job: str = ""
    boot: str = "boot-1"
    seq: int = 0
    state: MachineState = S.IDLE
    meter_wh: float = 1_000.0
    begun: list[str] = field(default_factory=list)
    obeyed: list[str] = field(default_factory=list)
    starts_ordered: set[str] = field(default_factory=set)
    starts_wanted: set[str] = field(default_factory=set)
    said: list[tuple[Channel, WireMessage]] = field(default_factory=list)

    def hear(self, order: dict[str, Any], now: int) -> None:
        """An order arrives at the printer. Told twice, or too late, it is no order."""
        if order["op"] == "start":
            self.starts_ordered.add(order["cmd_id"])
        if order["cmd_id"] in self.obeyed or now > order["issued_at"] + order["ttl_s"]:
            return
        self.obeyed.append(order["cmd_id"])
        if order["op"] == "start":
            assert self.state is S.IDLE, "nothing is begun on top of what lies there"
            self.begun.append(order["job"]["job_ref"])
            self.state = S.PREPARING
        else:
            self.state = OBEYED[order["op"]]

    @property
    def ref(self) -> str | None:
        """What is on it."""
        return self.begun[-1] if self.begun and self.state is not S.IDLE else None


class Printer(Box):
    """Its side of the bus. What is counted it says until it is answered for, to the next server too."""

    def __init__(self, house: HouseUnderTest, outside: Outside) -> None:
        super().__init__(house, boot=outside.boot)
        self.outside, self.seq = outside, outside.seq

    def say(self, channel: Channel, message: WireMessage, *, retain: bool = False) -> None:
        self.outside.seq = self.seq
        if channel in UNTIL_ANSWERED:
            self.outside.said.append((channel, message))
        super().say(channel, message, retain=retain)

    def show_now(self, *, retain: bool = False) -> None:
        """What it does now."""
        self.show(self.outside.state, self.outside.ref, retain=retain)

    def say_all_again(self) -> None:
        """The server is back: the broker tells what it kept, the printer what was not answered for, and goes on."""
        self.appear(retain=True)
        self.show_now(retain=True)
        for channel, message in tuple(self.outside.said):
            super().say(channel, message)
        self.show_now()

    def end(self, outcome: Outcome) -> None:
        """It is done, one way or the other; UNKNOWN: it was switched off, and on again."""
        if outcome is Outcome.UNKNOWN:
            self.outside.state, self.outside.boot = S.IDLE, "boot-2"
            self.reboot(self.outside.boot)
        else:
            self.outside.state = S.ENDED
            self.ended(self.outside.begun[-1], outcome)
        self.show_now()
