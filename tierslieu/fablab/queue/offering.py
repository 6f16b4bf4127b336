"""Turns of people who start their own jobs: told once, held for a while, then the next ones may go first.

The team is told of a job that waits for them alone, and of a machine that nobody comes to.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import BigInteger, bindparam, func, select

from tierslieu.basics.spans import DAY, MINUTE
from tierslieu.fablab import queries, storing
from tierslieu.fablab.events import Cleared
from tierslieu.fablab.queue.letters import nobody_notice, team_notice, turn_notice
from tierslieu.fablab.queue.queries import Workshop, workshop
from tierslieu.fablab.queue.scheduler import Wish
from tierslieu.fablab.queue.starting import against_person, reasons_against_own
from tierslieu.fablab.queue.turns import HELD, OF_TEAM, OFFERED, PASSED, turns
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.tables import MachineEvent
from tierslieu.fablab.upkeep.letters import menders
from tierslieu.http.words import Words
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.statements import Query, among, columns, one_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.venue.queries import venue

EVERY: Final = 60
HELD_FOR: Final = 30 * MINUTE
"""How long a machine is kept for the person whose turn it is, while others wait for it."""
LIFTED_AT_THE_MACHINE: Final = "sheet_not_accepted"
"""The one reason against starting that the person takes away alone, within their turn."""
LIFTED_BY_THE_TEAM: Final = frozenset({"flagged_commands", "no_remote_start"})
"""Reasons against starting that last, and that nobody but the team can take away."""
e = columns(MachineEvent)
OFFERED_AT: Query[tuple[int | None]] = Query(
    select(func.max(e.at)).where(
        among(e.machine_id, "machines"),
        e.at >= bindparam("since", type_=BigInteger()),
        one_of(e.kind, ("turn_offered", "team_asked")),
        e.job_id == bindparam("job"),
    )
)
NOTED_AT: Query[tuple[int | None]] = Query(
    select(func.max(e.at)).where(
        e.machine_id == bindparam("machine", type_=BigInteger()),
        e.at > bindparam("since", type_=BigInteger()),
        e.kind == bindparam("kind"),
        e.job_id == bindparam("job"),
    )
)


async def heed(house: House, _event: Cleared) -> None:
    """A machine is free: tell whose turn it is. May run again: nobody is told twice."""
    await house.db.write(look_after, house.settings)


async def watch_turns(house: House, _payload: object) -> None:
    """Look after the turns that opened otherwise, and those that nobody took."""
    await house.db.write(look_after, house.settings)


def look_after(tx: Tx, settings: Settings) -> None:
    """Take back what was offered and is nobody's turn any more, let turns pass, offer those that came."""
    if not any(one.service == "self" for one in queries.waiting(tx)):
        return
    shop = workshop(tx)
    theirs = turns(shop)
    kept = _kept(tx, shop, theirs)
    for one in shop.waiting:
        here = [machine for machine in shop.machines if one.id in theirs.get(machine.id, ())]
        if here and one.service == "self" and one.notice not in (OFFERED, PASSED) and not _is_just_back(tx, one):
            free = [machine for machine in here if kept.get(machine.id, one.id) == one.id]
            found = next((machine for machine in free if _may_begin(tx, machine, one)), None)
            if found is not None:
                kept[found.id] = one.id
                _offer(tx, found, one, settings)
            elif free and one.notice != OF_TEAM and all(_needs_team(tx, machine, one) for machine in free):
                kept[free[0].id] = one.id
                _ask_team(tx, free[0], one, settings)
    _tell_of_stillness(tx, shop, theirs, settings)


def _kept(tx: Tx, shop: Workshop, theirs: Mapping[int, set[int]]) -> dict[int, int]:
    """The machines that are kept for a job still, one for each offer."""
    kept: dict[int, int] = {}
    wishes = {wish.id: wish for wish in shop.wishes}
    for one in shop.waiting:
        if one.notice not in HELD or one.id not in wishes:
            continue
        here = [machine.id for machine in shop.machines if one.id in theirs.get(machine.id, ())]
        if here and not _is_over(tx, shop, wishes[one.id]):
            kept.update([(machine_id, one.id) for machine_id in here if machine_id not in kept][:1])
        else:
            storing.change_job(tx, storing.SET_STATE, one, state=one.state, notice=PASSED if here else "")
    return kept


def _is_over(reader: Reader, shop: Workshop, wish: Wish) -> bool:
    """True when a turn was held for long enough, and somebody else waits for the machine."""
    others = (one for one in shop.wishes if one.id != wish.id)
    if not any(one.fits & wish.fits for one in others):
        return False
    row = reader.row(OFFERED_AT, machines=sorted(wish.fits), since=reader.now - DAY, job=wish.id)
    return row is None or row[0] is None or reader.now - row[0] >= HELD_FOR


def _is_just_back(reader: Reader, one: JobNow) -> bool:
    """True for a job that a machine gave back a moment ago: why it did is worth more than being told again."""
    is_new_try = one.notice in ("", "next_copy", "again")
    return not is_new_try and reader.now - (one.dispatched_at or 0) < HELD_FOR


def _may_begin(reader: Reader, machine: MachineNow, one: JobNow) -> bool:
    found = reasons_against_own(reader, machine, one, one.person_id)
    return all(reason.code == LIFTED_AT_THE_MACHINE for reason in found)


def _needs_team(reader: Reader, machine: MachineNow, one: JobNow) -> bool:
    """True when something lasts that keeps the person from starting it there, however long it is kept for them."""
    theirs = {reason.code for reason in against_person(reader, machine, one, one.person_id)} - {LIFTED_AT_THE_MACHINE}
    found = {reason.code for reason in reasons_against_own(reader, machine, one, one.person_id)}
    return bool(theirs or found & LIFTED_BY_THE_TEAM)


def _ask_team(tx: Tx, machine: MachineNow, one: JobNow, settings: Settings) -> None:
    """Its turn came, and its person cannot start it: the team is told, once for each attempt."""
    if not storing.change_job(tx, storing.SET_STATE, one, state=one.state, notice=OF_TEAM):
        return
    _note_turn(tx, machine, one, "team_asked")
    _tell_team(
        tx, machine, f"team_turn:{one.id}:{one.attempts}", lambda words: team_notice(machine, one, settings, words)
    )


def _note_turn(tx: Tx, machine: MachineNow, one: JobNow, kind: str) -> None:
    """From now on it is held, unless the time of this attempt runs already: a machine that goes silent for a moment
    gives nobody more of it, else those who come next could wait for ever."""
    since = max(tx.now - HELD_FOR, one.dispatched_at or 0)
    row = tx.row(NOTED_AT, machine=machine.id, since=since, kind=kind, job=one.id)
    if row is None or row[0] is None:
        storing.note(tx, machine.id, kind, one)


def _tell_of_stillness(tx: Tx, shop: Workshop, theirs: Mapping[int, set[int]], settings: Settings) -> None:
    """A free machine whose every turn has passed stands still: the team is told, once for the first job of its line."""
    for machine in shop.machines:
        line = [one for one in shop.waiting if one.id in theirs.get(machine.id, ())]
        if line and all(one.notice == PASSED for one in line):
            _tell_of_nobody(tx, machine, line[0], settings)


def _tell_of_nobody(tx: Tx, machine: MachineNow, one: JobNow, settings: Settings) -> None:
    key = f"nobody_came:{machine.id}:{one.id}:{one.attempts}"
    _tell_team(tx, machine, key, lambda words: nobody_notice(machine, one, settings, words))


def _tell_team(tx: Tx, machine: MachineNow, key: str, notice: Callable[[Words], Notice]) -> None:
    for person_id in menders(tx, machine):
        told = notice(words_for(tx, person_id, venue(tx).zone))
        post(tx, person_id, told.with_key(f"{key}:{person_id}"))


def _offer(tx: Tx, machine: MachineNow, one: JobNow, settings: Settings) -> None:
    """It is their turn: the job says so, and its person is told, once a day at most for each attempt.

    Nobody is told of a job that was started, or withdrawn, meanwhile.
    """
    if not storing.change_job(tx, storing.SET_STATE, one, state=one.state, notice=OFFERED):
        return
    _note_turn(tx, machine, one, "turn_offered")
    here = venue(tx).zone
    told = turn_notice(machine, one, tx.now + HELD_FOR, settings, words_for(tx, one.person_id, here))
    post(tx, one.person_id, told.with_key(f"turn:{one.id}:{one.attempts}:{here.date(tx.now).isoformat()}"))
