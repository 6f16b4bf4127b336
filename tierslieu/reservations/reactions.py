"""What happens after a reservation changed: its person is told, by the channels they accept."""

from tierslieu.basics.zone import Zone
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post, withdraw
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.qualifications.actions import note_use
from tierslieu.people.qualifications.queries import covered
from tierslieu.reservations import queries
from tierslieu.reservations.events import Answered, Cancelled, CheckedIn, Moved, Reserved
from tierslieu.reservations.letters import ENDED, notice
from tierslieu.reservations.reminders import reminder_key
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.queries import venue


async def tell(house: House, event: Reserved | Moved | Cancelled | Answered) -> None:
    """Post what is to be said about a reservation as it stands now. May run again: the same is told once."""
    await house.db.write(tell_in, event, house.settings, house.zone)


def tell_in(tx: Tx, event: Reserved | Moved | Cancelled | Answered, settings: Settings, zone: Zone) -> None:
    """Resources reserved together are told together; what is overtaken and did not leave yet is taken back."""
    one = queries.stored(tx, event.reservation_id)
    if isinstance(event, Moved):
        withdraw(tx, *_keys_of(event.former_id))
    if isinstance(event, Cancelled):
        withdraw(tx, *_keys_of(one.id))
    if isinstance(event, Reserved | Moved) and one.state in ENDED:
        return  # its end is told by an event of its own
    person = known(tx, one.person_id)
    if person is None:
        return
    together = _made_with(tx, one) if isinstance(event, Reserved) else [one]
    here = venue(tx)
    words = words_for(tx, person.id, zone)
    is_reply = isinstance(event, Reserved | Moved) or (isinstance(event, Cancelled) and not event.by_house)
    told = notice(person, [queries.view(here, each) for each in together], settings, words, tx.now, is_reply=is_reply)
    post(tx, person.id, told.with_key(f"reservation:{together[0].id}:{one.state}"))


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


def _keys_of(reservation_id: int) -> tuple[str, ...]:
    """Under which keys something about a reservation may still wait to leave."""
    states = ("requested", "confirmed")
    return (reminder_key(reservation_id), *(f"reservation:{reservation_id}:{state}" for state in states))
