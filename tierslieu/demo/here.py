"""The demonstration's presence: a week of visitors already counted, some people inside, and a passage to look at."""

from typing import Any, Final

from tierslieu.access.actions import issue_badge
from tierslieu.access.presence import corrections
from tierslieu.access.presence.corrections import Correction
from tierslieu.access.presence.counting import Visitors, count_visitors
from tierslieu.access.presence.rules import Who
from tierslieu.access.rules import kiosk_key
from tierslieu.access.scanning.actions import record_scan
from tierslieu.access.schemas import NewScan
from tierslieu.access.tables import ZoneCount
from tierslieu.access.zones.queries import opened_around, site, zone_by_key
from tierslieu.basics.actor import Actor
from tierslieu.demo.kiosks import WORKSHOP
from tierslieu.infra.statements import Query, insert_into
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.venue.queries import venue

ADD: Query[Any] = Query(insert_into(ZoneCount))
DAY, HOUR = 86_400, 3600
DAYS: Final = 7
CROWD: Final = (9, 11, 14, 15, 16, 17)
"""The hours at which people come."""
NOT_QUALIFIED: Final = "u14"
INSIDE: Final = (("u12", "fablab"), ("u13", "coworking"), ("s3", "fablab"))


def load(tx: Tx) -> None:
    """The figures of the last days, and who is inside now if the house is open."""
    for back in range(1, DAYS + 1):
        _count_day(tx, zone_by_key(tx, "accueil").id, back)
    if is_open(tx):
        come_in(tx)


def load_for_show(tx: Tx) -> None:
    """What a demonstration shows at any hour, also on a Sunday: people inside and a passage to look at."""
    if not is_open(tx):
        come_in(tx)
    _decided_alone(tx)


def is_open(tx: Tx) -> bool:
    """Whether the site is open now."""
    whole = site(tx)
    return whole is not None and any(span.holds(tx.now) for span in opened_around(tx, whole, tx.now)[0])


def _count_day(tx: Tx, zone_id: int, back: int) -> None:
    zone = venue(tx).zone
    day = zone.date(tx.now - back * DAY)
    if day.weekday() == DAYS - 1:
        return
    for number, hour in enumerate(CROWD):
        at = zone.instant(day, hour * 60)
        for band, people in (("adult", 4 + (back * 3 + number) % 7), ("child", (back + number) % 4)):
            for direction in ("in", "out"):
                if people:
                    tx.run(ADD, hour=at, zone_id=zone_id, direction=direction, band=band, people=people)


def come_in(tx: Tx) -> None:
    """Some with their badge, some only counted."""
    reception = zone_by_key(tx, "accueil").id
    for key, zone in INSIDE:
        person = by_key(tx, key)
        if person is not None:
            corrections.correct(tx, Who(person.id), Correction(zone_by_key(tx, zone).id, "seen"))
    for number, band in enumerate(("adult", "adult", "child", "senior")):
        count_visitors(tx, Visitors(scan_id=f"{number + 1:032x}", zone_id=reception, band=band))


def _decided_alone(tx: Tx) -> None:
    """The workshop's kiosk had no network and let somebody in by its list, where the service would not have."""
    person = by_key(tx, NOT_QUALIFIED)
    if person is None:
        return
    card = issue_badge(tx, person.id, label="Carte du sac")
    house, tx.by = tx.by, Actor(device=kiosk_key(WORKSHOP))
    scan = NewScan(scan_id="a" * 32, badge=card.token, at_device=tx.now - HOUR // 3, device_seq=1, decided="granted")
    record_scan(tx, scan, is_kept=True)
    tx.by = house
