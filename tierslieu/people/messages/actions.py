"""Posting messages."""

import msgspec

from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.schemas import Notice

SEND = "people.messages.send"


class Posted(msgspec.Struct, frozen=True):
    """A notice on its way."""

    person_id: int
    notice: Notice


def post(tx: Tx, person_id: int, notice: Notice) -> None:
    """Tell a person something, by the channels they accept; it leaves after the commit."""
    tx.later(SEND, Posted(person_id, notice))
