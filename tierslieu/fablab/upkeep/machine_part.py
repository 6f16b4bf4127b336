"""Upkeep on a machine's own page: what is due and open for staff; telling a problem and the sheet for everybody."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import MEND, REPORT
from tierslieu.fablab.rules import places
from tierslieu.fablab.upkeep import planning, queries
from tierslieu.fablab.upkeep.views import IncidentLine, PlanLine, incident_line, plan_line
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader


class MachineCare(msgspec.Struct, frozen=True):
    """What the part shows; `is_sheet_due`: the one who looks has not accepted the sheet."""

    key: str
    is_unsafe: bool
    has_sheet: bool
    is_sheet_due: bool
    can_report: bool
    mends: bool
    plans: list[PlanLine]
    incidents: list[IncidentLine]


def machine_part(reader: Reader, words: Words, key: str, who: Actor) -> MachineCare | None:
    """For everybody the sheet and the way to tell a problem; for who mends it what is to be done."""
    machine = fablab.machine(reader, key)
    one = queries.sheet(reader, machine.id)
    is_due = (
        one is not None
        and who.person_id is not None
        and queries.accepted(reader, machine.id, one.version, who.person_id) is None
    )
    mends = who.may(MEND, *places(machine))
    opened = queries.incidents_on(reader, machine.id)
    plans = [one for one in planning.look(reader) if one.machine.id == machine.id] if mends else []
    return MachineCare(
        key,
        any(incident.kind == "danger" for incident in opened),
        one is not None,
        is_due,
        who.may(REPORT),
        mends,
        [plan_line(plan, words) for plan in plans],
        [incident_line(incident, machine, words) for incident in opened] if mends else [],
    )
