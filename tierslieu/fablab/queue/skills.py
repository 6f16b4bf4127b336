"""Which machines people may start their own jobs on, for many jobs at once."""

from collections.abc import Sequence

from tierslieu.basics.errors import Reason
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications.queries import reasons_among


def barred_by_skill(
    reader: Reader, machines: Sequence[MachineNow], waiting: Sequence[JobNow]
) -> dict[int, dict[int, tuple[Reason, ...]]]:
    """Of each job that its person starts, the machines of its kind that this person may not use alone, and why."""
    own = [one for one in waiting if one.service == "self"]
    against = reasons_among(reader, {one.person_id for one in own}, reader.now) if own else {}
    return {
        one.id: {
            machine.id: against[one.person_id][machine.key]
            for machine in machines
            if machine.kind == one.kind and machine.key in against[one.person_id]
        }
        for one in own
    }
