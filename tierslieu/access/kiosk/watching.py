"""What is wrong with kiosks while their zone is open: looked at every five minutes, and believed at the second look."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from tierslieu.access import queries
from tierslieu.access.kiosk.health import Health, healths
from tierslieu.access.schemas import KioskRow
from tierslieu.access.zones.queries import ZoneNow, opened_around, resources_of, site, zone_of, zones
from tierslieu.basics.spans import MINUTE, Span
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.queries import posted_keys
from tierslieu.reservations.queries import claims
from tierslieu.venue.queries import venue

LOOK: Final = "access.kiosk.look_at_health"
TELL: Final = "access.kiosk.tell_health"
EVERY: Final = 5 * MINUTE
MISSED_AFTER: Final = 10 * MINUTE
"""A kiosk silent for so long within opening hours is missed. Switched off at night, it has as long in the morning."""
BELIEVED_AFTER: Final = 2 * MINUTE
"""Between the two looks each kiosk tells twice how it is: after a pause of the service itself nothing is believed."""
REMEMBERED: Final = 31
"""Days after which a kiosk that comes back is no news."""
OUT_OF_USE: Final = ("closure", "maintenance")
SILENT, BACK = "silent", "back"


class Watched(msgspec.Struct, frozen=True):
    """A kiosk in its opening hours, what it last told, and what is wrong with it."""

    kiosk: KioskRow
    told: Health
    hours: Span
    day: str
    troubles: frozenset[str]

    def key(self, what: str, day: str = "") -> str:
        """What makes the letters about a trouble of one day one."""
        return f"kiosk:{self.kiosk.key}:{what}:{day or self.day}"


def look(tx: Tx, _payload: dict[str, Any]) -> None:
    """Look at every kiosk that is open; what is new is looked at once more before anybody is told."""
    found = list(watched(tx))
    seen = [(one, what) for one in found for what in sorted(one.troubles)]
    known = posted_keys(tx, [one.key(what) for one, what in seen])
    fresh = [(one.kiosk.key, what) for one, what in seen if one.key(what) not in known]
    fresh += [(one.kiosk.key, BACK) for one in found if SILENT not in one.troubles and missed_day(tx, one)]
    for key, what in fresh:
        payload = {"kiosk": key, "what": what}
        tx.later(TELL, payload, at=tx.now + BELIEVED_AFTER, dedup=f"{TELL}:{key}:{what}")


def watched(reader: Reader, key: str = "") -> Iterator[Watched]:
    """The kiosks at work (or one of them) whose zone is open now.

    One that told nothing since it was enrolled is still being set up: whoever does it stands before it.
    """
    found, zone = healths(reader), venue(reader).zone
    for one in queries.kiosks(reader):
        told = found.get(one.key) if key in ("", one.key) and not one.is_door else None
        hours = _hours(reader, one) if told and 0 < one.enrolled_at < told.seen_at else None
        if told and hours:
            day = zone.date(hours.start).isoformat()
            yield Watched(one, told, hours, day, troubles(told, hours, reader.now))


def _hours(reader: Reader, one: KioskRow) -> Span | None:
    """The opening hours around now of the kiosk's zone, else of the site, else of any zone; None when it is closed."""
    own = zone_of(reader, one.zone_id) or site(reader)
    for zone in [own] if own else zones(reader):
        for span in opened_around(reader, zone, reader.now)[0]:
            if span.start <= reader.now < span.end and not _is_shut(reader, zone):
                return span
    return None


def _is_shut(reader: Reader, zone: ZoneNow) -> bool:
    """True while staff have closed all that is in the zone, and some minutes more: nobody switched anything on."""
    inside = resources_of(reader, zone)
    units = {unit for one in venue(reader).resources if one.id in inside and not one.parts for unit in one.units}
    rows = claims(reader, sorted(units), Span(reader.now - MISSED_AFTER, reader.now + 1)) if units else []
    return bool(units) and units <= {unit for unit, _from, _until, cause, _id in rows if cause in OUT_OF_USE}


def troubles(told: Health, hours: Span, now: int) -> frozenset[str]:
    """What is wrong with a kiosk, by code. Of one that is silent nothing else is known."""
    if now - max(told.seen_at, hours.start) > MISSED_AFTER:
        return frozenset({SILENT})
    # What it told before the doors opened is of yesterday: it tells anew when it is switched on.
    if told.seen_at < hours.start or now - hours.start < MISSED_AFTER:
        return frozenset()
    found = {"old_list": told.is_list_old(now), "no_disk": not told.is_durable, "no_camera": told.has_lost_camera}
    return frozenset(what for what, is_so in found.items() if is_so)


def missed_day(reader: Reader, one: Watched) -> str:
    """The last day on which staff were told that this kiosk is silent, and were not told since that it is back."""
    today = venue(reader).zone.date(reader.now)
    days = [today.fromordinal(today.toordinal() - back).isoformat() for back in range(REMEMBERED)]
    keys = [one.key(what, day) for day in days for what in (SILENT, BACK)]
    posted = posted_keys(reader, keys)
    told = next((day for day in days if one.key(SILENT, day) in posted), "")
    return told if told and one.key(BACK, told) not in posted else ""
