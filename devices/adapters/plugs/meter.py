"""A plug or a meter as an adapter: alone it is a machine that is there or not, beside another it is its power.

Whether a machine with a plug is at work is decided by the service, from the power and by thresholds of that machine.
"""

import threading
from collections.abc import Callable
from typing import Final

import msgspec

from devices.adapters.base import Bus, Fetch, Sight, Tools
from devices.adapters.loose import fault
from devices.adapters.plugs.dialect import Dialect
from devices.adapters.plugs.line import Line
from devices.commands import Answer
from devices.printers.states import Seen
from devices.wire import AckResult, Command, Fault, MachineState, Op

FRESH_S: Final = 900
"""A measure older than this is none: some plugs speak every five minutes only."""
TOLD_S: Final = 3_600
"""How long a retained order that was found and wiped is shown as a fault."""


class Met(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard of a plug since the adapter was opened. `is_there` is its own word, None while it gave none;
    `understood` counts the messages that told something."""

    is_well_set: bool
    is_connected: bool
    is_there: bool | None
    messages: int
    understood: int
    name: str
    software: str


class Meter:
    """An Adapter. It never orders: a plug that is switched off under a machine at work is an accident."""

    def __init__(self, dialect: Dialect | None, tools: Tools) -> None:
        self._clock, self._lock = tools.clock, threading.Lock()
        self._power_w: float | None = None
        self._energy_wh: float | None = None
        self._measured_at: int | None = None
        self._heard_at: int | None = None
        self._wiped_at: int | None = None
        self._there: dict[str, bool] = {}
        self._is_connected = False
        self._messages = self._unread = self._wiped = 0
        self._name = self._software = ""
        self._wake: Callable[[], None] = lambda: None
        self._is_well_set = dialect is not None
        self._dialect = dialect
        self._line = self._build_line(tools.bus, tools.device, dialect)

    def _build_line(self, bus: Bus | None, device: str, dialect: Dialect | None) -> Line | None:
        if bus is None or dialect is None:
            return None
        return Line(bus, device, dialect, hear=self._hear, wipe=self._note_wiped, turn=self._turn)

    def open(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        if self._line is not None:
            self._line.start()

    def close(self) -> None:
        if self._line is not None:
            self._line.stop()

    def look(self, now: int) -> Sight:
        with self._lock:
            is_fresh = self._measured_at is not None and now - self._measured_at <= FRESH_S
            state = MachineState.IDLE if self._is_there(now) else MachineState.OFFLINE
            is_known = is_fresh and state is MachineState.IDLE
            return Sight(
                seen=Seen(state=state, at=now),
                faults=self._faults(now),
                power_w=self._power_w if is_known else None,
                energy_wh=self._energy_wh if is_known else None,
            )

    def obey(self, command: Command, fetch: Fetch) -> Answer:
        state = self.look(self._clock()).state
        if command.op is Op.IDENTIFY:
            return Answer(AckResult.DONE, None, state)
        return Answer(AckResult.REFUSED, "not_supported", state)

    def diagnose(self) -> dict[str, str | int | float | None]:
        now = self._clock()
        with self._lock:
            return {
                "is_connected_to_broker": int(self._is_connected),
                "messages": self._messages,
                "unreadable_messages": self._unread,
                "retained_orders_wiped": self._wiped,
                "last_message_age_s": None if self._heard_at is None else now - self._heard_at,
                "last_measure_age_s": None if self._measured_at is None else now - self._measured_at,
                "software": self._software or None,
                "last_error": None if self._line is not None else "bad_setting" if self._is_well_set else "bad_topic",
            }

    def met(self) -> Met:
        """What a first try tells of the plug."""
        with self._lock:
            return Met(
                is_well_set=self._line is not None,
                is_connected=self._is_connected,
                is_there=all(self._there.values()) if self._there else None,
                messages=self._messages,
                understood=self._messages - self._unread,
                name=self._name,
                software=self._software,
            )

    def _is_there(self, now: int) -> bool:
        """All parts that speak for it say so; where none ever did, its measures speak for it."""
        if not self._is_connected:
            return False
        if self._there:
            return all(self._there.values())
        return self._heard_at is not None and now - self._heard_at <= FRESH_S

    def _faults(self, now: int) -> tuple[Fault, ...]:
        codes = [] if self._line is not None else ["bad_setting"]
        if self._wiped_at is not None and now - self._wiped_at <= TOLD_S:
            codes.append("retained_command")
        return tuple(fault(code) for code in codes)

    # From here on: the thread of the connection.

    def _hear(self, topic: str, payload: bytes, retained: bool) -> None:
        """What was kept by the broker tells who is there; a measure of long ago is none."""
        if self._dialect is None:
            return
        reading, now = self._dialect.read(topic, payload), self._clock()
        with self._lock:
            self._messages += 1
            if reading.is_there is not None:
                self._there[reading.part] = reading.is_there
            is_measure = reading.power_w is not None or reading.energy_wh is not None
            self._unread += not is_measure and reading.is_there is None and not reading.software and not reading.name
            self._name, self._software = reading.name or self._name, reading.software or self._software
            if not retained:
                self._heard_at = now
            if is_measure and not retained:
                self._measured_at = now
                self._power_w = self._power_w if reading.power_w is None else reading.power_w
                self._energy_wh = self._energy_wh if reading.energy_wh is None else reading.energy_wh
        self._wake()

    def _note_wiped(self, _topic: str) -> None:
        with self._lock:
            self._wiped, self._wiped_at = self._wiped + 1, self._clock()
        self._wake()

    def _turn(self, is_connected: bool) -> None:
        """Without the broker nobody knows who is there; what it has kept is told again with the next connection."""
        with self._lock:
            self._is_connected = is_connected
            self._there = {}
        self._wake()
