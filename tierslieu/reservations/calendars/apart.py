"""Files of other people are read in a process of their own, with bounds on time and memory.

A small file may hold a repetition that takes a computer hours. The service must go on meanwhile, and no thread of
Python can be stopped from outside: a process can.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from typing import Final

import msgspec

from tierslieu.basics.errors import Invalid
from tierslieu.http.turns import aside
from tierslieu.reservations.calendars.reading import Reading, Wish

LARGEST: Final = 2_000_000
MOST: Final = 5000
SECONDS: Final = 20
MODULE: Final = "tierslieu.reservations.calendars.reading"
LIMITS: Final = (
    "import resource, runpy\n"
    f"resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))\n"
    "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
    f"runpy.run_module({MODULE!r}, run_name='__main__')\n"
)
"""What the process does first: bound itself, before it reads a byte."""


async def read_apart(data: bytes, wish: Wish) -> Reading:
    """The dates of a file. Raises Invalid with the field `file` for what cannot be used."""
    if not data.strip():
        raise _refused("missing")
    if len(data) > LARGEST:
        raise _refused("calendar_too_large", limit=LARGEST)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LIMITS, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )
    try:
        async with aside(), asyncio.timeout(3 * SECONDS):
            out, _ = await child.communicate(msgspec.json.encode(wish) + b"\n" + data)
    except TimeoutError:
        raise _refused("calendar_unreadable") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise _refused("calendar_unreadable")
    return _answer(out)


def _answer(out: bytes) -> Reading:
    try:
        return msgspec.json.decode(out, type=Reading)
    except msgspec.ValidationError:
        code = msgspec.json.decode(out, type=dict[str, str]).get("code", "calendar_unreadable")
        raise _refused(code, count=MOST) from None


def _refused(code: str, **facts: object) -> Invalid:
    return Invalid("invalid_input", {"file": code}, **facts)
