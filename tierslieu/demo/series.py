"""Repeated reservations of the demonstration: a club that meets each week, and one that is asked whether it goes on."""

from datetime import date, timedelta

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.reservations.series.actions import NewSeries, make
from tierslieu.reservations.series.judging import Terms
from tierslieu.reservations.series.keeping import ask_in
from tierslieu.reservations.series.reconfirming import Manner
from tierslieu.reservations.series.rules import Rule
from tierslieu.venue.queries import venue

TUESDAY, THURSDAY = 1, 3
SOON = Manner(1, 5, 7, frozenset({"kind:room"}), frozenset({"member"}))
"""Confirmed again after a week: so that the question is on the screens from the first day on."""
CLUBS = (
    ("u17", "grande-salle-jardin", THURSDAY, 18, 20, 12, "Club de lecture (inventé)"),
    ("u13", "visio-1", TUESDAY, 17, 18, 3, "Réunion d’équipe (inventée)"),
)


async def begin(house: House, who: Actor) -> None:
    """The series, as far as they can be had, then the question to those who are due."""
    for club in CLUBS:
        try:
            await house.db.write(_make, club, by=who)
        except DomainError:
            continue  # somebody was quicker: the demonstration is open to all
    await house.db.write(ask_in, SOON)


def _make(tx: Tx, club: tuple[str, str, int, int, int, int, str]) -> None:
    key, resource, weekday, start, end, people, title = club
    person = by_key(tx, key)
    if person is None:
        return
    first = _next(venue(tx).zone.date(tx.now) + timedelta(days=2), weekday)
    rule = Rule("WEEKLY", 1, (weekday,), count=10)
    terms = Terms(people, exception="arranged")
    make(tx, NewSeries(resource, first, start * 60, end * 60, rule, person.id, terms, title), SOON)


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
