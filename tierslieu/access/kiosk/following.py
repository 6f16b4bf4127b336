"""The list follows what happens: at once when a badge stops, soon when a reservation is made; one look serves many."""

from typing import Final

from tierslieu.access.kiosk import snapshot_store
from tierslieu.infra.transaction import Tx

REFRESH: Final = "access.refresh_snapshot"
SECOND: Final = 1
A_WHILE: Final = 20
"""Seconds that reservations are gathered before the list is looked at."""


def at_once(tx: Tx, _event: object) -> None:
    """Look within a second."""
    _look(tx, SECOND)


def soon(tx: Tx, _event: object) -> None:
    """Look before long."""
    _look(tx, A_WHILE)


def _look(tx: Tx, within: int) -> None:
    """One job for all that happens in the same stretch of time, run when that is over."""
    stretch = tx.now // within
    tx.later(REFRESH, {}, at=(stretch + 1) * within, dedup=f"snapshot:{within}:{stretch}")


def refresh(tx: Tx, _payload: object) -> None:
    """The look itself."""
    snapshot_store.refresh(tx)
