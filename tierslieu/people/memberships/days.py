"""Last days and instants: people say « jusqu’au 23 », the house counts to the midnight after."""

from datetime import date, timedelta

from tierslieu.basics.zone import Zone


def after_last(zone: Zone, last: date) -> int:
    """The midnight after somebody's last day."""
    return zone.instant(last + timedelta(days=1), 0)


def last_day(zone: Zone, end: int) -> date:
    """The last day of what ends at an instant."""
    return zone.date(end - 1)
