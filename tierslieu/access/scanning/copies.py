"""Copies of cards: the same badge at two places at once is doubted, until its pin or staff say that it is the card.

A number typed by hand proves no card, so that nobody can bring a neighbour's badge into doubt.
"""

from typing import Final

from sqlalchemy import bindparam, select

from tierslieu.access.actions import doubt_badge, trust_badge
from tierslieu.access.rules import ONLY_NUMBER
from tierslieu.access.scanning.showing import Shown
from tierslieu.access.scanning.subjects import Subject
from tierslieu.access.tables import Scan
from tierslieu.access.zones.places import is_one_walk
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader, Tx

s = columns(Scan)
AT_ONCE: Final = 5
"""Seconds in which nobody walks from one reader to another, unless one is on the way to the other."""
NEAR_IN_TIME: Query[tuple[str, str]] = Query(
    select(s.device, s.flags)
    .where(
        s.person_id == bindparam("person"),
        s.at > bindparam("from_at"),
        s.at < bindparam("to_at"),
        s.device != bindparam("which_device"),
        s.badge_id == bindparam("badge"),
    )
    .limit(50)
)


def is_at_two_places(reader: Reader, shown: Shown, subject: Subject) -> bool:
    """True when the same badge was shown elsewhere in the same moment: one of the two is a copy, or lent."""
    if subject.badge is None or subject.is_only_claimed:
        return False
    if not shown.told.is_kept and not _was_elsewhere(shown, subject):
        return False
    near = reader.rows(
        NEAR_IN_TIME,
        person=subject.person_id,
        badge=subject.badge.id,
        from_at=shown.at - AT_ONCE,
        to_at=shown.at + AT_ONCE,
        which_device=shown.device,
    )
    others = {device for device, flags in near if ONLY_NUMBER not in flags.split(",")}
    return any(not is_one_walk(reader, shown.device, other) for other in others)


def _was_elsewhere(shown: Shown, subject: Subject) -> bool:
    """A first look without a statement: where the person was let through last."""
    is_elsewhere = subject.last_device not in ("", shown.device)
    return is_elsewhere and abs(shown.at - subject.here.last_at) < AT_ONCE


def settle_doubt(tx: Tx, shown: Shown, subject: Subject, *, is_copy: bool) -> None:
    """Doubt a badge that is at two places; a card shown with its right pin is believed again."""
    badge = subject.badge
    if badge is None:
        return
    if is_copy:
        doubt_badge(tx, badge.id)
    elif badge.is_doubted and shown.told.pin == "right" and shown.is_card:
        trust_badge(tx, badge.id)
