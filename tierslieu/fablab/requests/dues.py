"""What things cost in the end: once for each attempt that came out good; to be settled, or waived with a reason."""

from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.attempts import as_it_was
from tierslieu.fablab.costs import Cost, cost
from tierslieu.fablab.events import Cleared, Weighed
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.requests import queries
from tierslieu.fablab.requests import storing as rows
from tierslieu.fablab.requests.estimates import Wanted, prices
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.stock.queries import grams_by
from tierslieu.fablab.telemetry.queries import kwh_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record

DUE, SETTLED, WAIVED = "due", "settled", "waived"


def charge(tx: Tx, event: Cleared) -> None:
    """Note what a good attempt cost, from what it really took. The same attempt is due once, however often told."""
    if event.outcome != "good" or not event.job_id or not event.job_ref:
        return
    one = as_it_was(fablab.job(tx, event.job_id), event.attempt)
    is_last = one.job_ref == event.job_ref
    grams, seconds = grams_by(tx, event.job_ref), real_seconds(one, is_last=is_last)
    if grams is None:
        grams = real_grams(one) if is_last else read(one.facts).total_g
    wanted = Wanted(one.kind, event.machine_id, one.material, one.colour, 1)
    found = cost(grams, seconds, kwh_of(tx, event.job_ref), prices(tx, wanted))
    if found.total_cents is not None and _add(tx, one, event.job_ref, found, grams, seconds):
        _sum_up(tx, one.id)


def charge_energy(tx: Tx, event: Weighed) -> None:
    """The meter spoke after the machine was emptied: its part is added once, as long as the due is not settled."""
    made, one = queries.due_for(tx, event.job_ref), fablab.job(tx, event.job_id)
    if made is None and one.job_ref == event.job_ref and one.outcome == "good":
        charge(tx, Cleared(event.machine_id, one.id, "good", event.job_ref))
    elif made is not None:
        wanted = Wanted(one.kind, event.machine_id, one.material, one.colour, 1)
        cents = cost(None, None, kwh_of(tx, event.job_ref), prices(tx, wanted)).energy_cents
        if cents is not None and tx.run(rows.ADD_ENERGY, which=made.id, energy=cents, more=cents):
            _sum_up(tx, one.id)


def _sum_up(tx: Tx, job_id: int) -> None:
    tx.run(rows.SET_COST, which=job_id, cost_cents=queries.cost_of(tx, job_id))
    tx.touch(rows.TOPIC)


def _add(tx: Tx, one: JobNow, ref: str, found: Cost, grams: float | None, seconds: int | None) -> int:
    cents = found.total_cents or 0
    return tx.run(
        rows.ADD_DUE,
        id=tx.new_id(),
        job_id=one.id,
        job_ref=ref,
        person_id=one.person_id,
        cents=cents,
        material_cents=found.material_cents,
        machine_cents=found.machine_cents,
        energy_cents=found.energy_cents,
        grams=grams,
        seconds=seconds,
        state=DUE if cents else SETTLED,
        made_at=tx.now,
        ended_at=None if cents else tx.now,
        ended_by=None,
        reason="",
    )


def real_grams(one: JobNow) -> float | None:
    """What the last attempt took: weighed or counted, else measured by its length, else what the slicer said."""
    facts = read(one.facts)
    if one.filament_g is not None:
        return one.filament_g
    if one.filament_mm is not None and facts.total_g and facts.total_mm:
        return one.filament_mm * facts.total_g / facts.total_mm
    return facts.total_g


def real_seconds(one: JobNow, *, is_last: bool = True) -> int | None:
    """How long the last attempt took: said by the machine, else from its beginning to its end."""
    if is_last and one.seconds_spent is not None:
        return one.seconds_spent
    if is_last and one.started_at is not None and one.ended_at is not None and one.ended_at > one.started_at:
        return one.ended_at - one.started_at
    return read(one.facts).seconds


def settle(tx: Tx, due_id: int) -> None:
    """It was paid. Raises Refused when it is not due any more."""
    _end(tx, due_id, SETTLED, "")


def waive(tx: Tx, due_id: int, reason: str) -> None:
    """It need not be paid, and why."""
    _end(tx, due_id, WAIVED, reason)


def _end(tx: Tx, due_id: int, state: str, reason: str) -> None:
    one = queries.due(tx, due_id)
    if not tx.run(rows.END_DUE, which=one.id, new_state=state, at=tx.now, by=tx.by.person_id, words=reason):
        raise Refused((Reason("due_over"),))
    record(tx, "fablab.dues.end", one.person_id, show(one.job_id), state=state, cents=one.cents)
    tx.touch(rows.TOPIC)
