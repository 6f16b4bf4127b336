"""Waiting for something to become true, with a deadline: the only way tests wait."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
STEP = 0.02


def until(look: Callable[[], T], what: str, seconds: float = 30.0) -> T:
    """The first truthy answer of `look`. Fails loudly when none came before the deadline."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := look()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")
        pause.wait(STEP)
    return found
