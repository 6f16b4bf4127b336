"""The pins of a terminal: what is wired to it, for real or pretended."""

import importlib
import queue
import threading
from typing import Any, Final, Protocol

import msgspec

from devices.terminals.states import Inputs
from devices.wire.interlocks import Activity, Door

BUTTONS: Final = ("stop", "extend", "oops", "confirm")


class Pins(Protocol):
    """Called from one thread at a time."""

    def relay(self, is_closed: bool) -> None:
        """Close or open the enabling contact. Whatever the wiring, no power means open."""

    def read(self) -> Inputs:
        """What the contacts say now."""

    def pressed(self) -> tuple[str, ...]:
        """The buttons pressed since the last call, of BUTTONS."""

    def cards(self) -> tuple[str, ...]:
        """The numbers of the cards held before the reader since the last call."""

    def show(self, lines: tuple[str, ...], /) -> None:
        """Show some words to who stands there; a terminal without a screen shows nothing."""

    def close(self) -> None:
        """Open the contact and let go of everything."""


class Wiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which line of the board's chip is what; -1 is not wired. Inputs are closed to ground, with the board's pull-up.

    `estop` is the second contact of the mushroom button, closed while the machine may run: a cut wire is an emergency.
    `cards` is the file of a reader that writes a card's number on a line (serial, or USB in serial mode).
    """

    chip: str = "/dev/gpiochip0"
    relay: int
    sense: int = -1
    estop: int = -1
    busy: int = -1
    door: int = -1
    stop: int = -1
    extend: int = -1
    oops: int = -1
    confirm: int = -1
    cards: str = ""


class BoardPins:
    """A board with lines of its own, through the gpiod library (version 2) where it is installed."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        gpiod: Any = importlib.import_module("gpiod")
        line = gpiod.line
        self._active = line.Value.ACTIVE
        self._inactive = line.Value.INACTIVE
        inputs = [number for name in _INPUTS if (number := getattr(wiring, name)) >= 0]
        out = gpiod.LineSettings(direction=line.Direction.OUTPUT, output_value=self._inactive)
        into = gpiod.LineSettings(direction=line.Direction.INPUT, bias=line.Bias.PULL_UP, active_low=True)
        config = {wiring.relay: out, **dict.fromkeys(inputs, into)}
        self._lines = gpiod.request_lines(wiring.chip, consumer="tierslieu-terminal", config=config)
        self._held: set[str] = set()
        self._read_cards: queue.SimpleQueue[str] = queue.SimpleQueue()
        if wiring.cards:
            threading.Thread(target=self._listen, args=(wiring.cards,), daemon=True).start()

    def _is_closed(self, name: str) -> bool | None:
        number = getattr(self._wiring, name)
        return None if number < 0 else self._lines.get_value(number) == self._active

    def relay(self, is_closed: bool) -> None:
        self._lines.set_value(self._wiring.relay, self._active if is_closed else self._inactive)

    def read(self) -> Inputs:
        busy, door, estop = self._is_closed("busy"), self._is_closed("door"), self._is_closed("estop")
        activity = Activity.UNKNOWN if busy is None else Activity.BUSY if busy else Activity.IDLE
        lid = Door.UNKNOWN if door is None else Door.CLOSED if door else Door.OPEN
        return Inputs(self._is_closed("sense"), estop is False, activity, lid)

    def pressed(self) -> tuple[str, ...]:
        now = {name for name in BUTTONS if self._is_closed(name)}
        fresh, self._held = now - self._held, now
        return tuple(name for name in BUTTONS if name in fresh)

    def cards(self) -> tuple[str, ...]:
        found = []
        while not self._read_cards.empty():
            found.append(self._read_cards.get_nowait())
        return tuple(found)

    def _listen(self, path: str) -> None:
        with open(path, encoding="ascii", errors="replace") as reader:
            for line in reader:
                if line.strip():
                    self._read_cards.put(line.strip()[:32])

    def show(self, lines: tuple[str, ...], /) -> None:
        """This wiring has no screen: a terminal with one brings its own pins."""

    def close(self) -> None:
        self.relay(False)
        self._lines.release()


_INPUTS: Final = ("sense", "estop", "busy", "door", *BUTTONS)


class PretendedPins:
    """Pins that follow the hands of a test or of the demonstration. `stuck` keeps the contactor as it says."""

    def __init__(self) -> None:
        self.is_closed = False
        self.stuck: bool | None = None
        self.has_sense = True
        self.is_estopped = False
        self.activity = Activity.IDLE
        self.door = Door.CLOSED
        self.shown: tuple[str, ...] = ()
        self._pressed: list[str] = []
        self._cards: list[str] = []

    def press(self, button: str) -> None:
        self._pressed.append(button)

    def hold_card(self, number: str) -> None:
        self._cards.append(number)

    def relay(self, is_closed: bool) -> None:
        self.is_closed = is_closed

    @property
    def is_energised(self) -> bool:
        """Whether the machine could run: the contactor as it really is."""
        return self.stuck if self.stuck is not None else self.is_closed

    def read(self) -> Inputs:
        activity = self.activity if self.is_energised else Activity.OFF
        return Inputs(self.is_energised if self.has_sense else None, self.is_estopped, activity, self.door)

    def pressed(self) -> tuple[str, ...]:
        found, self._pressed = tuple(self._pressed), []
        return found

    def cards(self) -> tuple[str, ...]:
        found, self._cards = tuple(self._cards), []
        return found

    def show(self, lines: tuple[str, ...], /) -> None:
        self.shown = lines

    def close(self) -> None:
        self.is_closed = False
