"""Reminders: people are told a day before, once, never late and never at night."""

from collections.abc import Iterable
from itertools import groupby

import msgspec

from tierslieu.basics.spans import Span
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.manners import manners_of
from tierslieu.people.messages.queries import posted_keys
from tierslieu.people.messages.rules import Manners
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.reservations import queries
from tierslieu.reservations.letters import added_lines, reminder
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.queries import venue

DAY = 86_400
AHEAD = DAY
FRESH = DAY // 2
"""Who reserved less than half a day before the reminder was just told."""
REACH = 6 * DAY
"""A reminder may leave this long before: a day, and the quiet time before it."""


def reminder_key(reservation_id: int) -> str:
    """Under which a reminder is posted, once."""
    return f"reminder:{reservation_id}"


async def remind(house: House, _payload: object) -> None:
    """Post the reminders whose time has come."""
    await house.db.write(remind_in, house, manners_of(house))


def remind_in(tx: Tx, house: House, manners: Manners) -> int:
    """One reminder for the resources reserved together. Returns how many were posted."""
    due = [group for group in _together(_ahead(tx)) if _is_time(tx, group, manners)]
    told = posted_keys(tx, [reminder_key(group[0].id) for group in due])
    here, count = venue(tx), 0
    for group in due:
        key, person = reminder_key(group[0].id), known(tx, group[0].person_id)
        if key in told or person is None:
            continue
        words = words_for(tx, person.id, manners.zone)
        told_to = reminder(person, [queries.view(here, one) for one in group], house.settings, words)
        added = "".join(added_lines(tx, one, words, house) for one in group)
        post(tx, person.id, msgspec.structs.replace(told_to, text=told_to.text + added).with_key(key))
        count += 1
    return count


def _ahead(reader: Reader) -> list[Stored]:
    """The confirmed reservations that begin soon: found through the claims, whatever the history."""
    units = sorted({unit for resource in venue(reader).resources for unit in resource.units})
    window = Span(reader.now, reader.now + REACH)
    ids = [cause_id for cause, cause_id in queries.causes(reader, units, window) if cause == "reservation"]
    found = queries.stored_among(reader, ids)
    return [one for one in found if one.state == "confirmed" and one.starts_at > reader.now]


def _together(found: Iterable[Stored]) -> list[list[Stored]]:
    """Those reserved together for the same hours, the first made first."""

    def bundle(one: Stored) -> tuple[int, int, int]:
        return one.bundle_id, one.starts_at, one.ends_at

    ordered = sorted(found, key=lambda one: (*bundle(one), one.id))
    return [list(group) for _bundle, group in groupby(ordered, key=bundle)]


def _is_time(reader: Reader, group: list[Stored], manners: Manners) -> bool:
    at = manners.quiet.before(manners.zone, group[0].starts_at - AHEAD)
    return at <= reader.now and queries.made_at(reader, group[0].id) <= at - FRESH
