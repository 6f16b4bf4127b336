"""All reads of presence: where somebody is, how many are inside, whether an alarm lasts."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.access.presence.rules import Who, look_of
from tierslieu.access.presence.tables import Alarm, GroupVisit, Headcount, Presence
from tierslieu.access.zones.queries import ZoneNow, site, zones
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader

p, h, g, a = columns(Presence), columns(Headcount), columns(GroupVisit), columns(Alarm)


class PresenceRow(msgspec.Struct, frozen=True):
    """Where somebody is, as it is stored."""

    id: int
    person_id: int
    guest_id: int
    zone_id: int
    is_inside: int
    takes_place: int
    last_at: int
    last_direction: str
    last_mark: str

    @property
    def who(self) -> Who:
        """Whose row it is."""
        return Who(self.person_id, self.guest_id)


class HereNow(msgspec.Struct, frozen=True):
    """Where somebody is: their last zone, and their last passage (0 and "" when there is none)."""

    zone_id: int = 0
    is_inside: bool = False
    last_at: int = 0
    last_direction: str = ""


class Counted(msgspec.Struct, frozen=True):
    """How many are in a zone, as it is stored."""

    zone_id: int
    people: int
    places: int
    visitors: int
    closed_at: int

    @property
    def taken(self) -> int:
        """The places that are taken."""
        return self.places + max(self.visitors, 0)

    @property
    def everyone(self) -> int:
        """All who are inside, also those who take no place."""
        return self.people + max(self.visitors, 0)


class ZoneCountNow(msgspec.Struct, frozen=True):
    """A zone with how many are in it. `look` is "", near or full."""

    zone: ZoneNow
    count: Counted
    look: str


class Visit(msgspec.Struct, frozen=True):
    """A group that is here."""

    id: int
    group_id: int
    zone_id: int
    people: int
    band: str
    arrived_at: int


class AlarmNow(msgspec.Struct, frozen=True):
    """An alarm that lasts."""

    id: int
    source: str
    is_on: int
    started_at: int


ROW = tuple(p[name] for name in PresenceRow.__struct_fields__)
OF = select(*ROW).where(p.person_id == bindparam("person"), p.guest_id == bindparam("guest"))
OF_WHO = Query(OF, into=PresenceRow)
LOCKED = Query(sqlite=OF, postgresql=OF.with_for_update(), into=PresenceRow)
ALL = Query(select(*ROW).order_by(p.person_id, p.guest_id), into=PresenceRow)
INSIDE = Query(select(*ROW).where(p.is_inside == 1).order_by(p.zone_id, p.id), into=PresenceRow)
COUNTS = Query(select(*(h[name] for name in Counted.__struct_fields__)), into=Counted)
COUNT = Query(
    select(*(h[name] for name in Counted.__struct_fields__)).where(h.zone_id == bindparam("zone")), into=Counted
)
VISITS = Query(
    select(g.id, g.group_id, g.zone_id, g.people, g.band, g.arrived_at)
    .where(g.left_at == 0)
    .order_by(g.arrived_at, g.id)
    .limit(200),
    into=Visit,
)
ALARMS = Query(
    select(a.id, a.source, a.is_on, a.started_at).where(a.ended_at == 0).order_by(a.started_at, a.id), into=AlarmNow
)
KEPT: Query[tuple[str]] = Query(select(a.kept).where(a.ended_at == 0).order_by(a.started_at, a.id).limit(1))


def now_of(reader: Reader, who: Who) -> HereNow:
    """Where somebody is."""
    found = reader.row(OF_WHO, person=who.person_id, guest=who.guest_id)
    if found is None:
        return HereNow()
    return HereNow(found.zone_id, bool(found.is_inside), found.last_at, found.last_direction)


def everyone_now(reader: Reader) -> dict[Who, HereNow]:
    """The same for all who passed lately, in one statement."""
    return {
        one.who: HereNow(one.zone_id, bool(one.is_inside), one.last_at, one.last_direction) for one in reader.rows(ALL)
    }


def those_inside(reader: Reader) -> list[PresenceRow]:
    """All who are inside, by zone."""
    return reader.rows(INSIDE)


def count_of(reader: Reader, zone_id: int) -> Counted:
    """How many are in a zone; in the site, how many are in any."""
    return reader.row(COUNT, zone=zone_id) or Counted(zone_id, 0, 0, 0, 0)


def inside(reader: Reader, zone_id: int) -> int:
    """How many places of a zone are taken: what its capacity is held against."""
    return count_of(reader, zone_id).taken


def taken(reader: Reader) -> dict[int, int]:
    """How many places are taken, by zone, in one statement; zones that nobody entered yet are left out."""
    return {one.zone_id: one.taken for one in reader.rows(COUNTS)}


def counts(reader: Reader) -> list[ZoneCountNow]:
    """All zones in use with how many are in each."""
    known = {one.zone_id: one for one in reader.rows(COUNTS)}
    found = []
    for zone in zones(reader):
        count = known.get(zone.id) or Counted(zone.id, 0, 0, 0, 0)
        found.append(ZoneCountNow(zone, count, look_of(count.taken, zone.capacity)))
    return found


def visitors_by_zone(reader: Reader) -> dict[int, int]:
    """How many were only counted, in each zone by itself: the site's own, without those of its other zones."""
    found = {one.zone_id: one.visitors for one in reader.rows(COUNTS)}
    whole = site(reader)
    if whole is not None and whole.id in found:
        found[whole.id] -= sum(count for id_, count in found.items() if id_ != whole.id)
    return found


def counted_in(reader: Reader, zone_id: int) -> tuple[int, ...]:
    """The rows that count who is in a zone: its own and the site's, in the order in which they are taken."""
    whole = site(reader)
    return tuple(sorted({zone_id, whole.id} if whole else {zone_id}))


def visits(reader: Reader) -> list[Visit]:
    """The groups that are here."""
    return reader.rows(VISITS)


def alarms(reader: Reader) -> list[AlarmNow]:
    """The alarms that last, the first one first."""
    return reader.rows(ALARMS)


def is_alarm(reader: Reader, zone_id: int) -> bool:
    """True while a fire alarm lasts: it holds every door of the site open, also this zone's."""
    return any(True for _one in reader.once("alarms", lambda: alarms(reader)))


def kept_list(reader: Reader) -> str:
    """The list that was kept when the alarm began; "" without alarm."""
    found: Any = reader.row(KEPT)
    return found[0] if found else ""
