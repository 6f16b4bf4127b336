"""All changes of rights: erasing a person, applying retention, warning and forgetting unused accounts."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, delete, null, update

from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.basics.ids import show
from tierslieu.infra.personal import NOBODY, Personal, Retention
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.persons.tables import Person
from tierslieu.people.rights import queries, rules, statements
from tierslieu.people.rights.events import Erased
from tierslieu.people.rights.tables import ForgetWarning, RetentionRun
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.roles.rules import is_staff

Tell = Callable[[Tx, int, int], None]
p, f, r = columns(Person), columns(ForgetWarning), columns(RetentionRun)
ERASED_NAME = "—"
"""What stands where a name was: screens that show a name always have one."""
BLANK_FILE: Query[Any] = Query(
    update(table_of(Person))
    .where(p.id == bindparam("whose", type_=BigInteger()), p.erased_at == 0)
    .values(
        first_name=ERASED_NAME,
        last_name=ERASED_NAME,
        sort_name="",
        key=null(),
        email=null(),
        phone=null(),
        birth_year=null(),
        password_hash=null(),
        is_active=0,
        changed_at=bindparam("now"),
        erased_at=bindparam("now"),
    )
)
ADD_RUN: Query[Any] = Query(insert_into(RetentionRun))
ADD_TO_RUN: Query[Any] = Query(
    update(table_of(RetentionRun))
    .where(r.rule == bindparam("which"), r.at >= bindparam("since", type_=BigInteger()))
    .values(removed=r.removed + bindparam("more", type_=Integer()))
)
FORGET_RUNS: Query[Any] = Query(delete(table_of(RetentionRun)).where(r.at < bindparam("old", type_=BigInteger())))
WARN = insert_or_nothing(ForgetWarning)
SPARE: Query[Any] = Query(delete(table_of(ForgetWarning)).where(f.person_id == bindparam("whose", type_=BigInteger())))


def erase(tx: Tx, personal: Sequence[Personal], person_id: int, why: str = "asked") -> None:
    """Take the person out of everything: counts stay, names go. Cannot be undone.

    `why` is "asked" or "unused". Raises NotFound, and Conflict("erase_staff") for someone who still works
    here: their roles are withdrawn first, so that the house never loses its last administrator by mistake.
    """
    file = queries.file_of(tx, person_id)
    if file is None or person_id == NOBODY:
        raise NotFound("no_such_person")
    if is_staff(roles_of(tx, person_id)):
        raise Conflict("erase_staff")
    if not tx.run(BLANK_FILE, whose=person_id, now=tx.now):
        raise Conflict("already_erased")
    for item in personal:
        for step in statements.erasures(item):
            tx.run(step, whose=person_id)
    record(tx, "people.erase", person_id, show(person_id), why=why)
    tx.announce(Erased(person_id))


def apply(tx: Tx, rule: Retention, most: int, since: int | None = None) -> int:
    """Apply a retention rule to at most `most` things. Returns how many were removed.

    A run is recorded though it removes nothing, so that a quiet one is told from none. `since`: when the run began
    that this is a further step of.
    """
    before = tx.now - rule.seconds
    removed = rule.remove(tx, before, most)
    if since is None or not tx.run(ADD_TO_RUN, which=rule.name, since=since, more=removed):
        tx.run(ADD_RUN, id=tx.new_id(), rule=rule.name, at=tx.now, before=before, removed=removed)
    if removed:
        record(tx, "people.retention", None, rule.name, removed=removed)
    return removed


def end_turn(tx: Tx) -> None:
    """Note that every rule was applied, and tell no longer of turns of long ago."""
    tx.run(ADD_RUN, id=tx.new_id(), rule=rules.WHOLE_TURN, at=tx.now, before=tx.now, removed=0)
    tx.run(FORGET_RUNS, old=tx.now - rules.RUNS_LIVE)


def look_at_unused(tx: Tx, personal: Sequence[Personal], after: int, most: int, tell: Tell) -> int:
    """Warn, spare or forget accounts without a sign of life, `most` files from the one after `after`.

    `tell(tx, person_id, due_at)` posts the warning. Returns the id to go on after, 0 at the end.
    """
    before = tx.now - (rules.UNUSED_AFTER - rules.WARNED_BEFORE)
    found = queries.candidates(tx, before, after, most)
    for person_id, changed_at, due_at in found:
        alive = queries.last_alive(tx, personal, person_id, changed_at)
        fate = rules.fate(alive, due_at, tx.now)
        if fate == rules.SPARE:
            tx.run(SPARE, whose=person_id)
        elif fate in (rules.WARN, rules.FORGET) and not is_staff(roles_of(tx, person_id)):
            _warn(tx, person_id, tell) if fate == rules.WARN else erase(tx, personal, person_id, "unused")
    return found[-1][0] if len(found) == most else 0


def _warn(tx: Tx, person_id: int, tell: Tell) -> None:
    due_at = tx.now + rules.WARNED_BEFORE
    if tx.run(WARN, person_id=person_id, warned_at=tx.now, due_at=due_at):
        tell(tx, person_id, due_at)
