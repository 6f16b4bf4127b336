"""What a job took, counted when its machine is emptied: once for each attempt, from what lay there while it ran."""

from itertools import zip_longest

from tierslieu.fablab import queries as fablab
from tierslieu.fablab.attempts import as_it_was
from tierslieu.fablab.events import Cleared
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.stock import queries, rules, storing
from tierslieu.fablab.stock.alerts import look_at
from tierslieu.fablab.stock.queries import Loading
from tierslieu.infra.transaction import Reader, Tx


def is_ours(_reader: Reader, event: Cleared) -> bool:
    """True when a job of ours was on the machine."""
    return event.job_id != 0 and bool(event.job_ref)


def count_use(tx: Tx, event: Cleared) -> None:
    """Take from each spool what the attempt took: as the machine measured it, else as the slicer meant it.

    Nobody knows, or a spool was changed while it ran: the spools are to be weighed, nothing is guessed silently.
    """
    job = as_it_was(fablab.job(tx, event.job_id), event.attempt)
    if job.ended_at is None:
        return
    since = min(job.started_at or job.ended_at, job.ended_at)
    lay = queries.lay_there(tx, event.machine_id, since, job.ended_at)
    last = {one.tool: one for one in lay}
    for one in lay:
        if last[one.tool] is not one:
            _to_weigh(tx, one.item_id)
            _to_weigh(tx, last[one.tool].item_id)
    for part in _taken(job, event.outcome, last):
        _take(tx, last[part.tool].item_id, part, event.job_ref)


def _taken(job: JobNow, outcome: str, last: dict[int, Loading]) -> list[rules.Taken]:
    facts = read(job.facts)
    sliced = list(zip_longest(facts.filament_mm, facts.filament_g))
    done = rules.part_done(outcome, job.seconds_spent, facts.seconds)
    loaded = {tool: (one.type, one.density, one.diameter_mm) for tool, one in last.items()}
    return rules.taken(job.filament_mm or None, sliced, done, loaded)


def _take(tx: Tx, item_id: int, part: rules.Taken, job_ref: str) -> None:
    one = storing.locked(tx, item_id)
    if part.amount is None:
        _to_weigh(tx, item_id)
        return
    if storing.move(tx, item_id, -part.amount, "use", job_ref, part.source) is None:
        return
    tx.run(storing.OPEN_IT, which=item_id, at=tx.now)
    if one.left < part.amount:
        _to_weigh(tx, item_id)
    look_at(tx, one.material_id)


def _to_weigh(tx: Tx, item_id: int) -> None:
    tx.run(storing.SET_WEIGHING, which=item_id, needs_weighing=1)
    tx.touch(storing.STOCK)
