"""What processes cost, from /proc: processor time and memory of a process and all its descendants."""

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
PPID, UTIME, STIME = 1, 11, 12
"""Places in /proc/PID/stat, counted after the name in brackets."""

Spent = dict[int, int]
"""Process to the nanoseconds of processor time it used so far."""


class Memory(NamedTuple):
    """Megabytes: `rss` counts shared pages in each process, `pss` shares them out."""

    rss: float
    pss: float


def family(root: int) -> list[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[PPID]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def parent(pid: int) -> int:
    """The process that started one."""
    return int(_stat(pid)[PPID])


def spent(root: int) -> Spent:
    """Processor time of a family, user and system."""
    return {pid: _nanoseconds(pid) for pid in family(root)}


def milliseconds(before: Spent, after: Spent) -> float:
    """The time between two looks, in milliseconds; processes that were born between count whole."""
    return sum(max(used - before.get(pid, 0), 0) for pid, used in after.items()) / 1e6


def memory(root: int) -> Memory:
    """Memory of a family."""
    rss = pss = 0
    for pid in family(root):
        with contextlib.suppress(OSError):
            for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                rss += int(value.split()[0]) if name == "Rss" else 0
                pss += int(value.split()[0]) if name == "Pss" else 0
    return Memory(rss / 1024, pss / 1024)


def _stat(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _nanoseconds(pid: int) -> int:
    """From the scheduler where it tells (exact), else in ticks."""
    try:
        threads = list((PROC / str(pid) / "task").iterdir())
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)
    except (OSError, IndexError):
        fields = _stat(pid)
        return (int(fields[UTIME]) + int(fields[STIME])) * TICK_NS if fields else 0
