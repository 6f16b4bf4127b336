"""A simulated terminal: the real one on pretended pins, before a machine that works from time to time."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.link import Address
from devices.terminals.box import Keys, Terminal
from devices.terminals.pins import BUTTONS, PretendedPins
from devices.wire.interlocks import Activity

REST_S, WORK_S = 30.0, 15.0
HANDS: Final = ("estop", "release", "stuck", "unstuck", "reboot", "silent", "speak", "clear", "fail")
CONTROLS: Final = ("badge NUMBER", *BUTTONS, *HANDS)


class SimulatedTerminal:
    """Ticked by one thread. Once unlocked, its machine rests and works in turn."""

    def __init__(
        self,
        address: Address,
        kind: str,
        keys: Keys,
        folder: Path,
        clock: Callable[[], float],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self.pins = PretendedPins()
        self._steady, self._opened_at = steady, 0.0
        self._is_silent = False
        self._terminal = Terminal(address, keys, self.pins, folder, clock=clock, steady=steady, kind=kind)

    def start(self) -> None:
        """Connect and begin to speak."""
        self._terminal.start()

    def stop(self) -> None:
        """Lock, say goodbye and let go of everything."""
        self._terminal.stop()

    def tick(self) -> None:
        """Live until now."""
        now = self._steady()
        if not self.pins.is_energised:
            self._opened_at = now
        works = (now - self._opened_at) % (REST_S + WORK_S) >= REST_S
        self.pins.activity = Activity.BUSY if works else Activity.IDLE
        if not self._is_silent:
            self._terminal.tick()

    def control(self, word: str) -> bool:
        """Lend a hand: hold a card, press a button, pull a plug. False for a word it does not know."""
        verb, _, more = word.partition(" ")
        if verb == "badge" and more:
            self.pins.hold_card(more)
        elif verb in BUTTONS:
            self.pins.press(verb)
        elif verb in ("estop", "release", "clear"):
            self.pins.is_estopped = verb == "estop"
        elif verb in ("stuck", "fail", "unstuck"):
            self.pins.stuck = None if verb == "unstuck" else True
        elif verb in ("silent", "speak"):
            self._is_silent = verb == "silent"
        elif verb == "reboot":
            self._terminal.reboot()
        else:
            return False
        self.tick()
        return True
