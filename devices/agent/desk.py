"""A folder where a question is laid for the program that runs, and its answer found: what its adapters counted.

Whoever may write there may ask; it works across processes and across restarts of either. Nothing secret is answered.
"""

import contextlib
import os
import platform
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from devices.adapters.base import SOFTWARE

ASKED: Final = "asked"
TOLD: Final = "diagnostics.json"
MAX_BYTES: Final = 1024 * 1024
LONGEST_QUESTION: Final = 40

Found = dict[str, object]


class Answer(msgspec.Struct, frozen=True):
    """What was counted, by machine. `question` is the one that is answered, `at` when."""

    question: str
    at: int
    software: str = ""
    python: str = ""
    machines: list[Found] = []


class Desk:
    """One question at a time: a new one takes the place of the former."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, question: str) -> None:
        """Lay a question there; nothing happens if it lies there already. Raises OSError."""
        if question[:LONGEST_QUESTION] != self._read_question():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._replace(ASKED, question[:LONGEST_QUESTION].encode())

    def answer(self, diagnose: Callable[[], list[Found]], now: int) -> bool:
        """Answer the question that lies there, once. False when there is none, or it was answered before."""
        question = self._read_question()
        if not question or self.read(question) is not None:
            return False
        told = Answer(question, now, SOFTWARE, platform.python_version(), diagnose())
        with contextlib.suppress(OSError):  # a full disk is no reason to stop speaking with machines
            self._replace(TOLD, msgspec.json.encode(told))
            return True
        return False

    def read(self, question: str) -> Answer | None:
        """The answer to this very question, None while there is none."""
        with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            with (self._folder / TOLD).open("rb") as opened:
                found = msgspec.json.decode(opened.read(MAX_BYTES), type=Answer)
            if found.question == question:
                return found
        return None

    def _read_question(self) -> str:
        with contextlib.suppress(OSError, UnicodeDecodeError), (self._folder / ASKED).open("rb") as opened:
            return opened.read(LONGEST_QUESTION).decode()
        return ""

    def _replace(self, name: str, content: bytes) -> None:
        draft = self._folder / f".{name}.{secrets.token_hex(8)}"  # its own: two may write at once
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(content)
            draft.replace(self._folder / name)
        finally:
            draft.unlink(missing_ok=True)
