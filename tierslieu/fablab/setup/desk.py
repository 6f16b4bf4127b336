"""Folders in which the service and the program beside the machines leave each other questions and answers.

The service's own program looks into `spool/` every two seconds. A board far away asks by HTTP: what it would find there
lies in `boards/<key>/`, and so does what it answered. Blocking; for threads.
"""

import contextlib
import os
import secrets
import threading
from pathlib import Path
from typing import Any, Final

import msgspec

ASKED: Final = "asked"
TOLD: Final = "diagnostics.json"
HEARD: Final = "heard"
HEARD_EVERY: Final = 300
"""Seconds between two notes that a board called: a small disk wears."""
MAX_BYTES: Final = 1024 * 1024
_ASKING: Final = threading.Lock()


class Told(msgspec.Struct, frozen=True):
    """What a program counted, by machine; `question` is the one that it answers."""

    question: str
    at: int = 0
    software: str = ""
    python: str = ""
    machines: list[dict[str, Any]] = []

    def of(self, device: str) -> dict[str, Any]:
        """What it counted for one machine."""
        return next((one for one in self.machines if one.get("device") == device), {})


class Desk:
    """One question at a time, and its answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, question: str) -> str:
        """Lay a question, unless another one waits still: its answer tells of every machine. Returns what is asked."""
        with _ASKING:
            waiting = self.question()
            if not waiting:
                self._replace(ASKED, question.encode())
            return waiting or question

    def question(self) -> str:
        """The question that was not answered yet, "" for none."""
        asked = self._read(ASKED).decode(errors="replace")
        return "" if not asked or self.told(asked) is not None else asked

    def tell(self, told: Told) -> None:
        """Keep an answer."""
        self._replace(TOLD, msgspec.json.encode(told))

    def told(self, question: str) -> Told | None:
        """The answer to this question, None while there is none."""
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
            found = msgspec.json.decode(self._read(TOLD), type=Told)
            return found if found.question == question else None
        return None

    def note_heard(self, now: int) -> None:
        """A board called."""
        if abs(now - self.heard_at()) >= HEARD_EVERY:
            self._replace(HEARD, str(now).encode())

    def heard_at(self) -> int:
        """When it called, to some minutes; 0 for never."""
        noted = self._read(HEARD)
        return int(noted) if noted.isdigit() else 0

    def _read(self, name: str) -> bytes:
        with contextlib.suppress(OSError), (self._folder / name).open("rb") as opened:
            return opened.read(MAX_BYTES)
        return b""

    def _replace(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        replace(self._folder / name, content)


def replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")  # its own: two may write at once
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
