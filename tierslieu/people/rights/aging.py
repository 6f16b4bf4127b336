"""Making rows anonymous by age: the retention that features above declare for what counts but need not name."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, delete, null, select, update

from tierslieu.infra.personal import NOBODY, Personal
from tierslieu.infra.statements import Query, table_of
from tierslieu.infra.transaction import Tx

Remove = Callable[[Tx, int, int], int]


def anonymous_after(item: Personal, moment: str) -> Remove:
    """A retention's `remove`: rows whose `moment` is before the instant lose their person and their typed texts."""
    table = table_of(item.table)
    key = next(iter(table.primary_key.columns))
    column = table.c[item.column]
    old = and_(table.c[moment] < bindparam("before", type_=BigInteger()), column.is_not(None), column != NOBODY)
    some = select(key).where(old).limit(bindparam("most", type_=BigInteger()))
    values: dict[str, Any] = {item.column: null() if column.nullable else NOBODY, **dict.fromkeys(item.blank, "")}
    change: Query[Any] = Query(update(table).where(key.in_(some)).values(values))
    return lambda tx, before, count: tx.run(change, before=before, most=count)


def gone_after(item: Personal, moment: str) -> Remove:
    """A retention's `remove`: rows whose `moment` is before the instant are deleted."""
    table = table_of(item.table)
    key = next(iter(table.primary_key.columns))
    old = select(key).where(table.c[moment] < bindparam("before", type_=BigInteger()))
    change: Query[Any] = Query(delete(table).where(key.in_(old.limit(bindparam("most", type_=BigInteger())))))
    return lambda tx, before, count: tx.run(change, before=before, most=count)
