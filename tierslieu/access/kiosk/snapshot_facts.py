"""Who is in the list that readers hold: every holder of a badge that works, and of a guest pass. Few statements."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select

from devices.badges.decide import Holder
from tierslieu.access.kiosk.snapshot_rows import Line, Profile, card_code, shown_name
from tierslieu.access.passes.queries import GuestRow
from tierslieu.access.passes.tables import GuestPass
from tierslieu.access.scanning.facts import HELD_STATES, HolderRow, holders
from tierslieu.access.tables import Badge
from tierslieu.access.zones.queries import Zones, zone_map
from tierslieu.basics.spans import DAY, Span
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles.rules import is_staff
from tierslieu.reservations.queries import between
from tierslieu.venue.queries import venue

STOPPED_FOR: Final = 30 * DAY
"""Readers know badges that were stopped for so long, to say so instead of « unknown »."""
b, g = columns(Badge), columns(GuestPass)
STOPPED: Query[tuple[int, str]] = Query(
    select(b.person_id, b.secret_sha256)
    .where(b.state == "revoked", b.revoked_at > bindparam("after"), b.kind != "phone")
    .order_by(b.id)
)
GUESTS = Query(
    select(*(g[name] for name in GuestRow.__struct_fields__)).where(g.valid_until > bindparam("now")).order_by(g.id),
    into=GuestRow,
)
NOTHING: Final[Profile] = ((), (), (), 0)
Slots = Mapping[int, list[tuple[int, int, str]]]


def lines(reader: Reader) -> dict[int, Line]:
    """The whole list by the id of the person or guest pass."""
    by_person: dict[int, list[HolderRow]] = defaultdict(list)
    for row in holders(reader):
        by_person[row.badge.person_id].append(row)
    zones, slots, stopped = zone_map(reader), _slots(reader, list(by_person)), _stopped(reader)
    found = {id_: _line(rows, zones, slots.get(id_, []), stopped.pop(id_, [])) for id_, rows in by_person.items()}
    found |= {id_: Line("", NOTHING, (), {"x": codes}) for id_, codes in stopped.items()}
    return found | {one.id: _guest(one, zones) for one in reader.rows(GUESTS, now=reader.now)}


def _line(rows: list[HolderRow], zones: Zones, slots: list[Any], stopped: list[str]) -> Line:
    first, badges, lent, doubted = rows[0], [], {}, []
    for row in rows:
        code = row.badge.handle or card_code(row.secret_sha256)
        badges.append(code)
        if row.badge.is_doubted:
            doubted.append(code)
        if row.badge.valid_until:
            lent[code] = [0, row.badge.valid_until]
    more = {"s": slots, "x": stopped, "b": lent, "d": doubted}
    name = shown_name(first.first_name, first.last_initial)
    return Line(
        name, _profile(first.holder, zones), tuple(badges), {key: value for key, value in more.items() if value}
    )


def _profile(holder: Holder, zones: Zones) -> Profile:
    roles = tuple(role for role in holder.roles if role in zones.wanted("role"))
    return roles, holder.plans, holder.qualifications, int(is_staff(holder.roles))


def _guest(guest: GuestRow, zones: Zones) -> Line:
    """A guest pass; one that was stopped is named as such, since its signature alone would be believed."""
    if not guest.is_active:
        return Line("", NOTHING, (), {"g": 1, "x": [guest.handle]})
    opens = sorted(one.number for one in zones.by_id.values() if one.is_site or one.number == guest.zone)
    more = {"g": 1, "f": guest.valid_from, "u": guest.valid_until, "z": opens}
    return Line(f"{guest.first_name} " if guest.first_name else "", NOTHING, (guest.handle,), more)


def _stopped(reader: Reader) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, secret_sha256 in reader.rows(STOPPED, after=reader.now - STOPPED_FOR):
        found[person_id].append(card_code(secret_sha256))
    return found


def _slots(reader: Reader, ids: list[int]) -> Slots:
    """The reservations of today and tomorrow: from, until, and the key of the place, which `places` tells of."""
    here, found = venue(reader), defaultdict(list)
    today = here.zone.day(here.zone.date(reader.now))
    for one in between(reader, ids, Span(today.start, today.end + DAY)):
        resource = here.by_id.get(one.resource_id)
        if resource is not None and one.state in HELD_STATES:
            found[one.person_id].append((one.starts_at, one.ends_at, resource.key))
    return found


def places(reader: Reader) -> dict[str, tuple[list[int], str, str]]:
    """What can be reserved, by key: the numbers of the zones that open, its name and that of its space."""
    zones = zone_map(reader)
    return {
        one.key: ([zones.by_id[zone].number for zone in zones.opened_by(one.id)], one.name, one.space.name)
        for one in venue(reader).by_id.values()
    }
