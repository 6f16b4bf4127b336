"""The list that readers hold, kept by comparison: a line that is not what it was gets the next revision.

Nothing has to be announced for a change to arrive: whatever moved is found by looking. Events only make it sooner.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, func, select, update

from tierslieu.access.kiosk.snapshot_facts import lines
from tierslieu.access.kiosk.snapshot_rows import Line, Profiles, digest_of, text_of
from tierslieu.access.kiosk.tables import SnapshotRow, SnapshotState
from tierslieu.access.passes.actions import ensure_key
from tierslieu.basics.spans import DAY
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of, to_json
from tierslieu.infra.transaction import Reader, Tx

TOPIC: Final = "snapshot"
"""The live topic that moves when the list does."""
FRESH_FOR: Final = 60
"""Seconds for which nobody has to look again."""
GONE_FOR: Final = 30 * DAY
"""How long a line that went is remembered; a reader away for longer gets the whole list."""
THE_ONE: Final = 1
s, r = columns(SnapshotState), columns(SnapshotRow)


class State(msgspec.Struct, frozen=True):
    """The list as a whole."""

    rev: int
    floor: int
    next_number: int
    made_at: int
    digest: str
    holders: int
    profiles: str


class Row(msgspec.Struct, frozen=True):
    """A stored line."""

    holder_id: int
    number: int
    text: str
    gone_at: int


STATE = Query(select(*(s[name] for name in State.__struct_fields__)).where(s.id == THE_ONE), into=State)
BEGIN = insert_or_nothing(SnapshotState)
LOCK: Query[Any] = Query(update(table_of(SnapshotState)).where(s.id == THE_ONE).values(made_at=bindparam("now")))
STORE: Query[Any] = Query(
    update(table_of(SnapshotState))
    .where(s.id == THE_ONE)
    .values(**{name: bindparam(f"new_{name}", type_=s[name].type) for name in State.__struct_fields__})
)
ROWS = Query(select(r.holder_id, r.number, r.text, r.gone_at).order_by(r.number), into=Row)
SINCE: Query[tuple[int, str, int]] = Query(
    select(r.number, r.text, r.gone_at).where(r.rev > bindparam("since", type_=BigInteger())).order_by(r.number)
)
WHOLE: Query[tuple[str]] = Query(select(r.text).where(r.gone_at == 0).order_by(r.number))
NUMBERS: Query[tuple[int, int]] = Query(select(r.holder_id, r.number).where(r.gone_at == 0))
ADD: Query[Any] = Query(insert_into(SnapshotRow))
CHANGE: Query[Any] = Query(
    update(table_of(SnapshotRow))
    .where(r.holder_id == bindparam("which"))
    .values(text=bindparam("line"), rev=bindparam("at_rev"), gone_at=bindparam("gone"))
)
OLD: Query[tuple[int | None]] = Query(
    select(func.max(r.rev)).where(r.gone_at > 0, r.gone_at < bindparam("before", type_=BigInteger()))
)
FORGET: Query[Any] = Query(
    delete(table_of(SnapshotRow)).where(r.gone_at > 0, r.gone_at < bindparam("before", type_=BigInteger()))
)


def state(reader: Reader) -> State | None:
    """The list as it was last looked at; None before the first time."""
    return reader.row(STATE)


def has_readers(reader: Reader, _event: object = None) -> bool:
    """True when somebody holds a list that must follow."""
    return state(reader) is not None


def is_fresh(reader: Reader) -> bool:
    """True while the list was looked at not long ago."""
    found = state(reader)
    return found is not None and found.made_at <= reader.now < found.made_at + FRESH_FOR


def refresh(tx: Tx, _payload: object = None) -> int:
    """Look at everybody and give what changed the next revision. Returns the revision of the list."""
    ensure_key(tx)
    tx.run(BEGIN, id=THE_ONE, rev=0, floor=0, next_number=1, made_at=0, digest="", holders=0, profiles="[]")
    tx.run(LOCK, now=tx.now)  # one at a time: the later look is the one that stays
    former = tx.row(STATE)
    assert former is not None
    floor = _forget(tx, former)
    stored, profiles = {row.holder_id: row for row in tx.rows(ROWS)}, Profiles(msgspec.json.decode(former.profiles))
    # lines of somebody who was erased went without a trace: no news can name them, so that all is fetched anew
    is_torn = sum(not row.gone_at for row in stored.values()) != former.holders
    number, changed = _compare(tx, former, stored, profiles, lines(tx))
    if is_torn:
        changed, floor = True, former.rev + 1
    if changed or floor != former.floor:
        texts = [text for (text,) in tx.rows(WHOLE)]
        rev = former.rev + int(changed)
        _store(tx, State(rev, floor, number, tx.now, digest_of(texts), len(texts), to_json(profiles.every)))
        tx.touch(TOPIC)
        return rev
    return former.rev


def _compare(
    tx: Tx, former: State, stored: Mapping[int, Row], profiles: Profiles, now: Mapping[int, Line]
) -> tuple[int, bool]:
    """Write what differs. Returns the next free number and whether anything did."""
    number, rev, is_changed = former.next_number, former.rev + 1, False
    for holder_id, line in now.items():
        row = stored.get(holder_id)
        text = text_of(row.number if row else number, line, profiles.place(line.profile))
        if row is None:
            tx.run(ADD, holder_id=holder_id, number=number, rev=rev, text=text, gone_at=0)
            number += 1
        elif row.text != text:
            tx.run(CHANGE, which=holder_id, line=text, at_rev=rev, gone=0)
        else:
            continue
        is_changed = True
    for row in stored.values():
        if row.holder_id not in now and not row.gone_at:
            tx.run(CHANGE, which=row.holder_id, line="", at_rev=rev, gone=tx.now)
            is_changed = True
    return number, is_changed


def _forget(tx: Tx, former: State) -> int:
    """Lines that went long ago are forgotten. Returns the lowest revision from which a reader can go on."""
    before = tx.now - GONE_FOR
    found = tx.row(OLD, before=before)
    oldest = found[0] if found else None
    if oldest is None:
        return former.floor
    tx.run(FORGET, before=before)
    return max(former.floor, oldest)


def _store(tx: Tx, new: State) -> None:
    tx.run(STORE, **{f"new_{name}": getattr(new, name) for name in State.__struct_fields__})
