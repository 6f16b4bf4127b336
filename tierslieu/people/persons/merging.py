"""Merging two files of one person, and taking a merge back.

Everything that names the old file moves to the kept one in one transaction; the old file is closed and leads to
the kept one. What moved is noted row by row, so that for 30 days the merge can be undone: exactly those rows go
back that are still there, and values that nobody corrected since.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Integer, Text, bindparam, null, select, update

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.personal import Personal
from tierslieu.infra.statements import Query, columns, insert_into, table_of, to_json
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.persons import ending, moving, queries
from tierslieu.people.persons.correcting import CLOSE_ADMINISTRATORS, TYPES
from tierslieu.people.persons.events import AccountClosed, Merged
from tierslieu.people.persons.indexing import forget_words, index_anew
from tierslieu.people.persons.names import sort_name
from tierslieu.people.persons.schemas import CORRECTED, PersonFile
from tierslieu.people.persons.tables import Person, PersonMerge
from tierslieu.people.relations.queries import are_related
from tierslieu.people.roles.actions import require_other_administrator
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.roles.rules import ADMINISTRATOR, is_staff

UNDO_FOR: Final = 30 * 86_400
KEPT, GONE = "kept", "gone"
p, m = columns(Person), columns(PersonMerge)
ADD: Query[Any] = Query(insert_into(PersonMerge))
VALUES = {
    "sort_name": bindparam("place", type_=Text()),
    "changed_at": bindparam("moment", type_=BigInteger()),
    "is_active": bindparam("active", type_=Integer()),
    "merged_into": bindparam("into", type_=BigInteger()),
    **{name: bindparam(f"new_{name}", type_=type_) for name, type_ in TYPES.items()},
}
PUT: Query[Any] = Query(update(table_of(Person)).where(p.id == bindparam("which", type_=BigInteger())).values(**VALUES))
FREE_EMAIL: Query[Any] = Query(
    update(table_of(Person)).where(p.id == bindparam("which", type_=BigInteger())).values(email=null())
)


class Stored(msgspec.Struct, frozen=True):
    """A merge as it is stored."""

    id: int
    kept_id: int
    gone_id: int
    at: int
    moved: str
    stayed: str
    former: str
    given: str
    undone_at: int | None


class Merge(msgspec.Struct, frozen=True):
    """A merge that can still be taken back, for the kept person's page."""

    id: str
    name: str
    at: int
    until: int
    count: int
    stayed: int


class Undone(msgspec.Struct, frozen=True):
    """What an undone merge could not give back: rows by table, and fields that were corrected since."""

    gone_id: int
    rows: dict[str, int]
    fields: list[str]


STORED = tuple(m[name] for name in Stored.__struct_fields__)
BY_ID = Query(select(*STORED).where(m.id == bindparam("id")), into=Stored)
LATEST = Query(
    select(*STORED)
    .where(m.kept_id == bindparam("person"), m.undone_at.is_(None), m.at > bindparam("since", type_=BigInteger()))
    .order_by(m.id.desc())
    .limit(20),
    into=Stored,
)
CLOSE: Query[Any] = Query(
    update(table_of(PersonMerge))
    .where(m.id == bindparam("which", type_=BigInteger()), m.undone_at.is_(None))
    .values(undone_at=bindparam("now", type_=BigInteger()), undone_by=bindparam("whom", type_=BigInteger()))
)


def merge(tx: Tx, kept_id: int, gone_id: int, chosen: Mapping[str, str], personal: Iterable[Personal]) -> int:
    """Let one file go on for both. `chosen` says for each field whose value counts: "kept" or "gone".

    Without a choice the kept file's value counts, or the other's where it has none. Returns the id of the merge.
    Raises Refused with every reason, NotFound.
    """
    items = tuple(personal)
    if kept_id == gone_id:
        raise Refused((Reason("merge_same"),))
    found = queries.locked(tx, (kept_id, gone_id))
    if len(found) < 2:
        raise NotFound("no_such_person")
    kept, gone = found[kept_id], found[gone_id]
    _require_mergeable(tx, kept, gone)
    moved, stayed = moving.move(tx, moving.places(items), gone_id, kept_id)
    given = _chosen(kept, gone, chosen)
    _put(tx, kept, given)
    ending.end_access(tx, gone_id, items)
    merge_id = _note(tx, kept, gone, given, moved, stayed)
    record(tx, "people.merge", kept_id, show(gone_id), merge=show(merge_id), rows=sum(map(len, moved.values())))
    record(tx, "people.merge", gone_id, show(kept_id), merge=show(merge_id))
    tx.announce(Merged(kept_id, gone_id))
    tx.announce(AccountClosed(gone_id))
    return merge_id


def _require_mergeable(tx: Tx, kept: PersonFile, gone: PersonFile) -> None:
    if not (kept.is_active and gone.is_active) or kept.merged_into or gone.merged_into:
        raise Refused((Reason("merge_gone"),))
    if any(are_related(tx, *pair) for pair in ((kept.id, gone.id), (gone.id, kept.id))):
        raise Refused((Reason("merge_related"),))
    has_staff = any(is_staff(roles_of(tx, one.id)) for one in (kept, gone))
    if has_staff and tx.by.person_id is not None and not tx.by.may(CLOSE_ADMINISTRATORS):
        raise Refused((Reason("merge_staff"),))
    if tx.by.person_id == gone.id:
        raise Refused((Reason("own_account"),))
    if ADMINISTRATOR in roles_of(tx, gone.id):
        require_other_administrator(tx, gone.id)


def _chosen(kept: PersonFile, gone: PersonFile, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The values of the kept file from now on."""
    found = {}
    for name in CORRECTED:
        mine, theirs = kept.values[name], gone.values[name]
        takes_theirs = chosen.get(name) == GONE or (chosen.get(name) is None and mine is None)
        found[name] = theirs if takes_theirs and theirs is not None else mine
    return found


def _put(tx: Tx, one: PersonFile, values: Mapping[str, Any], *, active: int = 1, into: int | None = None) -> None:
    """Write a file's values, and the words it is found by. A file that leads to another is found by none."""
    first, last = str(values["first_name"]), str(values["last_name"])
    if values["email"] is not None:
        holder = queries.email_holder(tx, values["email"])
        if holder not in (None, one.id):
            tx.run(FREE_EMAIL, which=holder)
    tx.run(
        PUT,
        which=one.id,
        place=sort_name(first, last),
        moment=max(tx.now, one.changed_at + 1),
        active=active,
        into=into,
        **{f"new_{name}": values[name] for name in CORRECTED},
    )
    if into is None:
        index_anew(tx, one.id, first, last)
    else:
        forget_words(tx, one.id)


def _note(
    tx: Tx, kept: PersonFile, gone: PersonFile, given: Mapping[str, Any], moved: moving.Rows, stayed: moving.Rows
) -> int:
    """Close the old file and note what is needed to open it again."""
    left = dict(gone.values)
    if given["email"] is not None and given["email"] == gone.email:
        left["email"] = None
    _put(tx, gone, left, active=0, into=kept.id)
    merge_id = tx.new_id()
    tx.run(
        ADD,
        id=merge_id,
        kept_id=kept.id,
        gone_id=gone.id,
        at=tx.now,
        by=tx.by.person_id,
        moved=to_json(moved),
        stayed=to_json(stayed),
        former=to_json({KEPT: kept.values, GONE: gone.values}),
        given=to_json(given),
        undone_at=None,
        undone_by=None,
    )
    return merge_id


def undo(tx: Tx, merge_id: int, personal: Iterable[Personal]) -> Undone:
    """Take a merge back. Returns what could not be given back. Raises Refused with the reason, NotFound."""
    one = tx.row(BY_ID, id=merge_id)
    if one is None:
        raise NotFound("unknown_merge")
    found = queries.locked(tx, (one.kept_id, one.gone_id))
    if len(found) < 2:
        raise NotFound("unknown_merge")
    kept, gone = found[one.kept_id], found[one.gone_id]
    _require_undoable(tx, one, kept, gone)
    if not tx.run(CLOSE, which=merge_id, now=tx.now, whom=tx.by.person_id):
        raise Refused((Reason("merge_undone"),))
    moved = msgspec.json.decode(one.moved, type=dict[str, list[list[Any]]])
    lost = moving.move_back(
        tx, moving.places(personal), {k: [tuple(i) for i in v] for k, v in moved.items()}, gone.id, kept.id
    )
    fields = _give_back(tx, one, kept, gone)
    record(tx, "people.undo_merge", kept.id, show(gone.id), merge=show(merge_id), lost=sum(lost.values()))
    record(tx, "people.undo_merge", gone.id, show(kept.id), merge=show(merge_id))
    return Undone(gone.id, lost, fields)


def _require_undoable(tx: Tx, one: Stored, kept: PersonFile, gone: PersonFile) -> None:
    if one.undone_at is not None:
        raise Refused((Reason("merge_undone"),))
    if tx.now > one.at + UNDO_FOR:
        raise Refused((Reason("merge_too_old"),))
    if kept.merged_into is not None or gone.merged_into != kept.id:
        raise Refused((Reason("merge_later_first"),))
    newer = [other for other in tx.rows(LATEST, person=kept.id, since=one.at - 1) if other.id > one.id]
    if newer:
        raise Refused((Reason("merge_later_first"),))


def _give_back(tx: Tx, one: Stored, kept: PersonFile, gone: PersonFile) -> list[str]:
    """Both files as before, but for what was corrected since; returns the names of those fields."""
    former = msgspec.json.decode(one.former, type=dict[str, dict[str, Any]])
    given = msgspec.json.decode(one.given, type=dict[str, Any])
    corrected = [name for name in CORRECTED if kept.values[name] != given[name]]
    values = {name: kept.values[name] if name in corrected else former[KEPT][name] for name in CORRECTED}
    back = dict(former[GONE])
    if back["email"] is not None and back["email"] == values["email"]:
        back["email"] = None
    taken = queries.email_holder(tx, back["email"]) if back["email"] else None
    if taken not in (None, kept.id, gone.id):
        back["email"] = None
        corrected.append("email")
    _put(tx, kept, values, active=kept.is_active)
    _put(tx, gone, back)
    return sorted(set(corrected))


def undoable(reader: Reader, person_id: int) -> list[Merge]:
    """The merges into this file that can still be taken back, latest first."""
    found = []
    for one in reader.rows(LATEST, person=person_id, since=reader.now - UNDO_FOR):
        former = msgspec.json.decode(one.former, type=dict[str, dict[str, Any]])[GONE]
        moved, stayed = (msgspec.json.decode(text, type=dict[str, list[Any]]) for text in (one.moved, one.stayed))
        found.append(
            Merge(
                show(one.id),
                f"{former['first_name']} {former['last_name']}",
                one.at,
                one.at + UNDO_FOR,
                sum(map(len, moved.values())),
                sum(map(len, stayed.values())),
            )
        )
    return found
