"""The demonstration's passes: the key that signs, cards to lend (one is lent), guests expected today."""

from tierslieu.access.passes import lending
from tierslieu.access.passes.actions import ensure_key, issue_guest
from tierslieu.access.zones.queries import site
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key

HOUR = 3600
KEY_AGE = 30 * 24 * HOUR
"""The key is older than the lists that the kiosks tell of."""
CARDS = 6
BORROWER = "u09"
GUESTS = (("Camille", 1, 7 * 1440), ("", 2, 480))
"""What they want to be called, in how many hours they come, for how many minutes."""


def load(tx: Tx) -> None:
    """Cards and guests."""
    now, tx.now = tx.now, tx.now - KEY_AGE
    ensure_key(tx)
    tx.now = now
    cards = lending.make_cards(tx, CARDS)
    borrower = by_key(tx, BORROWER)
    if borrower is not None:
        lending.lend(tx, borrower.id, cards[0].number)
    whole = site(tx)
    for first_name, hours, minutes in GUESTS:
        issue_guest(tx, first_name, whole.number if whole else 0, tx.now + hours * HOUR, minutes)
