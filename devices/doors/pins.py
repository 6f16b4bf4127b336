"""The pins of a door: what is wired to it, for real or pretended, and the guard that holds a forgotten strike."""

import importlib
import queue
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec

from devices.doors.readers import LineReader
from devices.doors.readings import Scan
from devices.doors.states import Inputs
from devices.wire.doors import Leaf, ReaderWord

GUARD_S: Final = 2.0


class Pins(Protocol):
    """Called from one thread at a time."""

    def strike(self, is_free: bool) -> None:
        """Free or hold the strike. Said again at each turn: one that is not said again for GUARD_S is held."""

    def read(self) -> Inputs:
        """What the contacts say now."""

    def exits(self) -> int:
        """How often the handle or the button inside was used since the last call."""

    def scans(self) -> tuple[Scan, ...]:
        """What the readers read since the last call."""

    def show(self, word: str) -> None:
        """Show an answer by light and sound: granted, denied, again, wait, alarm, identify, or "" for nothing."""

    def close(self) -> None:
        """Hold the strike and let go of everything."""


class Guard:
    """Holds the strike by itself when the program stands still: freed once, it must be told so again and again."""

    def __init__(self, hold: Callable[[], None], after_s: float = GUARD_S) -> None:
        self._hold, self._after_s = hold, after_s
        self._news = threading.Condition()
        self._is_free = self._is_over = False
        self._turn = 0
        self._thread = threading.Thread(target=self._watch, name="strike guard", daemon=True)
        self._thread.start()

    def say(self, is_free: bool) -> None:
        """The program is alive, and wants this."""
        with self._news:
            self._is_free, self._turn = is_free, self._turn + 1
            self._news.notify()

    def stop(self) -> None:
        with self._news:
            self._is_over = True
            self._news.notify()
        self._thread.join()

    def _watch(self) -> None:
        with self._news:
            while not self._is_over:
                seen = self._turn
                self._news.wait(self._after_s if self._is_free else None)
                if self._is_free and self._turn == seen and not self._is_over:
                    self._is_free = False
                    self._hold()


class Wiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which line of the board's chip is what; -1 is not wired. Inputs are closed to ground, with the board's pull-up.

    `strike` drives a fail-secure strike: no power holds the door from outside, and leaves it free from inside.
    `leaf` is closed while the door is. `alarm` is closed while the fire panel is at rest: a cut wire is an alarm.
    `exit` is a contact on the inside handle. `reader` and `reader_out` are files of scanners that write a code on a
    line (serial, or USB in serial mode); "-" is standard input.
    """

    chip: str = "/dev/gpiochip0"
    strike: int
    leaf: int = -1
    alarm: int = -1
    exit: int = -1
    granted: int = -1
    denied: int = -1
    reader: str = ""
    reader_out: str = ""


class BoardPins:
    """A board with lines of its own, through the gpiod library (version 2) where it is installed."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        gpiod: Any = importlib.import_module("gpiod")
        line = gpiod.line
        self._active, self._inactive = line.Value.ACTIVE, line.Value.INACTIVE
        out = gpiod.LineSettings(direction=line.Direction.OUTPUT, output_value=self._inactive)
        into = gpiod.LineSettings(direction=line.Direction.INPUT, bias=line.Bias.PULL_UP, active_low=True)
        outputs = [one for one in (wiring.strike, wiring.granted, wiring.denied) if one >= 0]
        inputs = [one for one in (wiring.leaf, wiring.alarm, wiring.exit) if one >= 0]
        config = {**dict.fromkeys(outputs, out), **dict.fromkeys(inputs, into)}
        self._lines = gpiod.request_lines(wiring.chip, consumer="tierslieu-door", config=config)
        self._guard = Guard(lambda: self._lines.set_value(wiring.strike, self._inactive))
        self._was_exit = False
        self._readers = [LineReader(path, side) for path, side in _places(wiring)]

    def _is_closed(self, number: int) -> bool | None:
        return None if number < 0 else bool(self._lines.get_value(number) == self._active)

    def strike(self, is_free: bool) -> None:
        self._guard.say(is_free)
        self._lines.set_value(self._wiring.strike, self._active if is_free else self._inactive)

    def read(self) -> Inputs:
        leaf, rests = self._is_closed(self._wiring.leaf), self._is_closed(self._wiring.alarm)
        word = Leaf.UNKNOWN if leaf is None else Leaf.CLOSED if leaf else Leaf.OPEN
        return Inputs(word, rests is False, word_of(self._readers), self._wiring.exit >= 0)

    def exits(self) -> int:
        was, self._was_exit = self._was_exit, bool(self._is_closed(self._wiring.exit))
        return int(self._was_exit and not was)

    def scans(self) -> tuple[Scan, ...]:
        return tuple(scan for one in self._readers for scan in one.taken())

    def show(self, word: str) -> None:
        for number, meant in ((self._wiring.granted, "granted"), (self._wiring.denied, "denied")):
            if number >= 0:
                self._lines.set_value(number, self._active if word == meant else self._inactive)

    def close(self) -> None:
        self.strike(False)
        self._guard.stop()
        for one in self._readers:
            one.stop()
        self._lines.release()


def _places(wiring: Wiring) -> list[tuple[str, Any]]:
    return [(path, side) for path, side in ((wiring.reader, "in"), (wiring.reader_out, "out")) if path]


def word_of(readers: list[LineReader]) -> ReaderWord:
    """One missing reader is enough to be told."""
    if not readers:
        return ReaderWord.UNKNOWN
    return ReaderWord.READY if all(one.is_there for one in readers) else ReaderWord.MISSING


class PretendedPins:
    """Pins that follow the hands of a test or of the demonstration. `jammed`: the door does not open when freed.

    With a wiring's `reader`, codes also come from that file: a real scanner at a pretended door.
    """

    def __init__(self, reader: str = "") -> None:
        self.is_free = False
        self.leaf = Leaf.CLOSED
        self.is_alarm = False
        self.tells_exits = True
        self.shown = ""
        self.pulses = 0
        self._exits = 0
        self._scans: queue.SimpleQueue[Scan] = queue.SimpleQueue()
        self._readers = [LineReader(reader, "in")] if reader else []
        self._guard = Guard(self._drop)

    def _drop(self) -> None:
        self.is_free = False

    def hold_badge(self, scan: Scan) -> None:
        self._scans.put(scan)

    def use_handle(self) -> None:
        self._exits += 1

    def strike(self, is_free: bool) -> None:
        self.pulses += int(is_free and not self.is_free)
        self._guard.say(is_free)
        self.is_free = is_free

    def read(self) -> Inputs:
        reader = word_of(self._readers) if self._readers else ReaderWord.READY
        return Inputs(self.leaf, self.is_alarm, reader, self.tells_exits)

    def exits(self) -> int:
        found, self._exits = self._exits, 0
        return found

    def scans(self) -> tuple[Scan, ...]:
        found = [scan for one in self._readers for scan in one.taken()]
        while not self._scans.empty():
            found.append(self._scans.get_nowait())
        return tuple(found)

    def show(self, word: str) -> None:
        self.shown = word

    def close(self) -> None:
        self.strike(False)
        self._guard.stop()
        for one in self._readers:
            one.stop()
