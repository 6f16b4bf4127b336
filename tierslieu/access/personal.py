"""Where people appear in badges and passages, how long it is kept, and what happens when someone is erased."""

from collections import Counter
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, bindparam, delete, select, update

from tierslieu.access.actions import revoke_badge
from tierslieu.access.queries import badges_now
from tierslieu.access.rules import SCANS_LIVE
from tierslieu.access.tables import Badge, PassageCount, Scan
from tierslieu.http.words import _
from tierslieu.infra.personal import UNLINK, Personal, Retention
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.events import Erased

YEAR: Final = 365 * 86_400
HOUR: Final = 3600
s, b, n = columns(Scan), columns(Badge), columns(PassageCount)
PERSONAL: Final = (
    Personal(Badge, "person_id", _("Badges"), ("kind", "state", "issued_at", "revoked_at"), same=("kind", "state")),
    Personal(Badge, "issued_by"),
    Personal(Scan, "person_id", _("Passages"), ("device", "at", "outcome", "reason"), on_erase=UNLINK, moment="at"),
)
OLD_SCANS: Query[tuple[str, str, int, str]] = Query(
    select(s.device, s.scan_id, s.at, s.outcome)
    .where(s.received_at < bindparam("before", type_=BigInteger()))
    .order_by(s.received_at)
    .limit(bindparam("most", type_=BigInteger()))
)
FORGET_SCAN: Query[Any] = Query(
    delete(table_of(Scan)).where(s.device == bindparam("which_device"), s.scan_id == bindparam("which_scan"))
)
FIRST_COUNT = insert_or_nothing(PassageCount)
COUNT: Query[Any] = Query(
    update(table_of(PassageCount))
    .where(
        n.hour == bindparam("which_hour", type_=BigInteger()),
        n.device == bindparam("which_device"),
        n.outcome == bindparam("which_outcome"),
    )
    .values(passages=n.passages + bindparam("more", type_=Integer()))
)
FORGET_BADGES: Query[Any] = Query(
    delete(table_of(Badge)).where(
        b.id.in_(
            select(b.id)
            .where(b.state == "revoked", b.revoked_at < bindparam("before", type_=BigInteger()))
            .limit(bindparam("most", type_=BigInteger()))
        )
    )
)


def forget_scans(tx: Tx, before: int, count: int) -> int:
    """Delete passages, oldest first; how many there were in each hour stays. Returns how many."""
    old = tx.rows(OLD_SCANS, before=before, most=count)
    for device, scan_id, _at, _outcome in old:
        tx.run(FORGET_SCAN, which_device=device, which_scan=scan_id)
    hours = Counter((at - at % HOUR, device, outcome) for device, _scan_id, at, outcome in old)
    for (hour, device, outcome), more in hours.items():
        tx.run(FIRST_COUNT, hour=hour, device=device, outcome=outcome, passages=0)
        tx.run(COUNT, which_hour=hour, which_device=device, which_outcome=outcome, more=more)
    return len(old)


def forget_badges(tx: Tx, before: int, count: int) -> int:
    """Delete badges that stopped working long ago. Returns how many."""
    return tx.run(FORGET_BADGES, before=before, most=count)


RETENTIONS: Final = (
    Retention("access.scans", _("Passages aux bornes et aux portes"), SCANS_LIVE, _("CNIL : 3 mois"), forget_scans),
    Retention(
        "access.badges",
        _("Badges qui ne marchent plus"),
        YEAR,
        _("Arrêté du 6 juin 2016, pris pour modèle : 1 an après la fin du droit"),
        forget_badges,
    ),
)


def take_back(tx: Tx, event: Erased) -> None:
    """The badges of an erased person open nothing any more."""
    for badge in badges_now(tx, event.person_id):
        revoke_badge(tx, badge.id, "erased")
