"""Storing series: reading one to change it, writing what changed. Nothing is decided here."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, update

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, Forbidden, NotFound
from tierslieu.infra.statements import Query, columns, insert_into, table_of, upsert
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import actions
from tierslieu.reservations.scene import Asker
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.series import queries
from tierslieu.reservations.series.schemas import StoredSeries
from tierslieu.reservations.series.tables import ReservationSeries, SeriesDate

s = columns(ReservationSeries)
ADD: Query[Any] = Query(insert_into(ReservationSeries))
PUT_DATE = upsert(SeriesDate, ("series_id", "day"))
SET: Query[Any] = Query(
    update(table_of(ReservationSeries))
    .where(s.id == bindparam("which"), s.version == bindparam("known"))
    .values(
        resource_id=bindparam("new_resource", type_=BigInteger()),
        from_minutes=bindparam("new_from_minutes"),
        to_minutes=bindparam("new_to_minutes"),
        rule=bindparam("new_rule"),
        title=bindparam("new_title"),
        state=bindparam("new_state"),
        kept_until=bindparam("new_kept_until"),
        asked_at=bindparam("new_asked_at", type_=BigInteger()),
        deadline=bindparam("new_deadline", type_=BigInteger()),
        version=s.version + 1,
        changed_at=bindparam("now", type_=BigInteger()),
    )
)
SETTABLE = ("from_minutes", "to_minutes", "rule", "title", "state", "kept_until", "asked_at", "deadline")


def asker_of(reader: Reader, who: Actor, person_id: int) -> Asker:
    """For whom somebody asks, and with what authority. Raises Forbidden for other people's affairs, NotFound."""
    if who.may(actions.FOR_OTHERS):
        if known(reader, person_id) is None:
            raise NotFound("no_such_person")
        return Asker(person_id, who.person_id, has_authority=True)
    if not may_act_for(reader, who.person_id, person_id, reader.now):
        raise Forbidden("not_allowed")
    return Asker(person_id, who.person_id)


def origin_of(one: Stored | None) -> int:
    """By which id a date knows its reservation: the first of its chain."""
    return (one.origin_id or one.id) if one else 0


def put_date(tx: Tx, series_id: int, day: date, state: str, origin_id: int) -> None:
    """Note what became of a date."""
    tx.run(PUT_DATE, series_id=series_id, day=day.isoformat(), state=state, origin_id=origin_id)


def locked(tx: Tx, series_id: int, version: int | None = None) -> tuple[StoredSeries, Asker]:
    """A series that one may change, its person's affairs meanwhile left to us. Raises NotFound, Forbidden, and
    Conflict when it is no longer in the version that the actor saw."""
    has_authority = tx.by.may(actions.FOR_OTHERS)
    one = queries.own(tx, series_id, tx.by.person_id, has_authority=has_authority)
    tx.rows(actions.ONE_AT_A_TIME, person=one.person_id)
    one = queries.stored(tx, series_id)
    if version is not None and one.version != version:
        raise Conflict("series_changed_meanwhile")
    return one, asker_of(tx, tx.by, one.person_id)


def save(tx: Tx, one: StoredSeries, **changes: Any) -> StoredSeries:
    """Store other values of a series. Raises Conflict when somebody else changed it meanwhile."""
    new = msgspec.structs.replace(one, version=one.version + 1, changed_at=tx.now, **changes)
    values = {f"new_{name}": getattr(new, name) for name in SETTABLE}
    if not tx.run(SET, which=one.id, known=one.version, new_resource=new.resource_id, now=tx.now, **values):
        raise Conflict("series_changed_meanwhile")
    return new
