"""Telling people once, a month before, that a qualification ends. Expiry itself needs no job."""

from tierslieu.infra.statements import insert_or_nothing
from tierslieu.infra.transaction import Tx
from tierslieu.people.qualifications import letters, queries, rules
from tierslieu.people.qualifications.tables import Reminder
from tierslieu.people.relations.queries import zone_of

REMIND = "qualifications.remind"
NOTE = insert_or_nothing(Reminder)


def remind(tx: Tx, _payload: object) -> int:
    """Post one message for each grant that ends within the month. Returns how many."""
    catalogue, zone, told, after = queries.skills(tx), zone_of(tx), 0, 0
    horizon = tx.now + rules.REMIND_DAYS * 86_400
    while found := queries.ending(tx, horizon, after):
        for held in found:
            skill = catalogue[held.qualification_id]
            end = rules.ends_at(skill, held, zone)
            if end is not None and tx.now < end <= horizon and tx.run(NOTE, grant_id=held.id, ends_at=end):
                letters.expiring(tx, held.person_id, skill, end)
                told += 1
        after = found[-1].id
    return told
