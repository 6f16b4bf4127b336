"""Start-up and memory of the real service with its embedded broker, without simulated machines."""

import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.processes import Memory, family, memory
from tests.bench.serving import ENVIRONMENT, pid_of, stop
from tests.support.service import Service


class Start(NamedTuple):
    """Seconds from exec to the first 200 of /health/ready, then memory and number of processes."""

    seconds: float
    memory: Memory
    processes: int


def starts(folder: Path, url: str, times: int) -> list[Start]:
    """Start and stop over one database, several times."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_start(folder, url) for _ in range(times)]


def middle(found: list[Start]) -> Start:
    """Medians of the starts."""
    rss, pss = (median(getattr(one.memory, name) for one in found) for name in Memory._fields)
    return Start(median(one.seconds for one in found), Memory(rss, pss), found[0].processes)


def _start(folder: Path, url: str) -> Start:
    service = Service(folder, ("serve",), {**ENVIRONMENT, "TIERSLIEU_DATABASE_URL": url})
    began = time.perf_counter()
    try:
        service.start()
        seconds = time.perf_counter() - began
        return Start(seconds, memory(pid_of(service)), len(family(pid_of(service))))
    finally:
        stop(service)
