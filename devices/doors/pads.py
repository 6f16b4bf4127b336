"""Pin pads: digits on a serial line, or a USB keypad that is a keyboard. What is typed is kept in memory only."""

import fcntl
import logging
import struct
import time
from collections.abc import Callable
from typing import Final

from devices.doors.readers import FileReader, set_raw

KEYBOARDS: Final = "/dev/input/"
LONGEST_NUMBER: Final = 12
PAUSE_S: Final = 10.0
"""Whoever stops typing for so long is gone: the next key begins anew."""
ENDS: Final = "#\r\n"
CLEAR: Final = "*"
EVENT: Final = struct.Struct("@llHHi")
"""struct input_event of Linux: two words of time, type, code, value."""
IS_KEY, IS_PRESSED = 1, 1
GRAB: Final = 0x40044590
"""EVIOCGRAB: nobody else, no console either, gets what is typed here."""
_TOP_ROW: Final = dict(zip(range(2, 12), "1234567890", strict=True))
_KEYPAD: Final = dict(zip((71, 72, 73, 75, 76, 77, 79, 80, 81, 82), "7894561230", strict=True))
_NUMERIC: Final = dict(zip(range(0x200, 0x20A), "0123456789", strict=True))
_CONTROLS: Final = {28: "#", 96: "#", 0x20B: "#", 1: CLEAR, 14: CLEAR, 55: CLEAR, 0x20A: CLEAR}
"""Both Enter keys and the hash end; Escape, Backspace and both stars begin anew."""
log: Final = logging.getLogger(__name__)
KEYS: Final = _TOP_ROW | _KEYPAD | _NUMERIC | _CONTROLS


class Digits:
    """What is being typed: digits, ended by # or Enter; * begins anew."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady, self._typed, self._last_at = steady, "", 0.0

    def press(self, key: str) -> str:
        """The number that this key ends; "" while there is none. What is too long is no number."""
        now = self._steady()
        typed = self._typed if now - self._last_at < PAUSE_S else ""
        self._last_at, self._typed = now, ""
        if key in ENDS:
            return typed if len(typed) <= LONGEST_NUMBER else ""
        if key.isascii() and key.isdigit():
            self._typed = typed[:LONGEST_NUMBER] + key
        elif key != CLEAR:
            self._typed = typed
        return ""


class SerialPad(FileReader[str]):
    """A pad that writes each key as a sign."""

    def __init__(self, path: str, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        super().__init__(path)

    def _begin(self, file: int) -> None:
        set_raw(file)
        self._digits = Digits(self._steady)

    def _take(self, read: bytes) -> None:
        for key in read.decode("latin-1"):
            if number := self._digits.press(key):
                self._give(number)


class KeyboardPad(FileReader[str]):
    """A keypad that Linux knows as a keyboard: its file below /dev/input, which the node keeps to itself."""

    def __init__(self, path: str, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        super().__init__(path)

    def _begin(self, file: int) -> None:
        try:
            fcntl.ioctl(file, GRAB, 1)
        except OSError as wrong:
            log.warning("what is typed at the pin pad may be read by others too: %s", wrong)
        self._digits, self._rest = Digits(self._steady), b""

    def _take(self, read: bytes) -> None:
        read = self._rest + read
        whole = len(read) - len(read) % EVENT.size
        self._rest = read[whole:]
        for _s, _us, kind, code, value in EVENT.iter_unpack(read[:whole]):
            pressed = KEYS.get(code, "") if (kind, value) == (IS_KEY, IS_PRESSED) else ""
            if pressed and (number := self._digits.press(pressed)):
                self._give(number)


def pad_at(path: str) -> SerialPad | KeyboardPad:
    """The pin pad of a file."""
    return KeyboardPad(path) if path.startswith(KEYBOARDS) else SerialPad(path)
