"""All reads of the waiting list."""

from collections import Counter

from sqlalchemy import BigInteger, bindparam, func, literal_column, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, one_of, table_of
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.waiting.rules import OPEN_STATES, Entry
from tierslieu.reservations.waiting.tables import WaitingEntry

w = columns(WaitingEntry)
STORED = tuple(w[name] for name in Entry.__struct_fields__)
IS_OPEN = one_of(w.state, OPEN_STATES)
WAITS = w.state == literal_column("'waiting'")
AT_ONCE = 200
"""How many entries are looked at in one transaction."""
BY_ID = Query(select(*STORED).where(w.id == bindparam("id")), into=Entry)
OPEN_OF_PERSON = Query(select(*STORED).where(w.person_id == bindparam("person"), IS_OPEN).order_by(w.id), into=Entry)
OF_PERSON = Query(select(*STORED).where(w.person_id == bindparam("person")).order_by(w.id.desc()).limit(40), into=Entry)
OPEN_COUNT: Query[tuple[int]] = Query(
    select(func.count()).select_from(table_of(WaitingEntry)).where(w.person_id == bindparam("person"), IS_OPEN)
)
WAITING = Query(
    select(*STORED)
    .where(
        WAITS,
        w.until_at >= bindparam("start", type_=BigInteger()),
        w.from_at < bindparam("end", type_=BigInteger()),
        w.id > bindparam("after", type_=BigInteger()),
    )
    .order_by(w.id)
    .limit(AT_ONCE),
    into=Entry,
)
"""Those whose time touches a span, in the order of arrival."""
OPEN = Query(select(*STORED).where(IS_OPEN).order_by(w.id).limit(500), into=Entry)
OVER = Query(
    select(*STORED).where(WAITS, w.until_at < bindparam("now", type_=BigInteger())).order_by(w.id).limit(AT_ONCE),
    into=Entry,
)
FOR_RESERVATION = Query(select(*STORED).where(w.reservation_id == bindparam("reservation"), IS_OPEN), into=Entry)
BEFORE: Query[tuple[str, int, int, int]] = Query(
    select(w.target, w.id, w.from_at, w.until_at)
    .where(IS_OPEN, w.until_at >= bindparam("now", type_=BigInteger()))
    .order_by(w.id)
)


def entry(reader: Reader, entry_id: int) -> Entry:
    """One entry. Raises NotFound."""
    found = reader.row(BY_ID, id=entry_id)
    if found is None:
        raise NotFound("no_such_entry")
    return found


def open_of(reader: Reader, person_id: int) -> list[Entry]:
    """What somebody waits for, first asked first."""
    return reader.rows(OPEN_OF_PERSON, person=person_id)


def of_person(reader: Reader, person_id: int) -> list[Entry]:
    """The last entries of somebody, over or not, newest first."""
    return reader.rows(OF_PERSON, person=person_id)


def open_count(reader: Reader, person_id: int) -> int:
    """How much somebody waits for."""
    found = reader.row(OPEN_COUNT, person=person_id)
    return found[0] if found else 0


def waiting_in(reader: Reader, window: Span, after: int = 0) -> list[Entry]:
    """Those who wait for something in a window, in the order of arrival, after one of them."""
    return reader.rows(WAITING, start=window.start, end=window.end, after=after)


def all_open(reader: Reader) -> list[Entry]:
    """Everything that is waited for, in the order of arrival."""
    return reader.rows(OPEN)


def for_reservation(reader: Reader, reservation_id: int) -> Entry | None:
    """The open entry that wants an earlier time for a reservation."""
    return reader.row(FOR_RESERVATION, reservation=reservation_id)


def ranks(reader: Reader, entries: list[Entry]) -> dict[int, int]:
    """The place of entries among those who wait for the same at overlapping times: 1 is the first."""
    if not entries:
        return {}
    wanted, found = {one.id for one in entries}, Counter[int]()
    rows = reader.rows(BEFORE, now=reader.now)
    by_target: dict[str, list[tuple[int, int, int]]] = {}
    for target, id_, start, end in rows:
        if id_ in wanted:
            earlier = by_target.get(target, [])
            found[id_] = 1 + sum(1 for _id, from_at, until in earlier if from_at <= end and start <= until)
        by_target.setdefault(target, []).append((id_, start, end))
    return dict(found)
