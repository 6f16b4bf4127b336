"""The agent's life: read the file, run the crew, read it again when it changes, say goodbye."""

import contextlib
import logging
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from devices.agent.config import AgentConfig, BadConfig, read_config
from devices.agent.crew import Crew
from devices.agent.desk import answer
from devices.wire.desk import Desk

LOOK_AT_FILE_S: Final = 2.0
STATUS_EVERY: Final = 5
"""Status lines come at a change, and every so many looks anyway."""

log: Final = logging.getLogger(__name__)


class Watched:
    """The configuration file, read again when its bytes changed. A broken one changes nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    def changed(self, *, now: bool = False) -> AgentConfig | None:
        """The new settings, None when they are what they were. `now`: read whatever the file's date says."""
        with contextlib.suppress(OSError):
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_size, found.st_ino)
            if seen == self._seen and not now:
                return None
            self._seen = seen
            try:
                return read_config(self._path)
            except BadConfig as wrong:
                log.error("the new configuration is left aside: %s", wrong)
        return None


def run(crew: Crew, watched: Watched, config: AgentConfig, say: Callable[[str], None], options: "Options") -> None:
    """Until SIGTERM, SIGINT or, if so asked, the end of standard input. SIGHUP reads the file at once; a line with
    `diagnose` on standard input, or a question on the desk, is answered with what the running adapters counted."""
    with signals() as signalled:
        crew.take(config)
        say("ready")
        try:
            _live(crew, watched, say, options, signalled)
        finally:
            crew.stop()


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How the agent runs. `says_status`: JSON lines on standard output, for the service that started it. `desk`: where
    questions are laid."""

    desk: Desk
    until_eof: bool = False
    says_status: bool = False


def _live(crew: Crew, watched: Watched, say: Callable[[str], None], options: Options, signalled: int) -> None:
    inputs = [signalled, 0] if options.until_eof else [signalled]
    last, quiet = b"", 0
    while True:
        ready = select.select(inputs, [], [], LOOK_AT_FILE_S)[0]
        word = os.read(signalled, 64) if signalled in ready else b""
        asked = os.read(0, 4_096) if 0 in ready else None
        if b"e" in word or asked == b"":
            return
        if asked is not None and b"diagnose" in asked:
            say(msgspec.json.encode({"diagnostics": crew.diagnose()}).decode())
        if (config := watched.changed(now=b"h" in word)) is not None:
            crew.take(config)
        answer(options.desk, crew.diagnose, int(time.time()))
        if options.says_status:
            line = msgspec.json.encode({"machines": crew.status()})
            quiet += 1
            if line != last or quiet >= STATUS_EVERY:
                say(line.decode())
                last, quiet = line, 0


@contextlib.contextmanager
def signals() -> Iterator[int]:
    """A descriptor with a byte per signal: « e » to end, « h » to read the file again."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    letters = {signal.SIGTERM: b"e", signal.SIGINT: b"e", signal.SIGHUP: b"h"}

    def note(number: int, _frame: object) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(writer, letters[signal.Signals(number)])

    former = {one: signal.signal(one, note) for one in letters}
    try:
        yield reader
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)
        os.close(reader)
        os.close(writer)
