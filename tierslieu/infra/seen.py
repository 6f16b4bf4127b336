"""What this computer last saw of its database, on a file beside it: a copy put back from before is noticed.

The database counts its minutes (`beat`) under a name of its own (`lineage`); the file holds the last count that was
seen, and whether the service was still running then. A database that counts less than the file is an older copy, or
lost its last writes; one of another name was put in its place.
"""

import contextlib
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import msgspec
from sqlalchemy import bindparam, select, update

from tierslieu.infra.files import write_whole
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader, Tx

V = TypeVar("V")
NAME: Final = "seen.json"
BEAT: Final = "beat"
GAP: Final = "gap"
v = columns(HouseValue)
VALUE: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("which")))
BEGIN = insert_or_nothing(HouseValue)
SET: Query[Any] = Query(
    update(table_of(HouseValue)).where(v.name == bindparam("which")).values(value=bindparam("text"))
)


class Beat(msgspec.Struct, frozen=True):
    """How often the database has counted, and when it last did."""

    lineage: str
    count: int
    at: int


class Seen(msgspec.Struct, frozen=True):
    """What was seen last. `is_open`: the service was running, and nobody saw it end."""

    beat: Beat
    is_open: bool


class Gap(msgspec.Struct, frozen=True):
    """What is missing: nothing after `since` is known of what was there at `until`.

    `older`: the same database, some time before; `other`: another one, which last counted at `since` (0: never).
    """

    kind: Literal["older", "other"]
    since: int
    until: int


def last_seen(folder: Path) -> Seen | None:
    """What the file says; None when there is none that can be read."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Seen)
    except (OSError, msgspec.MsgspecError):
        return None


def note(folder: Path, seen: Seen) -> None:
    """Write the file, whole or not at all. A disk that takes nothing says so elsewhere."""
    with contextlib.suppress(OSError):
        write_whole(folder / NAME, msgspec.json.encode(seen).decode())


def beat(reader: Reader) -> Beat | None:
    """The count of this database; None before its first."""
    return _value(reader, BEAT, Beat)


def gap(reader: Reader) -> Gap | None:
    """What staff are to know of, until somebody has read it."""
    found = _value(reader, GAP, Gap)
    return found if found is not None and found.until else None


def count(tx: Tx, lineage: str, seen: Seen | None = None) -> tuple[Beat, Gap | None]:
    """Count on from what the database or the file knows. Returns the count, and what is missing between the two."""
    known = beat(tx)
    missing = gap_between(known, seen.beat if seen is not None else None)
    last = max(known.count if known else 0, seen.beat.count if seen is not None and missing else 0)
    new = Beat(known.lineage if known else lineage, last + 1, tx.now)
    _put(tx, BEAT, new)
    if missing is not None:
        _put(tx, GAP, missing)
    return new, missing


def gap_between(known: Beat | None, seen: Beat | None) -> Gap | None:
    """What a database lacks that was seen here before. Pure."""
    if seen is None:
        return None
    if known is None:
        return Gap("other", 0, seen.at)
    if known.lineage != seen.lineage:
        return Gap("other", known.at, seen.at)
    return Gap("older", known.at, seen.at) if known.count < seen.count else None


def forget_gap(tx: Tx) -> None:
    """Somebody has read it."""
    _put(tx, GAP, Gap("older", 0, 0))


def _value(reader: Reader, name: str, kind: type[V]) -> V | None:
    row = reader.row(VALUE, which=name)
    return msgspec.json.decode(row[0], type=kind) if row else None


def _put(tx: Tx, name: str, value: msgspec.Struct) -> None:
    text = msgspec.json.encode(value).decode()
    if not tx.run(SET, which=name, text=text):
        tx.run(BEGIN, name=name, value=text)
