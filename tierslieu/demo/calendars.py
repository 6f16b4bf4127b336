"""The demonstration's calendars: a phone that follows its owner's reservations, and a yoga class that takes a room."""

from datetime import timedelta

from tierslieu.basics.actor import Actor
from tierslieu.basics.zone import Zone
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.reservations.calendars import actions, importing
from tierslieu.reservations.calendars.importing import Draft
from tierslieu.reservations.calendars.reading import Date, Reading
from tierslieu.venue.queries import venue

OWNER, PHONE = "u05", "Mon téléphone"
ROOM, NAME, TITLE = "grande-salle-jardin", "Association de yoga", "Yoga doux"
WEEKS = 6


def load(tx: Tx) -> None:
    """Both, as the pages would make them."""
    here, author, owner = venue(tx), tx.by, by_key(tx, OWNER)
    if owner is not None:
        tx.by = Actor(person_id=owner.id)
        actions.make_feed(tx, PHONE, "", "own")
        tx.by = author
    if ROOM in here.by_key:
        draft = Draft(NAME, (here.by_key[ROOM].id,), Reading(NAME, _evenings(here.zone, tx.now)))
        importing.bring_in(tx, draft, importing.plan_of(tx, draft))


def _evenings(zone: Zone, now: int) -> tuple[Date, ...]:
    """Monday evenings from next week on."""
    today = zone.date(now)
    first = today + timedelta(days=7 - today.weekday())
    days = [first + timedelta(weeks=week) for week in range(WEEKS)]
    return tuple(
        Date("yoga", day.isoformat(), TITLE, zone.instant(day, 18 * 60 + 30), zone.instant(day, 20 * 60))
        for day in days
    )
