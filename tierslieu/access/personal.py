"""Where people appear in badges and passages, how long it is kept, and what happens when someone is erased."""

from collections import Counter
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, delete, select, update

from tierslieu.access.actions import revoke_badge
from tierslieu.access.queries import badges_now
from tierslieu.access.rules import SCANS_LIVE
from tierslieu.access.tables import Badge, PassageCount, Scan, ZoneCount
from tierslieu.http.words import _
from tierslieu.infra.personal import UNLINK, Personal, Retention
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.events import Erased

YEAR: Final = 365 * 86_400
HOUR: Final = 3600
NOT_PEOPLE: Final = ("correction", "closing")
"""Rows of the log that are no passages of people."""
s, b, n, zc = columns(Scan), columns(Badge), columns(PassageCount), columns(ZoneCount)
BADGE_SHOWN: Final = ("kind", "label", "state", "issued_at", "revoked_at", "valid_until", "doubted_at")
SCAN_SHOWN: Final = ("device", "at", "kind", "direction", "outcome", "reason")
PERSONAL: Final = (
    Personal(Badge, "person_id", _("Badges"), BADGE_SHOWN, same=("kind", "label", "state"), blank=("label",)),
    Personal(Badge, "issued_by"),
    Personal(Scan, "person_id", _("Passages"), SCAN_SHOWN, on_erase=UNLINK, moment="at"),
)


class OldScan(msgspec.Struct, frozen=True):
    """A passage that is forgotten, as far as it is counted."""

    device: str
    scan_id: str
    at: int
    outcome: str
    zone_id: int
    direction: str
    band: str
    people: int
    kind: str

    @property
    def hour(self) -> int:
        """The instant at which its hour began."""
        return self.at - self.at % HOUR


OLD_SCANS = Query(
    select(*(s[name] for name in OldScan.__struct_fields__))
    .where(s.received_at < bindparam("before", type_=BigInteger()))
    .order_by(s.received_at)
    .limit(bindparam("most", type_=BigInteger())),
    into=OldScan,
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
FIRST_ZONE_COUNT = insert_or_nothing(ZoneCount)
COUNT_ZONE: Query[Any] = Query(
    update(table_of(ZoneCount))
    .where(
        zc.hour == bindparam("which_hour", type_=BigInteger()),
        zc.zone_id == bindparam("which_zone", type_=BigInteger()),
        zc.direction == bindparam("which_direction"),
        zc.band == bindparam("which_band"),
    )
    .values(people=zc.people + bindparam("more", type_=Integer()))
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
    """Delete passages, oldest first; how many there were in each hour stays, by device and by zone.

    Only what this very run deletes is counted: run twice at once, each passage counts once. Returns how many.
    """
    old = tx.rows(OLD_SCANS, before=before, most=count)
    gone = [one for one in old if tx.run(FORGET_SCAN, which_device=one.device, which_scan=one.scan_id)]
    for (hour, device, outcome), more in sorted(Counter((one.hour, one.device, one.outcome) for one in gone).items()):
        tx.run(FIRST_COUNT, hour=hour, device=device, outcome=outcome, passages=0)
        tx.run(COUNT, which_hour=hour, which_device=device, which_outcome=outcome, more=more)
    _count_zones(tx, gone)
    return len(old)


def _count_zones(tx: Tx, gone: list[OldScan]) -> None:
    """How many people passed in each hour, zone and direction."""
    sums: Counter[tuple[int, int, str, str]] = Counter()
    for one in gone:
        if one.outcome == "granted" and one.kind not in NOT_PEOPLE:
            sums[one.hour, one.zone_id, one.direction, one.band] += one.people
    for (hour, zone_id, direction, band), more in sorted(sums.items()):
        tx.run(FIRST_ZONE_COUNT, hour=hour, zone_id=zone_id, direction=direction, band=band, people=0)
        tx.run(COUNT_ZONE, which_hour=hour, which_zone=zone_id, which_direction=direction, which_band=band, more=more)


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
