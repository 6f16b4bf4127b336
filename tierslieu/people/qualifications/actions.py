"""All changes to the catalogue and to grants; the training sessions have their own (training.py)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, text, update

from tierslieu.basics.actor import SYSTEM, Actor
from tierslieu.basics.errors import Conflict, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, table_of, upsert
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications import letters, queries, rules
from tierslieu.people.qualifications.queries import Covered
from tierslieu.people.qualifications.rules import Skill
from tierslieu.people.qualifications.schemas import NewSkill, Wish
from tierslieu.people.qualifications.tables import CoveredMachine, Grant, Prerequisite, Qualification
from tierslieu.people.relations import queries as relations
from tierslieu.people.roles import actions as roles
from tierslieu.people.roles.queries import grants_of as roles_of
from tierslieu.people.roles.rules import Held

SEE = "qualifications.see"
SEE_ALL = "people.see_qualifications"
GRANT = "people.grant_qualifications"
TRAIN = "people.train"
"""The permissions of qualifications."""
q, n, g = columns(Qualification), columns(Prerequisite), columns(Grant)
PUT_SKILL = upsert(Qualification, ("id",))
ADD_NEED: Query[Any] = Query(insert_into(Prerequisite))
FORGET_NEEDS: Query[Any] = Query(delete(table_of(Prerequisite)).where(n.qualification_id == bindparam("which")))
PUT_COVERED = upsert(CoveredMachine, ("machine_key",))
m = columns(CoveredMachine)
FORGET_COVERED: Query[Any] = Query(delete(table_of(CoveredMachine)))
ADD_GRANT: Query[Any] = Query(insert_into(Grant))
END_GRANT: Query[Any] = Query(
    update(table_of(Grant))
    .where(g.id == bindparam("which"), g.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended_by=bindparam("by"), end_reason=bindparam("why"))
)
_USED = (
    "INSERT INTO qualification_use (person_id, qualification_id, used_at) VALUES (:person, :qualification, :at)"
    " ON CONFLICT (person_id, qualification_id) DO UPDATE SET used_at ="
    " CASE WHEN excluded.used_at > qualification_use.used_at THEN excluded.used_at ELSE qualification_use.used_at END"
)
USED: Query[Any] = Query(
    text(_USED).bindparams(*(bindparam(name, type_=BigInteger()) for name in ("person", "qualification", "at")))
)
ONE_AT_A_TIME: Query[Any] = Query(
    postgresql=text("SELECT pg_advisory_xact_lock(:person)").bindparams(bindparam("person", type_=BigInteger()))
)
"""PostgreSQL: what is granted to one person is decided one after the other. SQLite has one writer anyway."""


# -- the catalogue -----------------------------------------------------------------------------------------


def put_skill(tx: Tx, new: NewSkill, skill_id: int | None = None) -> int:
    """Add a qualification or change one. Raises Refused when it would need itself, Conflict for a known key."""
    catalogue = queries.skills(tx)
    if skill_id is not None and skill_id not in catalogue:
        raise NotFound("unknown_qualification")
    namesake = queries.skill_by_key(catalogue, new.key)
    if namesake is not None and namesake.id != skill_id:
        raise Refused((Reason("qualification_exists", {"key": new.key}),))
    is_new, which = skill_id is None, skill_id if skill_id is not None else tx.new_id()
    needs = _needs(catalogue, new, which)
    _store_skill(tx, new, which, len(catalogue) if is_new else list(catalogue).index(which))
    tx.run(FORGET_NEEDS, which=which)
    for needs_id, level in needs.items():
        tx.run(ADD_NEED, qualification_id=which, needs_id=needs_id, min_level=level)
    record(tx, "qualifications.put", None, new.key)
    return which


def _store_skill(tx: Tx, new: NewSkill, which: int, position: int) -> None:
    tx.run(
        PUT_SKILL,
        id=which,
        key=new.key,
        name=new.name,
        description=new.description,
        levels=",".join(level for level in rules.LEVELS if level in new.levels),
        valid_months=new.valid_months,
        unused_months=new.unused_months,
        training_minutes=new.training_minutes,
        min_age=new.min_age,
        is_active=int(new.is_active),
        is_enforced=int(new.is_enforced),
        position=position,
    )


def _needs(catalogue: dict[int, Skill], new: NewSkill, which: int) -> dict[int, str]:
    """The prerequisites by id. Raises Refused for an unknown one, or when qualifications would need each other."""
    found: dict[int, str] = {}
    for key, level in new.needs:
        other = queries.skill_by_key(catalogue, key)
        if other is None:
            raise Refused((Reason("unknown_prerequisite", {"key": key}),))
        found[other.id] = level
    graph: dict[int, Iterable[int]] = {one.id: [need.id for need in one.needs] for one in catalogue.values()}
    if rules.has_cycle({**graph, which: list(found)}):
        raise Refused((Reason("prerequisites_in_circle", {"qualification": new.name}),))
    return found


def cover(tx: Tx, machine: Covered) -> None:
    """The workshop says what a machine asks for."""
    facts = {"qualification_key": machine.qualification_key, "name": machine.name, "kind": machine.kind}
    tx.run(PUT_COVERED, machine_key=machine.machine_key, **facts)


def cover_only(tx: Tx, machines: Iterable[Covered]) -> None:
    """The workshop says what all of its machines ask for: what is not among them asks for nothing any more."""
    tx.run(FORGET_COVERED)
    for one in machines:
        cover(tx, one)


# -- grants --------------------------------------------------------------------------------------------------


def manages(who: Actor) -> bool:
    """True for those who may grant every level of everything: managers, and the house itself."""
    return who == SYSTEM or who.may(GRANT)


def trains(reader: Reader, who: Actor, skill: Skill) -> bool:
    """True for those who may grant this qualification: managers, its trainers, trainers of a machine it covers."""
    if manages(who) or who.may_everywhere(TRAIN):
        return True
    covered = (one for one in queries.all_covered(reader) if one.qualification_key == skill.key)
    scopes = {scope for one in covered for scope in one.scopes}
    if scopes and who.may(TRAIN, *scopes):
        return True
    held = queries.held_by(reader, [who.person_id])[who.person_id] if who.person_id else {}
    return rules.level_at(skill, held.get(skill.id), relations.zone_of(reader), reader.now) == "trainer"


def reasons_against(reader: Reader, who: Actor, skill: Skill, person_id: int, level: str) -> tuple[Reason, ...]:
    """All reasons against a grant at once: who gives it, the level, the age, each prerequisite."""
    found = [] if trains(reader, who, skill) else [Reason("not_your_qualification", {"qualification": skill.name})]
    found.extend(rules.reasons_against_level(skill, level, is_manager=manages(who), is_own=who.person_id == person_id))
    found.extend(reasons_of_person(reader, skill, person_id))
    return tuple(found)


def reasons_of_person(reader: Reader, skill: Skill, person_id: int) -> tuple[Reason, ...]:
    """What the person lacks before a qualification can be theirs: age, prerequisites."""
    year, age = relations.year_at(reader, reader.now), relations.standing(reader, person_id)
    young = rules.reason_of_age("too_young_to_train", skill.min_age, age, year)
    held = queries.held_by(reader, [person_id])[person_id]
    needs = rules.missing_needs(skill, queries.skills(reader), held, relations.zone_of(reader), reader.now)
    return (*([young] if young else []), *needs)


def grant(tx: Tx, wish: Wish) -> int:
    """Give a level; it closes the former one. Returns the grant's id. Raises Refused with every reason,
    NotFound for an unknown person, Conflict when somebody else granted meanwhile."""
    if known(tx, wish.person_id) is None:
        raise NotFound("no_such_person")
    skill = queries.skill(tx, wish.qualification_id)
    tx.rows(ONE_AT_A_TIME, person=wish.person_id)
    reasons = reasons_against(tx, tx.by, skill, wish.person_id, wish.level)
    if reasons:
        raise Refused(reasons)
    former = queries.held_by(tx, [wish.person_id])[wish.person_id].get(skill.id)
    if wish.seen is not None and wish.seen != (former.id if former else 0):
        raise Conflict("grant_moved")
    if former is not None:
        tx.run(END_GRANT, which=former.id, now=tx.now, by=tx.by.person_id, why="replaced")
        if former.level == "trainer" and wish.level != "trainer":
            _dismiss_trainer(tx, wish.person_id, skill)
    return _give(tx, skill, wish)


def bring_in(tx: Tx, wish: Wish, granted_at: int) -> int:
    """A grant out of a register that was kept before: nothing is asked again and nobody is told. Returns its id."""
    skill = queries.skill(tx, wish.qualification_id)
    former = queries.held_by(tx, [wish.person_id])[wish.person_id].get(skill.id)
    if former is not None:
        tx.run(END_GRANT, which=former.id, now=tx.now, by=tx.by.person_id, why="replaced")
    return _store(tx, skill, wish, granted_at)[0]


def _give(tx: Tx, skill: Skill, wish: Wish) -> int:
    grant_id, valid_until = _store(tx, skill, wish, tx.now)
    letters.granted(tx, wish.person_id, skill, wish.level, valid_until)
    return grant_id


def _store(tx: Tx, skill: Skill, wish: Wish, granted_at: int) -> tuple[int, int | None]:
    grant_id = tx.new_id()
    valid_until = rules.end_after(relations.zone_of(tx), granted_at, skill.valid_months)
    tx.run(
        ADD_GRANT,
        id=grant_id,
        person_id=wish.person_id,
        qualification_id=skill.id,
        level=wish.level,
        granted_by=tx.by.person_id,
        granted_at=granted_at,
        session_id=wish.session_id,
        note=wish.note,
        valid_until=valid_until,
        ended_at=None,
        ended_by=None,
        end_reason=None,
    )
    record(tx, "qualifications.grant", wish.person_id, show(grant_id), qualification=skill.key, level=wish.level)
    if wish.level == "trainer" and (valid_until is None or valid_until > tx.now):
        _name_trainer(tx, wish.person_id, skill, valid_until)
    return grant_id, valid_until


def _places(tx: Tx, skill: Skill) -> tuple[str, ...]:
    return tuple(one.scopes[0] for one in queries.all_covered(tx) if one.qualification_key == skill.key)


def _name_trainer(tx: Tx, person_id: int, skill: Skill, until: int | None) -> None:
    """The role that opens the trainers' pages, at the machines that the qualification covers."""
    for place in _places(tx, skill):
        roles.grant(tx, person_id, Held("trainer", place), until)


def _dismiss_trainer(tx: Tx, person_id: int, skill: Skill) -> None:
    places = _places(tx, skill)
    for one in roles_of(tx, person_id):
        if one.role == "trainer" and one.scope in places:
            roles.withdraw(tx, person_id, one.id)


def withdraw(tx: Tx, grant_id: int, reason: str) -> int:
    """End a grant, with the code of the reason. Returns whose it was. Raises Refused when it is over already."""
    one = queries.grant(tx, grant_id)
    skill = queries.skill(tx, one.qualification_id)
    if not trains(tx, tx.by, skill) or (one.level == "trainer" and not manages(tx.by)):
        raise Refused((Reason("not_your_qualification", {"qualification": skill.name}),))
    if one.person_id == tx.by.person_id:
        raise Refused((Reason("not_to_oneself"),))
    if not tx.run(END_GRANT, which=grant_id, now=tx.now, by=tx.by.person_id, why=reason):
        raise Refused((Reason("grant_over"),))
    if one.level == "trainer":
        _dismiss_trainer(tx, one.person_id, skill)
    record(tx, "qualifications.withdraw", one.person_id, show(grant_id), qualification=skill.key, reason=reason)
    return one.person_id


def note_use(tx: Tx, person_id: int, qualification_key: str | None, at: int) -> None:
    """The person used a machine that this qualification covers: if they hold it, it goes on from there.

    What has lapsed is not brought back by use, and nothing is noted about people who hold nothing.
    """
    skill = queries.skill_by_key(queries.skills(tx), qualification_key) if qualification_key is not None else None
    held = queries.held_by(tx, [person_id])[person_id].get(skill.id) if skill is not None else None
    if skill is not None and rules.level_at(skill, held, relations.zone_of(tx), at):
        tx.run(USED, person=person_id, qualification=skill.id, at=at)


def passed_over(
    tx: Tx, person_id: int, machine_key: str, exception: str, reasons: tuple[Reason, ...]
) -> tuple[Reason, ...]:
    """What is left of the reasons when staff pass over those of qualifications; the audit log says why they did."""
    kept = tuple(one for one in reasons if one.code not in rules.PASSABLE)
    passed = sorted({one.code for one in reasons if one.code in rules.PASSABLE})
    if not exception or not passed:
        return reasons
    record(tx, "qualifications.exception", person_id, machine_key, reason=exception, missing=passed)
    return kept
