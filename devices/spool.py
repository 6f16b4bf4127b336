"""What a device must not forget: reports the broker has not confirmed, answers already given, its last known job.

One SQLite file per device. What was said has reached the disk when a call returns: a power cut loses none of it;
what was ordered is remembered for the life of a boot.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

KEPT_ANSWERS: Final = 1_000

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS report (row INTEGER PRIMARY KEY AUTOINCREMENT, report_id TEXT NOT NULL UNIQUE,
  payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS answer (row INTEGER PRIMARY KEY AUTOINCREMENT, cmd_id TEXT NOT NULL UNIQUE, ack BLOB);
CREATE TABLE IF NOT EXISTS note (one INTEGER PRIMARY KEY CHECK (one = 1), body BLOB NOT NULL);
"""


class Waiting(NamedTuple):
    """A report that the broker has not confirmed; rows count up in the order in which they were said."""

    row: int
    payload: bytes


class Spool:
    """The device's memory on disk. May be called from several threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file; calling it again changes nothing."""
        with self._lock:
            self._db.close()

    def say(self, reports: Sequence[tuple[str, bytes]], note: bytes | None = None) -> None:
        """Keep reports (report_id, payload) and what is now known of the job, all or nothing. An id is kept once."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR IGNORE INTO report (report_id, payload) VALUES (?, ?)", reports)
            if note is not None:
                self._db.execute("INSERT OR REPLACE INTO note (one, body) VALUES (1, ?)", (note,))

    def note(self) -> bytes | None:
        """What was known of the job when the device last spoke."""
        return self._value("SELECT body FROM note")

    def waiting(self, after_row: int, limit: int) -> list[Waiting]:
        """The next unconfirmed reports after a row, in order."""
        with self._lock, closing(self._db.cursor()) as cursor:
            cursor.execute("SELECT row, payload FROM report WHERE row > ? ORDER BY row LIMIT ?", (after_row, limit))
            return [Waiting(*found) for found in cursor]

    def confirm(self, row: int) -> None:
        """Forget a report: the broker has it."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM report WHERE row = ?", (row,))

    def forget(self, report_id: str) -> None:
        """The same by the report's own name: whom it was for has named it."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM report WHERE report_id = ?", (report_id,))

    def begin(self, cmd_id: str) -> bool:
        """Note that a command is about to be carried out. False: it was begun before, and must not be begun again."""
        with self._unsynced():
            return self._db.execute("INSERT OR IGNORE INTO answer (cmd_id) VALUES (?)", (cmd_id,)).rowcount == 1

    def answer(self, cmd_id: str, ack: bytes) -> None:
        """Keep the ack of a command; those of long ago are forgotten."""
        with self._unsynced():
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("INSERT OR REPLACE INTO answer (cmd_id, ack) VALUES (?, ?)", (cmd_id, ack))
            self._db.execute("DELETE FROM answer WHERE row <= (SELECT max(row) FROM answer) - ?", (KEPT_ANSWERS,))

    def answered(self, cmd_id: str) -> bytes | None:
        """The ack already given to this command."""
        return self._value("SELECT ack FROM answer WHERE cmd_id = ?", cmd_id)

    @contextmanager
    def _unsynced(self) -> Iterator[None]:
        """A change that outlives this process but need not outlive a power cut, so that no command waits for the disk:
        after a cut the device is another boot, and refuses the command for that."""
        with self._lock:
            self._db.execute("PRAGMA synchronous=NORMAL")
            try:
                with self._db:
                    yield
            finally:
                self._db.execute("PRAGMA synchronous=FULL")

    def _value(self, query: str, *values: str) -> bytes | None:
        with self._lock, closing(self._db.cursor()) as cursor:
            found = cursor.execute(query, values).fetchone()
        return None if found is None else found[0]
