"""What people had of the machines lately, so that taking turns does not begin anew with each job."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from sqlalchemy import BigInteger, bindparam, func, select

from tierslieu.basics.spans import DAY
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.tables import FabricationJob
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader

LATELY: Final = DAY
j = columns(FabricationJob)
MADE: Query[tuple[int, int]] = Query(
    select(j.person_id, func.sum(j.copies_done))
    .where(among(j.person_id, "people"), j.state == "done", j.ended_at >= bindparam("since", type_=BigInteger()))
    .group_by(j.person_id)
)


def turns_had(reader: Reader, waiting: Iterable[JobNow], active: Iterable[JobNow]) -> Counter[int]:
    """By person: copies of jobs that were over within a day, and of those that are on machines, the one that is being
    made included. What was made of the jobs that still wait is counted with them."""
    people = {one.person_id for one in waiting}
    had: Counter[int] = Counter()
    for one in active:
        had[one.person_id] += one.copies_done + 1
    for person_id, copies in reader.rows(MADE, people=sorted(people), since=reader.now - LATELY) if people else ():
        had[person_id] += int(copies)
    return had
