"""Where tests keep their files: in memory when the machine has room there, since thousands of databases are copied."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30


def prefer_memory() -> None:
    """Make memory the place of temporary files, for this process and its children. TMPDIR, when set, is obeyed."""
    if "TMPDIR" in os.environ or not _is_fit():
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _is_fit() -> bool:
    """Some tests run programs that they put there: a place that forbids it will not do."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK | os.X_OK):
        return False
    return not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC and shutil.disk_usage(MEMORY).free >= ROOM
