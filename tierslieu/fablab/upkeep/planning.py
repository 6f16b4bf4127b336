"""Maintenance plans: make them, change them, note that they were done. An overdue one may take its machine out."""

from collections.abc import Collection, Mapping

import msgspec

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab import care
from tierslieu.fablab import queries as fablab
from tierslieu.fablab import storing as fablab_storing
from tierslieu.fablab.actions import MEND
from tierslieu.fablab.away import Absence
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.fablab.stock.actions import take_part
from tierslieu.fablab.upkeep import letters, queries, rules, storing
from tierslieu.fablab.upkeep.queries import Plan
from tierslieu.fablab.upkeep.rules import Due, Reading
from tierslieu.fablab.upkeep.schemas import Done, NewPlan, PlanChange
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record

OVERDUE = "Entretien à faire avant de s’en servir\u00a0: {title}."
"""What people read on a machine that an overdue plan took out of service; it is stored, in the venue's language."""


class Looked(msgspec.Struct, frozen=True):
    """A plan with its machine and when it is due."""

    plan: Plan
    machine: MachineNow
    due: Due


def look(reader: Reader) -> list[Looked]:
    """Every plan in force with when it is due, the most urgent first."""
    machines = {one.id: one for one in fablab.machines(reader)}
    totals, paces = queries.readings(reader), queries.paces(reader)
    found = [_looked(one, machines, totals, paces, reader.now) for one in queries.plans(reader)]
    order = {"overdue": 0, "soon": 1, "later": 2}
    return sorted(found, key=lambda one: (order[one.due.urgency], one.due.at or 1 << 60, one.plan.id))


def _looked(
    one: Plan,
    machines: Mapping[int, MachineNow],
    totals: Mapping[int, Reading],
    paces: Mapping[int, Reading],
    now: int,
) -> Looked:
    total, pace = totals.get(one.machine_id, Reading()), paces.get(one.machine_id, Reading())
    return Looked(one, machines[one.machine_id], rules.due(one.measure, one.every, one.done_reading, total, pace, now))


def add_plan(tx: Tx, key: str, wish: NewPlan) -> int:
    """A new plan, counted from now; returns its id."""
    machine = fablab.machine(tx, key)
    require(tx.by, MEND, *places(machine))
    plan_id = tx.new_id()
    tx.run(
        storing.ADD_PLAN,
        id=plan_id,
        machine_id=machine.id,
        title=wish.title,
        measure=wish.measure,
        every=wish.every,
        steps=to_json(wish.steps),
        is_blocking=int(wish.is_blocking),
        is_active=1,
        done_at=tx.now,
        done_reading=_reading(tx, machine.id, wish.measure),
        told_at=0,
        blocked_at=0,
        created_at=tx.now,
    )
    record(tx, "fablab.upkeep.change_plan", None, show(plan_id))
    return plan_id


def _reading(tx: Tx, machine_id: int, measure: str) -> int:
    return queries.readings(tx).get(machine_id, Reading()).of(measure, tx.now)


def change_plan(tx: Tx, plan_id: int, wish: PlanChange) -> None:
    """A plan as it is from now on; with another measure it is counted from now."""
    one = queries.plan(tx, plan_id)
    require(tx.by, MEND, *places(fablab.machine_by_id(tx, one.machine_id)))
    is_same = wish.measure == one.measure
    tx.run(
        storing.SET_PLAN,
        which=plan_id,
        title=wish.title,
        measure=wish.measure,
        every=wish.every,
        steps=to_json(wish.steps),
        is_blocking=int(wish.is_blocking),
        is_active=int(wish.is_active),
        done_reading=one.done_reading if is_same else _reading(tx, one.machine_id, wish.measure),
        told_at=0,
    )
    record(tx, "fablab.upkeep.change_plan", None, show(plan_id))


def note_done(tx: Tx, plan_id: int, wish: Done) -> int:
    """It was done: counted from now on; parts leave the stock; a machine that it kept out of service comes back.

    Raises Refused when steps are missing and no note says why, or when the stock has not so many parts.
    """
    one = queries.plan(tx, plan_id)
    machine = fablab.machine_by_id(tx, one.machine_id)
    require(tx.by, MEND, *places(machine))
    missing = rules.missing_steps(one.checklist, wish.steps)
    if missing and not wish.note:
        raise Refused((Reason("steps_missing", {"count": len(missing)}),))
    done_id = tx.new_id()
    for part in wish.parts:
        take_part(tx, part.item, part.quantity, f"d{show(done_id)}")
    _add_done(tx, done_id, one, wish.note, wish.steps)
    reading = _reading(tx, one.machine_id, one.measure)
    tx.run(storing.SET_DONE, which=plan_id, done_at=tx.now, done_reading=reading, told_at=0, blocked_at=0)
    fablab_storing.note(tx, machine.id, "upkeep_done", note=one.title)
    is_out_for_this = one.blocked_at and machine.status_note == OVERDUE.format(title=one.title)
    if is_out_for_this and not queries.open_safety_incidents(tx, machine.id):
        care.put_back(tx, machine.key)
    record(tx, "fablab.upkeep.note_done", None, show(plan_id))
    tx.touch(fablab_storing.MACHINES)
    return done_id


def _add_done(tx: Tx, done_id: int, one: Plan, note: str, ticked: Collection[int]) -> None:
    steps = [[text, at in ticked] for at, text in enumerate(one.checklist)]
    tx.run(
        storing.ADD_DONE,
        id=done_id,
        machine_id=one.machine_id,
        plan_id=one.id,
        title=one.title,
        steps=to_json(steps),
        note=note,
        reading=_reading(tx, one.machine_id, one.measure),
        at=tx.now,
        done_by=tx.by.person_id,
    )


def act_on_due(tx: Tx, hold_seconds: int) -> None:
    """Tell what is due soon, once; take out what an overdue plan keeps from being used. Safe to repeat."""
    for one in look(tx):
        if one.due.urgency == "later":
            continue
        if tx.run(storing.TELL, which=one.plan.id, at=tx.now):
            tx.later(letters.TELL_DUE, {"plan": show(one.plan.id), "at": tx.now})
        is_to_block = one.plan.is_blocking and one.due.urgency == "overdue" and one.machine.status == "in_service"
        if is_to_block and tx.run(storing.BLOCK, which=one.plan.id, at=tx.now):
            care.take_out_now(tx, one.machine.key, OVERDUE.format(title=one.plan.title), Absence(hold_seconds))
