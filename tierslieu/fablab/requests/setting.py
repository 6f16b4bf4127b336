"""What the house chooses: when staff look first, and how much one may ask for in a week."""

from tierslieu.basics.errors import NotFound
from tierslieu.fablab.requests import storing as rows
from tierslieu.fablab.requests.rules import TAKES_ANY
from tierslieu.fablab.requests.schemas import LimitWish, PolicyWish
from tierslieu.fablab.requests.wording import WHO
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record


def set_policy(tx: Tx, kind: str, wish: PolicyWish) -> None:
    """When staff look at files for one kind of machine from now on. Raises NotFound."""
    if kind not in TAKES_ANY:
        raise NotFound("unknown_kind")
    tx.run(
        rows.PUT_POLICY,
        kind=kind,
        is_always=int(wish.is_always),
        for_staff=int(wish.for_staff),
        for_unprepared=int(wish.for_unprepared),
        for_minors=int(wish.for_minors),
        over_grams=wish.over_grams,
        over_minutes=wish.over_minutes,
        changed_at=tx.now,
        changed_by=tx.by.person_id,
    )
    record(tx, "fablab.requests.set", None, kind)


def set_limit(tx: Tx, who: str, wish: LimitWish) -> None:
    """What one person of a kind may ask for in a week from now on. Raises NotFound."""
    if who not in WHO:
        raise NotFound("unknown_kind")
    tx.run(rows.PUT_LIMIT, who=who, **wish.model_dump(), changed_at=tx.now, changed_by=tx.by.person_id)
    record(tx, "fablab.requests.set", None, who)
