"""Importing a calendar, in two steps: look at what each date will do, then all of it in one transaction.

The file waits in the database, for the member of staff who sent it and for one hour. Confirming works the plan out
again: when somebody reserved meanwhile nothing is imported and the new plan is shown.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, select, update

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Forbidden, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, insert_into, table_of, to_json
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations import claims
from tierslieu.reservations.calendars import queries
from tierslieu.reservations.calendars.planning_dates import CHANGED, MEETS, NEW, TAKES, Plan, Planned, Taken, plan
from tierslieu.reservations.calendars.queries import StoredEvent, StoredImport
from tierslieu.reservations.calendars.reading import Reading
from tierslieu.reservations.calendars.tables import CalendarDraft, CalendarImport, ImportedEvent
from tierslieu.reservations.events import Freed
from tierslieu.reservations.queries import claims as claims_of
from tierslieu.reservations.rules import places
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

IMPORT = "reservations.import"
LIVES, MOST, MOST_RESOURCES = 3600, 5000, 20
i, e, d = columns(CalendarImport), columns(ImportedEvent), columns(CalendarDraft)
ADD_DRAFT: Query[Any] = Query(insert_into(CalendarDraft))
DRAFT: Query[tuple[str]] = Query(
    select(d.content).where(
        d.id == bindparam("which"), d.staff_id == bindparam("staff"), d.expires_at > bindparam("now")
    )
)
SET_DRAFT: Query[Any] = Query(
    update(table_of(CalendarDraft)).where(d.id == bindparam("which")).values(content=bindparam("text"))
)
DROP_DRAFT: Query[Any] = Query(delete(table_of(CalendarDraft)).where(d.id == bindparam("which")))
FORGET: Query[Any] = Query(delete(table_of(CalendarDraft)).where(d.expires_at <= bindparam("now", type_=BigInteger())))
ADD_IMPORT: Query[Any] = Query(insert_into(CalendarImport))
SET_IMPORT: Query[Any] = Query(
    update(table_of(CalendarImport))
    .where(i.id == bindparam("which"))
    .values(
        name=bindparam("called"),
        resources=bindparam("on"),
        changed_at=bindparam("now", type_=BigInteger()),
        changed_by=bindparam("by", type_=BigInteger()),
    )
)
DROP_IMPORT: Query[Any] = Query(delete(table_of(CalendarImport)).where(i.id == bindparam("which")))
ADD_EVENT: Query[Any] = Query(insert_into(ImportedEvent))
SET_EVENT: Query[Any] = Query(
    update(table_of(ImportedEvent))
    .where(e.id == bindparam("which"))
    .values(
        starts_at=bindparam("first", type_=BigInteger()),
        ends_at=bindparam("last", type_=BigInteger()),
        title=bindparam("called"),
        state=bindparam("stands"),
        why=bindparam("because"),
    )
)
DROP_EVENT: Query[Any] = Query(delete(table_of(ImportedEvent)).where(e.id == bindparam("which")))

OVER: Query[tuple[int]] = Query(
    select(e.id).where(e.ends_at <= bindparam("before")).order_by(e.ends_at).limit(bindparam("most"))
)


class Draft(msgspec.Struct, frozen=True):
    """A file that waits to be confirmed. `into` is the import that it brings up to date, 0 for a new one."""

    name: str
    resource_ids: tuple[int, ...]
    reading: Reading
    into: int = 0
    mark: str = ""


def keep_draft(tx: Tx, name: str, keys: Iterable[str], reading: Reading, into: int = 0) -> int:
    """Keep a file for one hour, for this actor alone. Raises Refused, NotFound, Forbidden. Returns its id."""
    here = venue(tx)
    resources = [here.resource(key) for key in dict.fromkeys(keys)]
    if into:
        stored = queries.stored_import(tx, into)
        resources = resources or [here.by_id[one] for one in stored.resource_ids if one in here.by_id]
    if not 0 < len(resources) <= MOST_RESOURCES:
        raise Refused((Reason("choose_resources"),))
    _require(tx, resources)
    if not reading.dates and not into:
        raise Refused((Reason("nothing_to_import"),))
    if len(reading.dates) * len(resources) > MOST:
        raise Refused((Reason("too_many_occurrences", {"count": MOST}),))
    if tx.by.person_id is None:
        raise Forbidden("not_allowed")
    tx.run(FORGET, now=tx.now)
    draft = Draft(name, tuple(one.id for one in resources), reading, into)
    draft = msgspec.structs.replace(draft, mark=plan_of(tx, draft).mark)
    draft_id = tx.new_id()
    tx.run(ADD_DRAFT, id=draft_id, staff_id=tx.by.person_id, expires_at=tx.now + LIVES, content=to_json(draft))
    return draft_id


def kept_draft(reader: Reader, draft_id: int, staff_id: int | None) -> Draft:
    """A file that waits for this member of staff. Raises NotFound when it was used, is too old or another's."""
    found = reader.row(DRAFT, which=draft_id, staff=staff_id or 0, now=reader.now)
    if found is None:
        raise NotFound("no_such_draft")
    return msgspec.json.decode(found[0], type=Draft)


def plan_of(reader: Reader, draft: Draft) -> Plan:
    """What a file would do now. A fixed number of statements."""
    here = venue(reader)
    resources = [here.by_id[one] for one in draft.resource_ids if one in here.by_id]
    events = queries.known_events(reader, [one.uid for one in draft.reading.dates], draft.resource_ids)
    own = queries.events_of(reader, draft.into) if draft.into else []
    known = {one.key: one for one in (*events, *own)}
    taken = _taken(reader, resources, draft, {one.id for one in own})
    return plan(here, resources, draft.reading.dates, taken, known, draft.into, reader.now)


def _taken(reader: Reader, resources: list[ResourceFacts], draft: Draft, own: set[int]) -> Mapping[int, list[Taken]]:
    """The claims on the resources in the time of the file, without those of the import itself."""
    here = venue(reader)
    starts = [one.starts_at or here.zone.day(date.fromisoformat(one.day)).start for one in draft.reading.dates]
    ends = [one.ends_at or here.zone.day(date.fromisoformat(one.day)).end for one in draft.reading.dates]
    units = sorted({unit for one in resources for unit in one.units})
    found: dict[int, list[Taken]] = {unit: [] for unit in units}
    if starts and units:
        for unit, start, end, cause, cause_id in claims_of(reader, units, Span(min(starts), max(ends))):
            if cause != "import" or cause_id not in own:
                found[unit].append((start, end, cause, cause_id))
    return found


def confirm(tx: Tx, draft_id: int, *, skip: bool) -> int:
    """Import what was looked at, all of it. Returns the import's id.

    Raises NotFound when it was done already, Refused("import_meets_claims") while dates meet claims and `skip` was
    not chosen, Refused("import_changed_meanwhile") when it would do something else than what was shown.
    """
    draft = kept_draft(tx, draft_id, tx.by.person_id)
    here = venue(tx)
    _require(tx, [here.by_id[one] for one in draft.resource_ids if one in here.by_id])
    found = plan_of(tx, draft)
    if found.mark != draft.mark:
        raise Refused((Reason("import_changed_meanwhile"),))
    if found.count(*MEETS) and not skip:
        raise Refused((Reason("import_meets_claims", {"count": found.count(*MEETS)}),))
    tx.run(DROP_DRAFT, which=draft_id)
    import_id = bring_in(tx, draft, found)
    counts = {"taken": found.count(*TAKES), "left_out": len(found.dates) - found.count(*TAKES), "gone": len(found.gone)}
    record(tx, "reservations.import", None, show(import_id), **counts)
    return import_id


def bring_in(tx: Tx, draft: Draft, found: Plan) -> int:
    """Write what a plan of a file says, as it was worked out in this transaction. Returns the import's id."""
    import_id = _put_import(tx, draft)
    _write(tx, import_id, found)
    return import_id


def look_again(tx: Tx, draft_id: int) -> None:
    """Note that what a file does now was shown anew."""
    draft = kept_draft(tx, draft_id, tx.by.person_id)
    fresh = msgspec.structs.replace(draft, mark=plan_of(tx, draft).mark)
    tx.run(SET_DRAFT, which=draft_id, text=to_json(fresh))


def _put_import(tx: Tx, draft: Draft) -> int:
    on, by = to_json(draft.resource_ids), tx.by.person_id
    if draft.into:
        tx.run(SET_IMPORT, which=draft.into, called=draft.name, on=on, now=tx.now, by=by)
        return draft.into
    import_id = tx.new_id()
    tx.run(
        ADD_IMPORT,
        id=import_id,
        name=draft.name,
        resources=on,
        created_at=tx.now,
        created_by=by,
        changed_at=tx.now,
        changed_by=by,
    )
    return import_id


def _write(tx: Tx, import_id: int, found: Plan) -> None:
    """Give back what goes or moves, then take the rest: units in one order, so that nobody waits in a circle."""
    former = {one.id: one for one in queries.events_of(tx, import_id)}
    moving = [one.former_id for one in found.dates if one.former_id and one.outcome != "same"]
    _give_back(tx, [former[id_] for id_ in (*found.gone, *moving) if id_ in former])
    for id_ in found.gone:
        tx.run(DROP_EVENT, which=id_)
    takes: list[tuple[int, int, int, int]] = []
    for one in found.dates:
        if one.outcome in ("same", "imported_already"):
            continue
        event_id = _put_event(tx, import_id, one)
        if one.outcome in (NEW, CHANGED):
            takes += [(unit, one.starts_at, one.ends_at, event_id) for unit in one.units]
    for unit, start, end, event_id in sorted(takes):
        claims.take(tx, (unit,), Span(start, end), "import", event_id)


def _put_event(tx: Tx, import_id: int, one: Planned) -> int:
    stands, because = ("claimed", "") if one.outcome in TAKES else ("left_out", one.outcome)
    if one.former_id:
        tx.run(
            SET_EVENT,
            which=one.former_id,
            first=one.starts_at,
            last=one.ends_at,
            called=one.title,
            stands=stands,
            because=because,
        )
        return one.former_id
    event_id = tx.new_id()
    tx.run(
        ADD_EVENT,
        id=event_id,
        import_id=import_id,
        resource_id=one.resource_id,
        uid=one.uid,
        occurrence=one.occurrence,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=one.title,
        state=stands,
        why=because,
    )
    return event_id


def _give_back(tx: Tx, events: Iterable[StoredEvent]) -> None:
    """Free the time of events; what waits for it is told once for each unit set, not once for each date."""
    units: set[int] = set()
    ahead: list[StoredEvent] = []
    for one in events:
        if one.state == "claimed":
            units.update(claims.give_back(tx, "import", one.id, is_freed=False))
            ahead.append(one)
    ahead = [one for one in ahead if one.ends_at > tx.now]
    if units and ahead:
        tx.announce(Freed(tuple(sorted(units)), min(one.starts_at for one in ahead), max(one.ends_at for one in ahead)))


def remove(tx: Tx, import_id: int) -> None:
    """Undo an import: all its time is free again. Raises NotFound, Forbidden."""
    stored = queries.stored_import(tx, import_id)
    here = venue(tx)
    _require(tx, resources_of(here, stored))
    events = queries.events_of(tx, import_id)
    _give_back(tx, events)
    tx.run(DROP_IMPORT, which=import_id)
    record(tx, "reservations.remove_import", None, show(import_id), count=len(events))


def forget_events(tx: Tx, before: int, count: int) -> int:
    """Remove imported dates that ended before an instant. Returns how many."""
    found = tx.rows(OVER, before=before, most=count)
    for (event_id,) in found:
        claims.give_back(tx, "import", event_id, is_freed=False)
        tx.run(DROP_EVENT, which=event_id)
    return len(found)


def resources_of(here: VenueMap, stored: StoredImport) -> list[ResourceFacts]:
    """What an import takes, as far as it is still there."""
    return [here.by_id[one] for one in stored.resource_ids if one in here.by_id]


def _require(tx: Tx, resources: Iterable[ResourceFacts]) -> None:
    for one in resources:
        require(tx.by, IMPORT, *places(one))
