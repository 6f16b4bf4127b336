"""What people choose about how and of what they hear: each word is kept, with its day and its origin."""

from typing import Any

from tierslieu.infra.statements import Query, insert_into, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.messages import queries
from tierslieu.people.messages.rules import OPTIONAL, USEFUL, WISHES
from tierslieu.people.messages.schemas import ContactForm
from tierslieu.people.messages.tables import ContactChoice, ContactOrder

ADD: Query[Any] = Query(insert_into(ContactChoice))
PUT_FIRST = upsert(ContactOrder, ("person_id",))


def choose(tx: Tx, person_id: int, wish: ContactForm) -> None:
    """Note what somebody chose of everything; what stays as it was adds nothing. Raises NotFound."""
    contact = queries.contact_of(tx, person_id)
    how = "online" if tx.by.person_id == person_id else wish.how
    changed = [name for name in WISHES if contact.wants(name) != getattr(wish, name)]
    for name in changed:
        say(tx, person_id, name, getattr(wish, name), how)
    if wish.first != contact.first:
        tx.run(PUT_FIRST, person_id=person_id, first=wish.first)
    if changed or wish.first != contact.first:
        record_for(tx, "messages.choose", person_id, wishes=",".join(changed), how=how)


def say(tx: Tx, person_id: int, wish: str, is_wanted: bool, how: str) -> None:
    """Add one word to the history."""
    tx.run(
        ADD,
        id=tx.new_id(),
        person_id=person_id,
        wish=wish,
        is_wanted=int(is_wanted),
        said_at=tx.now,
        said_by=tx.by.person_id,
        how=how,
    )


def stop(tx: Tx, person_id: int, what: str) -> None:
    """No more news; with `useful` nothing but what cannot be done without."""
    contact = queries.contact_of(tx, person_id)
    for wish in (OPTIONAL, USEFUL) if what == USEFUL else (OPTIONAL,):
        if contact.said.get(wish) is not False:
            say(tx, person_id, wish, False, "link")
