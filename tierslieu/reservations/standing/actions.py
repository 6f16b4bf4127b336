"""All changes of standing: a no-show that no longer counts, another policy."""

from tierslieu.infra.statements import insert_or_nothing, to_json, upsert
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations.standing.queries import POLICY
from tierslieu.reservations.standing.rules import Policy
from tierslieu.reservations.standing.tables import Pardon
from tierslieu.venue.actions import changed

PARDON = insert_or_nothing(Pardon)
PUT_VALUE = upsert(HouseValue, ("name",))


def pardon(tx: Tx, reservation_id: int) -> bool:
    """A no-show does not count any more. False when it did not before."""
    return bool(tx.run(PARDON, reservation_id=reservation_id, pardoned_at=tx.now, pardoned_by=tx.by.person_id))


def set_policy(tx: Tx, policy: Policy) -> None:
    """What the house does about presence from now on. Everybody reads the venue anew."""
    tx.run(PUT_VALUE, name=POLICY, value=to_json(policy))
    changed(tx)
    record(tx, "reservations.set_presence", None, "presence")
