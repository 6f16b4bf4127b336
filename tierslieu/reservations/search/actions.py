"""Reserving what a search proposed in parts: one after the other, all or none."""

from collections.abc import Sequence

from tierslieu.infra.transaction import Tx
from tierslieu.reservations.actions import Request, reserve
from tierslieu.reservations.schemas import Made


def reserve_in_turn(tx: Tx, parts: Sequence[Request]) -> Made:
    """Each part in one transaction. Raises Refused with the reasons against the first one that cannot be."""
    return Made([one for part in parts for one in reserve(tx, part).reservations])
