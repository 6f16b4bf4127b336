"""What happens around presence by itself: unclaimed places go to others, what ended is closed, people are told."""

from typing import Any

from tierslieu.basics.spans import DAY, Span
from tierslieu.basics.zone import Zone
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post, withdraw
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.reservations import queries as core
from tierslieu.reservations.events import Answered, Ended, Moved, Reserved
from tierslieu.reservations.presence import actions, letters, queries
from tierslieu.reservations.reminders import reminder_key
from tierslieu.reservations.standing import queries as standing
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.queries import venue

TIDY = "reservations.presence.tidy"
BEGINNING = 0
"""Before every reservation."""


def may_be_released(reader: Reader, event: Reserved) -> bool:
    """True where a place that nobody claims goes to others."""
    here = venue_for(reader, None)
    return (
        event.state == "confirmed"
        and (resource := here.by_id.get(event.resource_id)) is not None
        and bool(resource.grace_minutes)
    )


def watch(tx: Tx, event: Reserved | Moved | Answered) -> None:
    """Look at the end of the grace time whether somebody came."""
    one = core.stored(tx, event.reservation_id)
    kept = queries.kept_until(tx, one) if one.state == "confirmed" else None
    if kept is not None:
        actions.plan_release(tx, one, max(kept, tx.now))


def release(tx: Tx, payload: Any) -> None:
    """The grace time of one reservation is over."""
    actions.release_if_due(tx, int(payload["id"]))


def tidy(tx: Tx, _payload: Any) -> int:
    """Close what is over; give up places whose job is missing (a grace time set after they were reserved).

    What is left for another turn follows at once. Returns how many reservations changed.
    """
    here, done = venue(tx), 0
    if any(one.grace_minutes for one in here.resources):
        done += sum(1 for one in queries.running(tx, here) if actions.release_if_due(tx, one.id) is not None)
    asked_since = tx.now - standing.policy(tx).unknown_days * DAY
    over = queries.ended(tx, "checked_in", Span(BEGINNING, tx.now))
    over += queries.ended(tx, "confirmed", Span(BEGINNING, asked_since))
    over += queries.unknown(tx)
    done += sum(1 for one in over if actions.finish_ended(tx, one))
    if done >= queries.MOST:
        tx.later(TIDY, {}, dedup=TIDY)
    return done


async def tell(house: House, event: Ended) -> None:
    """Tell somebody that their place was given to others, and what repeated no-shows lead to."""
    if event.because == "released":
        await house.db.write(tell_in, event, house.settings, house.zone)


def tell_in(tx: Tx, event: Ended, settings: Settings, zone: Zone) -> None:
    """Post it once; a reminder that did not leave says nothing any more."""
    one = core.stored(tx, event.reservation_id)
    person = known(tx, one.person_id)
    withdraw(tx, reminder_key(one.id))
    if person is None or one.state != "missed":
        return
    resource = venue(tx).by_id[one.resource_id]
    words = words_for(tx, person.id, zone)
    follows = standing.standing(tx, person.id)
    told = letters.missed(letters.About(person.first_name, resource.name, one.span), follows, settings, words)
    post(tx, person.id, told.with_key(f"missed:{one.id}"))
