"""Fire alarms: the list of who is inside is kept as it was, nobody is held, and only staff end it."""

from typing import Any, Final

from sqlalchemy import bindparam, update

from tierslieu.access.presence import queries
from tierslieu.access.presence.evacuation import evacuation_now
from tierslieu.access.presence.tables import Alarm
from tierslieu.basics.errors import Conflict
from tierslieu.basics.spans import MINUTE
from tierslieu.infra.statements import Query, columns, insert_into, table_of, to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations.presence import holding

BY_STAFF = "staff"
"""The source of an alarm that staff declare: a button, not a contact that stays on."""
BACK_WITHIN: Final = 30 * MINUTE
"""For so long after an alarm nobody loses what they reserved: people come back from outside."""
TOPIC = "alarm"
"""The live topic that moves when an alarm begins or ends."""
a = columns(Alarm)
ADD: Query[Any] = Query(insert_into(Alarm))
SIGNAL: Query[Any] = Query(
    update(table_of(Alarm)).where(a.ended_at == 0, a.source == bindparam("which")).values(is_on=bindparam("signal"))
)
END: Query[Any] = Query(
    update(table_of(Alarm))
    .where(a.ended_at == 0)
    .values(ended_at=bindparam("now"), ended_by=bindparam("who"), is_on=0, kept="")
)


def note_alarm(tx: Tx, source: str, is_on: bool) -> None:
    """The alarm input of a door (or staff) says on or off. The first "on" begins an alarm and keeps the list.

    "Off" does not end it: people are still outside, and only staff know when they may come back.
    """
    if tx.run(SIGNAL, which=source, signal=int(is_on)) or not is_on:
        return
    kept = queries.kept_list(tx) or to_json(evacuation_now(tx))
    tx.run(ADD, id=tx.new_id(), source=source, is_on=1, started_at=tx.now, ended_at=0, ended_by=None, kept=kept)
    holding.hold(tx)
    record(tx, "access.alarm_began", None, source)
    tx.forget("alarms")
    tx.touch(TOPIC)


def end_alarm(tx: Tx, *, despite_signal: bool = False) -> None:
    """Staff end the alarm, all of its sources together; the kept list goes.

    Raises Conflict("no_alarm"), and Conflict("alarm_still_on") while an input says on, unless staff know better.
    """
    found = queries.alarms(tx)
    if not found:
        raise Conflict("no_alarm")
    if any(one.is_on for one in found) and not despite_signal:
        raise Conflict("alarm_still_on")
    tx.run(END, now=tx.now, who=tx.by.person_id)
    holding.let_go(tx, tx.now + BACK_WITHIN)
    record(tx, "access.alarm_ended", None, "", despite_signal=despite_signal)
    tx.forget("alarms")
    tx.touch(TOPIC)
