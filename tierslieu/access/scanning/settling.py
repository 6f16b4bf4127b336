"""Passages that staff look at: which are open, and what leaves the list because somebody looked."""

from typing import Annotated, Any, Final

import msgspec
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import bindparam, or_, select, update

from tierslieu.access.actions import vouch_for
from tierslieu.access.rules import TO_LOOK_AT
from tierslieu.access.tables import Scan
from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record

SEEN: Final = "seen"
"""The mark that staff looked. What is to look at and noted after it opens the passage again."""
WEEK: Final = 7 * 86_400
VOUCHED: Final = frozenset({"doubted", "twice"})
"""What is settled with a card that is its person's own."""
s = columns(Scan)


class Flagged(msgspec.Struct, frozen=True):
    """A passage of which something is noted that staff look at."""

    at: int
    device: str
    scan_id: str
    zone_id: int
    person_id: int | None
    flags: str
    badge_id: int

    @property
    def marks(self) -> list[str]:
        """What is noted, in order."""
        return self.flags.split(",")

    @property
    def is_open(self) -> bool:
        """True until staff looked, and again when something was noted since."""
        return next((one for one in reversed(self.marks) if one == SEEN or one in TO_LOOK_AT), SEEN) != SEEN


class Looked(BaseModel):
    """The passage that staff looked at."""

    model_config = ConfigDict(extra="ignore")

    device: Annotated[str, Field(max_length=40)]
    scan_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


FLAGGED = Query(
    select(*(s[name] for name in Flagged.__struct_fields__))
    .where(or_(*(s.flags.contains(mark) for mark in sorted(TO_LOOK_AT))), s.received_at > bindparam("after"))
    .order_by(s.received_at.desc())
    .limit(500),
    into=Flagged,
)
MARK: Query[Any] = Query(
    update(table_of(Scan))
    .where(s.device == bindparam("which_device"), s.scan_id == bindparam("which_scan"), s.flags == bindparam("former"))
    .values(flags=bindparam("marks"))
)


def to_look_at(reader: Reader) -> list[Flagged]:
    """Passages of the last week that staff look at: the open ones first, of each kind the latest first."""
    return sorted(reader.rows(FLAGGED, after=reader.now - WEEK), key=lambda one: not one.is_open)


def open_count(reader: Reader) -> int:
    """How many of them nobody has looked at."""
    return sum(1 for one in to_look_at(reader) if one.is_open)


def look_at(tx: Tx, wish: Looked) -> None:
    """Staff looked at a passage and judged; noted once. Raises NotFound."""
    found = next((one for one in to_look_at(tx) if (one.device, one.scan_id) == (wish.device, wish.scan_id)), None)
    if found is None:
        raise NotFound("no_such_scan")
    _mark(tx, found)


def vouch(tx: Tx, badge_id: int) -> None:
    """Staff looked: it is the person's own card. What was noted because of the doubt is settled. Raises NotFound."""
    vouch_for(tx, badge_id)
    for one in to_look_at(tx):
        if one.badge_id == badge_id and TO_LOOK_AT & set(one.marks) <= VOUCHED:
            _mark(tx, one)


def _mark(tx: Tx, one: Flagged) -> None:
    if not one.is_open:
        return
    marks = ",".join([*(mark for mark in one.marks if mark != SEEN), SEEN])
    if tx.run(MARK, which_device=one.device, which_scan=one.scan_id, former=one.flags, marks=marks):
        record(tx, "access.look_at_passage", one.person_id, one.scan_id)
