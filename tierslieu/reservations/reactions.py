"""What happens after a reservation changed: its person gets a letter, when they have an address."""

from tierslieu.http.words import spoken
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.schemas import Known
from tierslieu.reservations import queries
from tierslieu.reservations.events import Answered, Cancelled, Moved, Reserved
from tierslieu.reservations.letters import letter
from tierslieu.reservations.schemas import ReservationView
from tierslieu.venue.queries import venue


async def write_letter(house: House, event: Reserved | Moved | Cancelled | Answered) -> None:
    """Send the letter about a reservation as it stands now. People without an address get none."""
    found = await house.db.read(_whom_to_tell, event.reservation_id)
    if found is None:
        return
    person, one = found
    await house.mail.send(letter(person, one, house.settings, spoken(person.locale, house.zone), house.clock.now()))


def _whom_to_tell(reader: Reader, reservation_id: int) -> tuple[Known, ReservationView] | None:
    one = queries.stored(reader, reservation_id)
    person = known(reader, one.person_id)
    if person is None or not person.email:
        return None
    return person, queries.view(venue(reader), one)
