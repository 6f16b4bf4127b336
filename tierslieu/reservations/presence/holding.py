"""Times in which nobody is blamed for not coming: the house itself kept people out."""

from typing import Final

from sqlalchemy import bindparam, select

from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, upsert
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader, Tx

HELD: Final = "no_shows_held"
NO_END: Final = 2**40
"""The end of what lasts until further notice."""
v = columns(HouseValue)
VALUE: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("which")))
PUT = upsert(HouseValue, ("name",))


def held(reader: Reader) -> Span:
    """The time now or last in which no place was given to others because nobody came; empty when there was none."""
    row = reader.row(VALUE, which=HELD)
    start, end = (int(each) for each in row[0].split()) if row else (0, 0)
    return Span(start, end)


def hold(tx: Tx) -> None:
    """From now on no unclaimed place is given to others, until `let_go`. What began before goes on."""
    former = held(tx)
    start = former.start if tx.now < former.end else tx.now
    tx.run(PUT, name=HELD, value=f"{start} {NO_END}")


def let_go(tx: Tx, at: int) -> None:
    """People may come again; until `at` they are on their way."""
    tx.run(PUT, name=HELD, value=f"{held(tx).start} {at}")
