"""What the program that runs is asked in its folder, and answers there: what its adapters counted."""

import contextlib
import platform
from collections.abc import Callable
from typing import Any

from devices.adapters.base import SOFTWARE
from devices.wire.desk import Desk, Told


def answer(desk: Desk, diagnose: Callable[[], list[dict[str, Any]]], now: int) -> bool:
    """Answer the question that lies there, once. False when there is none, or it was answered before."""
    question = desk.question()
    if not question:
        return False
    with contextlib.suppress(OSError):  # a full disk is no reason to stop speaking with machines
        desk.tell(Told(question, now, SOFTWARE, platform.python_version(), diagnose()))
        return True
    return False
