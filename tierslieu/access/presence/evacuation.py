"""The evacuation list: who is thought to be inside, by zone. An aid: heads are counted outside all the same."""

from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select

from tierslieu.access.passes.tables import GuestPass
from tierslieu.access.presence import queries
from tierslieu.access.presence.queries import PresenceRow, Visit
from tierslieu.access.presence.rules import UNSEEN, Passage, came_at
from tierslieu.access.presence.tables import EvacuationHelp
from tierslieu.access.tables import Scan
from tierslieu.access.zones.queries import zones
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.groups.tables import PersonGroup
from tierslieu.people.persons.queries import known_among
from tierslieu.people.persons.schemas import Known
from tierslieu.people.roles.queries import held_among
from tierslieu.people.roles.rules import STAFF

s, e, g, gp = columns(Scan), columns(EvacuationHelp), columns(PersonGroup), columns(GuestPass)
PASSAGES: Query[tuple[int, int, str]] = Query(
    select(s.person_id, s.at, s.direction).where(
        among(s.person_id, "ids"),
        s.outcome == "granted",
        s.zone_id != 0,
        s.at > bindparam("after", type_=BigInteger()),
    )
)
HELP: Query[tuple[int, str]] = Query(select(e.person_id, e.note).where(among(e.person_id, "ids")))
GUESTS: Query[tuple[int, str]] = Query(select(gp.id, gp.first_name).where(among(gp.id, "ids")))
GROUPS: Query[tuple[int, str]] = Query(select(g.id, g.name).where(among(g.id, "ids")))


class Inside(msgspec.Struct, frozen=True):
    """Somebody who is thought to be inside: first name and initial, never more.

    `came_at`: when they came in; `seen_at`: their last passage, however long ago. `help` is in their own words.
    """

    name: str
    came_at: int
    seen_at: int
    is_staff: bool = False
    is_guest: bool = False
    help: str = ""


class Together(msgspec.Struct, frozen=True):
    """A group that came in together. `name` is "" for a group that is not in the files."""

    name: str
    people: int
    came_at: int


class ZoneList(msgspec.Struct, frozen=True):
    """A zone and all who are in it. `visitors` were only counted, the groups among them."""

    zone: str
    people: list[Inside]
    groups: list[Together]
    visitors: int

    @property
    def total(self) -> int:
        """All who are to be found."""
        return len(self.people) + self.visitors


class Evacuation(msgspec.Struct, frozen=True):
    """The list as it is now, or as it was when the alarm began (`alarm_since`, 0 without alarm)."""

    made_at: int
    zones: list[ZoneList]
    alarm_since: int = 0

    @property
    def total(self) -> int:
        """All who are to be found."""
        return sum(one.total for one in self.zones)


def evacuation(reader: Reader) -> Evacuation:
    """The list: kept as it was for as long as an alarm lasts."""
    kept = queries.kept_list(reader)
    if not kept:
        return evacuation_now(reader)
    found = msgspec.json.decode(kept, type=Evacuation)
    return msgspec.structs.replace(found, alarm_since=queries.alarms(reader)[0].started_at)


def evacuation_now(reader: Reader) -> Evacuation:
    """The list by presence as it is now."""
    rows, visits = queries.those_inside(reader), queries.visits(reader)
    people: dict[int, list[Inside]] = defaultdict(list)
    for row, one in named(reader, rows):
        people[row.zone_id].append(one)
    groups, visitors = _groups(reader, visits), queries.visitors_by_zone(reader)
    names = {one.id: one.name for one in zones(reader)}
    listed = [*names, *sorted({*people, *groups, *visitors} - set(names))]
    found = [
        ZoneList(
            names.get(id_, ""),
            sorted(people[id_], key=lambda one: (not one.help, one.name)),
            groups.get(id_, []),
            max(visitors.get(id_, 0), 0),
        )
        for id_ in listed
    ]
    return Evacuation(reader.now, found)


def named(reader: Reader, rows: list[PresenceRow]) -> list[tuple[PresenceRow, Inside]]:
    """Rows of presence with what the list says of each."""
    ids = [row.person_id for row in rows if row.person_id]
    if not rows:
        return []
    known = {one.id: one for one in known_among(reader, ids)}
    staff = {id_ for id_, held in held_among(reader, ids).items() if {one.role for one in held} & STAFF}
    help_, came = dict(reader.rows(HELP, ids=ids)), arrivals(reader, ids)
    guests = dict(reader.rows(GUESTS, ids=[row.guest_id for row in rows if row.guest_id]))
    return [
        (
            row,
            Inside(
                guests.get(row.guest_id, "") if row.guest_id else short_name(known.get(row.person_id)),
                came.get(row.person_id, 0) or row.last_at,
                row.last_at,
                row.person_id in staff,
                bool(row.guest_id),
                help_.get(row.person_id, ""),
            ),
        )
        for row in rows
    ]


def short_name(person: Known | None) -> str:
    """First name and initial; "" for somebody without a file."""
    return f"{person.first_name} {person.last_name[:1]}." if person else ""


def arrivals(reader: Reader, ids: list[int]) -> dict[int, int]:
    """When people who are inside came in: their first entry since they last left."""
    found: dict[int, list[Passage]] = defaultdict(list)
    after = reader.now - UNSEEN
    for person_id, at, direction in reader.rows(PASSAGES, ids=ids, after=after) if ids else []:
        found[person_id].append(Passage(at, direction))
    return {id_: came_at(passages, after) for id_, passages in found.items()}


def _groups(reader: Reader, visits: list[Visit]) -> dict[int, list[Together]]:
    ids = [one.group_id for one in visits if one.group_id]
    names: dict[int, Any] = dict(reader.rows(GROUPS, ids=ids)) if ids else {}
    found: dict[int, list[Together]] = defaultdict(list)
    for one in visits:
        found[one.zone_id].append(Together(names.get(one.group_id, ""), one.people, one.arrived_at))
    return found
