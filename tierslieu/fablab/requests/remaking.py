"""Making something once more: within the limits of its person's week, like what is asked for the first time."""

from tierslieu.basics.errors import Refused
from tierslieu.fablab import actions, queries
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queue import arranging
from tierslieu.fablab.requests import limits
from tierslieu.fablab.requests import storing as rows
from tierslieu.fablab.requests.estimates import Estimate, Wanted, estimate
from tierslieu.fablab.rules import JobNow
from tierslieu.infra.transaction import Reader, Tx


def make_again(tx: Tx, job_id: int, quantity: int = 1, exception: str = "") -> int:
    """Staff queue what was made before as a new job, with its price. Returns its id.

    Raises Refused with every limit of the week that it passes over, unless `exception` says why, which the log keeps.
    """
    made = queries.job(tx, arranging.make_again(tx, job_id, quantity))
    found = _estimate(tx, made)
    over = limits.over_limits(tx, made.person_id, found.amount, without=made.id)
    standing = limits.standing(tx, over, exception)
    if standing:
        raise Refused(standing)
    tx.run(rows.SET_ESTIMATE, which=made.id, estimate_cents=found.cost.total_cents)
    limits.note_passed(tx, over, exception, made.person_id, made.id)
    return made.id


def queue_again(tx: Tx, job_id: int) -> None:
    """A failed or cancelled job waits once more. What was cancelled counts again for the week, and may be too much."""
    one = actions.own_job(tx, job_id)
    if one.state == "cancelled":
        over = limits.over_limits(tx, one.person_id, _estimate(tx, one).amount, without=one.id)
        if over:
            raise Refused(over)
    actions.queue_again(tx, job_id)


def _estimate(reader: Reader, one: JobNow) -> Estimate:
    wanted = Wanted(one.kind, one.wanted_machine_id, one.material, one.colour, one.quantity)
    return estimate(reader, read(one.facts), wanted)
