"""What the house would answer: a wish is carried out, then undone. So no promise differs from the act."""

from typing import Annotated

import msgspec
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.spans import Span
from tierslieu.infra.database import Database
from tierslieu.infra.transaction import Tx
from tierslieu.reservations import actions
from tierslieu.reservations.schemas import Id, Made, NewReservation

EXAMPLE: JsonDict = {
    "resources": ["visio-1"],
    "starts_at": "2026-11-24T09:00:00+01:00",
    "ends_at": "2026-11-24T12:00:00+01:00",
    "people": 2,
}


class QuoteWish(NewReservation):
    """What would be reserved, or moved."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    moves: Annotated[Id | None, Field(description="the reservation that would move to the first resource")] = None


class Quoted(msgspec.Struct, frozen=True):
    """One reservation as it would be: confirmed at once, or requested; its price."""

    resource: str
    state: str
    price_cents: int


class _Undone(Exception):
    """Carries the answer out of the transaction, which it rolls back."""

    def __init__(self, made: Made) -> None:
        super().__init__("undone")
        self.made = made


async def rehearse(db: Database, who: Actor, wish: actions.Request, moves: int | None) -> Made | tuple[Reason, ...]:
    """What would be made, or all the reasons against it. Nothing is written."""
    try:
        await db.write(_reserve_and_undo, wish, moves, by=who)
    except _Undone as found:
        return found.made
    except Refused as error:
        return error.reasons
    raise RuntimeError("a rehearsal cannot end well")


def _reserve_and_undo(tx: Tx, wish: actions.Request, moves: int | None) -> None:
    if moves is None:
        raise _Undone(actions.reserve(tx, wish))
    raise _Undone(actions.move(tx, moves, Span(wish.span.start, wish.span.end), wish.keys[0]))


def quoted(made: Made) -> list[Quoted]:
    """What would be made, in short."""
    return [Quoted(one.resource, one.state, one.price_cents) for one in made.reservations]
