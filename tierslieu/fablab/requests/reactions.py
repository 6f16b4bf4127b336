"""What follows from what happens: people are told, steps are dated, costs are noted, people who leave are let go."""

from tierslieu.fablab import queries as fablab
from tierslieu.fablab.attempts import as_it_was
from tierslieu.fablab.events import Cleared, Ended, Started
from tierslieu.fablab.requests import dues, queries, shelving
from tierslieu.fablab.requests import storing as rows
from tierslieu.fablab.requests.asking import end
from tierslieu.fablab.requests.events import Tell
from tierslieu.fablab.requests.letters import notice
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.relations.queries import zone_of
from tierslieu.people.rights.events import Erased


async def tell(house: House, event: Tell) -> None:
    """Post a letter about a job. May run again: each is told once."""
    await house.db.write(tell_in, event, house.settings)


def tell_in(tx: Tx, event: Tell, settings: Settings) -> None:
    """The letter as things stand now."""
    one = fablab.job(tx, event.job_id)
    person = known(tx, one.person_id)
    if person is not None:
        words = words_for(tx, person.id, zone_of(tx))
        found = notice(tx, person, one, event.what, event.detail, settings, words)
        post(tx, person.id, found.with_key(f"making:{event.key}"))


def is_of_a_job(_reader: Reader, event: Cleared) -> bool:
    """False when a machine was emptied of what was none of ours."""
    return bool(event.job_id)


def note_started(tx: Tx, event: Started) -> None:
    """A machine began. Of the team's tries only the first is news."""
    one = fablab.job(tx, event.job_id)
    machine = fablab.machine_by_id(tx, event.machine_id)
    rows.note_step(tx, one.id, "started", machine.name, one.started_at)
    if shelving.is_of_team(tx, one, fablab.started_by(tx, one)):
        tx.announce(Tell(one.id, "started", f"{one.id}:started"))


def note_ended(tx: Tx, event: Ended) -> None:
    """A machine is done with it, one way or the other."""
    ended_at = as_it_was(fablab.job(tx, event.job_id), event.attempt).ended_at
    rows.note_step(tx, event.job_id, "ended" if event.outcome == "ok" else "stopped", at=ended_at)


def note_cleared(tx: Tx, event: Cleared) -> None:
    """Somebody looked at what came out."""
    rows.note_step(tx, event.job_id, "good" if event.outcome == "good" else "failed", event.job_ref)
    dues.charge(tx, event)
    shelving.make_ready(tx, event)
    one = fablab.job(tx, event.job_id)
    if event.outcome != "good" and shelving.is_of_team(tx, one, event.by):
        tx.announce(Tell(one.id, "failed", f"{event.job_ref}:failed"))


def let_go(tx: Tx, event: Erased) -> None:
    """What an erased person still asked for is over, and what was said about their jobs is emptied."""
    for one in queries.jobs_of(tx, [event.person_id]):
        request = queries.request_of(tx, one.id)
        if one.state == "requested" and request is not None and request.turn != "over":
            end(tx, one, request, "withdrawn", "cancelled")
    tx.run(rows.EMPTY_TALK, person=event.person_id)
