"""A folder in which the service and a program that runs leave each other questions and answers. Blocking.

Whoever may write there may ask; it works across processes, and across restarts of either. Nothing secret is answered.
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
MAX_BYTES: Final = 1024 * 1024
LONGEST_QUESTION: Final = 40
_ASKING: Final = threading.Lock()


class Told(msgspec.Struct, frozen=True):
    """What a program counted, by machine; `question` is the one that it answers, `at` when, in seconds since 1970."""

    question: str
    at: int = 0
    software: str = ""
    python: str = ""
    machines: list[dict[str, Any]] = []

    def of(self, device: str) -> dict[str, Any]:
        """What it counted for one machine."""
        return next((one for one in self.machines if one.get("device") == device), {})


class Desk:
    """One question at a time, and its answer. Writing raises OSError; what cannot be read is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, question: str) -> str:
        """Lay a question, unless another one waits still: its answer tells of every machine. Returns what is asked."""
        with _ASKING:
            waiting = self.question()
            if not waiting:
                self.lay(question)
            return waiting or question

    def lay(self, question: str) -> None:
        """Lay a question in the place of the former one."""
        self._replace(ASKED, question[:LONGEST_QUESTION].encode())

    def question(self) -> str:
        """The question that was not answered yet, "" for none."""
        asked = self._read(ASKED, LONGEST_QUESTION).decode(errors="replace")
        return "" if not asked or self.told(asked) is not None else asked

    def tell(self, told: Told) -> None:
        """Keep an answer, the last one only."""
        self._replace(TOLD, msgspec.json.encode(told))

    def told(self, question: str) -> Told | None:
        """The answer to this very question, None while there is none."""
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
            found = msgspec.json.decode(self._read(TOLD), type=Told)
            return found if found.question == question else None
        return None

    def _read(self, name: str, most: int = MAX_BYTES) -> bytes:
        with contextlib.suppress(OSError), (self._folder / name).open("rb") as opened:
            return opened.read(most)
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
