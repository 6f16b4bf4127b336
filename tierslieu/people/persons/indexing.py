"""Keeping the words by which people are found."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, delete

from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.names import rows, sort_name
from tierslieu.people.persons.tables import PersonWord

w = columns(PersonWord)
ADD: Query[Any] = Query(insert_into(PersonWord))
DROP: Query[Any] = Query(delete(table_of(PersonWord)).where(w.person_id == bindparam("which", type_=BigInteger())))


def index_words(tx: Tx, person_id: int, first_name: str, last_name: str) -> None:
    """Note the words of a new file."""
    place = sort_name(first_name, last_name)
    for word in rows(first_name, last_name):
        tx.run(ADD, word=word, sort_name=place, person_id=person_id)


def index_anew(tx: Tx, person_id: int, first_name: str, last_name: str) -> None:
    """Note the words of a file whose names changed."""
    forget_words(tx, person_id)
    index_words(tx, person_id, first_name, last_name)


def forget_words(tx: Tx, person_id: int) -> None:
    """Nobody finds this file by its names any more."""
    tx.run(DROP, which=person_id)
