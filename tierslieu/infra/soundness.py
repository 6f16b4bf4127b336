"""Is the database that is to be opened whole? Asked before each start; read through after one that did not end well.

SQLite mends by itself what a power cut leaves. What it cannot mend is told here in words of ours, before anything is
written: a file that is gone, cut short or of something else, pages that contradict each other.
"""

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

from tierslieu.infra import seen

MAGIC: Final = b"SQLite format 3\x00"
HEADER: Final = 100
DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Unsound(Exception):
    """The service cannot start on this database. `code` has a sentence; `is_passing`: trying again may do."""

    def __init__(self, code: str, *, is_passing: bool = False, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.is_passing = is_passing
        self.facts = facts


def file_of(url: str) -> Path | None:
    """The file of an embedded database, None for a database server."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def look_before_start(url: str, folder: Path) -> None:
    """Raise Unsound when the embedded database is not one to go on with. `folder` holds what was seen last.

    Read through to the end when the service did not end well, or when the end of a database's log is still beside it.
    """
    path = file_of(url)
    if path is None:
        return
    known = seen.last_seen(folder)
    if not path.exists():
        if known is not None:
            raise Unsound("database_gone", start=known.beat.at, file=str(path))
        return
    look_at_header(path)
    if (known is not None and known.is_open) or has_log(path):
        for finding in look_through(path, "quick_check"):
            raise Unsound("database_damaged", finding=finding, file=str(path))


def look_at_header(path: Path) -> None:
    """Raise Unsound for a file that is no database, or that was cut short."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER)
    except OSError as error:
        raise Unsound("database_unreadable", is_passing=True, file=str(path), why=error.strerror) from error
    if not header:
        return  # nothing was ever written
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise Unsound("database_not_ours", file=str(path))
    page = int.from_bytes(header[16:18], "big")
    told = int.from_bytes(header[28:32], "big") * (65_536 if page == 1 else page)
    if path.stat().st_size < told and not has_log(path):
        raise Unsound("database_damaged", finding=f"{path.stat().st_size} < {told}", file=str(path))


def has_log(path: Path) -> bool:
    """True when what was written last lies beside the database: it did not end well, or somebody has it open."""
    beside = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal"))
    return any(one.exists() and one.stat().st_size for one in beside)


def look_through(path: Path, how: str, most: int = 1) -> list[str]:
    """Read every page: what is wrong, at most so many findings.

    `how`: quick_check (1 s for a gigabyte in memory), or integrity_check (the indexes too, 20 times longer).
    """
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
            rows = connection.execute(f"PRAGMA {how}({int(most)})").fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in DAMAGED:
            return [str(error)]
        raise Unsound("database_unreadable", is_passing=True, file=str(path), why=str(error)) from error
    return [str(row[0]) for row in rows if row[0] != "ok"]


def broken_references(path: Path) -> list[str]:
    """Tables with rows that name another row which is not there."""
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
        return sorted({str(row[0]) for row in connection.execute("PRAGMA foreign_key_check")})
