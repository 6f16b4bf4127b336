"""What a wish would come to: it is carried out, then undone. So no promise differs from the act."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Reason, Refused
from tierslieu.fablab import queries as fablab
from tierslieu.fablab import storing
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queue.queries import expected
from tierslieu.fablab.requests.asking import ask
from tierslieu.fablab.requests.estimates import Estimate, Wanted, estimate
from tierslieu.fablab.requests.schemas import Ask, Asked
from tierslieu.fablab.rules import Expected
from tierslieu.infra.database import Database
from tierslieu.infra.transaction import Tx


class Quote(msgspec.Struct, frozen=True):
    """What would be made of a wish. `when` is None when no place can be told."""

    asked: Asked
    estimate: Estimate
    when: Expected | None
    deadline: int | None

    @property
    def is_late(self) -> bool:
        """True when it would not be made in time."""
        ends = self.when.ends_at if self.when else None
        return self.deadline is not None and ends is not None and ends > self.deadline


class _Undone(Exception):
    """Carries the answer out of the transaction, which it rolls back."""

    def __init__(self, quote: Quote) -> None:
        super().__init__("undone")
        self.quote = quote


async def rehearse(db: Database, who: Actor, wish: Ask, file_id: int) -> Quote | tuple[Reason, ...]:
    """What would come of it, or all the reasons against it. Nothing is written."""
    try:
        await db.write(_ask_and_undo, wish, file_id, by=who)
    except _Undone as found:
        return found.quote
    except Refused as error:
        return error.reasons
    raise RuntimeError("a rehearsal cannot end well")


def _ask_and_undo(tx: Tx, wish: Ask, file_id: int) -> None:
    asked = ask(tx, wish, file_id)
    one = fablab.job(tx, asked.job_id)
    if one.state == "requested":  # as if staff said yes at once
        storing.change_job(tx, storing.SET_STATE, one, state="queued", notice="")
    wanted = Wanted(one.kind, one.wanted_machine_id, one.material, one.colour, one.quantity)
    found = estimate(tx, read(one.facts), wanted)
    raise _Undone(Quote(asked, found, expected(tx).get(one.id), one.deadline))
