"""All changes of rate categories, and of who has which."""

from typing import Any

from sqlalchemy import bindparam, delete, select, update

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships.categories.queries import Category, Held, categories, categories_of, of_family
from tierslieu.people.memberships.noting import note, require_person
from tierslieu.people.memberships.tables import PersonCategory, RateCategory

k, h = columns(RateCategory), columns(PersonCategory)
ADD_KIND = insert_or_nothing(RateCategory)
NO_DEFAULT: Query[Any] = Query(update(table_of(RateCategory)).values(is_default=0))
OFFER: Query[Any] = Query(
    update(table_of(RateCategory)).where(k.key == bindparam("which")).values(is_active=bindparam("active"))
)
ADD: Query[Any] = Query(insert_into(PersonCategory))
END: Query[Any] = Query(
    update(table_of(PersonCategory)).where(h.id == bindparam("which")).values(until_at=bindparam("ends"))
)
DROP: Query[Any] = Query(delete(table_of(PersonCategory)).where(h.id == bindparam("which")))
OLD: Query[tuple[int]] = Query(
    select(h.id).where(h.until_at < bindparam("before")).order_by(h.until_at).limit(bindparam("count"))
)
LONGEST = 10 * 366 * 86_400


def create_category(tx: Tx, one: Category, position: int = 0) -> None:
    """A new rate category; a default one takes the place of the former. Refused when its key is known."""
    if one.is_default:
        tx.run(NO_DEFAULT)
    values = {"name": one.name, "family": one.family, "proof": one.proof, "is_default": one.is_default}
    if not tx.run(ADD_KIND, key=one.key, position=position, is_active=1, **values):
        raise Refused((Reason("category_key_taken"),))
    note(tx, "people.categories.create", None, one.key)


def offer_category(tx: Tx, key: str, *, is_active: bool) -> None:
    """Withdraw a category from what can be set, or offer it again. Who has it keeps it until its end."""
    if not tx.run(OFFER, which=key, active=int(is_active)):
        raise NotFound("no_such_category")
    note(tx, "people.categories.offer" if is_active else "people.categories.withdraw", None, key)


def set_category(tx: Tx, person_id: int, key: str, how: str, until_at: int) -> int:
    """Somebody's category from now on; their former one of the same family ends here, and stays in the history."""
    require_person(tx, person_id)
    chosen = next((one for one in categories(tx) if one.key == key and one.is_active), None)
    if chosen is None:
        raise NotFound("no_such_category")
    if not tx.now < until_at <= tx.now + LONGEST:
        raise Refused((Reason("category_end_not_possible"),))
    for former in of_family(tx, person_id, chosen.family, tx.now):
        _end(tx, former)
    category_id = tx.new_id()
    tx.run(
        ADD,
        id=category_id,
        person_id=person_id,
        category=key,
        family=chosen.family,
        starts_at=tx.now,
        until_at=until_at,
        how=how,
        checked_at=tx.now,
        checked_by=tx.by.person_id,
    )
    note(tx, "people.categories.set", person_id, show(category_id), category=key, how=how)
    return category_id


def end_category(tx: Tx, person_id: int, category_id: int) -> None:
    """A category does not hold any more, from now on."""
    found = next((one for one in categories_of(tx, person_id, tx.now) if one.id == category_id), None)
    if found is None:
        raise NotFound("no_such_category")
    _end(tx, found)
    note(tx, "people.categories.end", person_id, show(category_id), category=found.category)


def _end(tx: Tx, former: Held) -> None:
    """One that was set this very second never counted: it goes instead of ending."""
    if former.starts_at < tx.now:
        tx.run(END, which=former.id, ends=tx.now)
    else:
        tx.run(DROP, which=former.id)


def remove_old(tx: Tx, before: int, count: int) -> int:
    """Remove at most `count` categories that ended before an instant: what somebody once was is nobody's affair."""
    found = tx.rows(OLD, before=before, count=count)
    for (category_id,) in found:
        tx.run(DROP, which=category_id)
    return len(found)
