"""The limits of the week: what a wish would pass over, and staff who let it pass all the same by saying why."""

from collections.abc import Sequence

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden, Reason
from tierslieu.basics.ids import show
from tierslieu.fablab.requests import queries
from tierslieu.fablab.requests.rights import ANSWER
from tierslieu.fablab.requests.rules import Amount, over_limit, week_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.relations.queries import zone_of


def over_limits(reader: Reader, person_id: int, wished: Amount, without: int = 0) -> tuple[Reason, ...]:
    """Every limit of a person's week that a wish would pass over; `without` a job that is the wish itself."""
    zone = zone_of(reader)
    used = queries.used_this_week(reader, person_id, zone, without)
    return over_limit(queries.limit_of(reader, person_id), used, wished, week_of(zone, reader.now)[1])


def may_pass_limits(who: Actor) -> bool:
    """True for staff who answer requests: they may pass over the limits of the week by saying why."""
    return who.may(ANSWER)


def standing(tx: Tx, over: Sequence[Reason], exception: str) -> tuple[Reason, ...]:
    """The limits that stand against a wish: none of them once staff say why. Raises Forbidden when others say it."""
    if over and exception and not may_pass_limits(tx.by):
        raise Forbidden("not_allowed")
    return () if exception else tuple(over)


def note_passed(tx: Tx, over: Sequence[Reason], exception: str, person_id: int, job_id: int) -> None:
    """Keep in the audit log which limits staff passed over for whom, and why."""
    if over:
        codes = [one.code for one in over]
        record(tx, "fablab.requests.pass_limit", person_id, show(job_id), codes=codes, reason=exception)
