"""The pins of a door: what is wired to it, for real or pretended, and the guard that holds a forgotten strike."""

import importlib
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec

from devices.doors.readers import Readers
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

    def typed(self) -> tuple[str, ...]:
        """The numbers typed at the pin pad since the last call. Kept nowhere."""

    def show(self, word: str, /) -> None:
        """Show an answer by light and sound: granted, denied, again, wait, pin, alarm, identify, or "" for nothing."""

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
    line (serial, or USB in serial mode); "-" is standard input. `pin_pad` is the file of a pad that writes its keys
    (serial), or of a keypad below /dev/input. `pin` is the lamp or buzzer that asks for digits.
    """

    chip: str = "/dev/gpiochip0"
    strike: int
    leaf: int = -1
    alarm: int = -1
    exit: int = -1
    granted: int = -1
    denied: int = -1
    pin: int = -1
    reader: str = ""
    reader_out: str = ""
    pin_pad: str = ""

    @property
    def lamps(self) -> dict[str, int]:
        """The line of each word that has one."""
        every = {"granted": self.granted, "denied": self.denied, "pin": self.pin}
        return {word: line for word, line in every.items() if line >= 0}


class BoardPins:
    """A board with lines of its own, through the gpiod library (version 2) where it is installed."""

    def __init__(self, wiring: Wiring, readers: Readers) -> None:
        self._wiring, self._readers = wiring, readers
        gpiod: Any = importlib.import_module("gpiod")
        line = gpiod.line
        self._active, self._inactive = line.Value.ACTIVE, line.Value.INACTIVE
        out = gpiod.LineSettings(direction=line.Direction.OUTPUT, output_value=self._inactive)
        into = gpiod.LineSettings(direction=line.Direction.INPUT, bias=line.Bias.PULL_UP, active_low=True)
        outputs = [wiring.strike, *wiring.lamps.values()]
        inputs = [one for one in (wiring.leaf, wiring.alarm, wiring.exit) if one >= 0]
        config = {**dict.fromkeys(outputs, out), **dict.fromkeys(inputs, into)}
        self._lines = gpiod.request_lines(wiring.chip, consumer="tierslieu-door", config=config)
        self._guard = Guard(lambda: self._lines.set_value(wiring.strike, self._inactive))
        self._was_exit = False

    def _is_closed(self, number: int) -> bool | None:
        return None if number < 0 else bool(self._lines.get_value(number) == self._active)

    def strike(self, is_free: bool) -> None:
        self._guard.say(is_free)
        self._lines.set_value(self._wiring.strike, self._active if is_free else self._inactive)

    def read(self) -> Inputs:
        leaf, rests = self._is_closed(self._wiring.leaf), self._is_closed(self._wiring.alarm)
        word = Leaf.UNKNOWN if leaf is None else Leaf.CLOSED if leaf else Leaf.OPEN
        return Inputs(word, rests is False, self._readers.word, self._wiring.exit >= 0, self._readers.pad_word)

    def exits(self) -> int:
        was, self._was_exit = self._was_exit, bool(self._is_closed(self._wiring.exit))
        return int(self._was_exit and not was)

    def scans(self) -> tuple[Scan, ...]:
        return self._readers.scans()

    def typed(self) -> tuple[str, ...]:
        return self._readers.typed()

    def show(self, word: str, /) -> None:
        for meant, line in self._wiring.lamps.items():
            self._lines.set_value(line, self._active if word == meant else self._inactive)

    def close(self) -> None:
        self.strike(False)
        self._guard.stop()
        self._readers.stop()
        self._lines.release()


class PretendedPins:
    """Pins that follow the hands of a test or of the demonstration. With `readers`, a pretended door has real ones."""

    def __init__(self, readers: Readers | None = None) -> None:
        self.is_free = False
        self.leaf = Leaf.CLOSED
        self.is_alarm = False
        self.tells_exits = True
        self.shown = ""
        self.pulses = 0
        self.pin_pad = ReaderWord.UNKNOWN
        self._exits = 0
        self._scans: list[Scan] = []
        self._typed: list[str] = []
        self.readers = readers
        self._guard = Guard(self._drop)

    def _drop(self) -> None:
        self.is_free = False

    def hold_badge(self, scan: Scan) -> None:
        self._scans.append(scan)

    def type_number(self, number: str) -> None:
        self._typed.append(number)

    def use_handle(self) -> None:
        self._exits += 1

    def strike(self, is_free: bool) -> None:
        self.pulses += int(is_free and not self.is_free)
        self._guard.say(is_free)
        self.is_free = is_free

    def read(self) -> Inputs:
        reader, pad = ReaderWord.READY, self.pin_pad
        if self.readers is not None:
            reader, pad = self.readers.word, self.readers.pad_word
        return Inputs(self.leaf, self.is_alarm, reader, self.tells_exits, pad)

    def exits(self) -> int:
        found, self._exits = self._exits, 0
        return found

    def scans(self) -> tuple[Scan, ...]:
        found, self._scans = self._scans, []
        return (*found, *(self.readers.scans() if self.readers else ()))

    def typed(self) -> tuple[str, ...]:
        found, self._typed = self._typed, []
        return (*found, *(self.readers.typed() if self.readers else ()))

    def show(self, word: str, /) -> None:
        self.shown = word

    def close(self) -> None:
        self.strike(False)
        self._guard.stop()
        if self.readers is not None:
            self.readers.stop()
