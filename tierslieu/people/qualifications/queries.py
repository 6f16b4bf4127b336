"""All reads of qualifications. Each costs a fixed number of statements, whatever the number of people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, or_, select

from tierslieu.basics.errors import NotFound, Reason
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications import rules
from tierslieu.people.qualifications.rules import Held, Needs, Skill, Standing
from tierslieu.people.qualifications.tables import CoveredMachine, Grant, LastUse, Prerequisite, Qualification
from tierslieu.people.relations.queries import zone_of

q, n, g, u = columns(Qualification), columns(Prerequisite), columns(Grant), columns(LastUse)
m = columns(CoveredMachine)
FIELDS = (q.id, q.key, q.name, q.description, q.levels, q.valid_months, q.unused_months, q.training_minutes)
MORE = (q.min_age, q.is_active, q.is_enforced)
HELD = (g.id, g.person_id, g.qualification_id, g.level, g.granted_at, g.valid_until, u.used_at)


class Covered(msgspec.Struct, frozen=True):
    """A machine that asks for a qualification, or (without a kind) what such a machine is reserved as."""

    machine_key: str
    qualification_key: str
    name: str
    kind: str

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of roles that hold at this machine; none for what is only reserved."""
        return (f"machine:{self.machine_key}", f"kind:{self.kind}") if self.kind else ()


class GrantLine(msgspec.Struct, frozen=True):
    """A grant as it is stored, in force or not, with the last use of what it covers."""

    id: int
    person_id: int
    qualification_id: int
    level: str
    granted_by: int | None
    granted_at: int
    session_id: int | None
    note: str
    valid_until: int | None
    ended_at: int | None
    ended_by: int | None
    end_reason: str | None
    used_at: int | None

    @property
    def held(self) -> Held:
        """The same for the rules."""
        return Held(
            self.id,
            self.person_id,
            self.qualification_id,
            self.level,
            self.granted_at,
            self.valid_until,
            self.used_at,
        )


def _grants(*shown: Any) -> Any:
    join = (u.person_id == g.person_id) & (u.qualification_id == g.qualification_id)
    return select(*shown).select_from(Grant).outerjoin(LastUse, join)


LINE = (
    *(g.id, g.person_id, g.qualification_id, g.level, g.granted_by, g.granted_at, g.session_id, g.note),
    *(g.valid_until, g.ended_at, g.ended_by, g.end_reason, u.used_at),
)
SKILLS: Query[tuple[Any, ...]] = Query(select(*FIELDS, *MORE).order_by(q.position, q.id))
NEEDS: Query[tuple[int, int, str]] = Query(
    select(n.qualification_id, n.needs_id, n.min_level).order_by(n.qualification_id, n.needs_id)
)
HELD_BY = Query(_grants(*HELD).where(among(g.person_id, "ids"), g.ended_at.is_(None)), into=Held)
GRANT = Query(_grants(*LINE).where(g.id == bindparam("id")), into=GrantLine)
GRANTS_OF = Query(
    _grants(*LINE).where(g.person_id == bindparam("person")).order_by(g.granted_at.desc(), g.id.desc()).limit(100),
    into=GrantLine,
)
ENDING = Query(
    _grants(*HELD)
    .join(Qualification, q.id == g.qualification_id)
    .where(
        g.ended_at.is_(None),
        or_(g.valid_until <= bindparam("until"), q.unused_months.is_not(None)),
        g.id > bindparam("after"),
    )
    .order_by(g.id)
    .limit(500),
    into=Held,
)
COVERED = Query(select(m.machine_key, m.qualification_key, m.name, m.kind).order_by(m.machine_key), into=Covered)
COVERED_BY_KEY = Query(
    select(m.machine_key, m.qualification_key, m.name, m.kind).where(m.machine_key == bindparam("key")),
    into=Covered,
)


def skills(reader: Reader) -> dict[int, Skill]:
    """The whole catalogue in its order, what is out of use too."""
    rows = {row[0]: row for row in reader.rows(SKILLS)}
    needs: dict[int, list[Needs]] = defaultdict(list)
    for qualification_id, needs_id, level in reader.rows(NEEDS):
        other = rows[needs_id]
        needs[qualification_id].append(Needs(needs_id, other[1], other[2], level))
    return {id_: _skill(row, tuple(needs[id_])) for id_, row in rows.items()}


def _skill(row: tuple[Any, ...], needs: tuple[Needs, ...]) -> Skill:
    facts = dict(zip(Skill.__struct_fields__, (*row, needs), strict=True))
    facts["levels"] = tuple(facts["levels"].split(","))
    facts["is_active"], facts["is_enforced"] = bool(facts["is_active"]), bool(facts["is_enforced"])
    return Skill(**facts)


def skill_by_key(catalogue: Mapping[int, Skill], key: str) -> Skill | None:
    """A qualification by its key."""
    return next((one for one in catalogue.values() if one.key == key), None)


def skill(reader: Reader, skill_id: int) -> Skill:
    """One qualification. Raises NotFound."""
    found = skills(reader).get(skill_id)
    if found is None:
        raise NotFound("unknown_qualification")
    return found


def held_by(reader: Reader, ids: Iterable[int]) -> dict[int, dict[int, Held]]:
    """Grants that are not withdrawn, expired or not, by person and qualification."""
    found: dict[int, dict[int, Held]] = {one: {} for one in ids}
    for held in reader.rows(HELD_BY, ids=sorted(found)) if found else []:
        found[held.person_id][held.qualification_id] = held
    return found


def standings(reader: Reader, ids: Sequence[int], key: str, at: int) -> dict[int, Standing]:
    """Where people stand with a qualification; a key that the catalogue does not know asks for nothing."""
    catalogue = skills(reader)
    wanted = skill_by_key(catalogue, key)
    if wanted is None:
        return {one: Standing("", None, ()) for one in ids}
    zone, held = zone_of(reader), held_by(reader, ids)
    return {one: Standing(*rules.standing_of(wanted, catalogue, held[one], zone, at)) for one in ids}


def alone_among(reader: Reader, ids: Sequence[int], keys: Sequence[str], at: int) -> dict[int, tuple[str, ...]]:
    """Which of these qualifications let each of these people be alone: a fixed number of statements."""
    catalogue = skills(reader)
    wanted = [one for one in catalogue.values() if one.key in keys]
    zone, held = zone_of(reader), held_by(reader, ids)
    return {
        person_id: tuple(
            one.key
            for one in wanted
            if one.id in mine and Standing(*rules.standing_of(one, catalogue, mine, zone, at)).may_use_alone
        )
        for person_id, mine in held.items()
        if mine
    }


def standing(reader: Reader, person_id: int, qualification_key: str, at: int) -> Standing:
    """Where one person stands with a qualification."""
    return standings(reader, [person_id], qualification_key, at)[person_id]


def may_use_alone(reader: Reader, person_id: int, qualification_key: str, at: int) -> bool:
    """True when nothing is missing to use what the qualification covers alone."""
    return standing(reader, person_id, qualification_key, at).may_use_alone


def may_use_accompanied(reader: Reader, person_id: int, qualification_key: str, at: int) -> bool:
    """True when the person may use it beside somebody who knows it."""
    return standing(reader, person_id, qualification_key, at).may_use_accompanied


def covered(reader: Reader, machine_key: str) -> Covered | None:
    """What a machine, or what it is reserved as, asks for; None when everyone may use it."""
    return reader.row(COVERED_BY_KEY, key=machine_key)


def all_covered(reader: Reader) -> list[Covered]:
    """Every machine that asks for a qualification."""
    return [one for one in reader.rows(COVERED) if one.kind]


def reasons_against_alone(reader: Reader, person_id: int, machine_key: str, at: int) -> tuple[Reason, ...]:
    """Why a person may not have a machine to themselves; nothing where the house only advises."""
    machine = covered(reader, machine_key)
    if machine is None:
        return ()
    wanted = skill_by_key(skills(reader), machine.qualification_key)
    if wanted is None or not wanted.is_enforced:
        return ()
    return standing(reader, person_id, machine.qualification_key, at).missing


def reasons_among(reader: Reader, ids: Iterable[int], at: int) -> dict[int, dict[str, tuple[Reason, ...]]]:
    """What `reasons_against_alone` says of each person at each machine, where it says something: by person and
    machine, in a fixed number of statements."""
    catalogue, found = skills(reader), {}
    enforced = {one.key: one for one in catalogue.values() if one.is_enforced}
    asking = [one for one in all_covered(reader) if one.qualification_key in enforced]
    zone = zone_of(reader)
    for person_id, mine in held_by(reader, ids).items():
        missing = {key: rules.standing_of(one, catalogue, mine, zone, at)[2] for key, one in enforced.items()}
        found[person_id] = {
            one.machine_key: missing[one.qualification_key] for one in asking if missing[one.qualification_key]
        }
    return found


def grant(reader: Reader, grant_id: int) -> GrantLine:
    """One grant. Raises NotFound."""
    found = reader.row(GRANT, id=grant_id)
    if found is None:
        raise NotFound("unknown_grant")
    return found


def grants_of(reader: Reader, person_id: int) -> list[GrantLine]:
    """A person's grants, newest first, withdrawn ones too."""
    return reader.rows(GRANTS_OF, person=person_id)


def ending(reader: Reader, until: int, after: int) -> list[Held]:
    """Grants in force that may end before an instant, 500 at a time in the order of their ids."""
    return reader.rows(ENDING, until=until, after=after)
