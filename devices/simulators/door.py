"""A simulated door: the real node on pretended pins, with somebody who pulls it when it is free."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.doors.box import DoorNode
from devices.doors.lists import HttpsAsker, list_of
from devices.doors.pins import PretendedPins
from devices.doors.readings import Scan
from devices.link import Address
from devices.wire.doors import Leaf, ReaderWord

PULLED_AFTER_S, SHUT_AFTER_S = 1.0, 4.0
CONTROLS: Final = ("badge TEXT", "leave TEXT", "pin DIGITS", "force", "jam", "unjam", "fire", "calm", "exit")


class SimulatedDoor:
    """Ticked by one thread. Whoever badged pulls the door a second after it is free, unless it is jammed."""

    def __init__(
        self,
        address: Address,
        key: bytes,
        folder: Path,
        clock: Callable[[], float],
        service_url: str,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self.pins = PretendedPins()
        self.pins.pin_pad = ReaderWord.READY
        self._steady, self._free_since = steady, 0.0
        self._is_jammed = self._is_silent = False
        asker = HttpsAsker(service_url, address.password)
        badges = list_of(address, folder, asker, clock)
        self._node = DoorNode(address, key, self.pins, folder, badges=badges, clock=clock, steady=steady)

    def start(self) -> None:
        """Connect and begin to speak."""
        self._node.start()

    def stop(self) -> None:
        """Hold the strike, say goodbye and let go of everything."""
        self._node.stop()

    def tick(self) -> None:
        """Live until now."""
        now = self._steady()
        if self.pins.is_free and not self._free_since:
            self._free_since = now
        passed = now - self._free_since if self._free_since else 0.0
        if passed >= SHUT_AFTER_S:
            self.pins.leaf, self._free_since = Leaf.CLOSED, 0.0
        elif passed >= PULLED_AFTER_S and not self._is_jammed:
            self.pins.leaf = Leaf.OPEN
        if not self._is_silent:
            self._node.tick()

    def control(self, word: str) -> bool:
        """Lend a hand: hold a badge, force the door, pull a plug. False for a word it does not know."""
        verb, _, more = word.partition(" ")
        if verb in ("badge", "leave") and more:
            self.pins.hold_badge(Scan(more, "in" if verb == "badge" else "out"))
        elif verb == "pin" and more:
            self.pins.type_number(more)
        elif verb == "exit":
            self.pins.use_handle()
        elif verb in ("force", "fail"):
            self.pins.leaf, self._free_since = Leaf.OPEN, self._steady() - PULLED_AFTER_S
        elif verb in ("jam", "unjam"):
            self._is_jammed = verb == "jam"
        elif verb in ("fire", "calm", "clear"):
            self.pins.is_alarm = verb == "fire"
        elif verb in ("silent", "speak"):
            self._is_silent = verb == "silent"
        elif verb == "reboot":
            self._node.reboot()
        else:
            return False
        self.tick()
        return True
