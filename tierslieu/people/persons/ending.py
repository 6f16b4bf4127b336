"""Ending what opens doors for an account: sessions, links on their way (the rows declared END)."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete
from sqlmodel import SQLModel

from tierslieu.infra.personal import END, Personal
from tierslieu.infra.statements import Query, table_of
from tierslieu.infra.transaction import Tx


def end_access(tx: Tx, person_id: int, personal: Iterable[Personal]) -> None:
    """Remove every row that gives access to this person's account."""
    for item in personal:
        if item.on_merge == END:
            tx.run(_removal(item.table, item.column), whose=person_id)


@cache
def _removal(table: type[SQLModel], column: str) -> Query[Any]:
    core = table_of(table)
    return Query(delete(core).where(core.c[column] == bindparam("whose", type_=BigInteger())))
