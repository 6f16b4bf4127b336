"""Whether and until when a weekly series is kept before its person is asked again. Decisions and dates only."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from tierslieu.infra.settings import SeriesSettings
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles.queries import roles_of
from tierslieu.reservations.series.rules import Rule, period_end
from tierslieu.venue.map import ResourceFacts

ASKED_FREQUENCIES: Final = ("DAILY", "WEEKLY")


class Manner(msgspec.Struct, frozen=True):
    """How a house confirms series again: after how many weeks (0: never), for which resources and roles.

    People have `answer_days` to answer; what they do not keep is free `notice_days` before it would have begun.
    """

    weeks: int
    answer_days: int
    notice_days: int
    targets: frozenset[str]
    roles: frozenset[str]


def manner_of(settings: SeriesSettings) -> Manner:
    """The manner that the settings give."""
    targets = frozenset("" if text == "*" else text for text in settings.confirm_for.split())
    return Manner(
        settings.confirm_weeks, settings.answer_days, settings.notice_days, targets, frozenset(settings.roles.split())
    )


def is_asked(reader: Reader, manner: Manner, resource: ResourceFacts, person_id: int, rule: Rule) -> bool:
    """True when a series of this person on this resource is confirmed again from time to time."""
    if not manner.weeks or rule.freq not in ASKED_FREQUENCIES or manner.targets.isdisjoint(resource.targets):
        return False
    return not manner.roles.isdisjoint(roles_of(reader, person_id))


def first_period(
    reader: Reader, manner: Manner, resource: ResourceFacts, person_id: int, rule: Rule, days: Sequence[date]
) -> str:
    """The last day that needs no confirmation, as it is stored; "" when the series ends before, or is never asked."""
    end = period_end(days[0], manner.weeks) if manner.weeks else date.max
    if days[-1] <= end or not is_asked(reader, manner, resource, person_id, rule):
        return ""
    return end.isoformat()


def last_asked_day(today: date, manner: Manner) -> date:
    """People are asked today about the series that are kept until this day or an earlier one."""
    return today + timedelta(days=manner.answer_days + manner.notice_days - 1)


def next_period(kept_until: str, manner: Manner) -> date:
    """The last day of the period that follows a day."""
    return period_end(date.fromisoformat(kept_until) + timedelta(days=1), max(manner.weeks, 1))
