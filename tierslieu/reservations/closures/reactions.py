"""What happens after something closed, or after time became free inside of a closure."""

from tierslieu.basics.spans import Span
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post, withdraw
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.closures import actions, queries
from tierslieu.reservations.closures.displacing import Why, displace
from tierslieu.reservations.closures.events import Displaced
from tierslieu.reservations.closures.letters import Lost, notice
from tierslieu.reservations.events import Freed
from tierslieu.reservations.hours import events as hours
from tierslieu.reservations.invitations import invitation
from tierslieu.reservations.offers.queries import offer
from tierslieu.reservations.offers.ways import Ways, ways_of
from tierslieu.reservations.reactions import keys_of
from tierslieu.venue.queries import venue

HOUR = 3600


async def tell(house: House, event: Displaced) -> None:
    """Tell a displaced person what happened and what is kept for them. May run again: the same is told once."""
    await house.db.write(tell_in, event, ways_of(house))


def tell_in(tx: Tx, event: Displaced, ways: Ways) -> None:
    """Post it, unless something else was found for them since."""
    row = queries.displacement(tx, event.displacement_id)
    person = known(tx, row.person_id)
    if person is None or row.offer_id != event.offer_id:
        return
    one = reservations.stored(tx, row.reservation_id)
    withdraw(tx, *keys_of(one.id))
    here = venue(tx)
    lost = Lost(one, row, offer(tx, row.offer_id) if row.offer_id is not None else None)
    files = (invitation(tx, here, one.id, one.bundle_id, ways.settings),)
    words = words_for(tx, person.id, ways.manners.zone)
    post(tx, person.id, notice(lost, here, person.first_name, words, ways, files))


async def displace_for_hours(house: House, event: hours.Displaced) -> None:
    """A reservation lies outside the hours now: end it, and offer something else. Once, however often it runs."""
    why = Why(event.because, event.reason, hold_seconds=house.settings.closures.hold_hours * HOUR)
    await house.db.write(displace, event.reservation_id, why)


def stay_closed(tx: Tx, event: Freed) -> None:
    """What became free inside a closure is closed."""
    actions.keep_closed(tx, event.unit_ids, Span(event.starts_at, event.ends_at))
