"""Training sessions: their seats, who takes them, and what is granted after. The database counts the seats."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, select, update

from tierslieu.basics.errors import Conflict, Forbidden, NotFound, Reason, Refused, Remedy
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications import actions, letters, queries, rules
from tierslieu.people.qualifications.rules import Skill
from tierslieu.people.qualifications.schemas import NewSession, Wish
from tierslieu.people.qualifications.tables import TrainingSeat, TrainingSession
from tierslieu.people.relations import queries as relations

t, s = columns(TrainingSession), columns(TrainingSeat)
FURTHEST_DAYS = 400
NEXT_SHOWN = 3


class Training(msgspec.Struct, frozen=True):
    """A session with how many seats are taken."""

    id: int
    qualification_id: int
    starts_at: int
    ends_at: int
    place: str
    trainer_id: int | None
    capacity: int
    state: str
    taken: int

    @property
    def free(self) -> int:
        """How many seats are left."""
        return self.capacity - self.taken


class Seat(msgspec.Struct, frozen=True):
    """A taken seat."""

    seat: int
    person_id: int


TAKEN = select(func.count()).where(s.session_id == t.id).scalar_subquery()
TRAINING = (t.id, t.qualification_id, t.starts_at, t.ends_at, t.place, t.trainer_id, t.capacity, t.state, TAKEN)
BY_ID = Query(select(*TRAINING).where(t.id == bindparam("id")), into=Training)
COMING = Query(
    select(*TRAINING)
    .where(t.state == "planned", t.starts_at > bindparam("from_at"))
    .order_by(t.starts_at, t.id)
    .limit(200),
    into=Training,
)
PAST = Query(
    select(*TRAINING)
    .where(t.state == "planned", t.starts_at <= bindparam("until"))
    .order_by(t.starts_at.desc(), t.id)
    .limit(20),
    into=Training,
)
SEATS = Query(select(s.seat, s.person_id).where(s.session_id == bindparam("session")).order_by(s.seat), into=Seat)
MINE: Query[tuple[int]] = Query(
    select(s.session_id)
    .select_from(TrainingSeat)
    .join(TrainingSession, t.id == s.session_id)
    .where(s.person_id == bindparam("person"), t.starts_at > bindparam("from_at"))
)
ADD: Query[Any] = Query(insert_into(TrainingSession))
TAKE_SEAT = insert_or_nothing(TrainingSeat)
GIVE_BACK: Query[Any] = Query(
    delete(table_of(TrainingSeat)).where(s.session_id == bindparam("session"), s.person_id == bindparam("person"))
)
CANCEL: Query[Any] = Query(
    update(table_of(TrainingSession))
    .where(t.id == bindparam("which"), t.state == "planned")
    .values(state=bindparam("state"))
)


# -- reading -----------------------------------------------------------------------------------------------


def training(reader: Reader, session_id: int) -> Training:
    """One session. Raises NotFound."""
    found = reader.row(BY_ID, id=session_id)
    if found is None:
        raise NotFound("unknown_training")
    return found


def coming(reader: Reader, qualification_id: int | None = None) -> list[Training]:
    """The sessions to come, soonest first, of one qualification or of all."""
    found = reader.rows(COMING, from_at=reader.now)
    return [one for one in found if qualification_id in (None, one.qualification_id)]


def past(reader: Reader) -> list[Training]:
    """The last sessions that began, latest first."""
    return reader.rows(PAST, until=reader.now)


def seats(reader: Reader, session_id: int) -> list[Seat]:
    """Who takes part, by seat."""
    return reader.rows(SEATS, session=session_id)


def mine(reader: Reader, person_id: int) -> set[int]:
    """The sessions to come in which somebody has a seat."""
    return {row[0] for row in reader.rows(MINE, person=person_id, from_at=reader.now)}


# -- changes -------------------------------------------------------------------------------------------------


def plan(tx: Tx, new: NewSession, qualification_id: int) -> int:
    """Announce a session. Returns its id. Raises Refused with every reason."""
    skill, zone = queries.skill(tx, qualification_id), relations.zone_of(tx)
    starts_at = zone.instant(new.date, new.start)
    reasons = []
    if not actions.trains(tx, tx.by, skill):
        reasons.append(Reason("not_your_qualification", {"qualification": skill.name}))
    if not skill.is_active:
        reasons.append(Reason("qualification_closed", {"qualification": skill.name}))
    if starts_at <= tx.now:
        reasons.append(Reason("training_in_the_past"))
    if starts_at > tx.now + FURTHEST_DAYS * 86_400:
        reasons.append(Reason("training_too_far"))
    if reasons:
        raise Refused(tuple(reasons))
    session_id = tx.new_id()
    tx.run(
        ADD,
        id=session_id,
        qualification_id=skill.id,
        starts_at=starts_at,
        ends_at=starts_at + new.minutes * 60,
        place=new.place,
        trainer_id=tx.by.person_id,
        capacity=new.capacity,
        state="planned",
        created_by=tx.by.person_id,
        created_at=tx.now,
    )
    return session_id


def enrol(tx: Tx, session_id: int, person_id: int) -> int:
    """Take the lowest free seat for a person. Returns its number. Raises Refused, with the next session when full."""
    _require_own(tx, person_id)
    one = training(tx, session_id)
    skill = queries.skill(tx, one.qualification_id)
    _require_open(tx, one, skill, person_id)
    for seat in _free_seats(tx, one):
        facts = {"seat": seat, "person_id": person_id, "taken_by": tx.by.person_id, "taken_at": tx.now}
        if tx.run(TAKE_SEAT, session_id=session_id, **facts):
            letters.enrolled(tx, person_id, skill, one.starts_at, one.place)
            record_for(tx, "qualifications.enrol", person_id, show(session_id))
            return seat
        if any(person_id == other.person_id for other in seats(tx, session_id)):
            raise Refused((Reason("already_enrolled"),))
    raise Refused((Reason("training_full", {}, _elsewhere(tx, one)),))


def _require_own(tx: Tx, person_id: int) -> None:
    """Raises Forbidden for somebody else's affairs, unless the actor works here or trains."""
    if tx.by.person_id != person_id and not (tx.by.may(actions.SEE_ALL) or tx.by.may(actions.TRAIN)):
        raise Forbidden("not_allowed")
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")


def _require_open(tx: Tx, one: Training, skill: Skill, person_id: int) -> None:
    reasons: list[Reason] = []
    if one.state != "planned":
        reasons.append(Reason("training_cancelled"))
    if one.starts_at <= tx.now:
        reasons.append(Reason("training_began"))
    if any(person_id == other.person_id for other in seats(tx, one.id)):
        reasons.append(Reason("already_enrolled"))
    year, age = relations.year_at(tx, one.starts_at), relations.standing(tx, person_id)
    young = rules.reason_of_age("too_young_to_train", skill.min_age, age, year)
    if reasons or young:
        raise Refused((*reasons, *([young] if young else [])))


def _free_seats(reader: Reader, one: Training) -> Iterable[int]:
    taken = {other.seat for other in seats(reader, one.id)}
    return (seat for seat in range(1, one.capacity + 1) if seat not in taken)


def _elsewhere(reader: Reader, full: Training) -> tuple[Remedy, ...]:
    """The next session of the same qualification that has a seat left."""
    others = coming(reader, full.qualification_id)
    found = next((one for one in others if one.id != full.id and one.free > 0), None)
    if found is None:
        return (Remedy("ask_desk", {"href": "/aide"}),)
    return (Remedy("next_training", {"start": found.starts_at, "href": f"/habilitations/seances/{show(found.id)}"}),)


def leave(tx: Tx, session_id: int, person_id: int) -> None:
    """Give a seat back before the session begins. Raises Refused when there is none to give."""
    _require_own(tx, person_id)
    one = training(tx, session_id)
    if one.starts_at <= tx.now:
        raise Refused((Reason("training_began"),))
    if not tx.run(GIVE_BACK, session=session_id, person=person_id):
        raise Refused((Reason("not_enrolled"),))
    record_for(tx, "qualifications.leave", person_id, show(session_id))


def cancel(tx: Tx, session_id: int) -> None:
    """Call a session off and tell everybody. Raises Refused when it began, or was called off before."""
    one = training(tx, session_id)
    skill = queries.skill(tx, one.qualification_id)
    if not actions.trains(tx, tx.by, skill):
        raise Refused((Reason("not_your_qualification", {"qualification": skill.name}),))
    if one.starts_at <= tx.now:
        raise Refused((Reason("training_began"),))
    if not tx.run(CANCEL, which=session_id, state="cancelled"):
        raise Refused((Reason("training_cancelled"),))
    for seat in seats(tx, session_id):
        letters.cancelled(tx, seat.person_id, skill, one.starts_at)
    record(tx, "qualifications.cancel_training", None, show(session_id))


def preview(reader: Reader, who: Any, session_id: int, level: str) -> dict[int, tuple[Reason, ...]]:
    """What stands against granting a level to each person of a session; nothing for those who can have it."""
    one = training(reader, session_id)
    skill = queries.skill(reader, one.qualification_id)
    return {
        seat.person_id: actions.reasons_against(reader, who, skill, seat.person_id, level)
        for seat in seats(reader, session_id)
    }


def grant_present(tx: Tx, session_id: int, present: Iterable[int], level: str) -> int:
    """Grant a level to those who were there, all or none. Returns how many. Raises Refused for the first who
    cannot have it, Conflict for people who have no seat (the page shown was older)."""
    one = training(tx, session_id)
    if one.state != "planned" or one.starts_at > tx.now:
        raise Refused((Reason("training_not_held"),))
    wanted = sorted(set(present))
    enrolled = {seat.person_id for seat in seats(tx, session_id)}
    if not wanted:
        raise Refused((Reason("nobody_present"),))
    if not enrolled.issuperset(wanted):
        raise Conflict("training_moved")
    for person_id in wanted:
        actions.grant(tx, Wish(person_id, one.qualification_id, level, "after_training", session_id))
    return len(wanted)
