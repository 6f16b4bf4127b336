"""The demonstration's terminals: the laser and the mill are unlocked by one, the team's cards open them."""

from tierslieu.fablab import queries as machines
from tierslieu.fablab.interlocks import enrolment, keys, queries, storing
from tierslieu.fablab.interlocks.rules import Policy
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.actions import enrol_device
from tierslieu.people.signin.queries import account

POLICIES = {
    "laser-1": Policy(within_hours=False, is_checked_after=True),
    "cnc-1": Policy(needs_reservation=True, persons=2, confirm_every_s=900, is_checked_after=True),
}
"""The laser may be tried at any hour; the mill wants a reservation and two people."""
CARDS = {"sofia.moreau@example.org": "04A23B1C", "lucie@example.org": "04D1E2F3"}


def load(tx: Tx) -> None:
    """Their rows; nobody has heard them yet."""
    for key, policy in POLICIES.items():
        storing.new_terminal(tx, machines.machine(tx, key).id, enrolment.own_place(tx, key), policy)


def accounts_of(tx: Tx, secret: bytes) -> dict[str, dict[str, str]]:
    """The account of each simulated terminal by its machine; the cards of two people, which depend on it, are given."""
    card_key = keys.card_key(secret)
    for email, number in CARDS.items():
        person = account(tx, email)
        digest = keys.digest_of(card_key, number)
        if person is not None and queries.holder(tx, digest) is None:
            enrolment.add_card(tx, person.id, digest)
    found = {}
    for one in tx.rows(queries.TERMINALS):
        lock_key = keys.lock_key(secret, one.id, one.generation)
        machine = machines.machine_by_id(tx, one.machine_id)
        password = enrol_device(tx, one.device, "machine", machine.name)
        access = {"device": one.device, "kind": machine.kind, "username": one.device, "password": password}
        found[machine.key] = {**access, "lock_key": lock_key.hex(), "card_key": card_key.hex()}
    return found
