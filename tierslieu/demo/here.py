"""The demonstration's presence: a week of visitors already counted, and some people inside while the house is open."""

from typing import Any, Final

from tierslieu.access.presence import corrections
from tierslieu.access.presence.corrections import Correction
from tierslieu.access.presence.counting import Visitors, count_visitors
from tierslieu.access.presence.rules import Who
from tierslieu.access.tables import ZoneCount
from tierslieu.access.zones.queries import opened_around, site, zone_by_key
from tierslieu.infra.statements import Query, insert_into
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.venue.queries import venue

ADD: Query[Any] = Query(insert_into(ZoneCount))
DAY, HOUR = 86_400, 3600
DAYS: Final = 7
CROWD: Final = (9, 11, 14, 15, 16, 17)
"""The hours at which people come."""
INSIDE: Final = (("u12", "fablab"), ("u13", "coworking"), ("s3", "fablab"))


def load(tx: Tx) -> None:
    """The figures of the last days, and who is inside now if the house is open."""
    whole, reception = site(tx), zone_by_key(tx, "accueil")
    for back in range(1, DAYS + 1):
        _count_day(tx, reception.id, back)
    opened = opened_around(tx, whole, tx.now)[0] if whole else ()
    if any(span.holds(tx.now) for span in opened):
        _come_in(tx, reception.id)


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


def _come_in(tx: Tx, reception: int) -> None:
    for key, zone in INSIDE:
        person = by_key(tx, key)
        if person is not None:
            corrections.correct(tx, Who(person.id), Correction(zone_by_key(tx, zone).id, "seen"))
    for number, band in enumerate(("adult", "adult", "child", "senior")):
        count_visitors(tx, Visitors(scan_id=f"{number + 1:032x}", zone_id=reception, band=band))
