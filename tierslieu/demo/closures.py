"""A closure of the demonstration: something to lend is away for a few days."""

from datetime import timedelta

from tierslieu.basics.spans import Span
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.closures.actions import close
from tierslieu.reservations.closures.schemas import Closing
from tierslieu.venue.queries import venue

THING = "resource:camera-1"
REASON = "En révision chez le réparateur"
AHEAD, DAYS = 20, 3


def load(tx: Tx) -> None:
    """Close it for three days, in three weeks."""
    zone = venue(tx).zone
    first = zone.date(tx.now) + timedelta(days=AHEAD)
    span = Span(zone.day(first).start, zone.day(first + timedelta(days=DAYS - 1)).end)
    close(tx, Closing(THING, span, REASON))
