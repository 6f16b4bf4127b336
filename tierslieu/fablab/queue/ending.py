"""A machine is done with a job: its maker is told, and what is theirs to do where the house lets them empty it."""

from tierslieu.basics.zone import Zone
from tierslieu.fablab import queries
from tierslieu.fablab.attempts import as_it_was
from tierslieu.fablab.events import Ended
from tierslieu.fablab.letters import notice
from tierslieu.fablab.queue.queries import rules_of
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for


async def tell_maker(house: House, event: Ended) -> None:
    """Tell the maker that the machine is done with their job, by the channels they accept."""
    await house.db.write(tell_maker_in, event, house.settings, house.zone)


def tell_maker_in(tx: Tx, event: Ended, settings: Settings, zone: Zone) -> None:
    """Post it; the same run of a job is told once. What the team makes is told of once the team has seen it."""
    job = as_it_was(queries.job(tx, event.job_id), event.attempt)
    person = known(tx, job.person_id)
    if person is None or job.service != "self" or job.machine_id is None:
        return
    machine, words = queries.machine_by_id(tx, job.machine_id), words_for(tx, person.id, zone)
    may_clear = rules_of(tx, machine.kind).makers_clear
    told = notice(person, job, machine, event.outcome, settings, words, may_clear=may_clear)
    post(tx, person.id, told.with_key(f"job:{job.id}:{job.job_ref}:{event.outcome}"))
