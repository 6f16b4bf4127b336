"""What happens after a reservation changed: its person is told, by the channels they accept."""

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.infra.house import House
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post, withdraw
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.qualifications.actions import note_use
from tierslieu.people.qualifications.queries import covered
from tierslieu.reservations import queries
from tierslieu.reservations.events import Answered, Cancelled, CheckedIn, Moved, Reserved
from tierslieu.reservations.invitations import invitation
from tierslieu.reservations.letters import ENDED, added_lines, notice
from tierslieu.reservations.reminders import reminder_key
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.queries import venue

r, alike = columns(Reservation), table_of(Reservation).alias("alike")
CHANGED_TOGETHER: Query[tuple[int]] = Query(
    select(alike.c.id)
    .join(table_of(Reservation), alike.c.series_id == r.series_id)
    .where(r.id == bindparam("id"), alike.c.state == r.state, alike.c.changed_at == r.changed_at)
)
"""The dates of a series that changed in one act, the one asked about among them."""


def tell(tx: Tx, event: Reserved | Moved | Cancelled | Answered, house: House) -> None:
    """Post what is to be said about a reservation as it stands now.

    Resources reserved together are told together; what is overtaken and did not leave yet is taken back.
    """
    one = queries.stored(tx, event.reservation_id)
    if isinstance(event, Moved):
        withdraw(tx, *keys_of(event.former_id))
    if isinstance(event, Cancelled):
        withdraw(tx, *keys_of(one.id))
    if isinstance(event, Reserved | Moved) and one.state in ENDED:
        return  # its end is told by an event of its own
    if isinstance(event, Cancelled) and one.ended_because == "displaced":
        return  # told together with what is offered instead
    if one.series_id is not None and (one.ended_because == "series" or len(tx.rows(CHANGED_TOGETHER, id=one.id)) > 1):
        return  # told together with the other dates of its series
    person = known(tx, one.person_id)
    if person is None:
        return
    together = _made_with(tx, one) if isinstance(event, Reserved) else [one]
    here = venue(tx)
    words = words_for(tx, person.id, house.zone)
    is_reply = isinstance(event, Reserved | Moved) or (isinstance(event, Cancelled) and not event.by_house)
    file = invitation(tx, here, one.id, one.bundle_id, house.settings)
    told = notice(
        person, [queries.view(here, each) for each in together], house.settings, words, file, is_reply=is_reply
    )
    added = "".join(added_lines(tx, each, words, house) for each in together)
    told = msgspec.structs.replace(told, text=told.text + added)
    post(tx, person.id, told.with_key(f"reservation:{together[0].id}:{one.state}"))


def is_machine(reader: Reader, event: CheckedIn) -> bool:
    """True when the use of a qualification is to be noted."""
    resource = venue(reader).by_id.get(event.resource_id)
    return resource is None or resource.kind == "machine"


def note_machine_use(tx: Tx, event: CheckedIn) -> None:
    """Somebody came to a machine they reserved: their qualification for it was used."""
    one = queries.stored(tx, event.reservation_id)
    resource = venue(tx).by_id[one.resource_id]
    machine = covered(tx, resource.key) if resource.kind == "machine" else None
    if machine is not None:
        note_use(tx, one.person_id, machine.qualification_key, tx.now)


def _made_with(tx: Tx, one: Stored) -> list[Stored]:
    """The reservations made by the same request and still in the same state, the first of them first."""
    return [each for each in queries.bundle(tx, one.bundle_id) if each.state == one.state and each.span == one.span]


def keys_of(reservation_id: int) -> tuple[str, ...]:
    """Under which keys something about a reservation may still wait to leave."""
    states = ("requested", "confirmed")
    return (reminder_key(reservation_id), *(f"reservation:{reservation_id}:{state}" for state in states))
