"""The facts a decision needs: the gate in front of which somebody stands, and whose badge it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from devices.badges.decide import Gate, Holder, Rule, Slot
from tierslieu.access import queries as badges
from tierslieu.access.passes.queries import GuestRow
from tierslieu.access.presence import queries as presence
from tierslieu.access.presence.queries import HereNow
from tierslieu.access.schemas import BadgeRow
from tierslieu.access.zones.queries import ZoneNow, Zones, opened_around, zone_map, zones_of_resource
from tierslieu.basics.spans import DAY, Span
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.queries import plans_in_force
from tierslieu.people.qualifications.queries import alone_among
from tierslieu.people.roles.queries import held_among
from tierslieu.people.roles.rules import STAFF
from tierslieu.reservations.queries import between
from tierslieu.reservations.schemas import Stored

NO_ZONE: Final = Gate(zone=0, rules=(Rule("anyone", when="always"),), passback="off")
"""Where a device guards nothing: it notes who comes."""
SHUT: Final = Gate(zone=0, passback="off")
"""The gate of a zone that went out of use: nobody said who may enter there now. Exits are never refused."""
HELD_STATES: Final = ("confirmed", "checked_in")


class Facts(msgspec.Struct, frozen=True):
    """What doors look at of many people: roles, plans and qualifications that some zone asks for, reservations."""

    roles: Mapping[int, tuple[str, ...]]
    plans: Mapping[int, tuple[str, ...]]
    qualifications: Mapping[int, tuple[str, ...]]
    slots: Mapping[int, tuple[Slot, ...]]


def gate(reader: Reader, zone_id: int) -> Gate:
    """A reader's gate as it is now (`zone_id` 0: it stands in front of no zone).

    A zone out of use lets nobody in, but in an alarm.
    """
    found = zone_map(reader)
    zone = found.by_id.get(zone_id)
    if zone is None:
        return msgspec.structs.replace(SHUT if zone_id else NO_ZONE, is_alarm=presence.is_alarm(reader, zone_id))
    opened, staffed = opened_around(reader, zone, reader.now)
    return Gate(
        zone=zone.id,
        rules=found.rules.get(zone.id, ()),
        opened=opened,
        staffed=staffed,
        passback=zone.passback,  # type: ignore[arg-type]
        passback_s=zone.passback_s,
        capacity=zone.capacity or None,
        early_s=zone.early_s,
        stale_s=zone.stale_s,
        is_alarm=presence.is_alarm(reader, zone.id),
    )


def guest_holder(reader: Reader, guest: GuestRow) -> Holder:
    """A guest as doors see them: their pass opens its zone, and the site on the way."""
    found = zone_map(reader)
    return Holder(
        state="active" if guest.is_active else "revoked",
        valid_from=guest.valid_from,
        valid_until=guest.valid_until,
        zones=tuple(one.id for one in found.by_id.values() if one.is_site or one.number == guest.zone),
        is_guest=True,
    )


def standing_in(holder: Holder, gate: Gate, zones: Zones, here: HereNow) -> Holder:
    """The holder with where they are: inside, seen from this gate, when they are in its zone (in any of the site)."""
    is_site = zones.site is not None and zones.site.id == gate.zone
    return msgspec.structs.replace(
        holder,
        is_inside=here.is_inside and (is_site or here.zone_id == gate.zone),
        last_at=here.last_at,
        last_direction=here.last_direction,
    )


def facts_of(reader: Reader, ids: Sequence[int]) -> Facts:
    """What doors look at of these people: a fixed number of statements, only for what some zone asks."""
    zones = zone_map(reader)
    plans, skills = zones.wanted("plan"), zones.wanted("qualification")
    around = Span(reader.now - DAY, reader.now + 2 * DAY)
    return Facts(
        {one: tuple(sorted({each.role for each in held})) for one, held in held_among(reader, list(ids)).items()},
        plans_in_force(reader, ids, reader.now) if plans else {},
        alone_among(reader, ids, sorted(skills), reader.now) if skills else {},
        slots_of(reader, between(reader, ids, around)),
    )


def slots_of(reader: Reader, found: Iterable[Stored]) -> dict[int, tuple[Slot, ...]]:
    """Reservations as doors see them, by person; those that are only asked for open nothing."""
    slots: dict[int, list[Slot]] = defaultdict(list)
    for one in found:
        zones = zones_of_resource(reader, one.resource_id)
        if zones and one.state in HELD_STATES:
            slots[one.person_id].append(Slot(one.starts_at, one.ends_at, zones))
    return {person_id: tuple(held) for person_id, held in slots.items()}


def _holder(found: Facts, person_id: int, badge: BadgeRow | None = None, at: int = 0) -> Holder:
    works = badge is None or badge.is_active or (badge.revoked_at or 0) > at
    return Holder(
        state="active" if works else "revoked",
        valid_until=badge.valid_until if badge else 0,
        roles=found.roles.get(person_id, ()),
        plans=found.plans.get(person_id, ()),
        qualifications=found.qualifications.get(person_id, ()),
        slots=found.slots.get(person_id, ()),
    )


class HolderRow(msgspec.Struct, frozen=True):
    """A badge that readers keep a line of, with its holder. No e-mail, no birth date, no pin."""

    badge: BadgeRow
    secret_sha256: str
    first_name: str
    last_initial: str
    holder: Holder


def holders(reader: Reader) -> list[HolderRow]:
    """Every badge that works now with its holder, in the order of badges: few statements, however many people."""
    rows = badges.working(reader)
    found = facts_of(reader, sorted({one.badge.person_id for one in rows}))
    return [
        HolderRow(
            one.badge,
            one.secret_sha256,
            one.first_name,
            one.last_name[:1],
            _holder(found, one.badge.person_id, one.badge),
        )
        for one in rows
    ]


def counts(roles: Iterable[str], zone: ZoneNow) -> bool:
    """Whether somebody with these roles takes one of the places: staff may not, as the zone's declaration says."""
    return bool(zone.counts_staff) or STAFF.isdisjoint(roles)
